"""What a terminal shows meanwhile: a running job, from what is on disk; files as they are read."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from proxx_engine import JobPlace, PathMap, local_path, read_journal
from sidecar.cli.outcome import format_bytes, format_seconds, printable

_EVERY_SECONDS = 0.5


class ProgressLine:
    """One line on the terminal, redrawn while a job runs; silent where there is no terminal."""

    def __init__(self, place: JobPlace, title: str, path_maps: tuple[PathMap, ...]) -> None:
        self._place = place
        self._path_maps = path_maps
        self._title = title
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._redraw, daemon=True)
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def _redraw(self) -> None:
        while not self._over.wait(_EVERY_SECONDS):
            print(f"\r\033[K{printable(self._line())}"[:110], end="", file=sys.stderr, flush=True)

    def _line(self) -> str:
        elapsed = format_seconds(time.monotonic() - self._started)
        return f"{self._title}  {describe(self._place, self._path_maps)}  {elapsed}"


@contextmanager
def counting(doing: str) -> Iterator[Callable[[Path, int, int], None]]:
    """Yield what says on the terminal that one file of so many is done; silent without one."""
    shown = sys.stderr.isatty()

    def show(path: Path, number: int, total: int) -> None:
        if shown:
            line = f"{doing} {number} of {total}: {printable(path.name)}"[:100]
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        if shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


@contextmanager
def telling(doing: str) -> Iterator[None]:
    """Say on the terminal what is done meanwhile; silent without one."""
    shown = sys.stderr.isatty()
    if shown:
        print(f"{doing} …", end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        if shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def describe(place: JobPlace, path_maps: tuple[PathMap, ...]) -> str:
    """Return where a running job stands, from its journal, whose paths are as the JobSpec's."""
    done = total = 0
    doing = "waiting"
    for fact in read_journal(place.journal):
        event = fact["event"]
        if event == "job_started":
            total = fact["clips"]
        elif event == "clip_started":
            doing = f"encoding {_size(Path(local_path(fact['work'], path_maps)))}"
        elif event == "clip_encoded":
            doing = "proving"
        elif event == "published":
            done += 1
    return f"{doing}, {done} of {total} clips" if total > 1 else doing


def _size(path: Path) -> str:
    try:
        return format_bytes(path.stat().st_size)
    except OSError:
        return ""
