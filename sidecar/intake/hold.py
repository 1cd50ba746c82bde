"""What an intake needs before its first look: places that do not meet, the ledger, the lock."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from proxx_engine import (
    CreationRequest,
    Issue,
    PlaceError,
    Prober,
    RequestError,
    __version__,
    create_jobs,
    encode_json,
    hold_lock,
    read_lock,
    release_lock,
)
from sidecar.folders.layout import WatchFolder, make_watch_folder, watch_folder_around
from sidecar.intake.ledger import LOCK, Ledger, find_ledger
from sidecar.intake.stillness import Patience
from sidecar.intake.submission import Homes
from sidecar.intake.taking import Taker
from sidecar.intake.telling import Teller
from sidecar.intake.units import HotFolder


@dataclass(frozen=True)
class IntakeOrder:
    """What a person asks an intake for."""

    folder: Path
    """The hot folder; absolute, as all paths here."""
    request: CreationRequest
    """What every job is asked to be; `out` is where proxies go, `paths` are empty."""
    into: Path
    into_resolve: Path | None = None
    patience: Patience = field(default_factory=Patience)
    poll_seconds: float = 5.0
    with_checksums: bool = True
    """Whether checksums in a unit's lists are compared, not only presence and size."""
    once: bool = False
    """End when everything is taken that is whole now."""


@contextmanager
def open_intake(order: IntakeOrder, teller: Teller) -> Iterator[Taker]:
    """Yield what takes from the hot folder, while no other process does.

    Raises: RequestError for places that meet or what no job can be asked to be; PlaceError;
    OSError.
    """
    _refuse_meeting_places(order)
    homes = Homes(
        _open(order.into, "ffmpeg", "--into"),
        _open(order.into_resolve, "resolve", "--into-resolve") if order.into_resolve else None,
    )
    home = find_ledger(homes.ffmpeg.root, _real(order.folder))
    # A folder that was taken from before may be on a volume that comes later.
    if not order.folder.is_dir() and not home.is_dir():
        raise FileNotFoundError(2, "the hot folder is not there", str(order.folder))
    with Prober() as prober:
        create_jobs(order.request, prober=prober)  # of no footage: only what is asked is checked
    order.request.out.mkdir(parents=True, exist_ok=True)
    home.mkdir(parents=True, exist_ok=True)
    with _holding(home / LOCK, order.folder) as still_ours:
        ledger = Ledger.read(home)
        ledger.opened(folder=order.folder, options=_digest(order.request))
        place = HotFolder(order.folder, frozenset(_ours_below(order)))
        yield Taker(place, order.request, homes, ledger, teller, still_ours)


def _open(root: Path, engine: Literal["ffmpeg", "resolve"], option: str) -> WatchFolder:
    folder = make_watch_folder(root, engine)
    if folder.engine != engine:
        sentence = f"{root} is a watch folder for {folder.engine} jobs"
        raise RequestError((Issue("SPEC_BAD_PAIR", option, sentence),))
    return folder


def _refuse_meeting_places(order: IntakeOrder) -> None:
    """Refuse places by which an intake would take what it makes itself."""
    folder = _real(order.folder)
    issues = []
    out = _real(order.request.out)
    if folder == out or out in folder.parents:
        sentence = f"{out} is the hot folder, or holds it: proxies would be taken for footage"
        issues.append(Issue("SPEC_BAD_PAIR", "--out", sentence))
    around = watch_folder_around(folder)
    watches = [_real(root) for root in (order.into, order.into_resolve) if root is not None]
    if around is not None or any(root == folder or root in folder.parents for root in watches):
        sentence = f"{folder} is a watch folder for jobs, or lies in one; give footage its own"
        issues.append(Issue("SPEC_BAD_PAIR", "FOLDER", sentence))
    if issues:
        raise RequestError(tuple(issues))


def _ours_below(order: IntakeOrder) -> Iterator[Path]:
    """Yield what of ours lies in the hot folder, as its entries are called."""
    folder = _real(order.folder)
    for path in (order.request.out, order.into, order.into_resolve):
        if path is not None and folder in _real(path).parents:
            yield order.folder / _real(path).relative_to(folder)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


@contextmanager
def _holding(lock: Path, folder: Path) -> Iterator[Callable[[], None]]:
    record = hold_lock(lock)
    if record is None:
        held = read_lock(lock)
        who = (
            f"process {held.owner.pid} on {held.owner.host}, since {held.taken_at}"
            if held
            else "somebody unknown"
        )
        sentence = (
            f"another intake takes from this folder: {who}. End that one; if its machine is gone "
            f"for good, delete {lock}"
        )
        raise RequestError((Issue("CLAIM_LOCKED", str(folder), sentence),))

    def still_ours() -> None:
        if read_lock(lock) != record:
            raise PlaceError("CLAIM_LOST", f"{lock} is another's now, or gone")

    try:
        yield still_ours
    finally:
        release_lock(lock, record)


def _digest(request: CreationRequest) -> str:
    """Return what jobs are asked to be as one hash; another version may take other formats."""
    words = (
        __version__,
        request.naming_template,
        request.clips_per_job,
        request.verification,
        request.rule,
        str(request.sequence_rate),
        str(request.out),
    )
    data = json.dumps(words).encode() + encode_json(request.profile)
    return hashlib.sha256(data).hexdigest()
