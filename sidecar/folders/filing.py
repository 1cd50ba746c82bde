"""A job's way through the states: out of `pending/`, into its worker's folder, to where it ends.

Each step is one rename of what only the holder of the claim may move; each is noted before it is
done, so a death in between leaves what `settling` can finish.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import (
    JobExecutionResult,
    JobSpec,
    JobSpecValidationError,
    RequestError,
    WorkerIdentity,
    encode_json,
    make_folders_below,
    now_utc,
    place_of_job,
    publish,
    read_jobspec_file,
    reject,
    sweep_parts,
    sync_folder,
    write_whole,
)
from sidecar.folders.actions import ActionLog
from sidecar.folders.claims import Claim, claim_path, drop_claim, take_claim
from sidecar.folders.layout import Outcome, WatchFolder
from sidecar.folders.names import CLAIM, JOB, job_stem, made_on, plain_stem
from sidecar.folders.pending import Wrong, refuse_other_id


@dataclass(frozen=True, slots=True)
class TakenJob:
    """A job that is ours, in its own folder below `running/`."""

    claim: Claim
    spec: JobSpec
    job_file: Path

    @property
    def home(self) -> Path:
        """The job's own folder."""
        return self.job_file.parent


def take_job(
    folder: WatchFolder, name: str, spec: JobSpec, *, worker: WorkerIdentity, log: ActionLog
) -> TakenJob | JobExecutionResult | None:
    """Claim a job and move it to its worker; None when another has it, or it is gone.

    A result when its file became another one between the look and the claim: it is filed then.
    Raises: OSError: the watch folder does not work; nothing was taken.
    """
    if os.path.lexists(claim_path(folder, spec.job_id)):
        return None
    stem = job_stem(spec)
    told = {"worker": worker.id, "job_id": spec.job_id, "job_file": name}
    log.note("claim", **told)
    place = f"running/{worker.id}/{stem}"
    claim = take_claim(folder, spec.job_id, worker=worker.id, job_file=name, job_folder=place)
    if claim is None:
        log.note("claim_not_won", **told)
        return None
    home = folder.root / place
    job_file = home / f"{stem}{JOB}"
    try:
        # Between the look and the claim another may have taken it, run it and filed it.
        gone = is_filed(folder, spec)
        if not gone:
            make_folders_below(folder.root, home)
            log.note("take", **told, to=place)
            os.rename(folder.pending / name, job_file)
            _sync(home, folder.pending)
    except FileNotFoundError:
        # NFS may say so of a rename that it did, when its reply was lost.
        gone = not os.path.lexists(job_file)
    except OSError:
        put_back(folder, claim, log=log)
        raise
    if gone:
        log.note("not_taken", **told)
        _give_back(folder, claim, home)
        return None
    try:
        # What runs is what lies in our own folder, whatever lay in `pending/` a moment before.
        spec = read_jobspec_file(job_file)
        refuse_other_id(job_file.name, spec)
    except JobSpecValidationError as error:
        result = write_refusal(folder, claim, error, worker=worker)
        file_job(folder, claim, now_utc()[:10], "failed", log=log)
        return result
    return TakenJob(claim, spec, job_file)


def put_back(folder: WatchFolder, claim: Claim, *, log: ActionLog) -> None:
    """Let a job that was taken, and not begun, wait again.

    Raises: OSError: it stays ours, and is settled once we are gone.
    """
    home = folder.root / claim.job_folder
    job_file = home / f"{home.name}{JOB}"
    try:
        log.note("not_taken", worker=claim.worker, job_id=claim.key, job_file=claim.job_file)
    finally:  # a log that cannot be written must not hold the job
        if job_file.exists():
            publish(job_file, folder.pending / claim.job_file)
            # Before the claim is dropped: a job that lies here without one is nobody's.
            _sync(folder.pending, home)
        _give_back(folder, claim, home)


def _give_back(folder: WatchFolder, claim: Claim, home: Path) -> None:
    """Drop a claim of which nothing came. Raises: OSError: something lies in its folder."""
    if home.is_dir():
        home.rmdir()
    drop_claim(folder, claim)


