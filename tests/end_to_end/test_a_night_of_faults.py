"""The same night while Resolve fails in one call: every result true, and the project as it was.

Each case is one call of Resolve's that fails in one way, in one of the three actions. The clips,
and FFmpeg's half of the night, are made once; what each case finds is a copy of them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from proxx_engine.system import clock
from sidecar.cli.plugin_rendering import render_raw
from sidecar.folders.layout import make_watch_folder
from sidecar.resolve.export.exporting import make_proxies
from sidecar.resolve.linking.linking import link_proxies
from sidecar.resolve.settings import PluginSettings
from sidecar.watch.loop import run_watch_loop
from sidecar.watch.options import Teller, WatchOptions
from tests.end_to_end.resolve_night import Evening, make_evening
from tests.end_to_end.talk_within import act
from tests.end_to_end.test_a_night_in_resolve import SCHEMA
from tests.fakes.resolve import (
    FAILURES,
    Footage,
    HoldsNone,
    Meanwhile,
    outcomes,
    proxies_of,
    user_state,
)
from tests.watch.test_worker_steps import NoWish

pytestmark = pytest.mark.slow

RAW, ALL = 4, 9


def cases(*rows: tuple[str, int, str]) -> list[tuple[str, int, str]]:
    """Return each method of a row with each way to fail: methods, which call of them, ways."""
    return [
        (method, call, how)
        for names, call, ways in rows
        for method in names.split()
        for how in ways.split()
    ]


EXPORT = cases(
    ("GetProjectManager GetCurrentProject GetMediaPool", 1, "None raise"),
    ("GetSelectedClips GetCurrentTimeline", 1, "None False raise"),
    ("GetItemListInTrack", 1, "None raise holds-None"),
    ("GetMediaPoolItem", 3, "None False raise"),
    ("GetClipProperty", 4, "None False [] raise"),
    ("GetMediaId", 2, "None raise"),
)
RENDER = cases(
    ("AddRenderJob StartRendering SetRenderSettings", 1, "None False [] raise"),
    ("CreateEmptyTimeline AppendToTimeline AddSubFolder", 2, "None raise"),
    ("SetCurrentTimeline SetCurrentRenderMode SetCurrentRenderFormatAndCodec", 1, "False raise"),
    ("ImportRenderPreset OpenPage DeleteTimelines", 1, "False raise"),
    ("GetRenderJobStatus", 3, "None raise"),
    ("IsRenderingInProgress", 5, "None raise"),
)
LINK = cases(
    ("LinkProxyMedia", 2, "None False raise"),
    ("GetClipProperty", 5, "None raise"),
    ("GetRootFolder GetSubFolderList GetClipList", 1, "None raise holds-None"),
    ("GetMediaId", 3, "None raise"),
)
RENDERED = (
    *("BAD_TIMECODE", "CANCELLED", "EMPTY", "FAILED", "MISSING", "NO_TIMECODE"),
    *("NUMBERED", "SHORT", "SILENT", "TORN", "WRONG_RATE", "WRONG_SIZE"),
)


def effect(how: str) -> Any:
    """What the word of a case means."""
    return HoldsNone() if how == "holds-None" else FAILURES[how]


@dataclass
class Base:
    """What every case starts from."""

    folder: Path
    footage: Footage
    settings: PluginSettings
    jobs: int

    def evening(self) -> Evening:
        """Return Resolve as its user left it, and everything outside of it as it was then."""
        for name in ("proxies", "ffmpeg", "resolve"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            if (self.folder / "kept" / name).exists():
                shutil.copytree(self.folder / "kept" / name, self.folder / name)
        return stable_evening(self.folder, self.footage)


def stable_evening(folder: Path, footage: Footage) -> Evening:
    """Make an evening whose project and clips are known again in the next."""
    evening = make_evening(folder, footage)
    project = evening.fake.current()
    project.unique_id = str(uuid.uuid5(uuid.NAMESPACE_URL, "project"))
    for clip in project.media_pool.clips():
        clip.media_id = str(uuid.uuid5(uuid.NAMESPACE_URL, clip.path or clip.name))
    return Evening(evening.fake, evening.mixed, user_state(evening.fake))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """Make all jobs and FFmpeg's proxies once."""
    folder = tmp_path_factory.mktemp("night")
    footage = Footage(kept_in=tmp_path_factory.mktemp("footage"))
    settings = PluginSettings(
        out=folder / "proxies",
        ffmpeg_jobs=folder / "ffmpeg",
        resolve_jobs=folder / "resolve",
        source_roots=(folder / "media",),
    )
    for place in (settings.ffmpeg_jobs, settings.resolve_jobs):
        place.mkdir()
    evening = stable_evening(folder, footage)
    made = act(make_proxies, evening.fake.handle, settings)
    assert made.code == 0, made.said
    ffmpeg = make_watch_folder(settings.ffmpeg_jobs)
    run_watch_loop(ffmpeg, WatchOptions(once=True), wish=NoWish(), teller=Teller())
    for name in ("proxies", "ffmpeg", "resolve"):
        shutil.copytree(folder / name, folder / "kept" / name)
    return Base(folder, footage, settings, jobs=ALL)


@pytest.fixture
def evening(base: Base, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evening]:
    """Return one evening; its renders take no time."""
    evening = base.evening()
    monkeypatch.setattr(clock, "wait_seconds", evening.fake.advance)
    monkeypatch.setattr(clock, "monotonic_seconds", evening.fake.clock.now)
    yield evening
    evening.fake.faults.clear()


