"""Rows of results → lines for a person, in 100 columns: batch by batch, the latest try of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from textwrap import wrap
from types import MappingProxyType

from sidecar.cli.outcome import align, format_bytes, format_seconds, plural
from sidecar.report.rows import BAD, QUIET, Row

COLUMNS = 100
_SHORTEST_NAME = 20
_LACKING = ("failed", "not-run")

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "proven": "{} completed and proven",
        "exists-only": "{} exist only",
        "unproven": "{} NOT proven",
        "failed": "{} FAILED",
        "not-run": "{} NOT RUN",
        "gone": "{} GONE",
        "changed": "{} CHANGED",
        "doubtful": "{} DOUBTFUL",
        "superseded": "{} done by another job",
        "replaced": "{} replaced later",
    }
)

_JOB_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "interrupted": "{} INTERRUPTED",
        "running": "{} running",
        "waiting": "{} not run yet",
    }
)


def show_rows(rows: Sequence[Row], shown: Sequence[Row]) -> Iterator[str]:
    """Yield the shown rows by batch, and what a person does next."""
    yield from show_batches(rows, shown)
    readable = [row for row in rows if row.kind != "file"]
    lacking = [row for row in readable if row.state in _LACKING]
    if any(row.data.get("waiting_job") is None for row in lacking):
        yield "next: mend the cause, then `proxx resubmit` the results or their folder"
    elif any(row.state in _JOB_WORDS for row in readable):
        yield "next: `proxx run` the jobs that have not run"


def show_batches(rows: Sequence[Row], shown: Sequence[Row]) -> Iterator[str]:
    """Yield the shown rows by batch, each batch with what came of all of it."""
    readable = [row for row in rows if row.kind != "file"]
    for batch in dict.fromkeys(row.batch for row in readable):
        members = [row for row in readable if row.batch == batch]
        visible = [row for row in shown if row.batch == batch and row.kind != "file"]
        name = "no batch" if batch is None else f"batch {batch}"
        yield f"{name}: {_summary(members)}"
        yield from _table(visible)
    lost = [row for row in shown if row.kind == "file"]
    if lost:
        yield f"cannot be read: {len(lost)}"
        yield from (f"  {row.name}: {row.told}" for row in lost)


def _summary(members: Sequence[Row]) -> str:
    states = Counter(row.state for row in members)
    count = sum(row.kind == "clip" and row.state not in QUIET for row in members)
    partial = {row.data.get("job_id") for row in members if row.job_status == "PARTIAL"}
    open_jobs = {row.data.get("job_id") for row in members if row.state in _LACKING}
    parts = [words.format(states[state]) for state, words in _WORDS.items() if states[state]]
    for state, words in _JOB_WORDS.items():
        parts += [words.format(plural(states[state], "job"))] * bool(states[state])
    parts += [f"{plural(len(partial & open_jobs), 'job')} PARTIAL"] * bool(partial & open_jobs)
    return ", ".join([*[plural(count, "clip")] * bool(count), *parts])


def _table(rows: Sequence[Row]) -> Iterator[str]:
    rows = sorted(rows, key=lambda row: (row.ended is None, row.folder, row.name))
    several = len({row.folder for row in rows if row.folder}) > 1
    cells = [_cells(row, with_folder=several) for row in rows]
    rest = (
        sum(max(len(row[column]) for row in cells) + 2 for column in (0, 2, 3, 4, 5))
        if cells
        else 0
    )
    room = max(_SHORTEST_NAME, COLUMNS - 2 - rest)
    lines = align([(c[0], _cut(c[1], room), *c[2:]) for c in cells], indent="  ")
    for row, line in zip(rows, lines, strict=True):
        yield line
        for remark in (*row.remarks, *row.links):
            yield from wrap(
                remark,
                COLUMNS,
                initial_indent="      ",
                subsequent_indent="      ",
                break_long_words=False,
                break_on_hyphens=False,
            )


def _cells(row: Row, *, with_folder: bool) -> tuple[str, str, str, str, str, str]:
    size = format_bytes(row.size_bytes) if row.size_bytes is not None else "-"
    took = format_seconds(row.duration_seconds) if row.duration_seconds is not None else "-"
    ended = row.ended.strftime("%Y-%m-%d %H:%MZ") if row.ended else "-"
    word = row.state.replace("-", " ")
    name = f"{PurePath(row.folder).name}/{row.name}" if with_folder and row.folder else row.name
    return word.upper() if row.state in BAD else word, name, row.told, size, took, ended


def _cut(name: str, room: int) -> str:
    """Take a name's middle out where it is too long: both ends tell clips apart."""
    if len(name) <= room:
        return name
    head = (room - 1) // 2
    return f"{name[:head]}…{name[len(name) - (room - 1 - head) :]}"
