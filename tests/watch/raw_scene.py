"""A watch folder of raw jobs, and a Resolve in this process that renders them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proxx_engine import CreatedJob, JobSpec, ResolveHost, find_profile
from sidecar.folders.layout import WatchFolder, make_watch_folder
from sidecar.folders.places import Block
from sidecar.folders.resolve_place import FindResolve
from sidecar.folders.stopping import StopLevel
from sidecar.folders.submitting import submit_all
from sidecar.watch.loop import run_watch_loop
from sidecar.watch.options import Teller, WatchOptions
from sidecar.watch.outcome import WatchOutcome
from tests.engines.resolve.stage import raw_job, said_of
from tests.fakes.resolve import FakeResolve, Scene, changes, user_at_work, user_state

RAW = ("B001C001.braw", "B001C002.braw", "B001C003.braw")


def raw_folder(path: Path) -> WatchFolder:
    """An empty watch folder for raw jobs."""
    path.mkdir(parents=True)
    return make_watch_folder(path, "resolve")


def raw_specs(fake: FakeResolve, media: Path, out: Path, *names: str) -> list[JobSpec]:
    """One job for each of some new raw clips of the open project."""
    scene, project = Scene(fake, media), fake.current()
    out.mkdir(exist_ok=True)
    specs = []
    for name in names:
        clip = scene.raw(name, frames=12)
        said = said_of(clip, project.unique_id, project_name=project.name)
        spec = raw_job([(clip, said)], out, find_profile("prores_proxy"))
        named = {"job_id": str(uuid.uuid4()), "label": Path(name).stem}
        specs.append(spec.model_copy(update=named))
    return specs


def submit_raw(folder: WatchFolder, *specs: JobSpec) -> None:
    """Put raw jobs into `pending/`, in this order."""
    submit_all([(CreatedJob(spec, "resolve"), folder) for spec in specs])


@dataclass
class Wish:
    """What the program in front asks."""

    level: StopLevel = StopLevel.GO_ON


@dataclass
class Notes(Teller):
    """Keeps what it is told."""

    ended: list[str] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    told_cleared: list[str] = field(default_factory=list)
    on_end: Callable[[], None] = lambda: None

    def job_ended(self, worker: str, spec: Any, result: Any) -> None:
        came_to = result.failure.code if result.failure else result.status
        self.ended.append(f"{spec.label} {came_to}")
        self.on_end()

    def blocked(self, block: Block) -> None:
        self.causes.append(block.code)

    def cleared(self, sentence: str) -> None:
        self.told_cleared.append(sentence)

    def trouble(self, sentence: str) -> None:
        self.troubles.append(sentence)


class RawScene:
    """A user at work in a Resolve, and raw clips of its project as jobs in a watch folder."""

    def __init__(self, fake: FakeResolve, folder: Path) -> None:
        self.fake = fake
        self.path = folder
        self.out = folder / "out"
        self.folder = raw_folder(folder / "raw")
        self.wish, self.notes = Wish(), Notes()
        user_at_work(fake, folder / "media", folder / "renders")

    def submit(self, *names: str) -> list[JobSpec]:
        """Let jobs of new clips of the open project wait."""
        specs = raw_specs(self.fake, self.path / "media", self.out, *names)
        submit_raw(self.folder, *specs)
        return specs

    def watch(
        self,
        *,
        once: bool = True,
        host: Any = ...,
        find: FindResolve | None = None,
        **options: Any,
    ) -> WatchOutcome:
        """Run what waits."""
        found: tuple[ResolveHost | None, str]
        found = (self.fake.handle if host is ... else host, "" if host else "it does not run")
        before = user_state(self.fake) if self.fake.project else None
        said = WatchOptions(
            once=once, find_resolve=find or (lambda: found), poll_seconds=0.2, **options
        )
        outcome = run_watch_loop(self.folder, said, wish=self.wish, teller=self.notes)
        if before is not None and self.fake.project:
            self.changed = changes(before, user_state(self.fake))
        return outcome

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return len(list(self.folder.pending.iterdir()))

    @property
    def proxies(self) -> list[str]:
        """What was made."""
        return sorted(path.name for path in self.out.glob("*.mov"))
