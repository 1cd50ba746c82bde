"""Decides which files a render job writes, and what they hold, by its settings and its timeline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .footage import MediaSpec
from .timecode import rate_of, text_of

if TYPE_CHECKING:
    from .project import FakeProject
    from .render_queue import RenderJob
    from .timeline_item import FakeTimelineItem


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file that a job will write."""

    path: Path
    spec: MediaSpec


def plan_files(job: RenderJob, project: FakeProject) -> list[PlannedFile]:
    """The files of a job: one of the timeline, or one for each of its clips."""
    if job.asked.mode == 1:
        return [_whole_timeline(job, project)]
    return [_one_clip(job, project, item) for item in job.timeline.shown_clips()]


def _whole_timeline(job: RenderJob, project: FakeProject) -> PlannedFile:
    timeline, settings = job.timeline, job.asked.settings
    first, last = timeline.start_frame, timeline.end_frame - 1
    if not settings.get("SelectAllFrames", True):
        # Marks are frames of the timeline, and the last one is rendered too.
        first = max(first, settings.get("MarkIn", first))
        last = min(last, settings.get("MarkOut", last))
    handles = job.asked.handles
    first, last = first - handles, last + handles
    rate = rate_of(settings["FrameRate"]) if "FrameRate" in settings else timeline.rate
    frames = max(0, round((last - first + 1) * rate / timeline.rate))
    timecode = text_of(first, timeline.rate, drop=timeline.drop_frame)
    if project.root.quirks.timecode_key_counts:
        timecode = settings.get("TimelineStartTimecode") or timecode
    name = settings.get("CustomName") or timeline.name
    name = name.replace("%{Timeline Name}", timeline.name)
    clips = timeline.shown_clips()
    channels = clips[0].clip.facts.channels if clips and clips[0].clip else 2
    spec = _spec(job, project, frames, rate, timecode, channels, timeline.resolution)
    if len(clips) == 1:
        spec = _as_it_lies(spec, clips[0])
    return PlannedFile(_path(job, project, name), spec)


def _as_it_lies(spec: MediaSpec, item: FakeTimelineItem) -> MediaSpec:
    """A file with the picture of one clip as its timeline shows it."""
    assert item.clip is not None
    size = (item.clip.facts.width, item.clip.facts.height)
    flips = (item.properties["FlipX"], item.properties["FlipY"])
    same_shape = size[0] * spec.height == size[1] * spec.width
    if same_shape and flips == (False, False):
        return spec
    fit = item.timeline.values["timelineInputResMismatchBehavior"]
    return replace(spec, clip_size=size, fit=fit, flipped=flips)


def _one_clip(job: RenderJob, project: FakeProject, item: FakeTimelineItem) -> PlannedFile:
    clip, hidden = item.clip, job.asked.hidden
    assert clip is not None
    rate = clip.facts.rate or job.timeline.rate
    start = clip.start_frame + item.source_start
    timecode = text_of(start, rate, drop=clip.facts.drop_frame)
    size = (clip.facts.width, clip.facts.height)
    if hidden["RenderAtSourceResolution"] != "true":
        size = job.timeline.resolution
    frames = max(1, round(item.duration * rate / job.timeline.rate))
    if hidden["UsePrefixAndSuffixFromSrc"] == "1":
        name = Path(clip.path).stem
    else:
        custom = job.asked.settings.get("CustomName") or job.timeline.name
        name = f"{custom}_{item.start:0{hidden['RecordDigit']}d}"
    spec = _spec(job, project, frames, rate, timecode, clip.facts.channels, size)
    return PlannedFile(_path(job, project, name), spec)


def _spec(
    job: RenderJob,
    project: FakeProject,
    frames: int,
    rate: Fraction,
    timecode: str,
    channels: int,
    size: tuple[int, int],
) -> MediaSpec:
    settings: dict[str, Any] = job.asked.settings
    as_source = job.asked.hidden["RecordAudioNumChannels"] == "-1"
    wanted = channels if as_source else int(job.asked.hidden["RecordAudioNumChannels"])
    return MediaSpec(
        frames=frames,
        rate=rate,
        width=settings.get("FormatWidth", size[0]),
        height=settings.get("FormatHeight", size[1]),
        codec_id=job.asked.codec_id if settings.get("ExportVideo", True) else None,
        timecode=timecode,
        channels=wanted if settings.get("ExportAudio", True) else 0,
        sample_rate=settings.get("AudioSampleRate", 48_000),
        audio_codec=settings.get("AudioCodec", "lpcm"),
        audio_bits=settings.get("AudioBitDepth", 16),
    )


def _path(job: RenderJob, project: FakeProject, name: str) -> Path:
    suffix = project.root.profile.suffix(job.asked.format_id)
    # A slash in a name would be another folder.
    return Path(job.asked.settings["TargetDir"]) / f"{name.replace('/', '_')}{suffix}"
