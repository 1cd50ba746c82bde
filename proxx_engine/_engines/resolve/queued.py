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


@dataclass(frozen=True, slots=True)
class Place:
    """What the queue tells of folder and file name of a job, the ones set being ours."""

    is_whole: bool
    """Whether both are told, and neither is what was set in their place before a preset came."""
    lost: str
    """What no preset brings back; empty where they do, or nothing is told."""


def place_of(project: Project, job_id: str, names: OwnNames, folder: str) -> Place:
    """Look where a job goes. Raises: EncodingFault."""
    told = _find_job(project, job_id)
    if told is None:
        return Place(is_whole=True, lost="")  # whoever compares it will say so
    target, file = told.get("TargetDir"), told.get("OutputFilename")
    strange = {
        "the folder": isinstance(target, str) and _is_same(target, names.elsewhere(folder)),
        "the file name": isinstance(file, str) and _as_path(file).stem == names.word,
    }
    lost = " and ".join(what for what, is_so in strange.items() if is_so)
    why = "on the Deliver page, of which this Resolve keeps nothing in its render presets: choose"
    return Place(
        is_whole=isinstance(target, str) and isinstance(file, str) and not lost,
        lost=f"{lost} {why} before the next render" if lost else "",
    )


def require_job(
    project: Project,
    answer: str,
    names: OwnNames,
    wanted: Rendering,
    settings: Mapping[str, Any],
    file: Path,
) -> Queued:
    """Compare the job that stands in the queue with what was asked. Raises: EncodingFault."""
    told = _find_job(project, answer)
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


def _find_job(project: Project, job_id: str) -> Mapping[str, Any] | None:
    return next((job for job in render_jobs(project) if job.get("JobId") == job_id), None)


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
