"""What a script does with Resolve, in the fewest calls: the double's tests render through these."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.fakes.resolve import FakeMediaPoolItem, FakeResolve, Handle
from tests.fakes.resolve.timecode import rate_text


def project_of(fake: FakeResolve) -> Handle:
    """The open project, as a script gets it."""
    return fake.handle.GetProjectManager().GetCurrentProject()


def timeline_of(fake: FakeResolve, clip: FakeMediaPoolItem, name: str = "Temporary") -> Handle:
    """A timeline with a clip's rate and start that shows the whole clip."""
    pool = project_of(fake).GetMediaPool()
    timeline = pool.CreateEmptyTimeline(name)
    timeline.SetSetting("useCustomSettings", "1")
    assert clip.facts.rate is not None
    rate = rate_text(clip.facts.rate) + (" DF" if clip.facts.drop_frame else "")
    assert timeline.SetSetting("timelineFrameRate", rate)
    assert timeline.SetStartTimecode(clip.facts.start_timecode)
    assert pool.AppendToTimeline([{"mediaPoolItem": clip.handle}])
    return timeline


def settings_for(out: Path, name: str = "proxy", **more: Any) -> dict[str, Any]:
    """Settings of a small proxy."""
    size = {"FormatWidth": 320, "FormatHeight": 180}
    return {"SelectAllFrames": True, "TargetDir": str(out), "CustomName": name} | size | more


def add_job(
    fake: FakeResolve,
    clip: FakeMediaPoolItem,
    out: Path,
    *,
    name: str = "proxy",
    codec: str = "ProRes422P",
    **settings: Any,
) -> str | None:
    """Put a clip's render into the queue; its id, or what Resolve says when it refuses."""
    project = project_of(fake)
    if not any(one.name == name for one in fake.current().timelines):
        timeline_of(fake, clip, name)
    fake.handle.OpenPage("deliver")
    project.SetCurrentRenderMode(1)
    assert project.SetCurrentRenderFormatAndCodec("mov", codec)
    assert project.SetRenderSettings(settings_for(out, name, **settings))
    answer: str | None = project.AddRenderJob()
    return answer


def finish(fake: FakeResolve, *jobs: str | None, polls: int = 20) -> dict[str, Any]:
    """Render some jobs to their end, or until nobody would wait longer; the last one's status."""
    project = project_of(fake)
    assert project.StartRendering(list(jobs), False)
    for _poll in range(polls):
        if not project.IsRenderingInProgress():
            break
    status: dict[str, Any] = project.GetRenderJobStatus(jobs[-1])
    return status
