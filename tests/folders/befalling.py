"""Something that befalls a process in the middle of taking or filing a job, once."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from unittest import mock

from sidecar.folders import filing

Point = Literal["mkdir", "rename", "sync"]
"""Before a job's folder is made; before something is moved; right after it was moved."""
POINTS: tuple[Point, ...] = ("mkdir", "rename", "sync")
_CALLS: dict[Point, tuple[Any, str]] = {
    "mkdir": (filing, "make_folders_below"),
    "rename": (os, "rename"),
    "sync": (filing, "_sync"),
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
def befalling(point: Point, act: Callable[[], None], *, below: Path) -> Iterator[None]:
    """Let something happen at the first call of a kind that concerns a path below a folder."""
    owner, name = _CALLS[point]
    true = getattr(owner, name)
    done = False

    def call(*arguments: Any, **named: Any) -> Any:
        nonlocal done
        concerned = Path(arguments[0 if point == "sync" else 1])
        if not done and below in concerned.parents:
            done = True
            act()
        return true(*arguments, **named)

    with mock.patch.object(owner, name, call):
        yield
