"""Our job in Resolve's queue: put there, and found there as it was asked for."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proxx_engine._engines.resolve.asking import ask, is_whole_number
from proxx_engine._engines.resolve.host import Project
from proxx_engine._engines.resolve.looking import job_status, render_jobs
from proxx_engine._engines.resolve.names import OwnNames
from proxx_engine._engines.resolve.settings import rate_text
from proxx_engine.errors import EncodingFault
from proxx_engine.planning.rendering import Rendering

_RATE_WITHIN = 0.002


@dataclass(frozen=True, slots=True)
class Queued:
    """Our job in the queue."""

    id: str
    waiting: Any
    """How Resolve calls, in its language, a job that has not begun."""


def add_job(project: Project, folder: str) -> str:
    """Put the render into the queue and return its id. Raises: EncodingFault."""
    answer = ask("AddRenderJob", lambda: project.AddRenderJob())
    if not isinstance(answer, str) or not answer:
        detail = f"AddRenderJob answered {answer!r} for {folder}"
        raise EncodingFault("RENDER_JOB_REFUSED", detail)
    return answer


def require_job(
    project: Project,
    answer: str,
    names: OwnNames,
    wanted: Rendering,
    settings: Mapping[str, Any],
    file: Path,
) -> Queued:
    """Compare the job that stands in the queue with what was asked. Raises: EncodingFault."""
    told = next((job for job in render_jobs(project) if job.get("JobId") == answer), None)
    if told is None:
        raise EncodingFault("RENDER_JOB_REFUSED", f"job {answer} is not in the queue")
    if told.get("TimelineName") != names.timeline:
        raise EncodingFault("RENDER_JOB_REFUSED", f"it is of {told.get('TimelineName')!r}")
    for key, asked in _told_as(wanted, settings, file).items():
        if key in told and not _is_same(told[key], asked):
            raise EncodingFault("RENDER_SETTING_REFUSED", f"{key} is {told[key]!r}, not {asked!r}")
    _require_all_frames(told, wanted.frames)
    status = job_status(project, answer) or {}
    return Queued(answer, status.get("JobStatus"))


def _require_all_frames(told: Mapping[str, Any], frames: int) -> None:
    """Whether the last frame is counted in is nowhere said; what is no range says nothing."""
    first: Any = told.get("MarkIn")
    last: Any = told.get("MarkOut")
    if not (is_whole_number(first) and is_whole_number(last) and first < last):
        return
    if last - first + 1 not in (frames, frames + 1):
        detail = f"MarkIn and MarkOut are frames {first} to {last}, not all {frames}"
        raise EncodingFault("RENDER_SETTING_REFUSED", detail)


def _told_as(wanted: Rendering, settings: Mapping[str, Any], file: Path) -> dict[str, Any]:
    told = {
        "TargetDir": settings["TargetDir"],
        "OutputFilename": file.name,
        "IsExportVideo": True,
        "IsExportAudio": settings["ExportAudio"],
        "FormatWidth": wanted.width,
        "FormatHeight": wanted.height,
        "FrameRate": float(rate_text(wanted)),
        "ExportAlpha": False,
    }
    if wanted.channels:
        told |= {key: settings[key] for key in ("AudioBitDepth", "AudioSampleRate")}
    return told


def _is_same(found: Any, asked: Any) -> bool:
    """Numbers may be told as text, folders with a slash at their end, letters taken apart."""
    if isinstance(asked, bool):
        return bool(found) is asked
    if isinstance(asked, str):
        return isinstance(found, str) and _as_path(found) == _as_path(asked)
    try:
        return bool(abs(float(found) - asked) < _RATE_WITHIN)
    except (TypeError, ValueError):
        return False


def _as_path(text: str) -> Path:
    return Path(unicodedata.normalize("NFC", text))
