"""`proxx farm export`: JobSpecs as a bundle of Open Job Description; nothing is submitted."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from proxx_engine import (
    Issue,
    JobPlace,
    JobSpecValidationError,
    PathMap,
    RequestError,
    decode_jobspec,
    is_foreign,
    local_path,
    path_here,
    place_of_job,
    plan_job,
    read_journal,
    read_regular,
    root_problem,
)
from sidecar.cli.jobs import EarlierRun, JobFile, read_jobs
from sidecar.cli.machine import add_machine, read_machine, refuse_unmounted
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome, align, plural
from sidecar.cli.paths import plain_path, quoted
from sidecar.farm.bundle import Bundle, ExportWish, JobToExport, make_bundle
from sidecar.farm.exporting import write_bundle
from sidecar.farm.layout import JOBS, OPENCUE
from sidecar.farm.roots import pure, told
from sidecar.folders.layout import watch_folder_around

_MAX_BYTES = 64 * 1024 * 1024
_EPILOG = """\
A root is a folder below which jobs read or write; farms are told each, and call it as their workers
do. Without --root they are computed: the deepest common folder within each volume."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="JOB", help="job files, or folders of them")
    add("--bundle", type=Path, required=True, metavar="DIR", help="a new folder, or an empty one")
    add("--name", metavar="TEXT", help="what the farm calls it; default: the jobs' batch")
    add(
        "--root",
        action="append",
        default=[],
        metavar="DIR",
        help="a folder that workers may call otherwise; may be given again",
    )
    add("--proxx", default="proxx", metavar="PATH", help="the command on the workers")
    add(
        "--allowed-failures",
        type=_allowed,
        default=0,
        metavar="N|all",
        help="so many tasks may fail before the farm begins no more; default: 0",
    )
    add("--opencue", action="store_true", help="the same for OpenCue too, as opencue.xml")
    add("--show", metavar="NAME", help="the show of OpenCue that it is for; default: testing")
    add_machine(parser, threads=False, ffmpeg=False)


