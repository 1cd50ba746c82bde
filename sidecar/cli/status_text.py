"""What a person reads of a watch folder at three in the morning: the gravest first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal

from sidecar.cli.fitting import cut, fit, shown_width, wrap
from sidecar.cli.outcome import format_bytes, format_seconds, plural, printable
from sidecar.cli.paths import quoted
from sidecar.folders.names import short_name
from sidecar.folders.views.seen import (
    BatchSeen,
    BlockSeen,
    FolderSeen,
    RunningJob,
    StaleJob,
    WorkerSeen,
    ago,
)

Tone = Literal["plain", "alarm", "title", "quiet"]
_WIDE = 100
_SHOWN = 5
_MOST_PAIRS = 6
"""Running jobs that a narrow terminal shows in two lines each."""
_MOST_ROWS = 20
"""Workers, running and stale jobs of a large farm; JSON tells all."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and how it is meant: a tone only helps who sees colours."""

    text: str
    tone: Tone = "plain"


def describe_folder(seen: FolderSeen, *, width: int | None = None) -> Iterator[Line]:
    """Yield the page: first what needs a person, then what runs, then the rest."""
    page = _Page(seen, width)
    head = printable(f"{seen.root} ({seen.engine})  {seen.at[11:19]} UTC")
    yield Line(head if width is None else cut(head, width), "title")
    yield Line("")
    alarms = list(seen.alarms())
    for alarm in alarms or ["nothing needs a person"]:
        yield from page.sentence(alarm, "  ", "alarm" if alarms else "plain")
    yield from page.sentence(seen.counts(), "  ")
    yield from page.section("stale", _stale(page))
    yield from page.section("blocked", _blocked(page))
    yield from page.section("unfinished in pending/", _unfinished(page))
    yield from page.section("running", _running(page))
    yield from page.section(_batches_title(seen), _batches(page))
    yield from page.section("latest failures", _failures(page))
    yield from page.section("left alone", _left_alone(page))
    yield from page.section(_workers_title(seen), _workers(page))
    yield from page.section("next", _next(page))


@dataclass(frozen=True, slots=True)
class _Page:
    seen: FolderSeen
    width: int | None

    @property
    def wide(self) -> bool:
        return self.width is None or self.width >= _WIDE

    def section(self, title: str, lines: Iterable[Line]) -> Iterator[Line]:
        for number, line in enumerate(lines):
            if number == 0:
                yield Line("")
                yield Line(title, "title")
            yield line

    def sentence(self, text: str, indent: str, tone: Tone = "plain") -> Iterator[Line]:
        yield from (Line(line, tone) for line in wrap(text, self.width, indent=indent))

    def table(
        self, rows: Sequence[Sequence[str]], *, drop: Sequence[int] = (), shrink: Sequence[int] = ()
    ) -> Iterator[Line]:
        for line in fit(rows[:_MOST_ROWS], self.width, indent="  ", drop=drop, shrink=shrink):
            yield Line(line)
        if len(rows) > _MOST_ROWS:
            yield Line(f"  and {len(rows) - _MOST_ROWS:,} more", "quiet")


def _stale(page: _Page) -> Iterator[Line]:
    def whose(job: StaleJob) -> tuple[str, str]:
        return job.settled_by, job.host

    for _whose, group in groupby(sorted(page.seen.stale, key=whose), key=whose):
        jobs = list(group)
        rows = [(job.name, job.worker, job.reason) for job in jobs]
        yield from page.table(rows, shrink=(0, 1, 2))
        for sentence in _what_to_do(jobs, page.seen.root):
            yield from page.sentence(sentence, "    ", "quiet")


