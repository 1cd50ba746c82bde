"""FFmpeg's binary is hashed once a session, instead of once for each run of this process.

It is 170 MB, the same file each time, and its sha256 was a third of what a short clip costs. Any
other FFmpeg, a `proxx` that was started as a person would and a prober of a test's own kind hash as
always.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakKeyDictionary

import pytest

from proxx_engine.system.probe import Prober
from proxx_engine.system.tools import embedded_ffmpeg


@contextmanager
def hash_ffmpeg_once() -> Iterator[None]:
    """Keep the sha256 of the embedded FFmpeg from the first time that it was asked for."""
    embedded = embedded_ffmpeg()
    kept: dict[Path, str] = {}
    asked: WeakKeyDictionary[Prober, Path] = WeakKeyDictionary()
    start, finish = Prober.start_hash, Prober.hash_started

    def start_hash(self: Prober, path: Path) -> None:
        if path in kept and type(self) is Prober:
            self._hashed = kept[path]
            return
        start(self, path)
        if path == embedded:
            asked[self] = path

    def hash_started(self: Prober) -> str | None:
        sha256 = finish(self)
        path = asked.pop(self, None)
        if path is not None and sha256 is not None:
            kept[path] = sha256
        return sha256

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Prober, "start_hash", start_hash)
        patch.setattr(Prober, "hash_started", hash_started)
        yield
