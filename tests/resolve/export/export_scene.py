"""A desk at which Make Proxies is chosen: a double of Resolve, and the plugin's settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import JobSpec, read_jobspec_file
from sidecar.resolve.export.exporting import make_proxies
from sidecar.resolve.session import Session
from sidecar.resolve.settings import PluginSettings
from tests.fakes.resolve import FakeResolve, MixedScene, Scene, mixed_timeline
from tests.resolve.inner_talk import talk_with


@dataclass
class Clicked:
    """What came of one click."""

    code: int
    console: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """All that stood in the Console."""
        return "\n".join(self.console)


class Desk:
    """Where one sits: the settings, and their three folders."""

    def __init__(self, folder: Path, fake: FakeResolve) -> None:
        self.fake = fake
        self.folder = folder
        self.out, self.ffmpeg_jobs, self.resolve_jobs = (
            folder / name for name in ("proxies", "ffmpeg jobs", "resolve jobs")
        )
        for place in (self.ffmpeg_jobs, self.resolve_jobs):
            place.mkdir(parents=True)

    def settings(self, **more: object) -> PluginSettings:
        """The settings, with more of them."""
        places = {"out": self.out, "source_roots": (self.folder / "media",)}
        places |= {"ffmpeg_jobs": self.ffmpeg_jobs, "resolve_jobs": self.resolve_jobs}
        return PluginSettings.model_validate(places | more)

    def click(self, language: str = "py", **more: object) -> Clicked:
        """Choose Make Proxies."""
        clicked = Clicked(-1)
        talk = talk_with(self.fake, language, clicked.console)
        clicked.code = make_proxies(Session(talk, self.settings(**more), clicked.log.append))
        return clicked

    def jobs(self) -> dict[str, list[JobSpec]]:
        """The jobs that wait, by the engine whose folder they lie in, in their order."""
        doors = {"ffmpeg": self.ffmpeg_jobs, "resolve": self.resolve_jobs}
        return {
            engine: [read_jobspec_file(path) for path in sorted(door.glob("pending/*.job.json"))]
            for engine, door in doors.items()
        }

    def proxies(self) -> list[str]:
        """Where the proxies of all jobs will be, below `out`."""
        return sorted(
            f"{clip.output_subdirectory}/{clip.output_name}"
            for jobs in self.jobs().values()
            for job in jobs
            for clip in job.clips
        )


@pytest.fixture
def desk(fake: FakeResolve, tmp_path: Path) -> Desk:
    return Desk(tmp_path, fake)


@pytest.fixture
def scene(fake: FakeResolve, tmp_path: Path) -> Scene:
    return Scene(fake, tmp_path / "media")


@pytest.fixture
def mixed(fake: FakeResolve, tmp_path: Path) -> MixedScene:
    return mixed_timeline(fake, tmp_path / "media")


def asked(job: JobSpec) -> Any:
    """A job without what differs between two acts that ask for the same."""
    told = job.model_dump(mode="json")
    for key in ("job_id", "created_at", "batch"):
        del told[key]
    return told
