"""A job of the pipeline `qc`: the proxies of a job that ended are measured, as `proxx qc` does it.

The measures lie beside the result, as always; the job's own copy and the one in the storage are
equal to that file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import (
    JobSpec,
    JoinedJob,
    NeverStop,
    PlaceError,
    StopFlags,
    Tools,
    WorkerIdentity,
    find_results,
    local_path,
    place_of_job,
    plan_job,
    read_regular,
    write_whole,
)
from sidecar.folders.keeping import refuse_hindered
from sidecar.folders.places import Places, source_folders
from sidecar.qc.jobs import Measured, measure_job, open_measurer
from sidecar.qc.reasons import BY_NATURE
from sidecar.qc.storing import MAX_QC_BYTES
from sidecar.service.keys import measures_key
from sidecar.service.parts import Parts
from sidecar.service.rows import Ending, JobRow
from sidecar.service.settling.endings import Came, failed, told
from sidecar.service.settling.homes import (
    home_of,
    keep_measures,
    make_home,
    measures_in,
)
from sidecar.service.settling.travelling import fetch_proxies
from sidecar.service.worker.jobs import Ended
from sidecar.service.worker.stopping import MeasuringStop, RowStop

_MAX_RESULT_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class MeasuringJob:
    """The proxies of a JobSpec, to be measured."""

    row: JobRow
    spec: JobSpec
    """The job that is measured."""
    data: bytes
    tools: Tools
    worker: WorkerIdentity
    parts: Parts
    scratch: Path

    @property
    def home(self) -> Path:
        """Where this measuring lies on this host."""
        return home_of(self.parts.settings.home, self.row.job_id)

    @property
    def journal(self) -> None:
        """Measuring counts no clips."""
        return None

    @property
    def beside(self) -> Path:
        """The result beside the proxies."""
        return Path(local_path(plan_job(self.spec).result_path, self.tools.path_maps))

    def look(self, places: Places) -> None:
        """Look at the folders that are read, and at the filters.

        Raises: PlaceError; RequestError where the storage has another thing than was put.
        """
        out = local_path(self.spec.output.directory, self.tools.path_maps)
        if not os.path.isdir(out):
            raise PlaceError("STORAGE_OUTPUT_MISSING", out)
        for folder in source_folders(self.spec, self.tools):
            if not os.path.isdir(folder):
                sentence = f"the folder of the source is not there: {folder}"
                raise PlaceError("SOURCE_MISSING", sentence)
        open_measurer(self.tools, NeverStop())
        fetch_proxies(self.parts, self.spec, self.tools.path_maps)

    def run(self, stop: RowStop) -> Ended:
        """Measure; what cannot be measured is data."""
        try:
            ending, data = self._measure(MeasuringStop(stop))
        except (OSError, PlaceError) as error:
            hindered = refuse_hindered(error, self.home, worker=self.worker, job_id=self.row.job_id)
            assert hindered.failure is not None
            ending = Ending("failed", None, told(hindered.failure.code, hindered.failure.sentence))
            return Ended(lambda: self._keep(ending, None), hindered)
        return Ended(lambda: self._keep(ending, data), None)

    def _measure(self, stop: StopFlags) -> tuple[Ending, bytes | None]:
        """Raises: PlaceError, OSError."""
        base = self.parts.settings.home
        job = self._find_job(make_home(base, self.row.job_id, self.spec, self.data))
        if job is None:
            return failed("SPEC_JOB_NOT_RUN", f"no result is at {self.beside}"), None
        measured = measure_job(
            job,
            open_measurer(self.tools, stop),
            frame_stride=self.row.frame_stride,
            max_frames=self.row.max_frames,
        )
        if measured.ending == "not written":  # so would the next one be
            raise PlaceError("STORAGE_NOT_WRITABLE", measured.reason)
        key = measures_key(self.row.job_id)
        data = None
        if measured.qc is not None and measured.ending in ("made", "done before"):
            data = read_regular(measured.path, limit=MAX_QC_BYTES)
        failure = next(_failures(measured), None)
        if failure is None:
            return Ending("completed", key, None), data
        return Ending("failed", key if data is not None else None, told(*failure)), data

    def _find_job(self, job_file: Path) -> JoinedJob | None:
        """Return the job with its result; a copy of that lies with the JobSpec, for `proxx qc`
        asks the JobSpec that lies near whether a source is still the same.
        """
        copy = place_of_job(job_file).result
        if os.path.lexists(self.beside) and not os.path.lexists(copy):
            write_whole(copy, read_regular(self.beside, limit=_MAX_RESULT_BYTES))
        found = find_results((self.beside, copy))
        jobs = (job for job in found.jobs if job.stored.result.job_id == self.spec.job_id)
        return next(jobs, None)

    def _keep(self, ending: Ending, data: bytes | None) -> Came:
        make_home(self.parts.settings.home, self.row.job_id, self.spec, self.data)
        if data is not None and measures_in(self.home) is None:
            keep_measures(self.home, ending, data)
        return Came(self.row, ending, data, scratch=self.scratch)


def _failures(measured: Measured) -> Iterator[tuple[str, str]]:
    """Yield why a measuring is no success: a code and a sentence each, the first clip's first."""
    if measured.ending == "stopped":
        yield "ENCODE_STOPPED", "a person ended the measuring"
    if measured.ending == "refused":
        yield "CLAIM_SETTLED", f"{measured.path} stands already: {measured.reason}"
    for clip in measured.qc.clips if measured.qc else ():
        if clip.code is not None and clip.code not in BY_NATURE:
            yield clip.code, clip.sentence or ""
    for lacking in measured.lacking:
        yield "SOURCE_MISSING", lacking
    if measured.ending == "no proxy":
        yield "SPEC_JOB_NOT_RUN", "no clip of it has a proxy that counts"
