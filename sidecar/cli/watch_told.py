"""What `proxx watch` says while it works: a line for what a person must know, or JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import Any

from proxx_engine import JobExecutionResult, JobSpec, cpu_count, exit_code_of, now_utc
from sidecar.cli.job_words import describe_result
from sidecar.cli.outcome import DEFECT, JOB_FAILED, PLACE_MISSING, STOPPED, plural, say
from sidecar.folders.batches import Batch, BatchCounts
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import short_name
from sidecar.folders.places import Block
from sidecar.folders.settling import Settled
from sidecar.watch.options import Teller, WatchOptions
from sidecar.watch.outcome import WatchOutcome


class Tale(Teller):
    """Tells a person, each line with its time of day in UTC."""

    def started(self, folder: WatchFolder, options: WatchOptions) -> None:
        """The workers are about to begin."""
        processors = cpu_count()
        could = f"this machine could run {processors} ({plural(processors, 'processor')})"
        self._say([f"watching {folder.root} for {folder.engine} jobs"])
        self._say([f"{plural(options.workers, 'worker')}; {could}"])
        if folder.engine == "resolve":
            self._say(["only jobs of the project that is open in Resolve are run; others wait"])

    def job_ended(self, worker: str, spec: JobSpec, result: JobExecutionResult) -> None:
        """A job was filed."""
        self._say(describe_result(spec.label, result))

    def settled(self, settled: Settled) -> None:
        """The truth about an interrupted job was written."""
        name = short_name(settled.claim.job_file)
        if settled.result is None:
            self._say([f"{name}: its claim was left by a process that is gone"])
        else:
            self._say([f"{name}: was interrupted; this is what came of it"])
            self._say(describe_result(settled.result.label or name, settled.result))

    def rejected(self, name: str, result: JobExecutionResult) -> None:
        """A file in `pending/` is not run."""
        self._say(describe_result(f"{short_name(name)}: not run", result))

    def left_alone(self, name: str, reason: str) -> None:
        """A file in `pending/` has been unfinished for long."""
        self._say([f"{short_name(name)}: left alone, it looks unfinished ({reason})"])

    def blocked(self, block: Block) -> None:
        """Nothing is claimed for a place."""
        self._say([f"BLOCKED: jobs for {block.place} wait: {block.detail} [{block.code}]"])

    def unblocked(self, block: Block) -> None:
        """A place works again."""
        self._say([f"{block.place} works again"])

    def batch_done(self, batch: Batch, counts: BatchCounts, exit_code: int | None) -> None:
        """The last job of a batch was filed."""
        ran = "could not be run to its end" if exit_code is None else f"ended with {exit_code}"
        failed = f", {counts.failed} NOT completed" * bool(counts.failed)
        self._say([f"batch {batch.label}: {counts.completed} completed{failed}; command {ran}"])

    def cleared(self, sentence: str) -> None:
        """Of what a run that is gone had left in Resolve."""
        self._say([sentence])

    def trouble(self, sentence: str) -> None:
        """The watch folder or the tools do not work now."""
        self._say([f"TROUBLE: {sentence}"])

    def _say(self, lines: Iterable[str]) -> None:
        heads = chain([f"{now_utc()[11:19]}  "], repeat(" " * len("00:00:00  ")))
        say([head + line for head, line in zip(heads, lines, strict=False)])


class JsonTale(Tale):
    """Tells a program: one JSON object a line."""

    def started(self, folder: WatchFolder, options: WatchOptions) -> None:
        """The workers are about to begin."""
        self._tell(
            "started", folder=str(folder.root), engine=folder.engine, workers=options.workers
        )

    def job_ended(self, worker: str, spec: JobSpec, result: JobExecutionResult) -> None:
        """A job was filed."""
        self._tell("job_ended", worker=worker, job_id=spec.job_id, label=spec.label, **_of(result))

    def settled(self, settled: Settled) -> None:
        """The truth about an interrupted job was written."""
        claim, result = settled.claim, settled.result
        told = _of(result) if result else {"status": None}
        self._tell("settled", job_id=claim.key, job_file=claim.job_file, **told)

    def rejected(self, name: str, result: JobExecutionResult) -> None:
        """A file in `pending/` is not run."""
        self._tell("rejected", job_file=name, **_of(result))

    def left_alone(self, name: str, reason: str) -> None:
        """A file in `pending/` has been unfinished for long."""
        self._tell("left_alone", job_file=name, reason=reason)

    def blocked(self, block: Block) -> None:
        """Nothing is claimed for a place."""
        self._tell("blocked", place=block.place, code=block.code, detail=block.detail)

    def unblocked(self, block: Block) -> None:
        """A place works again."""
        self._tell("unblocked", place=block.place, code=block.code)

    def batch_done(self, batch: Batch, counts: BatchCounts, exit_code: int | None) -> None:
        """The last job of a batch was filed."""
        told = {"completed": counts.completed, "failed": counts.failed, "exit_code": exit_code}
        self._tell("batch_done", batch=batch.label, **told)

    def cleared(self, sentence: str) -> None:
        """Of what a run that is gone had left in Resolve."""
        self._tell("cleared", sentence=sentence)

    def trouble(self, sentence: str) -> None:
        """The watch folder or the tools do not work now."""
        self._tell("trouble", sentence=sentence)

    def _tell(self, event: str, **facts: Any) -> None:
        say([json.dumps({"time": now_utc(), "event": event, **facts})])


def _of(result: JobExecutionResult) -> dict[str, Any]:
    failure = result.failure
    return {
        "status": result.status,
        "proven": result.proven,
        "failure": failure.model_dump(mode="json") if failure else None,
    }


def sum_up(outcome: WatchOutcome) -> Iterator[str]:
    """Yield what a person reads at the end."""
    tally = outcome.tally
    parts = [plural(tally.jobs, "job"), f"{tally.proven} completed and proven"]
    parts += [f"{tally.exist_only} exist only"] * bool(tally.exist_only)
    parts += [f"{tally.failed} NOT completed"] * bool(tally.failed)
    yield ", ".join(parts) if tally.jobs else "no job was run"
    if outcome.rejected:
        yield f"{plural(outcome.rejected, 'file')} could not be run, and lie in failed/"
    for name, reason in outcome.unfinished:
        yield f"{short_name(name)}: not taken, it looks unfinished ({reason})"
    for block in outcome.blocks:
        count = outcome.waiting.get(block.place)
        jobs = plural(count, "job") if count else "jobs"
        yield f"BLOCKED: {jobs} for {block.place} still wait: {block.detail} [{block.code}]"


def exit_codes(outcome: WatchOutcome) -> Iterator[int]:
    """Yield the exit code of everything that a watch came to."""
    for code in outcome.tally.codes | outcome.settled_tally.codes:
        yield exit_code_of(code) if code else JOB_FAILED
    if outcome.rejected:
        yield JOB_FAILED
    if outcome.blocks or outcome.troubles:
        yield PLACE_MISSING
    if outcome.defects:
        yield DEFECT
    if outcome.stopped:
        yield STOPPED
