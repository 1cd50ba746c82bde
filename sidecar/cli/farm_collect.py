"""`proxx farm collect`: what came of each task of a bundle, and one page of all.

Exit codes as `proxx results`: 1 where anything is not as it should be, a task that is not here
among it, and the page is written anyway; 2 where nothing could be read, and an older page stays.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sidecar.cli.farm_collect_told import (
    GRAVEST,
    MISSING,
    ToldTask,
    stretches,
    tell_tasks,
    told_stretch,
)
from sidecar.cli.machine import add_machine, read_machine
from sidecar.cli.outcome import REQUEST_WRONG, Outcome
from sidecar.cli.paths import plain_path
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
    roots_unmapped,
)
from sidecar.farm.layout import task_of_folder
from sidecar.folders.names import job_id_in
from sidecar.report.gathering import Gathered, gather
from sidecar.report.rows import BAD, STATES, Row
from sidecar.report.writing import PAGE, check_place, write_page


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
    bundle = find_bundle(plain_path(arguments.bundle))
    maps = maps_of_bundle(bundle.jobs, read_machine(arguments).path_maps)
    page = plain_path(arguments.out) if arguments.out else bundle.place / PAGE
    check_place(page)
    with counting("reading") as show:
        paths = [bundle.jobs, *results_beside(bundle, maps)]
        read = list(gather(paths, inspecting=show, rehash=arguments.verify, path_maps=maps))
    told = _judge(bundle, [each.row for each in read])
    read += [Gathered(row, None) for row in _rows_of_untold(told)]
    rows = [each.row for each in read]
    if exit_code(rows) == REQUEST_WRONG:
        return nothing_found("farm collect", [bundle.place])
    written = write_page(read, [bundle.place], page)
    counts = Counter(each.state for each in told)
    lines = [*tell_tasks(bundle, told), written.headline, f"page: {written.page}"]
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
    unseen = [
        f"{root}: a path of another system; say with --path-map what it is called here"
        for root in roots_unmapped(bundle.jobs, maps)
    ]
    return Outcome(exit_code(rows), data, tuple(lines), (*bundle.complaints, *unseen))


def _rows_of_untold(told: Sequence[ToldTask]) -> Iterator[Row]:
    """Yield what stands on the page for tasks of which no row tells."""
    away = [each.task.number for each in told if each.task.folder_is_away]
    for first, last in stretches(away):
        name = f"{'task' if first == last else 'tasks'} {told_stretch(first, last)}"
        yield _unreadable(name, "not here")
    for each in told:
        if not each.rows and not each.task.folder_is_away:
            yield _unreadable(f"task {each.task.number}", each.sentences[0])


def _unreadable(name: str, sentence: str) -> Row:
    data = {"path": name, "sentence": sentence}
    return Row("unreadable", "", name, sentence, None, None, None, None, None, data, "file")


def _judge(bundle: FoundBundle, rows: Sequence[Row]) -> list[ToldTask]:
    ids = {job_id_in(task.job_file.name): task for task in bundle.tasks if task.job_file}
    by_number: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        number = _number_of(row, bundle.jobs)
        if number is None and (task := ids.get(row.data.get("job_id"))):
            number = task.number
        if number is not None:
            by_number[number].append(row)
    return [_judge_task(task, by_number[task.number]) for task in bundle.tasks]


def _number_of(row: Row, jobs: Path) -> int | None:
    """Return whose row it is, where anything that it tells of lies with a task."""
    places = [*row.data.get("result_files", ()), row.data.get("job_file"), row.data.get("path")]
    for place in filter(None, places):
        path = Path(place)
        if jobs in path.parents and (number := task_of_folder(path.relative_to(jobs).parts[0])):
            return number
    return None


def _judge_task(task: FoundTask, found: Sequence[Row]) -> ToldTask:
    if task.wrong or task.job_file is None:
        return ToldTask(task, MISSING, (), (task.wrong,))
    # What another job did proves nothing of this one, wherever its record lies.
    ours = (job_id_in(task.job_file.name), None)
    rows = [row for row in found if ours[0] is None or row.data.get("job_id") in ours]
    if not rows:
        sentence = "nothing that was read tells of its job; is it another task's too?"
        return ToldTask(task, "unreadable", (), (sentence,))
    rows.sort(key=lambda row: GRAVEST.index(row.state))
    state = rows[0].state
    if state in ("running", "interrupted"):
        return ToldTask(task, state, tuple(rows), (f"by {holder_of(task.job_file)}",))
    if state == "unreadable":
        return ToldTask(task, state, tuple(rows), (rows[0].told,))
    bad = [row for row in rows if row.state in BAD and row.kind == "clip"]
    sentences = tuple(dict.fromkeys(remark for row in bad for remark in row.remarks))
    return ToldTask(task, state, tuple(rows), sentences)


def _data(told: ToldTask) -> dict[str, Any]:
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
