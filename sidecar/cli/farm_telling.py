"""Tells a farm where a running task stands: a reader of its journal, which the engine writes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from proxx_engine import read_journal
from sidecar.farm.lines import Standing, standing, tell_changes

_EVERY_SECONDS = 2.0


class FarmTelling:
    """Says what changed in a job's journal, at most every two seconds; and once more at its end."""

    def __init__(self, journal: Path, worker: str, say: Callable[[Iterable[str]], None]) -> None:
        self._journal = journal
        self._worker = worker
        self._say = say
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._read_bytes = -1
        self._told: Standing | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        self._look()

    def _follow(self) -> None:
        while not self._over.wait(_EVERY_SECONDS):
            self._look()

    def _look(self) -> None:
        try:
            size = os.stat(self._journal).st_size
            if size == self._read_bytes:
                return
            now = standing(read_journal(self._journal), self._worker)
        except OSError:  # a share that hangs or is gone: the job itself tells of it
            return
        self._say(tell_changes(self._told, now))
        self._read_bytes, self._told = size, now
