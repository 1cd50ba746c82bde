"""`proxx history`: one job's story out of log, claim, journal and result."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from proxx_engine import read_regular
from sidecar.cli.history_text import describe_history
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome
from sidecar.cli.screen import Screen
from sidecar.folders.layout import find_watch_folder, watch_folder_around
from sidecar.folders.names import CLAIM, JOB
from sidecar.folders.replaying import IDLE
from sidecar.folders.views.finding import SHORTEST_ID, FoundJob, find_jobs
from sidecar.folders.views.history import tell_history

_MAX_BYTES = 64 * 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("job", metavar="JOB", help="a job's file, folder or result, or its id (8 digits do)")
    add("--folder", type=Path, metavar="WATCHFOLDER", help="default: the one around JOB or here")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody means by JOB."""

    word: str | None
    """An id, or a name; None for a path that names no job."""
    around: Path | None
    """The watch folder in which the path lies."""


def execute(arguments: argparse.Namespace) -> Outcome:
    """Find the job and tell of it; nothing is changed."""
    asked = _read(arguments.job)
    around = arguments.folder or asked.around or watch_folder_around(Path.cwd())
    if asked.word is None:
        return _refuse(f"{arguments.job} names no job")
    if around is None:
        return _refuse("which watch folder? name it with --folder")
    folder = find_watch_folder(around)
    jobs = find_jobs(folder, asked.word)
    if len(jobs) != 1:
        return _refuse(*_which(jobs, arguments.job, folder.root))
    history = tell_history(folder, jobs[0])
    lines = describe_history(history, folder.root, width=Screen().width())
    return Outcome(DONE, asdict(history), tuple(lines))


def _read(job: str) -> _Asked:
    path = Path(os.path.abspath(job))
    if not os.path.lexists(path):
        return _Asked(job, watch_folder_around(path))
    root = watch_folder_around(path)
    if root is None:
        return _Asked(_id_in(path), None)
    room, *rest = path.relative_to(root).parts or ("",)
    if room in ("running", "completed", "failed") and len(rest) >= 2:
        return _Asked(rest[1], root)
    if room in IDLE and rest:
        return _Asked(rest[0], root)
    if room == "claims" and rest:
        return _Asked(rest[0].removesuffix(CLAIM), root)
    return _Asked(_id_in(path), root)


def _id_in(path: Path) -> str | None:
    """Return the id that a job file or a result carries; None where it is neither."""
    try:
        loaded: Any = json.loads(read_regular(path, limit=_MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    job_id = loaded.get("job_id") if isinstance(loaded, dict) else None
    return job_id if isinstance(job_id, str) else None


def _which(jobs: list[FoundJob], asked: str, root: Path) -> list[str]:
    if jobs:
        named = (f"  {found.job.job_id or found.job.job_file}  {found.job.place}" for found in jobs)
        return [f"{len(jobs)} jobs of {root} are called {asked!r}:", *named]
    short = len(asked) < SHORTEST_ID and not asked.endswith(JOB)
    hint = f"; of an id at least {SHORTEST_ID} digits are needed" * short
    return [f"{root} tells of no job {asked!r}{hint}"]


def _refuse(problem: str, *more: str) -> Outcome:
    complaint = f"proxx history: {problem}"
    return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint, *more))
