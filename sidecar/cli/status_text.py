"""What a person reads of a watch folder at three in the morning. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from sidecar.cli.outcome import align, format_bytes, format_seconds, plural
from sidecar.folders.names import short_name
from sidecar.folders.seen import BatchSeen, FolderSeen, RunningJob, WorkerSeen

_BATCH_BAR = 24
_JOB_BAR = 12
_NAMES_SHOWN = 5


def describe_folder(seen: FolderSeen) -> Iterator[str]:
    """Yield the lines: first what needs a person, then what runs, then the rest."""
    yield f"{seen.root} ({seen.engine})  {seen.at[11:19]} UTC"
    for line in seen.headline():
        yield f"  {line}"
    yield from _section("stale", _stale(seen))
    yield from _section("blocked", _blocked(seen))
    yield from _section("running", align([_running(job) for job in seen.running]))
    yield from _section("batches", align([_batch(batch) for batch in seen.batches]))
    yield from _section("latest failures", _failures(seen))
    yield from _section("left alone in pending/", align(list(seen.left_alone[:_NAMES_SHOWN])))
    yield from _section("workers", align([_worker(worker) for worker in seen.workers]))
    more = [f"and {seen.waiting - len(seen.next_names):,} more"] * (
        seen.waiting > len(seen.next_names)
    )
    yield from _section("next", [*map(short_name, seen.next_names), *more])


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def _stale(seen: FolderSeen) -> list[str]:
    lines = []
    for job in seen.stale:
        host = f" on {job.host}" if job.host else ""
        lines.append(f"{job.job_id[:8]}  {job.worker or '?'}{host}: {job.reason}")
        lines.append(
            "  `proxx watch` on this machine settles it"
            if job.ours
            else f'  if it will not come back: proxx release {job.job_id[:8]} --reason "…"'
        )
    return lines


def _blocked(seen: FolderSeen) -> list[str]:
    lines = []
    for block in seen.blocks:
        code = f" [{block.code}]" if block.code else ""
        lines.append(f"{block.place or 'the watch folder'}: {block.detail}{code}")
    return lines


def _bar(part: float, width: int) -> str:
    filled = int(width * part)
    return f"[{'#' * filled}{'.' * (width - filled)}]"


def _running(job: RunningJob) -> tuple[str, ...]:
    size = format_bytes(job.bytes_written) if job.bytes_written is not None else ""
    about = f"{size} of about {format_bytes(job.about_bytes)}" if size and job.about_bytes else size
    clips = f"clip {min(job.clips_done + 1, job.clips)} of {job.clips}" if job.clips > 1 else ""
    elapsed = format_seconds(job.elapsed_seconds) if job.elapsed_seconds is not None else ""
    bar = _bar(job.part, _JOB_BAR) if job.part is not None else ""
    return job.label, clips or (job.clip or ""), bar, elapsed, about, job.worker


def _batch(batch: BatchSeen) -> tuple[str, ...]:
    total, done = batch.total, batch.completed
    if total is None or done is None:
        return batch.label, "", f"{batch.waiting} waiting, {batch.running} running", ""
    ended = done + (batch.failed or 0)
    bar = _bar(ended / total if total else 0.0, _BATCH_BAR)
    failed = f", {batch.failed} FAILED" if batch.failed else ""
    return batch.label, bar, f"{done} of {total} completed{failed}", f"{batch.running} running"


def _failures(seen: FolderSeen) -> list[str]:
    lines = []
    for failure in seen.failures:
        lines.append(f"{failure.label}  {failure.status}  {failure.code}: {failure.sentence}")
        lines.append(f"  {failure.next_step}")
    hidden = seen.failed - len(seen.failures)
    if hidden > 0:
        lines.append(f"and {hidden:,} more; `proxx results` lists them")
    return lines


def _worker(worker: WorkerSeen) -> tuple[str, ...]:
    state = "GONE" if worker.gone else "SILENT" if worker.silent else worker.state
    heard = f"heard {_ago(worker.heard_seconds)} ago"
    counts = f"{worker.done} done" + (f", {worker.failed} FAILED" if worker.failed else "")
    since = f"for {_ago(worker.since_seconds)}"
    return worker.name, state, since, counts, plural(worker.threads, "thread"), heard


def _ago(seconds: float | None) -> str:
    return "?" if seconds is None else format_seconds(max(seconds, 0.0))
