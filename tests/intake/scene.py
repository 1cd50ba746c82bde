"""A hot folder of a test's own: a clock that a script moves, and all that was said."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from proxx_engine import CreationRequest, find_profile
from sidecar.intake.hold import IntakeOrder
from sidecar.intake.loop import IntakeOutcome, run_intake
from sidecar.intake.stillness import Patience
from sidecar.intake.telling import Moment, Taken, Teller
from tests.support import CREATED_BY

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", "-c:v", "mjpeg", "-q:v", "5")
POLL = 5.0
Script = Callable[[], Iterator[None]]
"""What happens in the hot folder; each `yield` lets intake sleep for one poll and look again."""


class Over(Exception):
    """The script has ended."""


@dataclass
class Heard(Teller):
    """Keeps what is said, as (what, …)."""

    said: list[tuple[Any, ...]] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)

    def moment(self, moment: Moment) -> None:
        self.moments.append(moment)

    def inspecting(self, path: Path, number: int, total: int) -> None:
        """Nothing is kept of this."""

    def taken(self, taken: Taken) -> None:
        self.said.append(("taken", taken.units, taken.clips, len(taken.jobs)))

    def of(self, what: str) -> list[tuple[Any, ...]]:
        return [tuple(rest) for kind, *rest in self.said if kind == what]


def _keeping(name: str) -> Callable[..., None]:
    def keep(self: Heard, *facts: Any) -> None:
        self.said.append((name, *facts))

    return keep


for _name in (
    name for name in vars(Teller) if not name.startswith("_") and name not in vars(Heard)
):
    setattr(Heard, _name, _keeping(_name))


@dataclass
class Scene:
    """A hot folder, an output folder and a watch folder, side by side."""

    folder: Path
    clip: Path
    """A whole clip to copy."""
    now: float = 1000.0
    heard: Heard = field(default_factory=Heard)

    def __post_init__(self) -> None:
        for name in ("hot", "watch"):
            (self.folder / name).mkdir()

    @property
    def hot(self) -> Path:
        return self.folder / "hot"

    @property
    def watch(self) -> Path:
        return self.folder / "watch"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def order(self, **other: Any) -> IntakeOrder:
        request = CreationRequest((), self.out, find_profile("prores_proxy"), CREATED_BY)
        request = replace(request, **{"skip_done": "proven", **other.pop("request", {})})
        order = IntakeOrder(self.hot, request, self.watch, patience=Patience(3, 10.0))
        return replace(order, poll_seconds=POLL, **other)

    def run(self, script: Script | None = None, **order: Any) -> IntakeOutcome | None:
        """Run intake while the script goes on; without one, once."""
        self.heard = Heard()
        steps = script() if script else None

        def sleep(seconds: float) -> None:
            self.now += seconds
            if steps is not None and next(steps, steps) is steps:
                raise Over

        order = {"once": script is None, **order}
        try:
            return run_intake(
                self.order(**order), teller=self.heard, clock=lambda: self.now, sleep=sleep
            )
        except Over:
            return None

    def wait(self, looks: int = 4) -> Iterator[None]:
        """Let intake look so often while nothing happens."""
        for _look in range(looks):
            yield

    def copy(self, *names: str) -> list[Path]:
        """Put whole clips into the hot folder, each with a content of its own."""
        paths = [self.hot / name for name in names]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.clip, path)
            if path.suffix == ".mov":
                add_box(path, str(path).encode("utf-8", "surrogateescape"))
        return paths

    def jobs(self) -> list[dict[str, Any]]:
        """Every job that waits, in order."""
        files = sorted((self.watch / "pending").glob("*.job.json"))
        return [json.loads(path.read_bytes()) for path in files]

    def sources(self) -> list[str]:
        """The sources of all jobs that wait, from the hot folder."""
        return [
            os.path.relpath(clip["source"]["path"], self.hot)
            for job in self.jobs()
            for clip in job["clips"]
        ]

    def state(self) -> dict[str, tuple[int, int, bytes]]:
        """Everything in the hot folder: sizes, times, contents."""
        found = {}
        for path in sorted(self.hot.rglob("*")):
            status = path.lstat()
            data = path.read_bytes() if path.is_file() else b""
            found[str(path)] = (status.st_size if data else 0, status.st_mtime_ns, data)
        return found


def add_box(path: Path, content: bytes) -> None:
    """Let a MOV be another file of the same pictures: a box that nobody reads, at its end."""
    with path.open("ab") as stream:
        stream.write((len(content) + 8).to_bytes(4, "big") + b"free" + content)
