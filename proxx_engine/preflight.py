"""What is looked at before the first frame: places, sources, outputs, tools. Changes nothing."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proxx_engine.planning.arguments import WHOLE_RASTER_OPTION
from proxx_engine.planning.burn_ins import FONT_SHA256
from proxx_engine.planning.cube import MAX_CUBE_BYTES
from proxx_engine.planning.framing import takes_whole_raster
from proxx_engine.planning.path_maps import is_windows_path
from proxx_engine.planning.plan import ClipPlan, ExecutionPlan, plan_here, plan_job
from proxx_engine.planning.rendering import missing_facts
from proxx_engine.spec.job_spec import JobSpec
from proxx_engine.system.files import (
    free_bytes,
    free_files,
    hash_file,
    hash_samples,
    is_regular,
    read_regular,
    refusal_to_write,
    same_file,
    total_size,
)
from proxx_engine.system.tools import Tools

_FILES_OF_A_JOB = 16
"""Proxy, result, and what is hidden meanwhile."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why a job cannot begin."""

    code: str
    detail: str
    clip_index: int | None
    """The clip it concerns; None for the place or a tool."""


def is_foreign(path: str) -> bool:
    """Whether a path is another system's: taken for a name here, it would mean something else."""
    return is_windows_path(path) != (sys.platform == "win32")


def missing_output_folder(plan: ExecutionPlan, here: ExecutionPlan) -> Obstacle | None:
    """Return that the place of the proxies is away; `here` has the paths of this machine."""
    written, directory = plan.spec.output.directory, here.spec.output.directory
    if is_foreign(directory) or not Path(directory).is_dir():
        return Obstacle("STORAGE_OUTPUT_MISSING", tell_missing(written, directory), None)
    return None


def tell_missing(written: str, local: str) -> str:
    """Return which path is not there, by its name here and in the JobSpec."""
    if not is_foreign(local):
        return local if local == written else f"{local} ({written} in the JobSpec)"
    if local == written:
        return f"{written} is a path of another system, and no path map covers it"
    return f"{written} is mapped to {local}, which is a path of another system"


def look_before(
    plan: ExecutionPlan, tools: Tools, *, may_touch: bool = True, no_resolve: str | None = ""
) -> tuple[Obstacle, ...]:
    """Return everything that stands in the way, all at once.

    Whether a folder can be written is tried with a file, unless nothing may be touched.
    `no_resolve`: why there is no Resolve for camera raw; None: there is one, and the engine looks
    at it.
    """
    here = plan_here(plan, tools.path_maps)
    return (
        *_places_and_tools(plan, here, tools, may_touch, no_resolve),
        *_renderings(plan, no_resolve),
        *_look(plan, here),
        *_clips(plan, here),
    )


def look_at_place(
    spec: JobSpec, tools: Tools, *, no_resolve: str | None = ""
) -> tuple[Obstacle, ...]:
    """Return what of the place, not of a clip, stands in the way (STORAGE_, TOOL_).

    `no_resolve` as in `look_before`. No source is opened. Raises: JobSpecValidationError.
    """
    plan = plan_job(spec)
    here = plan_here(plan, tools.path_maps)
    return tuple(_places_and_tools(plan, here, tools, True, no_resolve))


def _places_and_tools(
    plan: ExecutionPlan,
    here: ExecutionPlan,
    tools: Tools,
    may_touch: bool,
    no_resolve: str | None,
) -> Iterator[Obstacle]:
    try:
        missing = missing_output_folder(plan, here)
        yield from _places(here, may_touch=may_touch) if missing is None else (missing,)
    except OSError as error:  # a share that is gone, a folder that may not be entered
        detail = f"{here.spec.output.directory}: {error.strerror}"
        yield Obstacle("STORAGE_OUTPUT_MISSING", detail, None)
    yield from _tools(plan, tools, no_resolve)


def _places(plan: ExecutionPlan, *, may_touch: bool) -> Iterator[Obstacle]:
    directory = Path(plan.spec.output.directory)
    folders = {Path(clip.output_path).parent for clip in plan.clips}
    for folder in sorted({_existing(folder) for folder in folders}):
        error = refusal_to_write(folder) if may_touch else None
        if error is not None and error.errno in (errno.ENOSPC, errno.EDQUOT):
            yield Obstacle("STORAGE_FULL", f"{folder} takes no more files", None)
        elif error is not None or not (may_touch or os.access(folder, os.W_OK)):
            yield Obstacle("STORAGE_NOT_WRITABLE", str(folder), None)
    free = free_bytes(directory)
    if plan.estimated_bytes > free:
        detail = (
            f"{directory} has {free:,} bytes left, the job needs about {plan.estimated_bytes:,}"
        )
        yield Obstacle("STORAGE_FULL", detail, None)
    elif free_files(directory) < _FILES_OF_A_JOB:
        detail = f"{directory} takes fewer than {_FILES_OF_A_JOB} more files"
        yield Obstacle("STORAGE_FULL", detail, None)


def _existing(folder: Path) -> Path:
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder


def _renderings(plan: ExecutionPlan, no_resolve: str | None) -> Iterator[Obstacle]:
    """Yield each clip of which the JobSpec does not say enough for Resolve."""
    if plan.engine != "resolve" or no_resolve is not None:
        return
    for clip in plan.clips:
        if clip.rendering is None:
            lacks = ", ".join(missing_facts(clip.clip))
            detail = f"no {lacks}" if lacks else "its raster is none that the profile's codec takes"
            yield Obstacle("RENDER_FACTS_MISSING", detail, clip.clip.index)


