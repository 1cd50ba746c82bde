"""`proxx farm collect`: what came of each task of a bundle, and one page of all.

Exit codes as `proxx results`: 1 where anything is not as it should be, a task that is not here
among it, and the page is written anyway; 2 where nothing could be read, and an older page stays.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Any

from sidecar.cli.machine import add_machine, read_machine
from sidecar.cli.outcome import REQUEST_WRONG, Outcome, align, plural
from sidecar.cli.paths import quoted
from sidecar.cli.progress import counting
from sidecar.cli.report_command import open_page
from sidecar.cli.results_command import exit_code, nothing_found
from sidecar.farm.collecting import (
    FoundBundle,
    FoundTask,
    find_bundle,
    holder_of,
    maps_of_bundle,
    results_beside,
)
from sidecar.folders.names import job_id_in, short_name
from sidecar.report.gathering import Gathered, gather
from sidecar.report.rows import BAD, STATES, Row
from sidecar.report.writing import PAGE, check_place, write_page

MISSING = "missing"
_COLUMNS = 100
_GRAVEST = (
    *("unreadable", "doubtful", "changed", "gone", "failed", "not-run", "interrupted"),
    *("unproven", "running", "waiting", "exists-only", "proven", "superseded", "replaced"),
)
"""Of a task's clips the first of these speaks for it."""

_IN_FEW_WORDS = ("proven", "exists-only", "superseded", "replaced", "waiting")
"""Of such tasks the numbers are enough."""

assert set(_GRAVEST) == set(STATES)


