"""Encodes that only wait, and jobs for them: all else of a job is really done.

`waiting_encodes` takes the place of FFmpeg alone. Looking at places, claim, lock, journal, the held
name, the hidden folder, publishing, both copies of the result and filing are the product's own.
"""

from __future__ import annotations

import os
import random
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from proxx_engine import JobSpec, decode_jobspec
from proxx_engine._engines.contract import EncodeReport, Fault, ProxyWitness, Workplace
from proxx_engine.planning.plan import ClipPlan, ExecutionPlan
from proxx_engine.results.execution_results import CapturedText
from proxx_engine.system import tools as tools_module
from proxx_engine.system.files import hash_samples, modified_at
from proxx_engine.system.process import _LOOK_SECONDS, run_briefly
from proxx_engine.system.tools import Tools
from tests.spec.samples import encoded, job

_ENGINE_FOR = "proxx_engine.execution_adapter.engine_for"
_SPREAD = 0.5


@dataclass(frozen=True)
class WaitingEngine:
    """Makes a proxy of one byte, after a wait of 0.5 to 1.5 times so long, the same each time."""

    seconds: float

    def identify(self, tools: Tools) -> str:
        """Return what FFmpeg would say of itself."""
        return tools.ffmpeg_version

    def look(self, _plan: ExecutionPlan) -> tuple[Fault, ...]:
        """Nothing stands in its way."""
        return ()

    def encode(self, plan: ClipPlan, place: Workplace, _tools: Tools) -> EncodeReport:
        """Wait; look at the log and the proxy as often as over a real encode."""
        share = 1 - _SPREAD + 2 * _SPREAD * random.Random(plan.output_path).random()
        until = time.monotonic() + self.seconds * share
        hidden = Path(plan.work_path)
        place.log.write_bytes(b"")
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _LOOK_SECONDS))
            if place.stop.hard:
                fault = Fault("ENCODE_STOPPED", "a person ended it")
                return EncodeReport(plan.command, None, _SAID, None, fault)
            for looked_at in (place.log, hidden):
                with suppress(FileNotFoundError):
                    os.stat(looked_at)
        hidden.write_bytes(b"\0")
        return EncodeReport(plan.command, 0, _SAID, None, None)

    def play(self, _plan: ClipPlan, _place: Workplace, _tools: Tools) -> ProxyWitness | Fault:
        """Jobs for it ask for no more than that the proxy is there."""
        raise AssertionError("played")


_SAID = CapturedText(text="", truncated=False)


@contextmanager
def waiting_encodes(seconds: float) -> Iterator[None]:
    """Let every job of this process, and of its forks, be encoded by waiting.

    FFmpeg is asked once what it can.
    """
    answers: dict[tuple[str, ...], tuple[int | None, str]] = {}

    def ask_once(command: list[str], *, timeout_seconds: float) -> tuple[int | None, str]:
        words = tuple(command)
        if words not in answers:
            answers[words] = run_briefly(command, timeout_seconds=timeout_seconds)
        return answers[words]

    engine = WaitingEngine(seconds)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_ENGINE_FOR, lambda _plan, _host: engine)
        patch.setattr(tools_module, "run_briefly", ask_once)
        yield


@dataclass(frozen=True)
class Footage:
    """One small file that is every job's source, and the folder of all proxies."""

    source: Path
    proxies: Path

    def jobs(self, count: int, *, batch: str | None = None) -> list[JobSpec]:
        """Return so many jobs of one clip, each with a proxy of its own."""
        return [self._job(number, batch) for number in range(1, count + 1)]

    def _job(self, number: int, batch: str | None) -> JobSpec:
        job_id = str(uuid.uuid4())
        label = f"A{number:06d}_{job_id[:4]}"
        value = job(label=label, job_id=job_id, batch=batch)
        value["output"]["directory"] = str(self.proxies)
        value["execution"]["verification"] = "exists"
        clip = value["clips"][0]
        clip["output_name"] = f"{label}.mov"
        clip["source"] |= {
            "path": str(self.source),
            "files": [str(self.source)],
            "size_bytes": self.source.stat().st_size,
            "modified_at": modified_at(self.source),
            "sample_sha256": hash_samples((self.source,)),
        }
        return decode_jobspec(encoded(value))


def make_footage(place: Path) -> Footage:
    """Make both below a folder."""
    footage = Footage(place / "footage" / "A001.mov", place / "proxies")
    footage.source.parent.mkdir(parents=True)
    footage.proxies.mkdir()
    footage.source.write_bytes(b"\0" * 4096)
    return footage