def _allowed(text: str) -> int | None:
    if text == "all":
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise argparse.ArgumentTypeError(f"expected a whole number or all, found {text!r}")
    return int(text)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Read and check every job, make the bundle, write it whole."""
    maps = read_machine(arguments).path_maps
    bundle = plain_path(Path(path_here(str(plain_path(arguments.bundle)), maps)))
    refuse_unmounted((bundle,), maps)
    if arguments.show is not None and not arguments.opencue:
        complaint = "proxx farm export: --show is a show of OpenCue; it needs --opencue"
        return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))
    found = read_jobs(arguments.paths, path_maps=maps)
    jobs, changed = _plan_all(found.jobs)
    issues = [
        *_wrong(found.wrong),
        *changed,
        *_not_ours(found.jobs),
        *_finished(found.already_run),
        *_taken(bundle, arguments.paths),
    ]
    wish = ExportWish(
        name=arguments.name,
        command=arguments.proxx,
        roots=tuple(_root(root, maps) for root in arguments.root),
        path_maps=maps,
        allowed_failures=arguments.allowed_failures,
    )
    made = None
    if jobs:
        try:
            made = make_bundle(jobs, wish)
        except RequestError as error:
            issues += error.issues
    if issues:
        raise RequestError(tuple(issues))
    left_out = tuple(
        f"{run.path}: left out, it has run ({run.status})" for run in found.already_run
    )
    if made is None:
        return Outcome(
            REQUEST_WRONG,
            {"error": "nothing to export"},
            complaints=("nothing to export", *left_out),
        )
    files = made.files
    if arguments.opencue:
        files = {**files, OPENCUE: _outline(made, wish, _as_written(str(bundle), maps), arguments)}
    write_bundle(files, bundle)
    return _told(made, bundle, found.already_run, left_out)


def _plan_all(jobs: tuple[JobFile, ...]) -> tuple[list[JobToExport], list[Issue]]:
    """Return the jobs that can be exported, and what is wrong with others."""
    ready: list[JobToExport] = []
    issues: list[Issue] = []
    for job in jobs:
        try:
            ready.append(_to_export(job))
        except RequestError as error:
            issues += error.issues
    return ready, issues


def _to_export(job: JobFile) -> JobToExport:
    data = read_regular(job.path, limit=_MAX_BYTES)
    if decode_jobspec(data, name=str(job.path)) != job.spec:
        issue = Issue("SPEC_JOB_CHANGED", str(job.path), "was changed while it was read")
        raise RequestError((issue,))
    return JobToExport(str(job.path), plan_job(job.spec), data)


def _outline(made: Bundle, wish: ExportWish, bundle: str, arguments: argparse.Namespace) -> bytes:
    """Return the outline; OpenCue maps no paths, so all are as the jobs write them."""
    from sidecar.farm.opencue import FRAME, outline_xml

    roots = [f"{root.parameter}={root.written}" for root in made.roots]
    said = [word for root in roots for word in ("--root", root)]
    return outline_xml(
        made.name,
        len(made.jobs),
        (wish.command, "farm", "task", str(pure(bundle) / JOBS), FRAME, *said),
        timeout_seconds=made.task_seconds,
        **({"show": arguments.show} if arguments.show else {}),
    )


def _root(text: str, maps: tuple[PathMap, ...]) -> str:
    """Return a root as it is written into the bundle; one that cannot be a root as it is."""
    root = _as_written(text, maps)
    return root if root_problem(root) else told(pure(root))


def _as_written(root: str, maps: tuple[PathMap, ...]) -> str:
    """Return a root as jobs write it; a person may name it so, or as it is called here."""
    plain = root_problem(root) is None or is_foreign(root)
    named = root if plain else str(plain_path(Path(root)))
    if path_here(named, maps) != named:
        return named
    return local_path(named, [PathMap(written=each.local, local=each.written) for each in maps])


def _wrong(errors: tuple[JobSpecValidationError, ...]) -> Iterator[Issue]:
    for error in errors:
        for issue in error.issues:
            where = ": ".join(part for part in (error.subject, issue.path) if part)
            yield Issue(issue.code, where, issue.sentence)


def _not_ours(jobs: tuple[JobFile, ...]) -> Iterator[Issue]:
    for job in jobs:
        watch = watch_folder_around(job.path.absolute())
        if watch is not None:
            sentence = f"the workers of {watch} run it"
            yield Issue("CLAIM_LOCKED", str(job.path), sentence)
        elif _was_begun(place_of_job(job.path.absolute())):
            sentence = f"was begun and has no result; `proxx run {quoted(job.path)}` tells more"
            yield Issue("CLAIM_LOCKED", str(job.path), sentence)


def _was_begun(place: JobPlace) -> bool:
    facts = read_journal(place.journal)
    return place.lock.exists() or any(fact["event"] == "job_started" for fact in facts)


def _finished(runs: tuple[EarlierRun, ...]) -> Iterator[Issue]:
    for run in runs:
        if run.named:
            sentence = f"has run ({run.status}), and its result stands"
            yield Issue("CLAIM_SETTLED", str(run.path), sentence)


def _taken(bundle: Path, paths: list[Path]) -> Iterator[Issue]:
    if not bundle.parent.is_dir():
        yield Issue("SPEC_BAD_PATH", str(bundle), f"its folder {bundle.parent} is not there")
    elif bundle.is_symlink() or (bundle.exists() and not bundle.is_dir()):
        yield Issue("OUTPUT_EXISTS", str(bundle), "is there already, and is no folder")
    elif bundle.is_dir() and any(bundle.iterdir()):
        yield Issue("OUTPUT_EXISTS", str(bundle), "is there already; name a new folder")
    elif (watch := watch_folder_around(bundle)) is not None:
        yield Issue("SPEC_BAD_PATH", str(bundle), f"lies in the watch folder {watch}")
    else:
        yield from (_doubled(bundle, path) for path in paths if _is_below(bundle, path))


def _is_below(bundle: Path, folder: Path) -> bool:
    return folder.is_dir() and bundle.parent.resolve().is_relative_to(folder.resolve())


def _doubled(bundle: Path, folder: Path) -> Issue:
    sentence = f"lies in {folder}, where each job would be found twice; name a place beside it"
    return Issue("SPEC_BAD_PATH", str(bundle), sentence)


def _told(
    made: Bundle, bundle: Path, already_run: tuple[EarlierRun, ...], left_out: tuple[str, ...]
) -> Outcome:
    rows = [
        (root.parameter, root.written, f"here {root.here}" if root.here != root.written else "")
        for root in made.roots
    ]
    foreign = [root.here for root in made.roots if root.is_foreign]
    complaints = [*left_out]
    complaints += [f"--root {root}: nothing lies below it; left out" for root in made.unused_roots]
    complaints += [
        f"{root}: a path of another system; submit from there, or say with --path-map what it is "
        "called here"
        for root in foreign
    ]
    data = {
        "bundle": str(bundle),
        "name": made.name,
        "tasks": len(made.jobs),
        "roots": {
            root.parameter: {"written": root.written, "here": root.here} for root in made.roots
        },
        "unused_roots": list(made.unused_roots),
        "foreign_roots": foreign,
        "already_run": [{"job_file": str(run.path), "status": run.status} for run in already_run],
    }
    lines = (
        f"{plural(len(made.jobs), 'task')} into {bundle}",
        *align(rows, indent="  "),
        f"next: `proxx farm run {quoted(bundle)}` here, or give it to the farm",
    )
    return Outcome(DONE, data, lines, tuple(complaints))