@pytest.mark.parametrize(("method", "call", "how"), EXPORT)
def test_a_fault_while_jobs_are_made(
    base: Base, evening: Evening, method: str, call: int, how: str
) -> None:
    for name in ("proxies", "ffmpeg", "resolve"):
        shutil.rmtree(base.folder / name, ignore_errors=True)
    for place in (base.settings.ffmpeg_jobs, base.settings.resolve_jobs):
        place.mkdir()
    evening.fake.faults.once(method, effect(how), call=call)
    made = act(make_proxies, evening.fake.handle, base.settings)
    assert evening.changes() == []
    jobs = [
        json.loads(path.read_text())
        for place in (base.settings.ffmpeg_jobs, base.settings.resolve_jobs)
        for path in (place / "pending").glob("*.job.json")
    ]
    assert made.console, "a person is told nothing"
    if made.code > 1:
        assert jobs == []
    sources = {clip["source"]["path"] for job in jobs for clip in job["clips"]}
    for clip in evening.mixed.eligible:
        is_made = first_file(clip.path) in sources
        assert is_made or made.code or clip.name in made.said, (clip.name, made.said)
    evening.fake.faults.clear()
    again = act(make_proxies, evening.fake.handle, base.settings)
    assert again.code == 0, again.said
    assert evening.changes() == []


@pytest.mark.parametrize(("method", "call", "how"), RENDER)
def test_a_fault_while_camera_raw_is_rendered(
    base: Base, evening: Evening, method: str, call: int, how: str
) -> None:
    fault = evening.fake.faults.once(method, effect(how), call=call)
    rendered = act(render_raw, evening.fake.handle, base.settings)
    assert fault.fired, "the fault was never met"
    judge_renders(base, evening, rendered.said)
    finish(base, evening)


@pytest.mark.parametrize("name", RENDERED)
def test_a_render_that_ends_otherwise(base: Base, evening: Evening, name: str) -> None:
    evening.fake.rendering.outcomes.append(getattr(outcomes, name))
    rendered = act(render_raw, evening.fake.handle, base.settings)
    # Who cancels a render in Resolve's window wants no more of them.
    assert rendered.code == (3 if name == "CANCELLED" else 1), rendered.said
    results = judge_renders(base, evening, rendered.said)
    assert [result["status"] for result in results].count("FAILED") == 1
    finish(base, evening)


def test_the_project_is_switched_in_the_middle(base: Base, evening: Evening) -> None:
    fake = evening.fake
    other = fake.add_project("Another")
    fake.faults.once("AddRenderJob", Meanwhile(lambda: fake.open_project(other)), call=2)
    rendered = act(render_raw, fake.handle, base.settings)
    fake.open_project(fake.projects[0])
    judge_renders(base, evening, rendered.said, restored=False)


@pytest.mark.parametrize(("method", "call", "how"), LINK)
def test_a_fault_while_proxies_are_linked(
    base: Base, evening: Evening, method: str, call: int, how: str
) -> None:
    act(render_raw, evening.fake.handle, base.settings)
    fault = evening.fake.faults.once(method, effect(how), call=call)
    linked = act(link_proxies, evening.fake.handle, base.settings)
    assert fault.fired, "the fault was never met"
    judge_links(base, evening, linked.said)
    finish(base, evening)


def judge_renders(
    base: Base, evening: Evening, said: str, *, restored: bool = True
) -> list[dict[str, Any]]:
    """Hold what lies on the disk, and what is open in Resolve, to the truth."""
    place = base.settings.resolve_jobs
    jobs = {
        state: sorted((place / state).rglob("*.job.json"))
        for state in ("pending", "running", "completed", "failed")
    }
    assert sum(map(len, jobs.values())) == RAW, jobs
    assert jobs["running"] == []
    assert list((place / "claims").iterdir()) == []
    results = []
    for state in ("completed", "failed"):
        for job in jobs[state]:
            [path] = job.parent.glob("*.result.json")
            result = json.loads(path.read_text())
            Draft202012Validator(SCHEMA).validate(result)
            [clip] = result["clips"]
            proxy = Path(clip["output"]["path"])
            assert (result["status"] == "COMPLETED") == (state == "completed")
            if state == "completed":
                assert sha256(proxy) == clip["output_sha256"]
            else:
                assert result["failure"]["code"]
                assert not proxy.exists()
            results.append(result)
    assert list(base.settings.out.rglob(".proxx-*")) == []
    told = said + json.dumps([result["issues"] for result in results])
    assert not (restored and evening.changes()) or "RENDER_NOT_RESTORED" in told, evening.changes()
    return results


def judge_links(base: Base, evening: Evening, said: str) -> None:
    """Hold what is linked to what was proven, each to its own."""
    assert evening.changes() == []
    proven = {
        clip["source"]: clip["output"]["path"]
        for path in base.settings.out.rglob("*.result.json")
        for result in [json.loads(path.read_text())]
        if result["status"] == "COMPLETED"
        for clip in result["clips"]
    }
    linked = proxies_of(evening.fake)
    for clip in evening.mixed.eligible:
        first = first_file(clip.path)
        if clip.unique_id in linked:
            assert linked[clip.unique_id] == proven[first]
        else:
            assert first not in proven or clip.name in said or not linked, (clip.name, said)
    assert len(linked) <= len(proven)


def first_file(path: str) -> str:
    """Return the first file of a clip, numbered pictures having a range in brackets."""
    head, bracket, rest = path.partition("[")
    return head + rest.partition("-")[0] + rest.partition("]")[2] if bracket else path


def finish(base: Base, evening: Evening) -> None:
    """Do the rest of the night without faults: what was proven is linked in the end."""
    evening.fake.faults.clear()
    evening.fake.rendering.outcomes.clear()
    act(render_raw, evening.fake.handle, base.settings)
    linked = act(link_proxies, evening.fake.handle, base.settings)
    judge_links(base, evening, linked.said)


def sha256(path: Path) -> str:
    """Return a file's hash."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