def _what_to_do(jobs: list[StaleJob], root: str) -> Iterator[str]:
    first = jobs[0]
    host = first.host or "its machine"
    if first.settled_by == "workers":
        yield f"the workers of {host} settle it within a minute"
    elif first.settled_by == "watch":
        yield "`proxx watch` on this machine settles it"
    elif first.settled_by == "process":
        yield "end that process; then `proxx watch` on this machine settles it"
    else:
        if first.settled_by == "host":
            yield f"the workers of {host} settle it, if its process is gone; if not:"
        elif first.host:
            yield f"`proxx watch` on {host} settles it; if it will not come back:"
        else:
            yield "a person settles it:"
        # On a line of its own: it is copied.
        job = first.job_id[:8] if len(jobs) == 1 else "JOB"
        yield f'proxx release {job} --folder {quoted(Path(root))} --reason "…"'


def _blocked(page: _Page) -> Iterator[Line]:
    for block in page.seen.blocks:
        place = block.place or "the watch folder"
        row = (place, block.code, f"{block.waiting:,} wait" * bool(block.waiting), _told_by(block))
        yield from page.table([row], drop=(3,), shrink=(0,))
        yield from page.sentence(block.detail, "    ", "quiet")


def _told_by(block: BlockSeen) -> str:
    more = f" and {len(block.workers) - 1} more" * (len(block.workers) > 1)
    return f"told by {block.workers[0]}{more}" if block.workers else ""


def _unfinished(page: _Page) -> Iterator[Line]:
    files = page.seen.unfinished
    rows = [
        (short_name(file.name), f"unchanged for {format_seconds(file.still_seconds)}", file.reason)
        for file in files[:_SHOWN]
    ]
    yield from page.table(rows, shrink=(0, 2))
    yield from _more(len(files) - len(rows))


def _running(page: _Page) -> Iterator[Line]:
    rows = [_running_row(job, page) for job in page.seen.running]
    width = max((shown_width(line) for line in fit(rows, None)), default=0) + 2
    if page.width is None or width <= page.width or len(rows) > _MOST_PAIRS:
        yield from page.table(rows, drop=(2,), shrink=(0, 1, 5))
        return
    heads = fit([row[:2] for row in rows], page.width, indent="  ", shrink=(0, 1))
    tails = fit([row[2:] for row in rows], page.width, indent="    ", shrink=(3,))
    for head, tail in zip(heads, tails, strict=True):
        yield Line(head)
        yield Line(tail)


def _running_row(job: RunningJob, page: _Page) -> tuple[str, ...]:
    label = f"{job.label} (exists only)" if job.exists_only else job.label
    clip = ""
    if job.clips > 1:
        number = min(job.clips_done + 1, job.clips)
        clip = f"clip {number} of {job.clips}" + (f": {job.clip}" if job.clip and page.wide else "")
    bar = _bar([("#", job.part)], 12) if job.part is not None else ""
    elapsed = format_seconds(job.elapsed_seconds) if job.elapsed_seconds is not None else ""
    return label, clip, bar, elapsed, _doing(job), job.worker


def _doing(job: RunningJob) -> str:
    if job.doing != "encoding" or job.bytes_written is None:
        return job.doing
    about = f" of about {format_bytes(job.about_bytes)}" if job.about_bytes else ""
    return f"{format_bytes(job.bytes_written)}{about}"


def _bar(parts: Sequence[tuple[str, float]], width: int) -> str:
    """Return a bar of parts, each 0 to 1 of it, the gravest first.

    What there is is seen, however little; and so is what lacks.
    """
    drawn = "".join(sign * max(int(part * width), int(part > 0)) for sign, part in parts)
    whole = sum(part for _sign, part in parts) > 1 - 1e-9
    drawn = drawn[:width].ljust(width, drawn[-1]) if whole else drawn[: width - 1].ljust(width, ".")
    return f"[{drawn}]"


def _batches_title(seen: FolderSeen) -> str:
    if not seen.unread:
        return "batches"
    return f"batches, so far: {seen.unread:,} job files were not read yet"


def _batches(page: _Page) -> Iterator[Line]:
    labels = [batch.label for batch in page.seen.batches]
    rows = [_batch_row(batch, page, labels.count(batch.label) > 1) for batch in page.seen.batches]
    yield from page.table(rows, shrink=(0,), drop=(5, 6, 7))


