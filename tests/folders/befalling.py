"""Something that befalls a process in the middle of taking or filing a job, once."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from unittest import mock

from sidecar.folders import filing, holding

Point = Literal["mkdir", "rename", "sync", "publish", "held"]
"""Before a job's folder is made; before something is moved; right after it was moved; before one
of several jobs is held or let go; after all of them were.
"""
POINTS: tuple[Point, ...] = ("mkdir", "rename", "sync")
_CALLS: dict[Point, tuple[Any, str]] = {
    "mkdir": (filing, "make_folders_below"),
    "rename": (os, "rename"),
    "sync": (filing, "_sync"),
    "publish": (holding, "publish"),
    "held": (holding, "sync_folder"),
}


class Died(BaseException):
    """A process is no more: nothing of it clears anything away."""


def die() -> None:
    """Be no more."""
    raise Died


def fail() -> None:
    """Fail as a disk does."""
    raise OSError(errno.EIO, os.strerror(errno.EIO), "a disk")


@contextmanager
def befalling(
    point: Point, act: Callable[[], None], *, below: Path, after: int = 0
) -> Iterator[None]:
    """Let something happen at the first call of a kind that concerns a path below a folder.

    `after`: so many such calls are passed by.
    """
    owner, name = _CALLS[point]
    true = getattr(owner, name)
    done, passed = False, 0

    def call(*arguments: Any, **named: Any) -> Any:
        nonlocal done, passed
        concerned = Path(arguments[0 if point in ("sync", "held") else 1])
        if not done and below in concerned.parents:
            passed += 1
            if passed > after:
                done = True
                act()
        return true(*arguments, **named)

    with mock.patch.object(owner, name, call):
        yield
