"""One job's proxies, each measured, as one QcResult: made once, told where it is made already."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from proxx_engine import (
    ClipExecutionResult,
    JoinedJob,
    PlaceError,
    StopFlags,
    StoredResult,
    Tools,
    __version__,
    inspect_proxy,
    now_utc,
    run_briefly,
)
from sidecar.qc.measuring import Measurer, Stopped, measure_clip
from sidecar.qc.model import QcClip, QcParameters, QcResult, QcTool
from sidecar.qc.sources import find_jobspec
from sidecar.qc.storing import qc_path, read_qc, write_qc

Ending = Literal["made", "done before", "refused", "not written", "no proxy", "stopped"]
"""`refused`: the file of another measuring stands there; `not written`: its place takes none."""
Telling = Callable[[str], None]
"""Told of each proxy before it is measured: its name."""

_NEEDED = ("psnr", "ssim")
_ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Proxy:
    """A completed clip whose proxy was found as its result tells of it."""

    clip: ClipExecutionResult
    path: Path


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of one job."""

    stored: StoredResult
    ending: Ending
    path: Path
    """Where its measures lie, or would."""
    qc: QcResult | None
    lacking: tuple[str, ...]
    """Proxies that are gone or changed, each with its name."""
    reason: str = ""
    """Why it was refused, or not written."""


def open_measurer(tools: Tools, stop: StopFlags) -> Measurer:
    """Ask FFmpeg what it can measure. Raises: PlaceError (TOOL_FILTER_MISSING)."""
    for name in _NEEDED:
        if not _has_filter(tools, name):
            detail = f"no {name} in {tools.ffmpeg_version} ({tools.ffmpeg})"
            raise PlaceError("TOOL_FILTER_MISSING", detail)
    return Measurer(tools, stop, _has_filter(tools, "libvmaf"))


def _has_filter(tools: Tools, name: str) -> bool:
    asked = [str(tools.ffmpeg), "-hide_banner", "-h", f"filter={name}"]
    try:
        _code, said = run_briefly(asked, timeout_seconds=_ANSWER_SECONDS)
    except OSError as error:
        raise PlaceError("TOOL_FFMPEG_BROKEN", f"{tools.ffmpeg}: {error}") from error
    return f"Filter {name}" in said.splitlines()


def measure_job(
    job: JoinedJob,
    measurer: Measurer,
    *,
    frame_stride: int,
    max_frames: int | None,
    replace: bool = False,
    telling: Telling = lambda _name: None,
) -> Measured:
    """Measure each proxy of a job that still stands and counts, and write down what came of it.

    No clip of another job counts, and nothing of this job changes. A soft stop finishes the running
    clip; what is not whole is not written.
    Raises: PlaceError where there is no room for what is written meanwhile.
    """
    stored, tools = job.stored, measurer.tools
    parameters = QcParameters(frame_stride=frame_stride, max_frames=max_frames)
    path = qc_path(stored, tools.path_maps)
    if stored.differing:
        copies = ", ".join(map(str, stored.copies))
        return Measured(stored, "refused", path, None, (), f"the copies differ: {copies}")
    looked = _look_for_proxies(job, measurer)
    if looked is None:
        return Measured(stored, "stopped", path, None, ())
    proxies, lacking = looked
    if not proxies:
        return Measured(stored, "no proxy", path, None, lacking)
    if os.path.lexists(path) and not replace:
        return _stands_already(stored, path, parameters, proxies, lacking)
    clips: list[QcClip] = []
    spec = find_jobspec(stored)
    for proxy in proxies:
        if measurer.stop.soft:
            return Measured(stored, "stopped", path, None, lacking)
        telling(proxy.clip.output.relative_path)
        try:
            clip = measure_clip(
                proxy.clip,
                proxy=proxy.path,
                spec=spec,
                measurer=measurer,
                frame_stride=frame_stride,
                max_frames=max_frames,
            )
        except Stopped:
            return Measured(stored, "stopped", path, None, lacking)
        clips.append(clip)
    qc = _result(stored, tools, parameters, clips)
    try:
        write_qc(path, qc, replace=replace)
    except FileExistsError:  # another measuring of the same job was quicker
        return _stands_already(stored, path, parameters, proxies, lacking)
    except OSError as error:
        reason = f"{error.filename or path}: {error.strerror or error}"
        return Measured(stored, "not written", path, qc, lacking, reason)
    return Measured(stored, "made", path, qc, lacking)


def _result(
    stored: StoredResult, tools: Tools, parameters: QcParameters, clips: list[QcClip]
) -> QcResult:
    result = stored.result
    return QcResult(
        qc_version="1.0",
        job_id=result.job_id or "",
        jobspec_fingerprint=result.jobspec_fingerprint,
        label=result.label,
        parameters=parameters,
        tool=QcTool(name="ffmpeg", version=tools.ffmpeg_version, build_sha256=tools.build_sha256()),
        made_at=now_utc(),
        made_by=f"proxx {__version__}",
        clips=tuple(clips),
    )


def _look_for_proxies(
    job: JoinedJob, measurer: Measurer
) -> tuple[list[Proxy], tuple[str, ...]] | None:
    """Return what is there as its result tells, read whole, and what is gone or changed.

    None where it was asked to stop: no further file is read.
    """
    path_maps = measurer.tools.path_maps
    found: list[Proxy] = []
    lacking: list[str] = []
    for entry in job.tries:
        if measurer.stop.soft:
            return None
        if entry.clip.status != "COMPLETED" or entry.instead is not None:
            continue
        seen = inspect_proxy(job.stored, entry.clip, rehash=True, path_maps=path_maps)
        if seen.state == "there" and entry.clip.output_sha256:
            found.append(Proxy(entry.clip, seen.path))
        else:
            words = {"gone": "proxy is gone", "unreadable": "cannot be read"}
            lacking.append(f"{seen.path}: {words.get(seen.state, seen.state)}")
    return found, tuple(lacking)


def _stands_already(
    stored: StoredResult,
    path: Path,
    parameters: QcParameters,
    proxies: list[Proxy],
    lacking: tuple[str, ...],
) -> Measured:
    """Tell what lies there: the same proxies and parameters are done, any other is refused."""
    try:
        qc = read_qc(path)
    except OSError as error:
        return Measured(stored, "refused", path, None, lacking, error.strerror or str(error))
    except ValueError as error:
        return Measured(stored, "refused", path, None, lacking, str(error))
    differs = "; ".join(_differences(qc, stored, parameters, proxies))
    if differs:
        return Measured(stored, "refused", path, None, lacking, differs)
    return Measured(stored, "done before", path, qc, lacking)


def _differences(
    qc: QcResult, stored: StoredResult, parameters: QcParameters, proxies: list[Proxy]
) -> Iterator[str]:
    if qc.job_id != stored.result.job_id:
        yield "is of another job"
    if qc.parameters != parameters:
        told = "all" if qc.parameters.max_frames is None else qc.parameters.max_frames
        yield f"was made with --frame-stride {qc.parameters.frame_stride} --max-frames {told}"
    known = {clip.index: clip.proxy_sha256 for clip in qc.clips}
    if any(known.get(each.clip.index) != each.clip.output_sha256 for each in proxies):
        yield "is of other proxies"
