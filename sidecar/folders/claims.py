"""A claim: the right of one worker to one job, taken by an exclusive create and read back.

Renames over SMB were measured to succeed for two clients at once; an exclusive create was not.
The claim is there before its job is moved, and goes with it when the job is filed.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from proxx_engine import (
    ProcessIdentity,
    create_exclusive,
    identify_process,
    identity_of,
    now_utc,
    read_regular,
)
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import CLAIM

_MAX_CLAIM_BYTES = 64 * 1024
_IDLE = ("held", "pending")


@dataclass(frozen=True, slots=True)
class Claim:
    """What stands in a claim file."""

    key: str
    """The job's id; for a file that is no job, what its name was hashed to."""
    worker: str
    owner: ProcessIdentity
    nonce: str
    taken_at: str
    job_file: str
    """The job file's name in `pending/`."""
    job_folder: str
    """Where the job is moved to, from the root of the watch folder, with forward slashes.

    `held` or `pending` alone where a person holds it, or lets it go: it keeps its name there.
    """

    @property
    def is_for_holding(self) -> bool:
        """Whether nobody is to begin the job under this claim."""
        return self.job_folder in _IDLE


def claim_path(folder: WatchFolder, key: str) -> Path:
    """Return the one place of the claim to a job."""
    return folder.claims / f"{key}{CLAIM}"


def take_claim(
    folder: WatchFolder,
    key: str,
    *,
    worker: str,
    job_file: str,
    job_folder: str,
    durable: bool = True,
) -> Claim | None:
    """Create the claim; None when somebody has it. Raises: OSError."""
    owner, nonce = identify_process(), uuid.uuid4().hex
    claim = Claim(key, worker, owner, nonce, now_utc(), job_file, job_folder)
    path = claim_path(folder, key)
    try:
        data = json.dumps(asdict(claim), indent=2).encode() + b"\n"
        create_exclusive(path, data, durable=durable)
    except FileExistsError:
        return None
    # Read back: whoever sleeps long between creating and writing may have been cleared away.
    return claim if is_held(folder, claim) else None


def read_claim(path: Path) -> Claim | None:
    """Return what a claim file says; None when there is none, or it cannot be told."""
    try:
        loaded = json.loads(read_regular(path, limit=_MAX_CLAIM_BYTES))
        if not isinstance(loaded, dict):
            return None
        claim = Claim(**(loaded | {"owner": identity_of(loaded.get("owner"))}))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return claim if _is_ours(claim, path) else None


def _is_ours(claim: Claim, path: Path) -> bool:
    """Whether a claim says what we write: its words become paths, which must lead nowhere else."""
    texts = (claim.key, claim.worker, claim.nonce, claim.taken_at, claim.job_file, claim.job_folder)
    if not all(isinstance(text, str) for text in texts):
        return False
    if claim.is_for_holding:
        return _is_bare(claim.job_file) and path.name == f"{claim.key}{CLAIM}"
    parts = claim.job_folder.split("/")
    bare = all(map(_is_bare, (claim.worker, *parts))) and len(parts) == 3
    named = path.name == f"{claim.key}{CLAIM}" or path.name == f"{parts[-1]}{CLAIM}"
    waiting = not claim.job_file or _is_bare(claim.job_file)
    return bare and waiting and named and parts[0] in ("running", "failed")


def _is_bare(name: str) -> bool:
    return name not in ("", ".", "..") and not set(name) & set("/\\\0")


def is_held(folder: WatchFolder, claim: Claim) -> bool:
    """Whether a claim is still the one that stands. Raises: OSError."""
    return read_claim(claim_path(folder, claim.key)) == claim


def drop_claim(folder: WatchFolder, claim: Claim) -> None:
    """Remove a claim of which nothing came, only if it still stands. Raises: OSError."""
    if is_held(folder, claim):
        claim_path(folder, claim.key).unlink(missing_ok=True)