@dataclass(frozen=True, slots=True)
class _Told:
    """One task, as it is shown."""

    task: FoundTask
    state: str
    """One of STATES, or MISSING."""
    rows: tuple[Row, ...]
    sentences: tuple[str, ...]

    @property
    def code(self) -> str | None:
        return next((row.code for row in self.rows if row.code), None)

    @property
    def name(self) -> str:
        return short_name(self.task.job_file.name) if self.task.job_file else ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("bundle", type=Path, metavar="BUNDLE", help="what `proxx farm export` made")
    add("--out", type=Path, metavar="FILE.html", help=f"default: {PAGE} in the bundle")
    add("--open", action="store_true", help="show the page in the browser")
    add("--verify", action="store_true", help="read each proxy whole and compare its sha256")
    add_machine(parser, threads=False, ffmpeg=False)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Read the bundle, its results and proxies once; write the page; tell of each task."""
    bundle = find_bundle(arguments.bundle.absolute())
    maps = maps_of_bundle(bundle.place, read_machine(arguments).path_maps)
    page = arguments.out.absolute() if arguments.out else bundle.place / PAGE
    check_place(page)
    with counting("reading") as show:
        paths = [bundle.jobs, *results_beside(bundle, maps)]
        read = list(gather(paths, inspecting=show, rehash=arguments.verify, path_maps=maps))
    read += [Gathered(_missing_row(task), None) for task in bundle.tasks if task.wrong]
    rows = [each.row for each in read]
    if exit_code(rows) == REQUEST_WRONG:
        return nothing_found("farm collect", [bundle.place])
    written = write_page(read, [bundle.place], page)
    told = _told(bundle, rows)
    counts = Counter(each.state for each in told)
    lines = [*_show(bundle, told), written.headline, f"page: {written.page}"]
    if arguments.open and not open_page(written.page):
        lines.append("no browser could be started here; open the page yourself")
    data = {
        "bundle": str(bundle.place),
        "page": str(written.page),
        "headline": written.headline,
        "counts": {state: counts[state] for state in (MISSING, *STATES)},
        "tasks": [_data(each) for each in told],
        "rehashed": arguments.verify,
    }
    return Outcome(exit_code(rows), data, tuple(lines), bundle.complaints)


def _missing_row(task: FoundTask) -> Row:
    """Return what stands on the page for a task that is told of and not here."""
    name = f"task {task.number}"
    data = {"path": name, "sentence": task.wrong}
    return Row("unreadable", "", name, task.wrong, None, None, None, None, None, data, "file")


def _told(bundle: FoundBundle, rows: Sequence[Row]) -> list[_Told]:
    ids = {job_id_in(task.job_file.name): task for task in bundle.tasks if task.job_file}
    by_number: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        number = _number_of(row, bundle.jobs)
        if number is None and (task := ids.get(row.data.get("job_id"))):
            number = task.number
        if number is not None:
            by_number[number].append(row)
    return [_tell(task, tuple(by_number[task.number])) for task in bundle.tasks]


def _number_of(row: Row, jobs: Path) -> int | None:
    """Return whose row it is, where anything that it tells of lies with a task."""
    places = [*row.data.get("result_files", ()), row.data.get("job_file"), row.data.get("path")]
    for place in filter(None, places):
        path = Path(place)
        if jobs in path.parents and path.relative_to(jobs).parts[0].isdecimal():
            return int(path.relative_to(jobs).parts[0])
    return None


def _tell(task: FoundTask, rows: tuple[Row, ...]) -> _Told:
    if task.wrong or task.job_file is None:
        return _Told(task, MISSING, rows, (task.wrong,))
    if not rows:
        sentence = "nothing could be read of it: is its job another task's too?"
        return _Told(task, "unreadable", rows, (sentence,))
    rows = tuple(sorted(rows, key=lambda row: _GRAVEST.index(row.state)))
    state = rows[0].state
    if state in ("running", "interrupted"):
        return _Told(task, state, rows, (f"by {holder_of(task.job_file)}",))
    if state == "unreadable":
        return _Told(task, state, rows, (rows[0].told,))
    bad = [row for row in rows if row.state in BAD and row.kind == "clip"]
    return _Told(task, state, rows, tuple(dict.fromkeys(s for row in bad for s in row.remarks)))


def _show(bundle: FoundBundle, told: Sequence[_Told]) -> Iterator[str]:
    counts = Counter(each.state for each in told)
    parts = [f"{counts[state]} {_words(state)}" for state in (MISSING, *_GRAVEST) if counts[state]]
    yield f"{bundle.place}: {plural(len(told), 'task')}: {', '.join(parts)}"
    for state in _IN_FEW_WORDS:
        numbers = [each.task.number for each in told if each.state == state]
        if numbers:
            yield from _wrapped(f"{_words(state)}: {ranges(numbers)}", indent="  ")
    shown = [each for each in told if each.state not in _IN_FEW_WORDS]
    cells = [
        (str(each.task.number), _words(each.state), each.name, each.code or "") for each in shown
    ]
    for each, line in zip(shown, align(cells, indent="  "), strict=True):
        yield line.rstrip()
        for sentence in each.sentences:
            yield from _wrapped(sentence, indent="      ")
    yield from _next(bundle, told, counts)


def _next(bundle: FoundBundle, told: Sequence[_Told], counts: Counter[str]) -> Iterator[str]:
    if counts["waiting"]:
        yield (
            "next: give the bundle to the farm again, or "
            f"`proxx farm run {quoted(bundle.place)}`; what has run is not run again"
        )
    held = [each for each in told if each.state in ("running", "interrupted")]
    if held and (job := held[0].task.job_file):
        yield f"next: where a worker is gone, `proxx release {quoted(job)} --reason TEXT`"
    if counts["failed"] or counts["not-run"]:
        yield f"next: mend the cause, then `proxx resubmit {quoted(bundle.jobs)}`: new jobs"


def ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers in few words: 1-4, 6, 8-9."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def _words(state: str) -> str:
    if state == "waiting":
        return "not run yet"
    word = state.replace("-", " ")
    return word.upper() if state == MISSING or (state in BAD and state != "running") else word


def _wrapped(text: str, *, indent: str) -> list[str]:
    return wrap(
        text,
        _COLUMNS,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _data(told: _Told) -> dict[str, Any]:
    job_file = told.task.job_file
    return {
        "number": told.task.number,
        "state": told.state,
        "job_file": str(job_file) if job_file else None,
        "job_id": job_id_in(job_file.name) if job_file else None,
        "code": told.code,
        "sentence": " ".join(told.sentences) or None,
        "rows": [row.data for row in told.rows],
    }
