"""Which jobs that failed were made again by jobs that say nothing of them: created anew, not
resubmitted. Read are only results of jobs that bear one label.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sidecar.folders.views.ended import read_result

_Clip = tuple[str, str]
"""The proxy of a clip, and its source, as its result names them."""


@dataclass(frozen=True, slots=True)
class EndedJob:
    """A job that has a result."""

    job_id: str
    label: str
    made_at: str
    failed: bool
    result_file: Path


@dataclass
class _Results:
    _read: dict[Path, list[tuple[_Clip, bool]]] = field(default_factory=dict)

    def clips(self, job: EndedJob) -> list[tuple[_Clip, bool]]:
        """Return the clips of a job, each with whether it was completed."""
        if job.result_file not in self._read:
            self._read[job.result_file] = _clips_in(job.result_file)
        return self._read[job.result_file]


def find_tried_again(jobs: Iterable[EndedJob]) -> Iterator[str]:
    """Yield the ids of failed jobs of which later ones tried all that they lack."""
    by_label: dict[str, list[EndedJob]] = defaultdict(list)
    for job in jobs:
        by_label[job.label].append(job)
    results = _Results()
    for alike in by_label.values():
        for job in alike:
            later = [other for other in alike if other.made_at > job.made_at]
            if not job.failed or not later:
                continue
            lacking = {clip for clip, completed in results.clips(job) if not completed}
            if lacking and lacking <= {clip for other in later for clip, _ in results.clips(other)}:
                yield job.job_id


def _clips_in(result_file: Path) -> list[tuple[_Clip, bool]]:
    try:
        return [
            ((str(clip["output"]["path"]), str(clip["source"])), clip["status"] == "COMPLETED")
            for clip in read_result(result_file)["clips"]
        ]
    except (LookupError, TypeError):
        return []
