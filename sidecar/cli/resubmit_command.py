"""`proxx resubmit`: what failed is asked for again, by a person, as new jobs; the record stays."""

from __future__ import annotations

import argparse
import socket
from collections import Counter
from pathlib import Path

from proxx_engine import (
    Choice,
    CreatedBy,
    CreatedJob,
    Prober,
    __version__,
    choose_failed,
    resubmit_jobs,
)
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome, align, plural
from sidecar.cli.writing import find_pending, plain_path, quoted, write_all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="RESULT", help="results, jobs, or their folders")
    add("--jobs", type=Path, action="append", default=[], metavar="DIR", help="job files lie here")
    add("--again", action="store_true", help="also what was resubmitted before")
    add("--into", type=Path, metavar="WATCHFOLDER", help="put FFmpeg jobs into its pending/")
    add("--into-resolve", type=Path, metavar="WATCHFOLDER", help="likewise for Resolve jobs")


def execute(arguments: argparse.Namespace) -> Outcome:
    """Find what failed, look at its sources, write new jobs: all of them or none."""
    watched = (arguments.into, arguments.into_resolve)
    choice = choose_failed(
        tuple(plain_path(path) for path in arguments.paths),
        job_folders=tuple(plain_path(path) for path in arguments.jobs),
        newer_in=tuple(plain_path(path) for path in watched if path is not None),
        again=arguments.again,
    )
    created_by = CreatedBy(tool="proxx resubmit", version=__version__, host=socket.gethostname())
    with Prober() as prober:
        jobs = resubmit_jobs(choice.failed, created_by=created_by, prober=prober)
    pending = {
        "ffmpeg": find_pending(arguments.into),
        "resolve": find_pending(arguments.into_resolve),
    }
    homes = [(job, pending[job.engine] or Path(job.spec.output.directory)) for job in jobs]
    return _tell(choice, write_all(homes))


def _tell(choice: Choice, written: list[tuple[CreatedJob, Path]]) -> Outcome:
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
            {"path": str(entry.path), "reason": entry.reason} for entry in choice.left_alone
        ],
    }
    reasons = Counter(entry.reason for entry in choice.left_alone)
    completed = reasons.pop("is COMPLETED", 0)
    left = [(e.path.name, e.reason) for e in choice.left_alone if e.reason in reasons]
    lines = [f"left alone: {plural(completed, 'job')} that completed"] * bool(completed)
    lines += [f"left alone: {len(left)}", *align(left, indent="  ")] if left else []
    if not written:
        complaint = "proxx: nothing there failed that was not resubmitted already"
        return Outcome(REQUEST_WRONG, data, tuple(lines), (complaint,))
    clips = sum(len(job.spec.clips) for job, _path in written)
    head = f"{plural(clips, 'clip')} that did not complete, {plural(len(written), 'new job')}"
    rows = [
        (f"{(job.spec.retried_from or '')[:8]} → {job.spec.job_id[:8]}", path.name)
        for job, path in written
    ]
    folders = dict.fromkeys(path.parent for _job, path in written)
    nexts = [f"next: proxx run {quoted(folder)}" for folder in folders]
    return Outcome(DONE, data, (head, *align(rows, indent="  "), *lines, *nexts))
