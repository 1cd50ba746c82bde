"""A project in the double, real proxies that the engine made of its clips, and the action."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from proxx_engine import CreationRequest, ResolveClip, Tools, create_jobs, find_profile
from sidecar.resolve.linking.linking import link_proxies
from sidecar.resolve.linking.project_clips import PROPERTIES
from sidecar.resolve.linking.records import LinkRecord, read_records
from sidecar.resolve.session import Session
from sidecar.resolve.settings import PluginSettings
from tests.fakes.resolve import FakeMediaPoolItem, FakeResolve, Scene
from tests.resolve.inner_talk import talk_with
from tests.support import CREATED_BY, Ran, execute


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
        filed = [self.folder / engine / kind for engine in "fr" for kind in ("completed", "failed")]
        for place in (self.out, *filed):
            place.mkdir(parents=True)
        self.settings = PluginSettings(
            out=self.out, ffmpeg_jobs=self.folder / "f", resolve_jobs=self.folder / "r"
        )

    def make(
        self,
        clip: FakeMediaPoolItem,
        *,
        out: Path | None = None,
        into: Path | None = None,
        profile: str = "prores_proxy",
        known: bool = False,
        start: str | None = None,
        verification: Literal["conform", "exists"] = "conform",
    ) -> Ran:
        """Make a clip's proxy; the job lies in `into`, else in the watch folder for FFmpeg.

        `known`: as an item of this project; `start`: the timecode that Resolve told then.
        """
        source = Path(clip.path.replace("[1001-1008]", "1001"))
        out = out or self.out
        out.mkdir(exist_ok=True)
        request = CreationRequest(
            (source,),
            out,
            find_profile(profile),
            CREATED_BY,
            resolve_clips={source: self._told(clip, known, start)},
            verification=verification,
        )
        creation = create_jobs(request, prober=self.tools.prober)
        assert len(creation.jobs) == 1, creation.left_out
        spec = creation.jobs[0].spec
        home = into or self.folder / "f" / "completed" / "2026-01-01" / spec.job_id
        home.mkdir(parents=True, exist_ok=True)
        ran = execute(spec, home, self.tools)
        assert ran.result.status == "COMPLETED", ran.result.failure
        return ran

    def _told(self, clip: FakeMediaPoolItem, known: bool, start: str | None) -> ResolveClip:
        project = self.fake.current()
        return ResolveClip(
            project_id=project.unique_id if known else None,
            project_name=project.name,
            media_id=clip.media_id if known else None,
            clip_name=clip.name,
            data_level=None,
            flips=None,
            color_science=None,
            frame_rate=clip.facts.rate,
            start_timecode=start,
        )

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


Clips = tuple[FakeMediaPoolItem, FakeMediaPoolItem]
LOOKED = 2 * len(PROPERTIES) + 2
"""How often properties are asked for before the first link of `clips`: of both, of one again."""


@pytest.fixture
def there(fake: FakeResolve, tmp_path: Path, tools: Tools) -> LinkScene:
    """An empty project."""
    return LinkScene(fake, tmp_path, tools)


@pytest.fixture
def clips(there: LinkScene) -> Clips:
    """Two clips that have finished proxies, in the order in which they are linked."""
    one, other = there.scene.movie("A001.mov"), there.scene.movie("B001.mov")
    there.make(one)
    there.make(other)
    return one, other


def newest(there: LinkScene) -> dict[str, LinkRecord]:
    """The newest record of each item."""
    return {record.item_id: record for record in there.records()}


def assert_true(there: LinkScene) -> None:
    """What the newest records say is what the double has."""
    pool = there.fake.current().media_pool
    linked = {
        key: clip.proxy.path for clip in pool.clips() for key in (clip.unique_id, clip.media_id)
    }
    for item, record in newest(there).items():
        assert (linked.get(item) == record.proxy) is record.is_link