def _tools(plan: ExecutionPlan, tools: Tools, no_resolve: str | None) -> Iterator[Obstacle]:
    if plan.engine == "resolve":
        if no_resolve is not None:
            yield Obstacle("TOOL_RESOLVE_MISSING", no_resolve, None)
        return
    profile = plan.spec.profile
    for encoder in (profile.video.encoder, profile.audio.codec):
        if encoder not in tools.encoders:
            detail = f"{encoder} is not in {tools.ffmpeg_version} ({tools.ffmpeg})"
            yield Obstacle("TOOL_ENCODER_MISSING", detail, None)
    fonts = {clip.target.font_sha256 for clip in plan.clips if clip.target} - {None}
    for font in sorted(str(font) for font in fonts - {FONT_SHA256}):
        yield Obstacle("TOOL_FONT_MISSING", f"the job names {font}", None)
    if fonts and not tools.draws_text():
        detail = f"no drawtext with y_align in {tools.ffmpeg_version} ({tools.ffmpeg})"
        yield Obstacle("TOOL_FILTER_MISSING", detail, None)
    whole = any(takes_whole_raster(clip.target) for clip in plan.clips if clip.target)
    if whole and not tools.has_option(WHOLE_RASTER_OPTION):
        detail = f"no -{WHOLE_RASTER_OPTION} in {tools.ffmpeg_version} ({tools.ffmpeg})"
        yield Obstacle("TOOL_OPTION_MISSING", detail, None)


def _look(plan: ExecutionPlan, here: ExecutionPlan) -> Iterator[Obstacle]:
    written, lut = plan.clips[0].lut, here.clips[0].lut
    if written is None or lut is None:
        return
    if is_foreign(lut.path):
        yield Obstacle("SOURCE_LUT_MISSING", tell_missing(written.path, lut.path), None)
        return
    try:
        data = read_regular(Path(lut.path), limit=MAX_CUBE_BYTES)
    except OSError as error:
        yield Obstacle("SOURCE_LUT_MISSING", f"{lut.path}: {error.strerror}", None)
    except ValueError as error:
        yield Obstacle("SOURCE_LUT_CHANGED", f"{lut.path} has {error} bytes now", None)
    else:
        if hashlib.sha256(data).hexdigest() != lut.sha256:
            yield Obstacle("SOURCE_LUT_CHANGED", f"{lut.path}: its sha256 differs", None)


def _clips(plan: ExecutionPlan, here: ExecutionPlan) -> Iterator[Obstacle]:
    sources = [Path(name) for clip in here.clips for name in clip.clip.source.files]
    for written, clip in zip(plan.clips, here.clips, strict=True):
        yield from _source(written, clip)
        yield from _output(clip, sources)


def _source(written: ClipPlan, clip: ClipPlan) -> Iterator[Obstacle]:
    index = clip.clip.index
    whole = True
    for name, local in zip(written.clip.source.files, clip.clip.source.files, strict=True):
        path = Path(local)
        try:
            if is_foreign(local):
                whole = False
                yield Obstacle("SOURCE_MISSING", tell_missing(name, local), index)
            elif not is_regular(path):
                whole = False
                yield Obstacle("SOURCE_NOT_FILE", local, index)
        except FileNotFoundError:
            whole = False
            yield Obstacle("SOURCE_MISSING", tell_missing(name, local), index)
        except OSError as error:
            whole = False
            yield Obstacle("SOURCE_UNREADABLE", f"{path}: {error.strerror}", index)
    if whole:
        yield from source_changes(clip)


def source_changes(clip: ClipPlan) -> Iterator[Obstacle]:
    """Yield how a source differs from the file that the job was made for."""
    index, source = clip.clip.index, clip.clip.source
    files = tuple(Path(name) for name in source.files)
    named = source.path
    if len(files) > 1:
        named += f" (with {len(files) - 1} more, to {files[-1].name})"
    try:
        size = total_size(files)
        if size != source.size_bytes:
            detail = f"{named} has {size:,} bytes, the job says {source.size_bytes:,}"
            yield Obstacle("SOURCE_CHANGED", detail, index)
        elif hash_samples(files) != source.sample_sha256:
            detail = f"{named}: the first or the last MiB differs"
            yield Obstacle("SOURCE_CHANGED", detail, index)
    except FileNotFoundError as error:
        yield Obstacle("SOURCE_MISSING", str(error.filename), index)
    except OSError as error:
        yield Obstacle("SOURCE_UNREADABLE", f"{source.path}: {error.strerror}", index)


def _output(clip: ClipPlan, sources: list[Path]) -> Iterator[Obstacle]:
    index, output = clip.clip.index, Path(clip.output_path)
    if is_foreign(clip.output_path) or not os.path.lexists(output):
        return
    for source in sources:
        if same_file(source, output):
            yield Obstacle("OUTPUT_IS_SOURCE", f"{output} is the source {source}", index)
            return
    obstacle = output_obstacle(clip)
    if obstacle is not None:
        yield obstacle


def output_obstacle(clip: ClipPlan) -> Obstacle | None:
    """Return why a final name cannot be taken, None when it is free or may be replaced."""
    index, output, old = clip.clip.index, Path(clip.output_path), clip.clip.replaces
    if not os.path.lexists(output):
        return None
    if old is None:
        return Obstacle("OUTPUT_EXISTS", str(output), index)
    try:
        ours = output.is_file() and not output.is_symlink() and hash_file(output) == old
    except OSError as error:
        return Obstacle("OUTPUT_CHANGED", f"{output}: {error.strerror}", index)
    return None if ours else Obstacle("OUTPUT_CHANGED", str(output), index)
