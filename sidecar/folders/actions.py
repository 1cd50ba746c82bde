"""Everything that is done in a watch folder, one JSON line each, written before it is done.

Each process writes a file of its own for each day: nobody waits for another, and no line is ever
changed or deleted. A line that says what was about to be done, and is followed by none about the
same job, was the last thing that the process did.
"""

from __future__ import annotations

import heapq
import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from proxx_engine import append_line, identify_process, now_utc
from sidecar.folders.layout import WatchFolder

Action = Literal[
    "submit",
    "worker_started",
    "claim",
    "claim_not_won",
    "take",
    "not_taken",
    "run",
    "file",
    "reject",
    "settle",
    "release",
    "clear_claim",
    "hold",
    "let_go",
    "left_alone",
    "blocked",
    "unblocked",
    "stop_asked",
    "batch_done",
    "worker_ended",
]
_MOVING: frozenset[Action] = frozenset(
    {
        *("submit", "take", "file", "reject", "settle", "release", "clear_claim", "batch_done"),
        *("hold", "let_go"),
    }
)
"""What a power cut must find told; a claim tells of itself."""


@dataclass(frozen=True, slots=True)
class ActionLog:
    """Where one process notes what it does."""

    folder: WatchFolder
    process: str

    def note(self, action: Action, *, worker: str | None = None, **facts: Any) -> None:
        """Append one line. Raises: OSError: then the action may not be done."""
        self.note_all(action, [facts], worker=worker)

    def note_all(
        self, action: Action, all_facts: Iterable[dict[str, Any]], *, worker: str | None = None
    ) -> None:
        """Append a line for each of several alike. Raises: OSError."""
        moment = now_utc()
        head = {
            "time": moment,
            "boot": identify_process().boot_id[:8],
            "up": round(time.monotonic(), 6),
            "process": self.process,
            "worker": worker,
            "action": action,
        }
        text = "\n".join(json.dumps(head | facts) for facts in all_facts)
        path = self.folder.log / f"{moment[:10]}.{self.process}.jsonl"
        append_line(path, text.encode("ascii"), durable=action in _MOVING)


def read_actions(folder: WatchFolder, about: Iterable[str] = ()) -> Iterator[dict[str, Any]]:
    """Yield every action that was noted, in order; a line that was cut off is none.

    `about`: only lines in which one of these words stands; all where there is none.
    The processes of a machine since its start are put in order by the clock that never jumps,
    machines among each other by the time that they told.
    """
    words = [json.dumps(word)[1:-1].encode("ascii") for word in about]
    runs: dict[str, list[tuple[float, str, int, dict[str, Any]]]] = {}
    for name in sorted(os.listdir(folder.log)):
        if name.endswith(".jsonl"):
            for number, line in enumerate(_read_lines(folder.log / name, words)):
                # Where a machine does not tell its starts apart, a process goes by its own clock.
                run = runs.setdefault(str(line.get("boot") or line.get("process") or name), [])
                up = line.get("up")
                run.append((up if isinstance(up, float | int) else 0.0, name, number, line))
    in_order = [sorted(run, key=lambda entry: entry[:3]) for run in runs.values()]
    yield from (
        line for *_order, line in heapq.merge(*in_order, key=lambda entry: entry[3]["time"])
    )


def _read_lines(path: Path, words: list[bytes]) -> Iterator[dict[str, Any]]:
    data = path.read_bytes()
    for raw in _lines_with(data, words) if words else data.split(b"\n")[:-1]:
        try:
            line = json.loads(raw)
        except ValueError:
            continue
        if isinstance(line, dict) and all(isinstance(line.get(k), str) for k in ("time", "action")):
            yield line


def _lines_with(data: bytes, words: list[bytes]) -> Iterator[bytes]:
    """Yield the whole lines in which one of the words stands; the others are not even split."""
    found: set[tuple[int, int]] = set()
    for word in words:
        at = data.find(word)
        while at >= 0 and (end := data.find(b"\n", at)) >= 0:
            found.add((data.rfind(b"\n", 0, at) + 1, end))
            at = data.find(word, end)
    yield from (data[start:end] for start, end in sorted(found))
