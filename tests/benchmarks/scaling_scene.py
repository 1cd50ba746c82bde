"""A watch folder with jobs whose encodes only wait, and what its log tells of a crew's work."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import CreatedJob
from sidecar.folders.actions import read_actions
from sidecar.folders.layout import WatchFolder, make_watch_folder
from sidecar.folders.submitting import submit_all
from tests.benchmarks.scaling_crew import Orders
from tests.benchmarks.scaling_fakes import Footage, make_footage


@dataclass(frozen=True)
class Scene:
    """One place with footage, a folder for proxies and a watch folder."""

    place: Path
    footage: Footage
    folder: WatchFolder

    def submit(self, count: int) -> list[str]:
        """Let so many jobs arrive at once; return their ids."""
        specs = self.footage.jobs(count)
        submit_all([(CreatedJob(spec, "ffmpeg"), self.folder) for spec in specs])
        return [spec.job_id for spec in specs]

    def orders(self, workers: int, encode_seconds: float = 0.0, *, once: bool) -> Orders:
        """Return what so many workers of this folder do, each a process."""
        return Orders("watch", str(self.folder.root), workers, 1, encode_seconds, once)

    def told(self) -> Told:
        """Read the log."""
        return read_told(self.folder)


@dataclass(frozen=True)
class Told:
    """What a folder's log tells: seconds on the clock that never jumps, by job."""

    arrived: dict[str, float]
    claimed: dict[str, float]
    """When the claim that won was begun."""
    moved: dict[str, float]
    """When the job was about to be moved to its worker."""
    filed: dict[str, float]
    steps: Counter[str]
    runs: Counter[str]
    """How often each job was run."""

    @property
    def lost(self) -> int:
        """Claims that were begun for a job that another had."""
        return self.steps["claim_not_won"] + self.steps["not_taken"]

    def waits(self) -> list[float]:
        """Return how long each job waited that was claimed."""
        return [self.claimed[job] - self.arrived[job] for job in self.claimed]

    def seconds(self) -> float:
        """Return how long it took from the first claim to the last filing."""
        return max(self.filed.values()) - min(self.claimed.values())

    def rate(self) -> float:
        """Return the jobs a second between."""
        return len(self.filed) / self.seconds()


def read_told(folder: WatchFolder) -> Told:
    """Read it; all processes are of this machine and of one boot."""
    told = Told({}, {}, {}, {}, Counter(), Counter())
    begun: dict[tuple[str, str], float] = {}
    for line in read_actions(folder):
        action, job, at = line["action"], line.get("job_id"), line["up"]
        told.steps[action] += 1
        if action == "submit":
            told.arrived[job] = at
        elif action == "claim":
            begun[line["worker"], job] = at
        elif action == "take":
            told.claimed[job] = begun[line["worker"], job]
            told.moved[job] = at
        elif action == "run":
            told.runs[job] += 1
        elif action == "file":
            told.filed[job] = at
    return told


@contextmanager
def scene() -> Iterator[Scene]:
    """Yield a new one, on the disk that temporary files are on."""
    with tempfile.TemporaryDirectory(prefix="scaling-") as name:
        yield make_scene(Path(name))


def make_scene(place: Path) -> Scene:
    """Make one in an empty folder."""
    box = place / "box"
    box.mkdir()
    return Scene(place, make_footage(place), make_watch_folder(box))
