"""What an engine is: it makes one clip's proxy at a hidden path and says what it saw."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from proxx_engine._engines.resolve.host import ResolveHost as ResolveHost
from proxx_engine.planning.plan import ClipPlan, ExecutionPlan
from proxx_engine.results.execution_results import CapturedText
from proxx_engine.spec.job_spec import ExecutionLimits
from proxx_engine.system.stopping import StopFlags
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
    end: int
    """When the last picture is over, in time_base."""
    checksums: array[int]


@dataclass(frozen=True, slots=True)
class SoundTimes:
    """When a stream's sound begins, and how far it ever is from its own count of samples."""

    start_seconds: Fraction
    largest_jump_seconds: Fraction
    samples: int


@dataclass(frozen=True, slots=True)
class SoundLevels:
    """How a stream sounds: one list for each channel, one entry for each second of it."""

    levels: tuple[array[float], ...]
    """Root mean square, in dB of full scale; -inf for silence."""
    edges: tuple[array[float], ...]
    """Root mean square of the step from sample to sample, likewise: how bright the sound is."""


@dataclass(frozen=True, slots=True)
class HeardSound:
    """What there is to compare of sound that no one hash tells."""

    packets: tuple[array[int], ...]
    """Checksums of each stream's packets, in order; the codec header's comes last. Of PCM that
    MXF cuts: of what goes with each picture.
    """
    levels: tuple[SoundLevels, ...]
    """Of each stream, decoded; empty for PCM."""


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
    """Time base, and the time of each decoded picture on the source's clock."""
    source_end: int | None
    """When the last decoded picture is over, in the same time base; None where nothing depends
    on it: the rate is constant.
    """
    shown: array[int]
    """The number of the decoded picture that each encoded one shows, from 0."""
    encoder_times: tuple[Fraction, array[int]]
    """Time base, and the time of each picture as given to the encoder."""
    packets: Packets
    """What the encoder handed to the container."""
    led_in: tuple[int, ...] | None = None
    """Samples of each stream with the silence that leads it in; None where there is none."""
    heard: HeardSound | None = None
    """The source's levels and the encoder's packets; None where one hash tells all."""


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
    heard: HeardSound | None = None
    """None where one hash tells all."""


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
    render_settings: Mapping[str, str] | None = None
    """What Resolve was told; None for FFmpeg, and where it came to no render."""
    not_restored: str = ""
    """What of its user's state in Resolve could not be put back."""


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

    def identify(self, tools: Tools) -> str:
        """Return which version of the engine this is, in its own words."""

    def look(self, plan: ExecutionPlan) -> tuple[Fault, ...]:
        """Return what of the engine stands in a job's way; changes nothing."""

    def encode(self, plan: ClipPlan, place: Workplace, tools: Tools) -> EncodeReport:
        """Make one proxy at `plan.work_path`."""

    def play(self, plan: ClipPlan, place: Workplace, tools: Tools) -> ProxyWitness | Fault:
        """Decode the whole proxy at `plan.work_path`."""
