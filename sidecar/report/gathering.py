"""Paths → rows with what stands beside them: the job's word of its source, what qc measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import (
    ClipSpec,
    FoundResults,
    JobSpec,
    JobSpecValidationError,
    PathMap,
    Source,
    StoredResult,
    Unread,
    find_results,
    read_jobspec_file,
)
from sidecar.qc.model import QcResult
from sidecar.qc.reading import Quality, quality_of, read_qcs
from sidecar.report.reading import read_rows
from sidecar.report.rows import Inspecting, Row

_RESULT, _JOB = ".result.json", ".job.json"
_Measured = tuple[Path, QcResult] | Unread | None


@dataclass(frozen=True, slots=True)
class Gathered:
    """One row, and what no result tells of it."""

    row: Row
    asked: ClipSpec | None
    """What its job says of the clip; None where the job file does not lie with the result."""
    quality: Quality | Unread | None = None
    """What was measured of its proxy."""

    @property
    def source(self) -> Source | None:
        """What the job says of the clip's media."""
        return self.asked.source if self.asked is not None else None


def gather(
    paths: Sequence[Path],
    *,
    inspecting: Inspecting,
    rehash: bool = False,
    path_maps: tuple[PathMap, ...] = (),
) -> Iterator[Gathered]:
    """Read all that lies there; nothing is written and no source is opened."""
    found: FoundResults = find_results(paths)
    specs: dict[str, JobSpec | None] = {}
    measured: dict[str, _Measured] = {}
    for row in read_rows(found, rehash=rehash, inspecting=inspecting, path_maps=path_maps):
        yield Gathered(row, _asked(row, specs), _quality(row, measured))


def _asked(row: Row, specs: dict[str, JobSpec | None]) -> ClipSpec | None:
    if row.entry is None:
        return None
    stored = row.entry.stored
    job = stored.result.job_id or ""
    if job not in specs:
        specs.clear()  # rows come job by job
        specs[job] = _spec(stored)
    spec, index = specs[job], row.entry.clip.index
    clips = spec.clips if spec is not None else ()
    return next((clip for clip in clips if clip.index == index), None)


def _quality(row: Row, measured: dict[str, _Measured]) -> Quality | Unread | None:
    if row.entry is None:
        return None
    stored = row.entry.stored
    job = stored.result.job_id or ""
    if job not in measured:
        measured.clear()
        measured[job] = read_qcs(stored)
    read = measured[job]
    if read is None or isinstance(read, Unread):
        return read
    return quality_of(read, stored, row.entry.clip.index)


def _spec(stored: StoredResult) -> JobSpec | None:
    """Return the job itself where it lies with a copy of its result, and is the one that ran."""
    for copy in stored.copies:
        try:
            spec = read_jobspec_file(copy.with_name(copy.name.removesuffix(_RESULT) + _JOB))
        except JobSpecValidationError:
            continue
        if spec.job_id == stored.result.job_id:
            return spec
    return None
