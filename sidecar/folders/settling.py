"""Claims whose process is gone → the truth about each, and nothing run again.

A worker settles what processes of its own host left, and only that: other hosts' claims are shown,
and a person releases them. A job that was claimed is that worker's, however little of it was done:
it ends in `failed/` as CLAIM_INTERRUPTED, or in `completed/` where every proxy stands as noted.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import (
    JobExecutionResult,
    JobSpec,
    JobSpecValidationError,
    PathMap,
    PlaceError,
    WorkerIdentity,
    identify_process,
    make_folders_below,
    now_utc,
    place_of_job,
    read_jobspec_file,
    settle_job,
    sync_folder,
)
from sidecar.folders.actions import ActionLog
from sidecar.folders.claims import Claim, claim_path, read_claim
from sidecar.folders.filing import bring_claim, file_job, remove_folder, write_refusal
from sidecar.folders.known_claims import KnownClaims
from sidecar.folders.layout import Outcome, WatchFolder
from sidecar.folders.names import JOB, made_on
from sidecar.folders.settling_locks import alone, forget_strangers, held_by, sweep_claims

_BIRTH_SECONDS = 60.0
"""Far longer than a living process takes from creating a claim to writing its name into it."""


@dataclass(frozen=True, slots=True)
class Settled:
    """One claim whose owner was gone, and what came of its job."""

    claim: Claim
    result: JobExecutionResult | None
    """None where nothing of it had begun: a file that was being rejected, or a job that is gone."""
    spec: JobSpec | None = None
    """The job, where it could be read."""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """One claim whose owner is gone, and why the truth about it cannot be told now."""

    claim: Claim
    sentence: str


@dataclass(frozen=True, slots=True)
class Settler:
    """Who settles, and with what of this machine."""

    folder: WatchFolder
    worker: WorkerIdentity
    log: ActionLog
    path_maps: tuple[PathMap, ...] = ()
    known: KnownClaims | None = None
    """What is known of the claims already; None: nothing."""

    def settle_own_host(self) -> Iterator[Settled | Unsettled]:
        """Settle every claim of a process of this host that is gone.

        Raises: OSError when the claims cannot be listed.
        """
        sweep_claims(self.folder)
        me = identify_process()
        claims = (self.known or KnownClaims(self.folder)).look().claims
        yield from self.settle_all(c for c in claims if c.owner != me and c.owner.is_gone())

    def settle_all(self, claims: Iterable[Claim]) -> Iterator[Settled | Unsettled]:
        """Settle claims whose owner is gone; one that cannot be settled now costs no other."""
        for claim in claims:
            try:
                settled = self.settle(claim)
            except PlaceError as error:
                yield Unsettled(claim, str(error))
            except OSError as error:
                yield Unsettled(claim, f"{error.filename}: {error.strerror or error}")
            else:
                if settled is not None:
                    yield settled

    def settle(self, claim: Claim, *, release_reason: str | None = None) -> Settled | None:
        """Settle one claim; None when it is settled by now.

        `release_reason`: a person says that its worker is gone, and so is whoever began to settle
        it on another machine. Raises: PlaceError (CLAIM_LOCKED when another is at it), OSError.
        """
        if release_reason:
            forget_strangers(claim_path(self.folder, claim.key))
        with alone(claim_path(self.folder, claim.key)) as ours:
            if not ours:
                raise PlaceError("CLAIM_LOCKED", held_by(claim_path(self.folder, claim.key)))
            if read_claim(claim_path(self.folder, claim.key)) != claim:
                return None
            why = {"reason": release_reason} if release_reason else {}
            self.log.note(
                "release" if release_reason else "settle",
                worker=self.worker.id,
                job_id=claim.key,
                job_file=claim.job_file,
                **why,
            )
            return self._settle(claim, release_reason)

    def _settle(self, claim: Claim, release_reason: str | None) -> Settled | None:
        if claim.is_for_holding:
            return self._finish_holding(claim)
        home = self.folder.root / claim.job_folder
        if claim.job_folder.startswith("failed/"):
            return self._finish_rejection(claim, home)
        filed = self._find_filed(home.name)
        if filed is not None:
            bring_claim(self.folder, claim, filed)
            return Settled(claim, None)
        if not self._fetch(claim, home):
            self._drop(claim, home)
            return Settled(claim, None)
        job_file = home / f"{home.name}{JOB}"
        try:
            spec = read_jobspec_file(job_file)
        except JobSpecValidationError as error:
            result = write_refusal(self.folder, claim, error, worker=self.worker)
            file_job(self.folder, claim, now_utc()[:10], "failed", log=self.log, by=self.worker.id)
            return Settled(claim, result)
        result = self._tell_truth(spec, job_file, release_reason)
        outcome: Outcome = "completed" if result.status == "COMPLETED" else "failed"
        file_job(self.folder, claim, made_on(spec), outcome, log=self.log, by=self.worker.id)
        return Settled(claim, result, spec)

    def _tell_truth(
        self, spec: JobSpec, job_file: Path, release_reason: str | None
    ) -> JobExecutionResult:
        return settle_job(
            spec,
            journal_path=place_of_job(job_file).journal,
            worker=self.worker,
            owner_gone=True,
            release_reason=release_reason,
            path_maps=self.path_maps,
        )

    def _find_filed(self, stem: str) -> Path | None:
        """Return where a job was filed whose claim did not come after it."""
        for outcome in ("completed", "failed"):
            for day in os.listdir(self.folder.root / outcome):
                home = self.folder.root / outcome / day / stem
                if home.is_dir():
                    return home
        return None

    def _fetch(self, claim: Claim, home: Path) -> bool:
        """Bring a claimed job that was never moved into its folder; whether it is there."""
        job_file = home / f"{home.name}{JOB}"
        if os.path.lexists(job_file) or not claim.job_file:
            return os.path.lexists(job_file)
        make_folders_below(self.folder.root, home)
        try:
            os.rename(self.folder.pending / claim.job_file, job_file)
        except FileNotFoundError:
            # NFS may say so of a rename that it did, when its reply was lost.
            return os.path.lexists(job_file)
        sync_folder(home)
        sync_folder(self.folder.pending)
        return True

    def _finish_rejection(self, claim: Claim, home: Path) -> Settled:
        if (home / f"{home.name}{JOB}").exists():
            bring_claim(self.folder, claim, home)
            return Settled(claim, None)
        self._drop(claim, home)
        return Settled(claim, None)

    def _finish_holding(self, claim: Claim) -> Settled:
        """Let a job wait, or be held, where it lies: nobody began it."""
        rooms = {"held": self.folder.held, "pending": self.folder.pending}
        after = rooms.pop(claim.job_folder) / claim.job_file
        before = rooms.popitem()[1] / claim.job_file
        if os.path.lexists(before) and os.path.lexists(after) and before.samefile(after):
            before.unlink()  # it has its new name, and died before it lost the old one
            sync_folder(before.parent)
        place = before if os.path.lexists(before) else after
        self.log.note(
            "clear_claim",
            worker=self.worker.id,
            job_id=claim.key,
            job_file=claim.job_file,
            to=place.relative_to(self.folder.root).as_posix(),
        )
        claim_path(self.folder, claim.key).unlink(missing_ok=True)
        sync_folder(self.folder.claims)
        return Settled(claim, None)

    def _drop(self, claim: Claim, home: Path) -> None:
        """Remove a claim whose job is nowhere, or is still where it was found."""
        self.log.note(
            "clear_claim", worker=self.worker.id, job_id=claim.key, job_file=claim.job_file
        )
        try:
            remove_folder(home)
        except OSError:  # not empty: what a person left of a job is filed as it is
            file_job(self.folder, claim, now_utc()[:10], "failed", log=self.log, by=self.worker.id)
            return
        claim_path(self.folder, claim.key).unlink(missing_ok=True)
        sync_folder(self.folder.claims)


class NamelessClaims:
    """Claims that name no owner, since when this process has seen them so.

    Whoever made one died before it wrote its name, or reads its claim back and finds it gone.
    """

    def __init__(self, folder: WatchFolder, known: KnownClaims | None = None) -> None:
        self._known = known or KnownClaims(folder)
        self._since: dict[str, float] = {}

    def look(self, now: float) -> list[str]:
        """Return those that are empty and have been so for long, by this process's clock.

        One with words in it that cannot be read is somebody's. Raises: OSError.
        """
        empty = [name for name, size in self._known.look().unread.items() if size == 0]
        self._since = {name: self._since.get(name, now) for name in empty}
        return [name for name, since in self._since.items() if now - since > _BIRTH_SECONDS]
