"""What stands at the top of a job file: read without the rest, kept, and never for long.

A view may meet a hundred thousand job files. Of each, the first four thousand bytes tell to which
batch it belongs; they are read once, and only as long as somebody may be kept waiting.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proxx_engine import read_mark
from sidecar.folders.batches import Batch
from sidecar.folders.names import JOB, job_id_in

_TOP_BYTES = 4096
_TAIL_BYTES = 64
_REST = re.compile(rb',\s*"clips"\s*:')
_TOLD = frozenset({"job_id", "created_at", "batch", "label", "retried_from"})
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
)


@dataclass(frozen=True, slots=True)
class Top:
    """What a job file says before its clips; nothing of it was checked."""

    job_id: str
    label: str
    created_at: str
    batch: Batch | None
    retried_from: str | None


def read_top(path: Path | str, *, naming: str | None = None) -> Top | None:
    """Return a job file's top; None when it is none, cannot be read, or ends in the middle.

    `naming`: None as well for one in which this id does not stand.
    """
    try:
        top, tail = _read_ends(path)
    except OSError:
        return None
    if not tail.rstrip().endswith(b"}"):
        return None
    rest = _REST.search(top)
    if rest and naming is not None and naming.encode() not in top[: rest.start()]:
        return None
    try:
        loaded: Any = json.loads(top[: rest.start()] + b"}") if rest else None
    except (ValueError, RecursionError):
        loaded = None
    if not isinstance(loaded, dict) or not loaded.keys() >= _TOLD:
        # Somebody else's order of keys, or very long words before the clips.
        mark = read_mark(Path(path))
        loaded = mark and {key: getattr(mark, key) for key in _TOLD}
    return _top_of(loaded) if loaded else None


def _read_ends(path: Path | str) -> tuple[bytes, bytes]:
    file = os.open(path, _FLAGS)
    try:
        top = os.read(file, _TOP_BYTES)
        size = os.fstat(file).st_size
        if size <= len(top):
            return top, top[-_TAIL_BYTES:]
        os.lseek(file, max(0, size - _TAIL_BYTES), os.SEEK_SET)
        return top, os.read(file, _TAIL_BYTES)
    finally:
        os.close(file)


def _top_of(loaded: dict[str, Any]) -> Top | None:
    texts = [loaded["job_id"], loaded["label"], loaded["created_at"]]
    texts += [loaded[key] or "" for key in ("batch", "retried_from")]
    if not all(isinstance(text, str) for text in texts):
        return None
    job_id, label, created_at, batch, repeats = texts
    return Top(
        job_id, label, created_at, Batch(batch, created_at) if batch else None, repeats or None
    )


@dataclass
class Budget:
    """How long a view may go on reading what it could do without."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    unread: set[str] = field(default_factory=set)
    """Files that there was no time for."""
    _until: float = 0.0

    def begin(self) -> None:
        """Begin a look."""
        self._until, self.unread = self.clock() + self.seconds, set()

    def allows(self, name: str) -> bool:
        """Whether one more file may be read; it is noted as unread if not."""
        if self.clock() < self._until:
            return True
        self.unread.add(name)
        return False


@dataclass
class Tops:
    """The tops of job files, each read once; those that a look does not ask for are forgotten."""

    budget: Budget
    _known: dict[str, Top] = field(default_factory=dict)
    _asked: dict[str, Top] = field(default_factory=dict)

    def begin(self) -> None:
        """Begin a look."""
        self._known, self._asked = self._asked, {}

    def of_file(self, folder: str | Path, name: str) -> Top | None:
        """Return the top of a job file; None as well when there is no time to read it."""
        job_id = job_id_in(name)
        top = self._known.get(job_id) if job_id else None
        if top is None and self.budget.allows(name):
            top = read_top(os.path.join(folder, name))
        if top is not None and job_id:
            self._asked[job_id] = top
        return top

    def of_home(self, home: str | Path) -> Top | None:
        """Return the top of the job in a folder of its own."""
        return self.of_file(home, f"{os.path.basename(home)}{JOB}")
