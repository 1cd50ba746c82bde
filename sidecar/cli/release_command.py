"""`proxx release`: a person says that a job's worker is gone; the truth is told, nothing is run."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from proxx_engine import identify_process, identify_worker
from sidecar.cli.job_words import describe_result
from sidecar.cli.machine import add_machine, read_machine
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome
from sidecar.cli.progress import telling
from sidecar.cli.service_arguments import open_service
from sidecar.farm.collecting import maps_of_bundle
from sidecar.farm.releasing import LISTEN_SECONDS as HEAR_SECONDS
from sidecar.farm.releasing import find_held, job_named, release
from sidecar.folders.actions import ActionLog
from sidecar.folders.heartbeats import sweep_homes
from sidecar.folders.layout import open_watch_folder, watch_folder_around
from sidecar.folders.names import JOB, job_id_in
from sidecar.folders.processes import process_name
from sidecar.folders.releasing import LISTEN_SECONDS, find_released
from sidecar.folders.settling import Settler


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add(
        "job",
        metavar="JOB",
        help="a job's folder below running/, its id (8 digits are enough), or its file in a bundle",
    )
    add("--reason", required=True, metavar="TEXT", help="why its worker will not come back")
    add("--folder", type=Path, metavar="WATCHFOLDER", help="default: the one around JOB or here")
    add("--service", type=Path, metavar="SETTINGS.toml", help="a job of the job service, by its id")
    add_machine(parser, threads=False)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Settle the job in the name of the person: it failed."""
    if arguments.service is not None:
        return _release_row(arguments)
    named = Path(arguments.job).absolute()
    job_file = job_named(named)
    if arguments.folder is None and job_file is not None and watch_folder_around(named) is None:
        return _release_job(arguments, job_file)
    around = arguments.folder or watch_folder_around(named) or watch_folder_around(Path.cwd())
    if around is None:
        complaint = (
            f"proxx release: {arguments.job} is no job and no folder of one; of a job in a watch "
            "folder, name that with --folder"
        )
        return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))
    folder = open_watch_folder(around)
    job_id = job_id_in(f"{named.name.removesuffix(JOB)}{JOB}") or str(arguments.job)
    owner = identify_process()
    process = process_name(owner)
    worker = identify_worker(owner.host).model_copy(update={"id": f"{process}-release"})
    with telling(f"listening whether its worker lives, for at most {LISTEN_SECONDS:.0f} seconds"):
        claim = find_released(folder, job_id, worker=worker.id)
    settler = Settler(folder, worker, ActionLog(folder, process), read_machine(arguments).path_maps)
    settled = settler.settle(claim, release_reason=arguments.reason)
    sweep_homes(folder)
    if settled is None:
        complaint = f"proxx release: {job_id} is being settled by another just now"
        return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))
    data: dict[str, Any] = {"job_id": claim.key, "result": None}
    if settled.result is None:
        return Outcome(DONE, data, (f"{claim.key}: nothing of it was begun; its claim is cleared",))
    data["result"] = settled.result.model_dump(mode="json")
    lines = tuple(describe_result(settled.result.label or claim.key, settled.result))
    return Outcome(DONE, data, lines)


def _release_job(arguments: argparse.Namespace, job_file: Path) -> Outcome:
    """Settle a job that lies in no watch folder: a task of a bundle."""
    path_maps = maps_of_bundle(job_file.parent.parent, read_machine(arguments).path_maps)
    owner = identify_process()
    name = f"{process_name(owner)}-release"
    worker = identify_worker(owner.host).model_copy(update={"id": name})
    with telling(f"listening whether its worker lives, for at most {HEAR_SECONDS:.0f} seconds"):
        held = find_held(job_file, path_maps)
    result = release(held, arguments.reason, worker=worker, path_maps=path_maps)
    if result is None:
        complaint = f"proxx release: {job_file} was settled by another just now"
        return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))
    data = {"job_id": held.spec.job_id, "result": result.model_dump(mode="json")}
    return Outcome(DONE, data, tuple(describe_result(held.spec.label, result)))


def _release_row(arguments: argparse.Namespace) -> Outcome:
    """Settle a running row of the job service."""
    if arguments.folder is not None:
        complaint = "proxx release: --folder or --service, not both"
        return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))
    maps = read_machine(arguments).path_maps
    with open_service(arguments.service) as parts:
        from sidecar.service.rows import Claimant
        from sidecar.service.settling.interrupted import RowSettler
        from sidecar.service.settling.releasing import find_running
        from sidecar.service.settling.releasing import release as release_row
        from sidecar.service.telling import tell_ending

        job = find_running(parts.table.running(), str(arguments.job))
        owner = identify_process()
        name = f"{process_name(owner)}-release"
        worker = identify_worker(owner.host).model_copy(update={"id": name})
        settler = RowSettler(parts, Claimant(name, owner, ""), worker, maps)
        settled = release_row(settler, job, str(arguments.reason))
    if settled is None:
        complaint = f"proxx release: {job.row.job_id} was settled by another just now"
        return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))
    ending = settled.ending
    data = {
        "job_id": job.row.job_id,
        "status": ending.status,
        "output_path": ending.output_path,
        "error_message": ending.error_message,
    }
    return Outcome(DONE, data, (tell_ending(job.row, ending),))
