"""A project in the double, real proxies that the engine made of its clips, and the action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from proxx_engine import JobSpec, ResolveClip, Tools
from sidecar.resolve.link_records import LinkRecord, read_records
from sidecar.resolve.linking import link_proxies
from sidecar.resolve.session import Session
from sidecar.resolve.settings import PluginSettings
from tests.fakes.resolve import FakeMediaPoolItem, FakeResolve, Scene
from tests.resolve.inner_talk import talk_with
from tests.support import Ran, execute, make_job


@dataclass
class LinkScene:
    """What a test arranges, and what came of the action."""

    fake: FakeResolve
    folder: Path
    tools: Tools
    console: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scene = Scene(self.fake, self.folder / "media")
        self.out = self.folder / "proxies"
        for place in (self.out, *(self.folder / engine / "completed" for engine in "fr")):
            place.mkdir(parents=True)
        self.settings = PluginSettings(
            out=self.out, ffmpeg_jobs=self.folder / "f", resolve_jobs=self.folder / "r"
        )

    def make(
        self,
        clip: FakeMediaPoolItem | Path,
        *,
        out: Path | None = None,
        into: Path | None = None,
        profile: str = "prores_proxy",
        change: Callable[[JobSpec], JobSpec] = lambda spec: spec,
    ) -> Ran:
        """Make a clip's proxy; the job lies in `into`, a day of the watch folder for FFmpeg."""
        source = clip if isinstance(clip, Path) else Path(clip.path)
        spec = change(make_job(source, out or self.out, self.tools, profile=profile))
        home = into or self.folder / "f" / "completed" / "2026-01-01" / spec.job_id
        home.mkdir(parents=True, exist_ok=True)
        ran = execute(spec, home, self.tools)
        assert ran.result.proven, ran.result.failure
        return ran

    def known(self, clip: FakeMediaPoolItem) -> Callable[[JobSpec], JobSpec]:
        """Let a job know its clip as an item of this project."""
        told = ResolveClip(
            project_id=self.fake.current().unique_id,
            project_name=self.fake.current().name,
            media_id=clip.media_id,
            clip_name=clip.name,
            data_level=None,
            flips=None,
            color_science=None,
        )

        def change(spec: JobSpec) -> JobSpec:
            clips = (spec.clips[0].model_copy(update={"resolve": told}),)
            return spec.model_copy(update={"clips": clips})

        return change

    def link(self, language: str = "py") -> int:
        """Run the action; what it said before is forgotten."""
        self.console.clear()
        self.fake.log.clear()
        talk = talk_with(self.fake, language, self.console)
        return link_proxies(Session(talk, self.settings, self.log.append))

    @property
    def said(self) -> str:
        """What stands in the Console."""
        return "\n".join(self.console)

    def calls(self, method: str) -> int:
        """How often the last run called a method."""
        return len(self.fake.log.of(method))

    def records(self) -> list[LinkRecord]:
        """All records beside all results, oldest first."""
        files = sorted(self.folder.rglob("*.links.jsonl"))
        read = [read_records(path) for path in files]
        assert not any(one.unread for one in read)
        return sorted((record for one in read for record in one.records), key=lambda one: one.at)

    def outcomes(self) -> list[str]:
        """What the records say came of the attempts."""
        return [record.outcome for record in self.records()]


def proxy_of(clip: FakeMediaPoolItem) -> str:
    """The path of the proxy that a clip has."""
    return clip.proxy.path
