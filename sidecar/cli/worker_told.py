"""What workers of the service say while they work, on standard error: lines for a person where a
terminal is, JSON lines everywhere else.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import Any

from proxx_engine import (
    JobExecutionResult,
    PlaceError,
    cpu_count,
    exit_code_of,
    failure_kinds,
    now_utc,
)
from sidecar.cli.job_words import describe_result
from sidecar.cli.outcome import DEFECT, JOB_FAILED, PLACE_MISSING, STOPPED, plural, printable
from sidecar.service.parts import Parts
from sidecar.service.rows import Ending, JobRow
from sidecar.service.settling.interrupted import SettledRow
from sidecar.service.telling import SHORT, tell_ending
from sidecar.service.worker.options import WorkOptions, WorkTeller
from sidecar.service.worker.outcome import WorkOutcome, WorkTally

_LONGEST = 4000
_NEW_JOB = ", then make a new job"


class WorkTale(WorkTeller):
    """Tells a person, each line with its time of day in UTC."""

    def started(self, parts: Parts, options: WorkOptions) -> None:
        """The workers are about to begin."""
        processors = cpu_count()
        could = f"this machine could run {processors} ({plural(processors, 'processor')})"
        where = f"table {parts.table.told_as}, queue {parts.queue.told_as}"
        self._say([f"{where}, storage {parts.storage.told_as}"])
        self._say([f"{plural(options.workers, 'worker')}; {could}"])

    def ended(
        self, worker: str, row: JobRow, ending: Ending, result: JobExecutionResult | None
    ) -> None:
        """A job was settled by its worker."""
        if result is None or result.label is None:
            self._say([tell_ending(row, ending)])
        else:
            self._say(describe_result(result.label, result))

    def lost(self, worker: str, row: JobRow) -> None:
        """A job was settled by another while its worker ran it."""
        self._say([f"{row.job_id[:SHORT]}: was settled by another; nothing more was published"])

    def passed_by(self, worker: str, job_id: str, why: str) -> None:
        """An entry of the queue was no job to run."""
        self._say([f"{job_id[:SHORT]}: not run, {why}"])

    def gave_back(self, worker: str, job_id: str) -> None:
        """A job that waited for its place is the next in line again."""
        self._say([f"{job_id[:SHORT]}: is given back to the queue"])

    def settled(self, settled: SettledRow) -> None:
        """The truth about an interrupted job was told."""
        self._say(["was interrupted; this is what came of it:"])
        self._say([tell_ending(settled.row, settled.ending)])

    def blocked(self, worker: str, cause: PlaceError) -> None:
        """Nothing is taken, or nothing can be kept."""
        # Nothing of a job was run or lost by it: what is a cure elsewhere would make it twice.
        cure = failure_kinds()[cause.code].next_step.replace(_NEW_JOB, "")
        self._say([f"BLOCKED: {cause}", f"{cure} It then goes on by itself."])

    def unblocked(self, worker: str) -> None:
        """It works again."""
        self._say(["works again"])

    def trouble(self, sentence: str) -> None:
        """What a person must know besides."""
        self._say([f"TROUBLE: {sentence}"])

    def _say(self, lines: Iterable[str]) -> None:
        heads = chain([f"{now_utc()[11:19]}  "], repeat(" " * len("00:00:00  ")))
        _write(head + printable(line) for head, line in zip(heads, lines, strict=False))


class JsonWorkTale(WorkTale):
    """Tells a program: one JSON object a line."""

    def started(self, parts: Parts, options: WorkOptions) -> None:
        """The workers are about to begin."""
        self._tell(
            "started",
            workers=options.workers,
            table=parts.table.told_as,
            queue=parts.queue.told_as,
            storage=parts.storage.told_as,
        )

    def claimed(self, worker: str, row: JobRow) -> None:
        """A worker begins a job."""
        self._tell("claimed", worker=worker, job_id=row.job_id, pipeline_id=row.pipeline_id)

    def ended(
        self, worker: str, row: JobRow, ending: Ending, result: JobExecutionResult | None
    ) -> None:
        """A job was settled by its worker."""
        proven = result.proven if result is not None else None
        self._tell("ended", worker=worker, proven=proven, **_of(row, ending))

    def lost(self, worker: str, row: JobRow) -> None:
        """A job was settled by another while its worker ran it."""
        self._tell("lost", worker=worker, job_id=row.job_id, code="CLAIM_LOST")

    def passed_by(self, worker: str, job_id: str, why: str) -> None:
        """An entry of the queue was no job to run."""
        self._tell("passed_by", worker=worker, job_id=job_id, why=why)

    def gave_back(self, worker: str, job_id: str) -> None:
        """A job that waited for its place is the next in line again."""
        self._tell("gave_back", worker=worker, job_id=job_id)

    def settled(self, settled: SettledRow) -> None:
        """The truth about an interrupted job was told."""
        self._tell("settled", **_of(settled.row, settled.ending))

    def blocked(self, worker: str, cause: PlaceError) -> None:
        """Nothing is taken, or nothing can be kept."""
        self._tell("blocked", worker=worker, code=cause.code, detail=cause.detail)

    def unblocked(self, worker: str) -> None:
        """It works again."""
        self._tell("unblocked", worker=worker)

    def trouble(self, sentence: str) -> None:
        """What a person must know besides."""
        self._tell("trouble", sentence=sentence)

    def _tell(self, event: str, **facts: Any) -> None:
        capped = {name: _capped(value) for name, value in facts.items()}
        _write([json.dumps({"time": now_utc(), "event": event, **capped})])


def choose_tale(*, as_json: bool) -> WorkTale:
    """Return what is fit for where it is read."""
    return JsonWorkTale() if as_json or not sys.stderr.isatty() else WorkTale()


def _of(row: JobRow, ending: Ending) -> dict[str, Any]:
    return {
        "job_id": row.job_id,
        "pipeline_id": row.pipeline_id,
        "status": ending.status,
        "error_message": ending.error_message,
    }


def _capped(value: Any) -> Any:
    return value[:_LONGEST] if isinstance(value, str) else value


def _write(lines: Iterable[str]) -> None:
    """Write lines in one piece; what nobody can read is lost, and the work goes on."""
    try:
        sys.stderr.write("".join(f"{line}\n" for line in lines))
        sys.stderr.flush()
    except OSError:
        return


def sum_up(outcome: WorkOutcome) -> Iterator[str]:
    """Yield what a person reads at the end."""
    tally = outcome.tally
    parts = [plural(tally.jobs, "job"), f"{tally.completed} completed"]
    parts += [f"{tally.failed} NOT completed"] * bool(tally.failed)
    parts += [f"{tally.lost} settled by others"] * bool(tally.lost)
    yield ", ".join(parts) if tally.jobs else "no job was run"
    if outcome.settled.jobs:
        yield f"{plural(outcome.settled.jobs, 'interrupted job')} settled"
    for job_id in outcome.left:
        yield f"{job_id[:SHORT]}: ran, and its end could not be kept; a worker here settles it"
    for cause in outcome.blocked:
        yield f"BLOCKED: {cause}"
    yield from outcome.unsettled


def exit_codes(outcome: WorkOutcome) -> Iterator[int]:
    """Yield the exit code of everything that the workers came to."""
    for tally in (outcome.tally, outcome.settled):
        yield from _codes_of(tally)
    if outcome.blocked or outcome.unsettled or outcome.left:
        yield PLACE_MISSING
    if outcome.defects:
        yield DEFECT
    if outcome.stopped:
        yield STOPPED


def _codes_of(tally: WorkTally) -> Iterator[int]:
    for code in tally.codes:
        yield exit_code_of(code) if code in failure_kinds() else JOB_FAILED


def outcome_data(outcome: WorkOutcome) -> dict[str, Any]:
    """Return what a program reads at the end."""
    return {
        "time": now_utc(),
        "event": "stopped" if outcome.stopped else "finished",
        "jobs": outcome.tally.jobs,
        "completed": outcome.tally.completed,
        "failed": outcome.tally.failed,
        "lost": outcome.tally.lost,
        "settled": outcome.settled.jobs,
        "left": list(outcome.left),
        "unsettled": list(outcome.unsettled),
        "blocked": [{"code": each.code, "detail": each.detail} for each in outcome.blocked],
    }
