"""Parts of the service that can be away, or lose an answer; an FFmpeg that waits to be let go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from proxx_engine import PlaceError, Tools
from sidecar.service.parts import Parts
from tests.faults.scenes import wrap_ffmpeg
from tests.service.worker.scenes import wait_for


class MayBeAway:
    """A part of the service, but for when it is away."""

    def __init__(self, part: Any, code: str) -> None:
        self._part = part
        self._code = code
        self.is_away: Callable[[str], bool] = lambda _call: False
        """By the name of the call."""
        self.loses_answer_of: set[str] = set()
        """What it does, and says nothing of: once each."""
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._part, name)
        if not callable(value):
            return value

        def call(*arguments: Any, **named: Any) -> Any:
            self.asked.append(name)
            if self.is_away(name):
                raise PlaceError(self._code, "it is away")
            answer = value(*arguments, **named)
            if name in self.loses_answer_of:
                self.loses_answer_of.remove(name)
                raise PlaceError(self._code, "its answer was lost")
            return answer

        return call


@dataclass
class Shaky:
    """The parts of a service, each of which may be away."""

    parts: Parts
    table: MayBeAway = field(init=False)
    storage: MayBeAway = field(init=False)

    def __post_init__(self) -> None:
        self.table = MayBeAway(self.parts.table, "STORAGE_TABLE_AWAY")
        self.storage = MayBeAway(self.parts.storage, "STORAGE_OBJECTS_AWAY")
        self.parts = replace(self.parts, table=self.table, storage=self.storage)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Gate:
    """An FFmpeg whose encodes begin, are counted, and wait until the gate is opened."""

    ffmpeg: Path
    folder: Path

    def open(self) -> None:
        """Let every encode go on."""
        (self.folder / "open").touch()

    @property
    def begun(self) -> int:
        """How many encodes were begun."""
        counted = self.folder / "begun"
        return len(counted.read_text().splitlines()) if counted.exists() else 0

    def wait(self) -> None:
        """Wait until an encode has begun."""
        wait_for(lambda: self.begun)


def make_gate(tools: Tools, folder: Path, *, is_open: bool = False) -> Gate:
    """Return a gate; `is_open`: encodes are only counted."""
    folder.mkdir(exist_ok=True)
    waits = f'while [ ! -e "{folder}/open" ]; do sleep 0.05; done'
    encode = f'echo begun >> "{folder}/begun"; {waits}; exec "$real" "$@"'
    gate = Gate(wrap_ffmpeg(tools, folder, encode=encode).ffmpeg, folder)
    if is_open:
        gate.open()
    return gate
