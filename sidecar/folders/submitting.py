"""Jobs into `pending/`: under names that sort in the order of submission; all of them, or none."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import (
    CreatedJob,
    create_exclusive,
    encode_json,
    identify_process,
    now_utc,
    publish,
    sync_file,
    sync_folder,
)
from sidecar.folders.actions import ActionLog
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import order_names
from sidecar.folders.processes import process_name

_MOST_AT_ONCE = 8
"""Files on their way to the disk at a time."""


@dataclass(frozen=True, slots=True)
class NamedJob:
    """A job with the place that it will wait in."""

    job: CreatedJob
    path: Path
    folder: WatchFolder | None = None
    """None for one that lies in a plain folder, until a person runs it."""


def name_jobs(jobs: Sequence[tuple[CreatedJob, WatchFolder | Path]]) -> list[NamedJob]:
    """Return each job with its place: in `pending/`, in their order, or in a plain folder.

    Nothing is written.
    """
    at = now_utc()
    # One count over all of them: the order is the act's, whichever folder a job goes to.
    names = order_names((job.spec for job, _home in jobs), at=at)
    return [
        NamedJob(job, home.pending / name, home)
        if isinstance(home, WatchFolder)
        else NamedJob(job, home / job.file_name)
        for (job, home), name in zip(jobs, names, strict=True)
    ]


def write_named(jobs: Sequence[NamedJob]) -> None:
    """Write each job, whole from its first moment; what an error interrupts is taken back.

    All bytes are on the disk before the first job is seen: a full disk costs no half batch.
    Raises: FileExistsError, OSError.
    """
    hidden = {entry.path: _hidden(entry.path) for entry in jobs}
    shown: list[Path] = []
    try:
        _write_hidden([(hidden[entry.path], entry.job) for entry in jobs])
        _note(jobs)
        for path in hidden:
            # Noted first: a signal may come between the publishing and the noting.
            shown.append(path)
            try:
                publish(hidden[path], path)
            except FileExistsError:
                shown.pop()
                raise
        for folder in {path.parent for path in hidden}:
            sync_folder(folder)
    except BaseException as error:
        for path in (*hidden.values(), *shown):
            with suppress(OSError):  # what went wrong first is told; a read-only place refuses both
                path.unlink(missing_ok=True)
        for path in hidden:
            if isinstance(error, OSError) and error.filename in (hidden[path], str(hidden[path])):
                # Nobody knows the hidden name; what is told is the job that was submitted.
                error.filename, error.filename2 = str(path), None
        raise


def _write_hidden(files: Sequence[tuple[Path, CreatedJob]]) -> None:
    """Write files side by side: a disk makes many durable in the time of one."""

    def write(file: tuple[Path, CreatedJob]) -> None:
        path, job = file
        create_exclusive(path, encode_json(job.spec), durable=False)
        sync_file(path)

    pool = ThreadPoolExecutor(_MOST_AT_ONCE)
    try:
        for _done in pool.map(write, files):
            pass
    finally:
        # What was begun ends before anything is taken back.
        pool.shutdown(cancel_futures=True)


def _note(jobs: Sequence[NamedJob]) -> None:
    process = process_name(identify_process())
    for folder in {entry.folder.root: entry.folder for entry in jobs if entry.folder}.values():
        facts = (
            {"job_id": entry.job.spec.job_id, "job_file": entry.path.name, "to": "pending"}
            for entry in jobs
            if entry.folder == folder
        )
        ActionLog(folder, process).note_all("submit", facts)


def _hidden(path: Path) -> Path:
    return path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")


def submit_all(
    jobs: Sequence[tuple[CreatedJob, WatchFolder | Path]],
) -> list[tuple[CreatedJob, Path]]:
    """Give each job to its watch folder or plain folder; return each with its file.

    All of them, or none. Raises: FileExistsError, OSError.
    """
    named = name_jobs(jobs)
    write_named(named)
    return [(entry.job, entry.path) for entry in named]
