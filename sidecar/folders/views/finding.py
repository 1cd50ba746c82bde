"""Which job somebody means, out of action log and disk: either may lack what the other has."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sidecar.folders.actions import read_actions
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import JOB, job_id_in
from sidecar.folders.replaying import IDLE, Replayed, State, replay
from sidecar.folders.views.ended import list_folders
from sidecar.folders.views.tops import read_top

SHORTEST_ID = 8


@dataclass(frozen=True, slots=True)
class FoundJob:
    """One job, with where it is and where the log says that it is."""

    job: Replayed
    """As the disk has it; as the log tells it, where no file of it is there."""
    is_there: bool
    """Whether a file of it lies where `job` says."""
    told: Replayed | None
    """As the log alone tells it."""


def find_jobs(folder: WatchFolder, asked: str) -> list[FoundJob]:
    """Return the jobs whose id begins so, or whose file or folder is called so. Raises: OSError.

    `asked`: at least eight digits of an id, a name in `pending/`, or that of a job's own folder.
    """
    on_disk = list(_search_disk(folder, asked))
    told = list(_search_log(folder, asked, on_disk))
    found = [_place(folder, job, on_disk) for job in told]
    known = {entry.job.place for entry in found}
    found += [FoundJob(job, True, None) for job in on_disk if job.place not in known]
    # A copy of a job that was taken is refused: whoever asks by the id means the one that ran.
    taken = [entry for entry in found if _is_called_after_its_id(entry.job)]
    return taken if _is_id(asked) and taken else found


def _is_id(asked: str) -> bool:
    return len(asked) >= SHORTEST_ID and not set(asked.lower()) - set("0123456789abcdef-")


def _is_called_after_its_id(job: Replayed) -> bool:
    return job.state not in IDLE and Path(job.place).name.endswith(f".{job.job_id}")


def _means(asked: str, job: Replayed) -> bool:
    names = {job.job_file, job.job_file.removesuffix(JOB), Path(job.place).name}
    if asked in names - {""}:
        return True
    return _is_id(asked) and (job.job_id or "").startswith(asked.lower())


def read_log(folder: WatchFolder, about: Iterable[str]) -> list[dict[str, Any]]:
    """Return the lines in which one of these words stands; none where there is no log."""
    words = [word for word in about if word]
    try:
        return list(read_actions(folder, words)) if words else []
    except FileNotFoundError:
        return []


def _search_log(folder: WatchFolder, asked: str, on_disk: list[Replayed]) -> Iterator[Replayed]:
    """Yield the jobs that the log tells of."""
    words = {asked.lower() if _is_id(asked) else asked}
    words |= {word for job in on_disk for word in (job.job_id, job.job_file) if word}
    lines = read_log(folder, words)
    # A job may have lines that name it otherwise: by its id alone, or by its file alone.
    more = {str(line.get(key) or "") for line in lines for key in ("job_id", "job_file")}
    if more - words - {""}:
        lines = read_log(folder, more | words)
    ids = {job.job_id for job in on_disk}
    for job in replay(lines):
        if _means(asked, job) or (job.job_id is not None and job.job_id in ids):
            yield job


def _place(folder: WatchFolder, told: Replayed, on_disk: list[Replayed]) -> FoundJob:
    """Return a job of the log with where it is on the disk."""
    if _lies_at(folder, told.place):
        return FoundJob(told, True, told)
    moved = [job for job in on_disk if job.job_id is not None and job.job_id == told.job_id]
    if not moved:
        return FoundJob(told, False, told)
    here = moved[0]
    worker = told.worker if here.state == told.state else here.worker
    name = told.job_file or here.job_file
    return FoundJob(Replayed(name, told.job_id, here.state, here.place, worker), True, told)


def _lies_at(folder: WatchFolder, place: str) -> bool:
    """Whether a place that the log tells is one, and something lies there."""
    parts = place.split("/")
    plain = all(part not in ("", ".", "..") and "\\" not in part for part in parts)
    return plain and len(parts) in (2, 3) and os.path.lexists(folder.root / place)


def _search_disk(folder: WatchFolder, asked: str) -> Iterator[Replayed]:
    """Yield the jobs that lie there. Raises: OSError."""
    rooms: tuple[State, ...] = ("pending", "held")
    for room in rooms:
        for name in _list(folder.root / room):
            if name.endswith(JOB):
                job_id = job_id_in(name) or _id_within(folder.root / room / name)
                job = Replayed(name, job_id, room, f"{room}/{name}", None)
                if _means(asked, job):
                    yield job
    states: tuple[State, ...] = ("running", "completed", "failed")
    word = asked.removesuffix(JOB).lower()
    for state in states:
        for place in list_folders(folder.root / state):
            worker = os.path.basename(place) if state == "running" else None
            # By its letters first: there may be a hundred thousand.
            homes = (home for home in list_folders(place) if word in os.path.basename(home).lower())
            for home in homes:
                job = _in_home(state, os.path.basename(place), os.path.basename(home), worker)
                if _means(asked, job):
                    yield job


def _in_home(state: State, place: str, home: str, worker: str | None) -> Replayed:
    return Replayed("", job_id_in(f"{home}{JOB}"), state, f"{state}/{place}/{home}", worker)


def _id_within(path: Path) -> str | None:
    top = read_top(path)
    return top.job_id if top else None


def _list(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []
