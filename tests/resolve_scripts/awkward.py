"""A Resolve of few words, each of them awkward; it always says the same."""

from __future__ import annotations

from typing import Any


class Thing:
    """An object: no two handles are equal, none has a hash, and what it lacks is None."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, **methods: Any) -> None:
        self._methods = methods

    def __eq__(self, other: object) -> bool:
        return False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self._methods:
            return None
        answer = self._methods[name]
        return answer if callable(answer) else lambda *args: answer


def throw(*args: object) -> None:
    raise RuntimeError("no such thing: « é »")


def item(number: int) -> Thing:
    """A clip on a timeline; every third is a title, and every second shows the same media."""
    media = Thing(
        GetUniqueId=f"media-{number % 2}",
        GetName=f"A00{number}_\u00e9\udcff.braw",
        GetClipProperty=lambda *key: {"FPS": 24.0, "Frames": "255", "Super Scale": 1, "Take": ""},
    )
    return Thing(
        GetUniqueId=f"item-{number}",
        GetMediaPoolItem=None if number % 3 == 0 else media,
        GetName=throw if number == 4 else f"clip {number}",
        GetStart=86400 + 24 * number,
    )


def awkward_resolve() -> Thing:
    """Resolve."""
    timeline = Thing(
        GetUniqueId="timeline-1",
        GetItemListInTrack=lambda kind, index: (
            [item(one) for one in range(3 * index, 3 * index + 3)] if index < 3 else None
        ),
        GetTrackCount=lambda kind: 3 if kind == "video" else 0,
        GetSetting=lambda *key: {"timelineFrameRate": 23.976, "useCustomSettings": "0"},
    )
    project = Thing(
        GetUniqueId="project-1",
        GetName='Überflug 東京 "quoted" back\\slash\nnew line \x7f',
        GetCurrentTimeline=timeline,
        GetTimelineByIndex=lambda index: timeline if index == 1 else None,
        GetRenderJobStatus=lambda job: {"JobStatus": "完成", "CompletionPercentage": 100},
        GetRenderJobList=[{"JobId": "1", "FrameRate": "23.976", "Nested": {"deep": [1, [2, {}]]}}],
        GetRenderPresetList=[],
        GetSetting=lambda *key: "" if key else {"a": "1"},
        SetRenderSettings=lambda settings: settings,
        AddRenderJob="",
        StartRendering=lambda ids, interactive: [ids, interactive],
        IsRenderingInProgress=False,
        StopRendering=None,
        SetCurrentTimeline=lambda given: given is timeline,
        GetRenderFormats=lambda: {"QuickTime": "mov", "é": b"raw \xff bytes"},
        GetRenderCodecs=throw,
    )
    return Thing(
        GetProductName="DaVinci Resolve Studio",
        GetVersion=[21, 0, 4, 5, ""],
        GetVersionString="21.0.4.5",
        GetProjectManager=Thing(GetCurrentProject=project),
        GetCurrentPage=None,
        GetSettings={"opaque": Thing(), "none": [None, 1.5, None, -0.25, 1e300, float("nan")]},
    )
