"""The render queue of a project: the user's jobs and a script's, told apart by their ids alone."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .deliver import RenderPreset
from .render_plan import plan_files
from .timecode import rate_text

if TYPE_CHECKING:
    from .project import FakeProject
    from .timeline import FakeTimeline

State = Literal["ready", "rendering", "complete", "cancelled", "failed"]
_MODES = ("Individual clips", "Single clip")


@dataclass(slots=True)
class RenderJob:
    """A job: the settings, mode and timeline of the moment in which it was added."""

    name: str
    timeline: FakeTimeline
    asked: RenderPreset
    preset_name: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    state: State = "ready"
    percentage: int = 0
    error: str = ""
    took_ms: int = 0
    left_ms: int = 0


class RenderQueue:
    """The jobs, in their order."""

    def __init__(self, project: FakeProject) -> None:
        self.project = project
        self.jobs: list[RenderJob] = []
        self._named = 0

    def find(self, job_id: object) -> RenderJob | None:
        return next((job for job in self.jobs if job.id == job_id), None)

    def add(self) -> str | None:
        """Add a job of what is set and current; falsy, and no reason, when Resolve refuses."""
        root, deliver = self.project.root, self.project.deliver
        timeline = self.project.current_timeline
        refused = (
            root.rendering.in_progress
            or timeline is None
            or (root.quirks.needs_deliver_page and not deliver.was_open)
            or timeline.end_frame <= timeline.start_frame
            or not self._takes_place(deliver.settings.get("TargetDir"))
        )
        if refused or timeline is None:
            return root.quirks.refused_job_answer
        self._named += 1
        job = RenderJob(f"Job {self._named}", timeline, deliver.preset(), deliver.preset_name)
        self.jobs.append(job)
        return job.id

    def delete(self, job_id: object) -> bool:
        """Delete one job; while Resolve renders it is kept, whatever the answer says."""
        if self.project.root.rendering.in_progress:
            return self.project.root.quirks.ignored_deletion_answer
        job = self.find(job_id)
        if job is not None:
            self.jobs.remove(job)
        return job is not None

    def delete_all(self) -> bool:
        """Delete every job, the user's too."""
        if self.project.root.rendering.in_progress:
            return self.project.root.quirks.ignored_deletion_answer
        self.jobs.clear()
        return True

    def status(self, job_id: object) -> dict[str, Any] | None:
        """How a job does, in the words of the window's language."""
        job = self.find(job_id)
        if job is None:
            return {} if self.project.root.quirks.unknown_job_status == "empty" else None
        status: dict[str, Any] = {
            "JobStatus": self.project.root.profile.word(job.state),
            "CompletionPercentage": job.percentage,
        }
        if job.state == "rendering":
            status |= {"TimeTakenToRenderInMs": 0, "EstimatedTimeRemainingInMs": job.left_ms}
        if job.state == "complete":
            status["TimeTakenToRenderInMs"] = job.took_ms
        if job.state == "failed":
            status["Error"] = job.error
        return status

    def info(self, job: RenderJob) -> dict[str, Any]:
        """What GetRenderJobList tells of a job."""
        settings, timeline = job.asked.settings, job.timeline
        profile = self.project.root.profile
        planned = plan_files(job, self.project)
        first = planned[0] if planned else None
        everything = settings.get("SelectAllFrames", True)
        labels = {codec: label for label, codec in profile.codecs(job.asked.format_id).items()}
        names = {format_id: name for name, format_id in profile.formats().items()}
        told = {
            "JobId": job.id,
            "RenderJobName": job.name,
            "TimelineName": timeline.name,
            "TargetDir": settings.get("TargetDir", ""),
            "IsExportVideo": settings.get("ExportVideo", True),
            "IsExportAudio": settings.get("ExportAudio", True),
            "FormatWidth": first.spec.width if first else 0,
            "FormatHeight": first.spec.height if first else 0,
            "FrameRate": rate_text(first.spec.rate) if first else "",
            "PixelAspectRatio": 1.0,
            "MarkIn": timeline.start_frame if everything else settings.get("MarkIn", 0),
            "MarkOut": timeline.end_frame - 1 if everything else settings.get("MarkOut", 0),
            "AudioBitDepth": settings.get("AudioBitDepth", 16),
            "AudioSampleRate": settings.get("AudioSampleRate", 48_000),
            "ExportAlpha": settings.get("ExportAlpha", False),
            "AlphaMode": settings.get("AlphaMode", 0),
            "OutputFilename": first.path.name if first else "",
            "RenderMode": _MODES[job.asked.mode],
            "PresetName": job.preset_name,
            "VideoFormat": names[job.asked.format_id],
            "VideoCodec": labels.get(job.asked.codec_id, job.asked.codec_id),
            "AudioCodec": settings.get("AudioCodec", "lpcm"),
            "EncodingProfile": settings.get("EncodingProfile", ""),
            "MultiPassEncode": settings.get("MultiPassEncode", False),
            "NetworkOptimization": settings.get("NetworkOptimization", False),
            "UploadStatus": "",
        }
        if profile.has("19.1"):
            told |= {
                "ClipStartFrame": settings.get("ClipStartFrame", 0),
                "TimelineStartTimecode": settings.get("TimelineStartTimecode", ""),
                "ReplaceExistingFilesInPlace": settings.get("ReplaceExistingFilesInPlace", False),
            }
        return told

    def chosen(self, ids: list[object]) -> list[RenderJob] | None:
        """The jobs of some ids; None when one is unknown or done: then nothing is started."""
        found = [self.find(job_id) for job_id in ids]
        return [job for job in found if job] if all(found) and found else None

    def _takes_place(self, folder: object) -> bool:
        if (
            not isinstance(folder, str)
            or not Path(folder).is_dir()
            or not os.access(folder, os.W_OK)
        ):
            return False
        refused = self.project.root.quirks.refused_temp_dir
        return refused is None or not Path(folder).resolve().is_relative_to(refused.resolve())
