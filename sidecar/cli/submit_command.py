"""`proxx submit`: job files into a watch folder, under names that sort; all of them, or none."""

from __future__ import annotations

import argparse
from pathlib import Path

from proxx_engine import CreatedJob, plan_job
from sidecar.cli.jobs import complaints_of, issues_of, read_jobs
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome, plural
from sidecar.folders.filing import is_known
from sidecar.folders.layout import WatchFolder, make_watch_folder, watch_folder_around
from sidecar.folders.names import job_id_in
from sidecar.folders.pending import list_pending
from sidecar.folders.submitting import submit_all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="JOB", help="job files, or folders of them")
    add("--into", type=Path, metavar="WATCHFOLDER", help="where FFmpeg jobs go")
    add("--into-resolve", type=Path, metavar="WATCHFOLDER", help="where Resolve jobs go")


def execute(arguments: argparse.Namespace) -> Outcome:
    """Check every job, then copy all of them in; the files that were named stay as they are."""
    found = read_jobs(arguments.paths)
    doors = {"ffmpeg": arguments.into, "resolve": arguments.into_resolve}
    jobs = [CreatedJob(job.spec, plan_job(job.spec).engine) for job in found.jobs]
    complaints = list(complaints_of(found.wrong))
    complaints += [f"{run.path}: has run ({run.status})" for run in found.already_run if run.named]
    folders: dict[str, WatchFolder] = {}
    for engine in sorted({job.engine for job in jobs}):
        if doors[engine] is None:
            option = {"ffmpeg": "--into", "resolve": "--into-resolve"}[engine]
            complaints.append(f"proxx submit: there are {engine} jobs; {option} says where they go")
        else:
            folders[engine] = make_watch_folder(doors[engine], engine)
    waiting = {job_id_in(name) for folder in folders.values() for name in list_pending(folder)}
    for job, file in zip(jobs, found.jobs, strict=True):
        home = folders.get(job.engine)
        if job.spec.job_id in waiting or (home and is_known(home, job.spec)):
            complaints.append(f"{file.path}: job {job.spec.job_id} was submitted already")
        elif watch_folder_around(file.path.absolute()):
            complaints.append(f"{file.path}: lies in a watch folder already")
    if complaints:
        data = {"wrong": issues_of(found.wrong), "errors": complaints}
        return Outcome(REQUEST_WRONG, data, complaints=tuple(complaints))
    written = submit_all([(job, folders[job.engine]) for job in jobs])
    data = {"jobs": [{"job_file": str(p), "job_id": j.spec.job_id} for j, p in written]}
    places = ", ".join(str(folder.pending) for folder in folders.values())
    return Outcome(DONE, data, (f"{plural(len(written), 'job')} into {places or 'nothing'}",))
