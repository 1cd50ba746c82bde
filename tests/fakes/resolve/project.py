# ruff: noqa: N802, N803 - Resolve's own names of methods and arguments
"""A project: its timelines, its settings, and the Deliver page's part of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import settings
from .deliver import Deliver
from .media_pool import FakeMediaPool
from .objects import FakeObject
from .render_queue import RenderJob, RenderQueue
from .timeline import FakeTimeline

if TYPE_CHECKING:
    from .resolve import FakeResolve


class FakeProject(FakeObject):
    """One project, open or not."""

    api_name = "Project"

    def __init__(self, root: FakeResolve, name: str) -> None:
        super().__init__(root)
        self.name = name
        self.settings = dict(settings.DEFAULTS)
        self.media_pool = FakeMediaPool(self)
        self.timelines: list[FakeTimeline] = []
        self.current_timeline: FakeTimeline | None = None
        self.deliver = Deliver(root.profile)
        self.queue = RenderQueue(self)
        self.is_changed = False

    def GetName(self) -> str:
        return self.name

    def SetName(self, projectName: str) -> bool:
        taken = any(other.name == projectName for other in self.root.projects)
        if taken or not isinstance(projectName, str) or not projectName:
            return False
        self.name = projectName
        return True

    def GetUniqueId(self) -> str:
        return self.unique_id

    def GetMediaPool(self) -> FakeMediaPool:
        return self.media_pool

    def GetTimelineCount(self) -> int:
        return len(self.timelines)

    def GetTimelineByIndex(self, idx: int) -> FakeTimeline | None:
        known = isinstance(idx, int) and 1 <= idx <= len(self.timelines)
        return self.timelines[idx - 1] if known else None

    def GetCurrentTimeline(self) -> FakeTimeline | None:
        return self.current_timeline

    def SetCurrentTimeline(self, timeline: FakeTimeline) -> bool:
        if not isinstance(timeline, FakeTimeline) or timeline not in self.timelines:
            return False
        self.current_timeline = timeline
        return True

    def GetSetting(self, settingName: str = "") -> Any:
        return settings.shown(self.settings, settingName)

    def SetSetting(self, settingName: str, settingValue: str) -> bool:
        locked = bool(self.timelines)
        changed = settings.write(
            self.settings,
            settingName,
            settingValue,
            profile=self.root.profile,
            rate_is_locked=locked,
        )
        self.is_changed |= changed
        return changed

    def GetSettings(self) -> dict[str, Any]:
        return dict(settings.shown(self.settings, ""))

    def SetSettings(self, values: dict[str, str]) -> bool:
        return isinstance(values, dict) and all(self.SetSetting(*one) for one in values.items())

    def GetRenderFormats(self) -> dict[str, str]:
        return self.root.profile.formats()

    def GetRenderCodecs(self, renderFormat: str) -> dict[str, str]:
        return self.root.profile.codecs(renderFormat)

    def GetRenderResolutions(self, format: str = "", codec: str = "") -> list[dict[str, int]]:  # noqa: A002
        listed = self.root.profile.codecs(format).values()
        if (format or codec) and codec not in listed:
            return []
        sizes = [(1280, 720), (1920, 1080), (3840, 2160)]
        return [{"Width": width, "Height": height} for width, height in sizes]

    def GetCurrentRenderFormatAndCodec(self) -> dict[str, str]:
        return {"format": self.deliver.format_id, "codec": self.deliver.codec_id}

    def SetCurrentRenderFormatAndCodec(self, format: str, codec: str) -> bool:  # noqa: A002
        return self.deliver.choose(format, codec)

    def GetCurrentRenderMode(self) -> int:
        return self.deliver.mode

    def SetCurrentRenderMode(self, renderMode: int) -> bool:
        if type(renderMode) is not int or renderMode not in (0, 1):
            return False
        if renderMode == 1 and self.root.quirks.clip_filter_active:
            return False
        self.deliver.mode = renderMode
        return True

    def GetRenderPresetList(self) -> list[str]:
        return list(self.root.presets)

    def LoadRenderPreset(self, presetName: str) -> bool:
        preset = self.root.presets.get(presetName) if isinstance(presetName, str) else None
        if preset is None:
            return False
        self.deliver.load(presetName, preset, place_too=self.root.quirks.presets_hold_the_place)
        return True

    def SaveAsNewRenderPreset(self, presetName: str) -> bool:
        if not isinstance(presetName, str) or not presetName or presetName in self.root.presets:
            return False
        self.root.presets[presetName] = self.deliver.preset()
        self.deliver.preset_name = presetName
        return True

    def UpdateRenderPreset(self, presetName: str) -> bool:
        if presetName not in self.root.presets:
            return False
        self.root.presets[presetName] = self.deliver.preset()
        return True

    def DeleteRenderPreset(self, presetName: str) -> bool:
        return self.root.presets.pop(presetName, None) is not None

    def SetRenderSettings(self, settings: dict[str, Any]) -> bool:
        return self.deliver.merge(settings)

    def AddRenderJob(self) -> str | None:
        return self.queue.add()

    def GetRenderJobList(self) -> list[dict[str, Any]]:
        return [self.queue.info(job) for job in self.queue.jobs]

    def GetRenderJobStatus(self, jobId: str) -> dict[str, Any] | None:
        self.root.clock.poll()
        self.root.rendering.catch_up()
        return self.queue.status(jobId)

    def DeleteRenderJob(self, jobId: str) -> bool:
        return self.queue.delete(jobId)

    def DeleteAllRenderJobs(self) -> bool:
        return self.queue.delete_all()

    def StartRendering(self, *ids: Any, isInteractiveMode: bool | None = None) -> bool:
        interactive = bool(isInteractiveMode) or ids[-1:] == (True,)
        self.root.rendering.asks_a_person = interactive
        match ids:
            case (list() as listed,) | (list() as listed, bool()):
                return self._start(self.queue.chosen(listed))
            case () | (bool(),):
                # Everything that waits, whoever put it there.
                return self._start([job for job in self.queue.jobs if job.state != "complete"])
            case _ if isInteractiveMode is None:
                return self._start(self.queue.chosen(list(ids)))
        return False

    def IsRenderingInProgress(self) -> bool:
        self.root.clock.poll()
        self.root.rendering.catch_up()
        return self.root.rendering.in_progress and not self.root.quirks.renders_in_background

    def StopRendering(self) -> None:
        self.root.rendering.stop()

    def _start(self, jobs: list[RenderJob] | None) -> bool:
        return self.root.rendering.start(jobs) if jobs else False
