"""What a person reads of the batches of a folder: what needs them first. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from sidecar.cli.fitting import fit, wrap
from sidecar.cli.outcome import format_bytes, format_seconds, plural
from sidecar.cli.paths import quoted
from sidecar.folders.holding import Moves
from sidecar.folders.stopping import StopLevel
from sidecar.folders.views.batch_jobs import STATES, BatchJob, JobsSeen
from sidecar.folders.views.still_to_go import StillToGo

_SHOWN = 20
"""Jobs of a state; JSON tells all."""
_TOLD: Mapping[str, str] = MappingProxyType(
    {
        "failed": "{} FAILED",
        "stale": "{} STALE",
        "interrupted": "{} INTERRUPTED",
        "running": "{} running",
        "held": "{} held",
        "waiting": "{} wait",
        "repeated": "{} failed and made again",
        "completed": "{} completed",
    }
)


def describe_batches(seen: JobsSeen, *, width: int | None) -> Iterator[str]:
    """Yield one row for each batch, the latest last; then who watches."""
    rows = [_row(seen, label) for label in seen.labels()]
    yield from fit(rows, width, indent="", shrink=(0,), drop=(9, 10)) or ["no job is there"]
    yield from _who_watches(seen)
    for entry in seen.unread:
        yield f"cannot be read: {entry.path}: {entry.sentence}"


def _row(seen: JobsSeen, label: str | None) -> tuple[str, ...]:
    jobs = seen.of(label)
    return (
        "(no batch)" if label is None else label,
        *_counts(jobs),
        f"made {_span([job.made_at for job in jobs])}",
        _last_end(jobs),
    )


def _counts(jobs: Sequence[BatchJob]) -> tuple[str, ...]:
    """Return how many there are in each state, empty where there is none."""
    counts = [sum(job.state == state for job in jobs) for state in STATES]
    told = zip(STATES, counts, strict=True)
    return tuple(_TOLD[state].format(f"{count:,}") * bool(count) for state, count in told)


def _span(moments: list[str]) -> str:
    first, last = _minute(min(moments)), _minute(max(moments))
    return first if first == last else f"{first} to {last}"


def _minute(moment: str) -> str:
    return f"{moment[:10]} {moment[11:16]}"


def _last_end(jobs: Sequence[BatchJob]) -> str:
    ends = [job.ended_at for job in jobs if job.ended_at]
    return f"last ended {_minute(max(ends))} UTC" if ends else "none has ended"


def _who_watches(seen: JobsSeen) -> Iterator[str]:
    names = [worker.name for worker in seen.workers]
    if names:
        yield f"watched by {', '.join(names)}"
    elif any(job.state in ("waiting", "held") for job in seen.jobs):
        yield "nobody watches"


def describe_batch(
    seen: JobsSeen,
    label: str,
    failures: Mapping[str, Mapping[str, str]],
    to_go: StillToGo,
    held: StillToGo,
    *,
    width: int | None,
) -> Iterator[str]:
    """Yield one batch: how it stands, what is still to go, its jobs by state."""
    jobs = seen.of(label)
    counts = ", ".join(filter(None, _counts(jobs)))
    head = f"{label}: {plural(len(jobs), 'job')}, {counts}"
    made = f"made {_span([job.made_at for job in jobs])}, {_last_end(jobs)}"
    told = [head, made, *_still("still to go", to_go, len(seen.workers))]
    told += [*_still("held back", held, 0), *_who_watches(seen)]
    for sentence in told:
        yield from wrap(sentence, width, indent="")
    for state in STATES:
        of_state = [job for job in jobs if job.state == state]
        if not of_state or state in ("completed", "repeated"):
            continue
        yield ""
        yield state
        rows = [_job_row(job, failures.get(job.job_id, {})) for job in of_state[:_SHOWN]]
        for job, row in zip(of_state, fit(rows, width, indent="  ", shrink=(0, 2)), strict=False):
            yield row
            for key in ("sentence", "next_step"):
                if text := failures.get(job.job_id, {}).get(key):
                    yield from wrap(text, width, indent="    ")
        if len(of_state) > _SHOWN:
            yield f"  and {len(of_state) - _SHOWN:,} more"
    yield from _next(seen, label, jobs)


def _job_row(job: BatchJob, failure: Mapping[str, str]) -> tuple[str, ...]:
    ended = f"ended {_minute(job.ended_at)}" if job.ended_at else ""
    told = failure.get("code") or job.told or job.worker
    return job.label, job.job_id[:8], told, ended


def _still(what: str, left: StillToGo, workers: int) -> Iterator[str]:
    if not left.clips:
        return
    clips = plural(left.clips, "clip")
    if not left.is_known:
        yield f"{what}: {clips}; how long nobody can tell: {_WHY_NOT}"
        return
    hours = f"about {format_seconds(left.seconds)} for one worker"
    if workers > 1:
        hours += f", {format_seconds(left.seconds_for(workers))} for the {workers} that watch"
    yield f"{what}: {clips}, {hours}, about {format_bytes(left.size_bytes)}"
    bases = [(left.from_batch, "of this batch"), (left.from_others, "of this profile elsewhere")]
    told = " and ".join(f"{plural(count, 'clip')} {whose}" for count, whose in bases if count)
    yield f"  an estimate, from {told} that ended"
    if left.unknown:
        are = "is" if left.unknown == 1 else "are"
        yield f"  {plural(left.unknown, 'clip')} of these {are} not counted: {_WHY_NOT}"


_WHY_NOT = "no clip of the profile has ended, or the length is not known"


def _next(seen: JobsSeen, label: str, jobs: Sequence[BatchJob]) -> Iterator[str]:
    states = {job.state for job in jobs}
    named = _named(seen.root, label)
    lines = []
    if "failed" in states:
        lines.append(f"next: mend the cause, then proxx batch resubmit {named}")
    if "held" in states:
        lines.append(f"next: proxx batch start {named} lets wait what is held")
    if states & {"stale", "interrupted"}:
        view = "proxx status" if "stale" in states else "proxx run"
        lines.append(f"next: {view} {quoted(seen.root)}")
    if lines:
        yield ""
        yield from lines


def _named(root: Path, label: str) -> str:
    """Return folder and label as they are typed."""
    return f"{quoted(root)} {'-- ' * label.startswith('-')}{shlex.quote(label)}"


def describe_moves(
    moves: Moves,
    label: str,
    root: Path,
    running: Sequence[BatchJob] = (),
    asked: Mapping[str, StopLevel] = MappingProxyType({}),
    *,
    let_go: bool = False,
) -> Iterator[str]:
    """Yield what was held or let go, what runs on, and the way back."""
    word = "waits again" if let_go else "is held"
    count = plural(len(moves.moved), "job")
    if moves.moved:
        yield f"{count} of {label}: each {word}"
    else:
        yield f"{label}: nothing of it {'is held' if let_go else 'waits'}"
    for idle, why in moves.left:
        yield f"  left: {idle.top.label} ({idle.top.job_id[:8]}): {why}"
    for job in running:
        level = asked.get(job.worker)
        ends = "ends its clip now" if level == StopLevel.HARD else "ends after its clip"
        told = f"its worker {job.worker} {ends}" if level else f"runs on ({job.worker})"
        yield f"  {job.label} ({job.job_id[:8]}): {told}"
    if asked:
        yield f"next: proxx watch {quoted(root)} starts workers again, for other batches too"
    if moves.moved and not let_go:
        yield f"next: proxx batch start {_named(root, label)} lets them wait again"
