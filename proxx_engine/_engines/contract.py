"""What an engine is: it makes one clip's proxy at a hidden path and says what it saw."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from proxx_engine.planning.plan import ClipPlan
from proxx_engine.results.execution_results import CapturedText
from proxx_engine.spec.job_spec import ExecutionLimits
from proxx_engine.system.process import StopFlags
from proxx_engine.system.tools import Tools


@dataclass(frozen=True, slots=True)
class StreamCounts:
    """What FFmpeg counted of one stream that it decoded."""

    frames: int
    errors: int
    samples: int
    """Per channel; 0 for pictures."""


@dataclass(frozen=True, slots=True)
class Packets:
    """Times and checksums of a video stream's packets, in order; the codec header's comes last."""

    time_base: Fraction
    times: array[int]
    """Presentation times, in time_base."""
    checksums: array[int]


@dataclass(frozen=True, slots=True)
class SoundTimes:
    """When a stream's sound begins, and how far it ever is from its own count of samples."""

    start_seconds: Fraction
    largest_jump_seconds: Fraction


@dataclass(frozen=True, slots=True)
class SourceWitness:
    """What the run that encoded saw of the source."""

    video: StreamCounts
    audio: tuple[StreamCounts, ...]
    """One for each audio stream of the target, in its order."""
    audio_hashes: tuple[str, ...]
    """sha256 of each stream's decoded sound, as PCM of the proxy's kind."""
    sound_times: tuple[SoundTimes, ...]
    source_times: tuple[Fraction, array[int]]
    """Time base, and the time of each picture on the source's clock."""
    encoder_times: tuple[Fraction, array[int]]
    """Time base, and the time of each picture as given to the encoder."""
    packets: Packets
    """What the encoder handed to the container."""


@dataclass(frozen=True, slots=True)
class ProxyWitness:
    """What a full decode of the proxy saw."""

    video: StreamCounts
    audio: tuple[StreamCounts, ...]
    audio_hashes: tuple[str, ...]
    sound_times: tuple[SoundTimes, ...]
    packets: Packets
    messages: tuple[str, ...]
    """Every error that was reported; an intact proxy gives none."""
    exit_code: int | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an engine could not finish a clip."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class EncodeReport:
    """How one encode went."""

    executed_command: tuple[str, ...]
    exit_code: int | None
    stderr: CapturedText
    witness: SourceWitness | None
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where an engine may write."""

    folder: Path
    """Private and empty: witness files, and the tool's working folder."""
    log: Path
    """Where the tool's messages are appended."""
    limits: ExecutionLimits
    stop: StopFlags = field(repr=False)


class Engine(Protocol):
    """Makes proxies and plays them back."""

    def encode(self, plan: ClipPlan, place: Workplace, tools: Tools) -> EncodeReport:
        """Make one proxy at `plan.work_path`."""

    def play(self, plan: ClipPlan, place: Workplace, tools: Tools) -> ProxyWitness | Fault:
        """Decode the whole proxy at `plan.work_path`."""
