"""What people call jobs: the label of each JobSpec, for whoever shows rows, which hold ids alone.

A JobSpec never changes, so each is read once. A look reads only a few that are new, so that it
stays quick; the others have their labels at the next looks.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from proxx_engine import PlaceError
from sidecar.service.keys import job_of_jobspec, jobspec_key
from sidecar.service.rows import JobRow
from sidecar.service.storage.contract import Storage

MOST_KEPT = 4096
MOST_READ = 16
"""New ones in one look."""
_LARGEST_READ = 1024 * 1024
"""A larger JobSpec has many clips, and is told by its id."""
_LONGEST = 200


class Labels:
    """Labels that were read, in one process; safe for several threads."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._known: OrderedDict[str, str] = OrderedDict()
        """By the JobSpec's job id; empty where it has none to tell."""
        self._lock = threading.Lock()

    def of(self, described: Mapping[str, str]) -> dict[str, str]:
        """Return the labels of jobs that are known, by their ids; `described`: as that returns."""
        wanted = tuple(dict.fromkeys(described.values()))
        with self._lock:
            new = [job for job in wanted if job not in self._known][:MOST_READ]
        for job in new:
            try:
                label = self._read(job)
            except PlaceError:
                break  # that the storage is away is told elsewhere
            with self._lock:
                self._known[job] = label
                while len(self._known) > MOST_KEPT:
                    self._known.popitem(last=False)
        with self._lock:
            labels = {row: self._known.get(job, "") for row, job in described.items()}
        return {row: label for row, label in labels.items() if label}

    def _read(self, job: str) -> str:
        try:
            value = json.loads(self._storage.read(jobspec_key(job), limit=_LARGEST_READ))
            label = value["label"]
        except (FileNotFoundError, ValueError, LookupError, TypeError, RecursionError):
            return ""
        return label[:_LONGEST] if isinstance(label, str) else ""


def described(rows: Iterable[JobRow]) -> dict[str, str]:
    """Return, for each row, the id of the job whose JobSpec it is about: of qc it is another's."""
    return {row.job_id: job_of_jobspec(row.input_path) or row.job_id for row in rows}