def is_filed(folder: WatchFolder, spec: JobSpec) -> bool:
    """Whether a job of this id has ended here already."""
    day, stem = made_on(spec), job_stem(spec)
    return any(
        os.path.lexists(folder.filed(outcome, day) / stem) for outcome in ("completed", "failed")
    )


def is_known(folder: WatchFolder, spec: JobSpec) -> bool:
    """Whether a job of this id was taken or is held here, whatever came of it."""
    taken = os.path.lexists(claim_path(folder, spec.job_id)) or is_filed(folder, spec)
    return taken or any(spec.job_id in name for name in os.listdir(folder.held))


def file_job(
    folder: WatchFolder,
    claim: Claim,
    day: str,
    outcome: Outcome,
    *,
    log: ActionLog,
    by: str | None = None,
) -> Path:
    """Move a job's folder to where it ends, then its claim into it; return the folder.

    `by`: who does so, where it is not the claim's own worker. Raises: OSError: it may be done
    again.
    """
    home = folder.root / claim.job_folder
    target = folder.filed(outcome, day) / home.name
    place = target.relative_to(folder.root).as_posix()
    if home.is_dir():
        told = {"job_id": claim.key, "job_file": claim.job_file, "to": place}
        log.note("file", worker=by or claim.worker, **told)
        make_folders_below(folder.root, target.parent)
        os.rename(home, target)
        _sync(target.parent, home.parent)
    bring_claim(folder, claim, target)
    return target


def bring_claim(folder: WatchFolder, claim: Claim, home: Path) -> None:
    """Let the claim lie with its job: the record of who ran it."""
    os.rename(claim_path(folder, claim.key), home / f"{home.name}{CLAIM}")
    _sync(home, folder.claims)


def write_refusal(
    folder: WatchFolder, claim: Claim, error: RequestError, *, worker: WorkerIdentity
) -> JobExecutionResult:
    """Write, into the folder of what was claimed, why it is not run. Raises: OSError.

    The result names no job: the same file may be put right and submitted again.
    """
    result = reject(error, worker=worker)
    home = folder.root / claim.job_folder
    path = place_of_job(home / f"{home.name}{JOB}").result
    if not os.path.lexists(path):
        write_whole(path, encode_json(result))
    return result


def reject_file(
    folder: WatchFolder, wrong: Wrong, *, worker: WorkerIdentity, log: ActionLog
) -> JobExecutionResult | None:
    """File something in `pending/` that is not run, with its result; None when another did.

    Raises: OSError.
    """
    key = hashlib.sha256(os.fsencode(wrong.name)).hexdigest()[:32]
    stem = f"{plain_stem(wrong.name)}.{uuid.uuid4().hex[:8]}"
    place = f"failed/{now_utc()[:10]}/{stem}"
    told = {"worker": worker.id, "job_id": None, "job_file": wrong.name}
    claim = take_claim(folder, key, worker=worker.id, job_file=wrong.name, job_folder=place)
    if claim is None:
        return None
    home = folder.root / place
    moved = home / f"{stem}{JOB}"
    try:
        log.note("reject", **told, to=place, code=wrong.error.issues[0].code)
        make_folders_below(folder.root, home)
        result = write_refusal(folder, claim, wrong.error, worker=worker)
        os.rename(folder.pending / wrong.name, moved)
        _sync(home, folder.pending)
    except OSError as error:
        if os.path.lexists(moved):
            # It is filed, and another of its name may wait by now.
            bring_claim(folder, claim, home)
            return result
        try:
            log.note("not_taken", **told)
        finally:
            remove_folder(home)
            drop_claim(folder, claim)
        if isinstance(error, FileNotFoundError):
            return None
        raise
    bring_claim(folder, claim, home)
    return result


def remove_folder(home: Path) -> None:
    """Remove a job's folder that no job came into; missing is fine.

    Only our own refusal in it goes too. Raises: OSError: something else lies there.
    """
    if home.is_dir():
        refusal = place_of_job(home / f"{home.name}{JOB}").result
        refusal.unlink(missing_ok=True)
        sweep_parts(refusal)
        home.rmdir()


def _sync(*folders: Path) -> None:
    for folder in folders:
        sync_folder(folder)
