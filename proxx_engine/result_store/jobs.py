"""Job files that lie about: which holds a job, which repeats it, which has not run yet."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from proxx_engine.result_store.proxies import same_path
from proxx_engine.result_store.reading import list_files
from proxx_engine.spec.reading import MAX_BYTES
from proxx_engine.system.files import read_regular


@dataclass(frozen=True, slots=True)
class JobMark:
    """What a job file says of itself at its top; nothing else of it was checked."""

    path: Path
    job_id: str
    batch: str | None
    label: str
    retried_from: str | None
    clip_count: int
    created_at: str


def read_mark(path: Path) -> JobMark | None:
    """Return a job file's mark; None when it cannot be read as one."""
    try:
        loaded = json.loads(read_regular(path, limit=MAX_BYTES))
        mark = JobMark(
            path,
            loaded["job_id"],
            loaded.get("batch"),
            loaded["label"],
            loaded.get("retried_from"),
            len(loaded["clips"]),
            loaded["created_at"],
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    texts = (mark.batch or "", mark.retried_from or "", mark.job_id, mark.label, mark.created_at)
    return mark if all(isinstance(text, str) for text in texts) else None


class JobIndex:
    """Job files of the folders that were read, by job and by the job that they repeat."""

    def __init__(self) -> None:
        self._read: set[tuple[str, bool]] = set()
        self._by_id: dict[str, JobMark] = {}
        self._repeats: dict[str, dict[str, JobMark]] = defaultdict(dict)

    def read(self, folders: Iterable[Path], *, below: bool = False) -> None:
        """Read the job files in folders, or also below them; each folder once."""
        for folder in folders:
            if (same_path(folder), below) in self._read or not folder.is_dir():
                continue
            self._read.add((same_path(folder), below))
            for mark in map(read_mark, list_files([folder], below=below).jobs):
                if mark is not None:
                    self._by_id.setdefault(mark.job_id, mark)
                    if mark.retried_from is not None:
                        self._repeats[mark.retried_from].setdefault(mark.job_id, mark)

    def find(self, job_id: str) -> Path | None:
        """Return the file that holds a job."""
        mark = self._by_id.get(job_id)
        return mark.path if mark else None

    def repeats_of(self, job_id: str) -> tuple[Path, ...]:
        """Return the files of the jobs that repeat a job."""
        return tuple(mark.path for mark in self._repeats.get(job_id, {}).values())
