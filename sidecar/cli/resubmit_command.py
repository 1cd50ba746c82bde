"""`proxx resubmit`: what failed is asked for again, by a person, as new jobs; the record stays.

A new job lies where the old one lies; one out of a watch folder goes in by its door again.
"""

from __future__ import annotations

import argparse
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from proxx_engine import (
    CreatedBy,
    CreatedJob,
    LeftAlone,
    PathMap,
    Prober,
    __version__,
    choose_failed,
    resubmit_jobs,
)
from sidecar.cli.machine import add_machine, read_machine
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome, align, plural
from sidecar.cli.paths import next_for, plain_path, quoted
from sidecar.folders.layout import make_watch_folder, watch_folder_around
from sidecar.folders.submitting import submit_all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="RESULT", help="results, jobs, or their folders")
    add("--jobs", type=Path, action="append", default=[], metavar="DIR", help="job files lie here")
    add("--again", action="store_true", help="also what was resubmitted before")
    add("--into", type=Path, metavar="WATCHFOLDER", help="put FFmpeg jobs into its pending/")
    add("--into-resolve", type=Path, metavar="WATCHFOLDER", help="likewise for Resolve jobs")
    add_machine(parser, threads=False)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Find what failed, probe what changed of its sources, write new jobs: all or none."""
    return resubmit(
        arguments.paths,
        jobs=arguments.jobs,
        doors={"ffmpeg": arguments.into, "resolve": arguments.into_resolve},
        again=arguments.again,
        path_maps=read_machine(arguments).path_maps,
    )


def resubmit(
    paths: Sequence[Path],
    *,
    jobs: Sequence[Path] = (),
    doors: Mapping[str, Path | None],
    again: bool,
    batch: str | None = None,
    path_maps: tuple[PathMap, ...] = (),
) -> Outcome:
    """Make new jobs of what failed; `doors`: by engine, the watch folder that takes them.

    `batch`: only of this one.
    """
    choice = choose_failed(
        tuple(plain_path(path) for path in paths),
        job_folders=tuple(plain_path(path) for path in jobs),
        newer_in=tuple(plain_path(path) for path in doors.values() if path is not None),
        again=again,
        batch=batch,
        path_maps=path_maps,
    )
    created_by = CreatedBy(tool="proxx resubmit", version=__version__, host=socket.gethostname())
    with Prober() as prober:
        made = resubmit_jobs(
            choice.failed, created_by=created_by, prober=prober, path_maps=path_maps
        )
    ffmpeg, resolve = doors.get("ffmpeg"), doors.get("resolve")
    opened = {
        "ffmpeg": ffmpeg and make_watch_folder(ffmpeg, "ffmpeg"),
        "resolve": resolve and make_watch_folder(resolve, "resolve"),
    }
    doorless = tuple(
        _ask_for_door(entry.failed.job_file, watch, entry.job.engine)
        for entry in made.jobs
        if opened[entry.job.engine] is None
        and (watch := watch_folder_around(entry.failed.job_file)) is not None
    )
    if doorless:
        return Outcome(REQUEST_WRONG, {"error": doorless[0]}, complaints=doorless)
    homes = [
        (entry.job, opened[entry.job.engine] or entry.failed.job_file.parent) for entry in made.jobs
    ]
    moved = dict.fromkeys(
        (entry.failed.spec.output.directory, entry.job.spec.output.directory)
        for entry in made.jobs
        if entry.failed.spec.output.directory != entry.job.spec.output.directory
    )
    return _tell((*choice.left_alone, *made.left_alone), submit_all(homes), tuple(moved))


def _ask_for_door(job_file: Path, watch: Path, engine: str) -> str:
    option = {"ffmpeg": "--into", "resolve": "--into-resolve"}[engine]
    return (
        f"proxx resubmit: {job_file} lies where a watch folder keeps what it took up; "
        f"{option} {quoted(watch)} gives it the new job"
    )


def _tell(
    left_alone: tuple[LeftAlone, ...],
    written: list[tuple[CreatedJob, Path]],
    moved: tuple[tuple[str, str], ...],
) -> Outcome:
    """`moved`: output folders that are gone, each with the one that is written down instead."""
    data = {
        "jobs": [
            {
                "job_file": str(path),
                "job_id": job.spec.job_id,
                "retried_from": job.spec.retried_from,
                "engine": job.engine,
                "clips": [clip.source.path for clip in job.spec.clips],
            }
            for job, path in written
        ],
        "left_alone": [
            {"path": str(entry.path), "code": entry.code, "reason": entry.reason}
            for entry in left_alone
        ],
        "moved": [{"from": old, "to": new} for old, new in moved],
    }
    left = [(e.path.name, e.reason) for e in left_alone if e.code != "CLAIM_COMPLETED"]
    completed = len(left_alone) - len(left)
    lines = [f"left alone: {plural(completed, 'job')} that completed"] * bool(completed)
    lines += [f"left alone: {len(left)}", *align(left, indent="  ")] if left else []
    if not written:
        complaint = "proxx resubmit: nothing there failed that can be made again now"
        return Outcome(REQUEST_WRONG, data, tuple(lines), (complaint,))
    clips = sum(len(job.spec.clips) for job, _path in written)
    head = f"{plural(clips, 'clip')} that did not complete, {plural(len(written), 'new job')}"
    rows = [
        (f"{(job.spec.retried_from or '')[:8]} → {job.spec.job_id[:8]}", path.name)
        for job, path in written
    ]
    folders = dict.fromkeys(path.parent for _job, path in written)
    nexts = [next_for(folder) for folder in folders]
    went = [f"moved: {old} is gone, and its proxies go to {new}" for old, new in moved]
    return Outcome(DONE, data, (head, *align(rows, indent="  "), *went, *lines, *nexts))
