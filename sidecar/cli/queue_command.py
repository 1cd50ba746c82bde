"""`proxx queue`: what waits and runs in the job service, and what a person does about it.

`list` changes nothing. `refill` enters rows that the queue lost. `prepare` makes the tables, or
brings them up to date, and the folders of this host. `upload` puts sources of jobs into the storage
where the settings ask for it.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from proxx_engine import PlaceError
from sidecar.cli.errors import explain_error
from sidecar.cli.jobs import complaints_of, issues_of, read_jobs
from sidecar.cli.machine import add_machine, read_machine
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome, gravest, plural
from sidecar.cli.service_arguments import add_settings, open_service

if TYPE_CHECKING:
    from proxx_engine import JobSpec
    from sidecar.service.carrying import Carried
    from sidecar.service.parts import Parts
    from sidecar.service.queue.contract import JobQueue
    from sidecar.service.rows import JobRow, RunningJob, WorkerSeen
    from sidecar.service.storage.contract import Storage
    from sidecar.service.table.jobs import JobTable

ACTIONS = ("list", "refill", "prepare", "upload")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("action", choices=ACTIONS, help="list changes nothing")
    add_settings(parser)
    jobs = "upload: job files or folders, whose sources go into the storage"
    # With a default, argparse does not call it missing.
    parser.add_argument("jobs", nargs="*", type=Path, default=[], metavar="JOB", help=jobs)
    add_machine(parser, threads=False, ffmpeg=False)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Do what is asked."""
    action = arguments.action
    if action != "upload" and arguments.jobs:
        return _refuse(f"proxx queue {action}: takes no JOB")
    if action == "upload" and not arguments.jobs:
        return _refuse("proxx queue upload: which jobs? their files come after the settings")
    with open_service(arguments.settings) as parts:
        return _ACTIONS[action](parts, arguments)


def _refuse(complaint: str) -> Outcome:
    return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))


def _list(parts: Parts, arguments: argparse.Namespace) -> Outcome:
    from sidecar.service import telling
    from sidecar.service.labels import Labels, described
    from sidecar.service.refilling import lost_ids

    # Of a queue in memory nothing is seen from here: its rows seem neither in line nor lost.
    seen = parts.queue.outlives_us
    waiting = parts.queue.waiting() if seen else ()
    lost = lost_ids(parts) if seen else ()
    counts, running, workers = parts.table.counts(), parts.table.running(), parts.table.workers()
    failed = parts.table.latest("failed", limit=telling.MOST_FAILED)
    labels = Labels(parts.storage).of(described((*(job.row for job in running), *failed)))
    data = {
        "table": parts.table.told_as,
        "queue": parts.queue.told_as,
        "storage": parts.storage.told_as,
        "counts": counts,
        "in_line": list(waiting),
        "lost": list(lost),
        "running": [_running_data(job) for job in running],
        "workers": [_worker_data(each) for each in workers],
        "failed": [_failed_data(row) for row in failed],
        "labels": labels,
    }
    settings = shlex.quote(str(arguments.settings))
    lines = (
        telling.tell_counts(counts),
        *telling.tell_waiting(waiting, lost, settings),
        *telling.tell_running(running, settings, labels),
        *(telling.tell_workers(workers) or ["no worker is heard of"]),
        *telling.tell_failed(failed, counts["failed"], labels),
    )
    return Outcome(DONE, data, lines)


def _failed_data(row: JobRow) -> dict[str, Any]:
    return {
        "job_id": row.job_id,
        "pipeline_id": row.pipeline_id,
        "ended_at": row.updated_at.isoformat(),
        "error_message": row.error_message,
    }


def _running_data(job: RunningJob) -> dict[str, Any]:
    return {
        "job_id": job.row.job_id,
        "pipeline_id": job.row.pipeline_id,
        "worker": job.by.worker,
        "host": job.by.owner.host,
        "claimed_at": job.claimed_at.isoformat(),
        "is_stale": job.is_stale,
        "silent_seconds": round(job.seen.silent_seconds, 1) if job.seen else None,
    }


def _worker_data(seen: WorkerSeen) -> dict[str, Any]:
    beat = seen.beat
    return {
        "worker": beat.claimant.worker,
        "host": beat.claimant.owner.host,
        "state": beat.state,
        "job_id": beat.job_id,
        "clips_done": beat.clips_done,
        "clips_total": beat.clips_total,
        "blocked_by": beat.blocked_by,
        "silent_seconds": round(seen.silent_seconds, 1),
        "is_silent": seen.is_silent,
        "version": beat.version,
    }


def _refill(parts: Parts, _arguments: argparse.Namespace) -> Outcome:
    from sidecar.service.refilling import refill, refuse_memory

    refuse_memory(parts)
    entered = refill(parts)
    said = f"{plural(len(entered), 'job')} entered" if entered else "nothing was lost"
    return Outcome(DONE, {"entered": list(entered)}, (said, *(f"  {each}" for each in entered)))


def _prepare(parts: Parts, _arguments: argparse.Namespace) -> Outcome:
    # A person's act: what is only away is never made anew by a worker that starts.
    parts.settings.home.mkdir(parents=True, exist_ok=True)
    asked: tuple[tuple[str, JobTable | JobQueue | Storage, Callable[[], bool]], ...] = (
        ("table", parts.table, parts.table.prepare),
        ("queue", parts.queue, lambda: False),
        ("storage", parts.storage, parts.storage.prepare),
    )
    data: dict[str, Any] = {}
    lines, away = [], []
    for name, part, prepare in asked:
        data[name] = None
        try:
            new = prepare()
            part.look()
        except PlaceError as error:
            away.append(explain_error(error))
        else:
            data[name] = new
            lines.append(f"{part.told_as}: {'prepared' if new else 'was ready'}")
    data["away"] = [{"code": each.data.pop("error"), **each.data} for each in away]
    complaints = tuple(line for each in away for line in each.complaints)
    return Outcome(gravest(each.exit_code for each in away), data, tuple(lines), complaints)


def _upload(parts: Parts, arguments: argparse.Namespace) -> Outcome:
    from sidecar.service.carrying import carry_sources

    roots, maps = parts.settings.media.sources, read_machine(arguments).path_maps
    if not roots:
        return _refuse("proxx queue upload: the settings name no [media] sources that travel")
    found = read_jobs(arguments.jobs, finished_too=True)
    if found.wrong:
        wrong = {"wrong": issues_of(found.wrong)}
        return Outcome(REQUEST_WRONG, wrong, complaints=complaints_of(found.wrong))
    carried: list[Carried] = []
    left_out: list[JobSpec] = []
    for job in found.jobs:
        of_job = carry_sources(job.spec, parts.storage, roots, maps=maps)
        carried += of_job
        left_out += [job.spec] * (not of_job)
    new = sum(each.is_new for each in carried)
    lines = (
        f"{plural(new, 'file')} put into the storage, {len(carried) - new} were there",
        *(f"{spec.label}: none of its sources lies below media.sources" for spec in left_out),
    )
    told = [{"path": each.path, "key": each.key, "sha256": each.sha256} for each in carried]
    data = {"carried": told, "new": new, "left_out": [spec.job_id for spec in left_out]}
    return Outcome(DONE, data, lines)


_ACTIONS: Mapping[str, Callable[[Parts, argparse.Namespace], Outcome]] = MappingProxyType(
    {"list": _list, "refill": _refill, "prepare": _prepare, "upload": _upload}
)
