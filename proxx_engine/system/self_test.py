"""Tries in one folder everything that the engine's promises rest on there."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from proxx_engine.spec.file_names import TRIAL
from proxx_engine.system.clock import age_seconds
from proxx_engine.system.durability import create_exclusive, sync_file, sync_folder
from proxx_engine.system.files import free_bytes, make_private_folder, remove_tree, write_whole
from proxx_engine.system.locks import release_lock, take_lock
from proxx_engine.system.publishing import publish

_CLOCKS_APART = 30.0
"""Less than the minute after which an empty lock counts as left by a process that is gone."""
_FINEST_TIME = 3.0
"""FAT keeps times to two seconds."""
_USUAL_CURE = "use another folder, or mend its permissions"
_CURES = MappingProxyType(
    {"clock": "let this machine and the one that holds the folder set their clocks by one source"}
)


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing that was tried."""

    name: str
    works: bool
    found: str
    cure: str = _USUAL_CURE
    """What a person does where it does not work."""


def try_folder(folder: Path) -> tuple[Trial, ...]:
    """Try a folder, in a hidden folder of its own that is removed afterwards."""
    trials: tuple[tuple[str, Callable[[Path], str]], ...] = (
        ("claim: exclusive create has one winner", _claim),
        ("lock: taken once, then released", _lock),
        ("files are born whole", _whole),
        ("publish replaces nothing", _publish),
        ("data and names are made durable", _durable),
        ("names: capital letters", _case),
        ("clock", _clock),
        ("free space", lambda place: f"{free_bytes(place) / 1e9:,.1f} GB"),
    )
    place = folder / f"{TRIAL}{uuid.uuid4().hex[:8]}"
    try:
        make_private_folder(place)
    except OSError as error:
        return (Trial("write", False, error.strerror or str(error)),)
    try:
        return tuple(_run(trials, place))
    finally:
        remove_tree(place)


def _run(trials: tuple[tuple[str, Callable[[Path], str]], ...], place: Path) -> Iterator[Trial]:
    for name, attempt in trials:
        try:
            yield Trial(name, True, attempt(place))
        except (OSError, AssertionError) as error:
            cure = _CURES.get(name, _USUAL_CURE)
            yield Trial(name, False, str(error) or type(error).__name__, cure)


def _claim(place: Path) -> str:
    create_exclusive(place / "claim", b"")
    try:
        create_exclusive(place / "claim", b"")
    except FileExistsError:
        return "yes"
    raise AssertionError("a second claim was granted")


def _lock(place: Path) -> str:
    lock = take_lock(place / "lock")
    if lock is None or take_lock(place / "lock") is not None:
        raise AssertionError("the lock does not exclude")
    release_lock(place / "lock", lock)
    if (place / "lock").exists():
        raise AssertionError("the lock was not released")
    return "yes"


def _whole(place: Path) -> str:
    write_whole(place / "whole", b"x")
    return "yes"


def _publish(place: Path) -> str:
    (place / "hidden").write_bytes(b"new")
    rung = publish(place / "hidden", place / "final")
    (place / "hidden").write_bytes(b"newer")
    try:
        publish(place / "hidden", place / "final")
    except FileExistsError:
        return f"by {rung}"
    raise AssertionError("a published file was replaced")


def _durable(place: Path) -> str:
    (place / "durable").write_bytes(b"x")
    sync_file(place / "durable")
    sync_folder(place)
    return "yes"


def _case(place: Path) -> str:
    (place / "case").write_bytes(b"")
    return "are one with small ones" if os.path.exists(place / "CASE") else "are told apart"


def _clock(place: Path) -> str:
    """A file that was written just now is as old as the clocks are apart."""
    create_exclusive(place / "now", b"x")
    ahead = -age_seconds(place / "now")
    if abs(ahead) < _FINEST_TIME:
        return f"agrees with this machine's within {_FINEST_TIME:.0f} s"
    side = "ahead of" if ahead > 0 else "behind"
    found = f"{abs(ahead):.0f} s {side} this machine's"
    if abs(ahead) > _CLOCKS_APART:
        raise AssertionError(found)
    return found