def _batch_row(batch: BatchSeen, page: _Page, ambiguous: bool) -> tuple[str, ...]:
    label = f"{batch.label} ({batch.made_at[:16]})" if ambiguous else batch.label
    total = batch.total
    bar = ""
    if total and not page.seen.unread:
        parts = [("!", batch.failed / total), ("#", batch.completed / total)]
        bar = _bar(parts, 24 if page.wide else 12)
    return (
        label,
        bar,
        f"{batch.completed:,} of {total:,} completed",
        f"{batch.failed:,} FAILED" * bool(batch.failed),
        f"{batch.stale:,} STALE" * bool(batch.stale),
        f"{batch.running:,} running" * bool(batch.running),
        f"{batch.waiting:,} wait" * bool(batch.waiting),
        f"{batch.held:,} held" * bool(batch.held),
    )


def _failures(page: _Page) -> Iterator[Line]:
    failures = page.seen.failures
    rows = [(f.name, f.status, f.code, ago(f.ended_seconds)) for f in failures]
    heads = list(page.table(rows, shrink=(0,)))
    for number, failure in enumerate(failures):
        yield heads[number]
        yield from page.sentence(failure.sentence, "    ") if failure.sentence else ()
        following = failures[number + 1].next_step if number + 1 < len(failures) else None
        if failure.next_step and failure.next_step != following:
            yield from page.sentence(failure.next_step, "    ", "quiet")
    hidden = page.seen.failed - len(failures)
    if hidden > 0:
        place = quoted(Path(page.seen.root) / "failed")
        yield from page.sentence(
            f"and {hidden:,} more; `proxx results {place}` lists them", "  ", "quiet"
        )


def _left_alone(page: _Page) -> Iterator[Line]:
    files = page.seen.left_alone
    yield from page.table(list(files[:_SHOWN]), shrink=(0, 1))
    yield from _more(len(files) - _SHOWN)


def _workers_title(seen: FolderSeen) -> str:
    versions = {worker.version for worker in seen.workers if worker.version}
    return f"workers, Proxx {versions.pop()}" if len(versions) == 1 else "workers"


def _workers(page: _Page) -> Iterator[Line]:
    workers = page.seen.workers
    same = len({worker.version for worker in workers if worker.version}) == 1
    quiet = all(worker.alive for worker in workers)
    rows = [_worker_row(worker, same) for worker in workers]
    yield from page.table(rows, drop=(5, 6) if quiet else (5,), shrink=(0,))
    off = [worker for worker in workers if worker.clock_ahead_seconds]
    for worker in off[:_SHOWN]:
        seconds = worker.clock_ahead_seconds
        way = "ahead of" if seconds > 0 else "behind"
        words = f"{worker.name}: its clock is {format_seconds(abs(seconds))} {way} the disk's"
        yield from page.sentence(words, "  ")
    yield from _more(len(off) - _SHOWN)


def _worker_row(worker: WorkerSeen, same_version: bool) -> tuple[str, ...]:
    state = "GONE" if worker.gone else "SILENT" if worker.silent else worker.state
    since = worker.since_seconds
    return (
        worker.name,
        state,
        f"for {format_seconds(since)}" if since is not None else "",
        f"{worker.done:,} done",
        f"{worker.failed:,} FAILED" * bool(worker.failed),
        plural(worker.threads, "thread"),
        f"heard {ago(worker.heard_seconds)}",
        "" if same_version else worker.version,
    )


def _next(page: _Page) -> Iterator[Line]:
    jobs = page.seen.next_jobs
    rows = [
        (short_name(job.name), f"waits for {job.waits_for}" * bool(job.waits_for)) for job in jobs
    ]
    yield from page.table(rows, shrink=(0,))
    yield from _more(page.seen.waiting - len(jobs))


def _more(count: int) -> Iterator[Line]:
    if count > 0:
        yield Line(f"  and {count:,} more", "quiet")
