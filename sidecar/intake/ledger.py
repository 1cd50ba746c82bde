"""The ledger on disk: one JSON line for each fact, durable before anything is built on it.

It lies in the watch folder, `intake/<hash of the hot folder's path>/`. Not in the hot folder, as
nothing is ever written into footage, which may be a card, or gone tomorrow. Not in the output
folder, as an editor may empty that, and a deleted proxy must not make a job again. The watch
folder is the memory of all jobs already, is checked to hold what is written to it, and is there
for every machine that could take from the same hot folder.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proxx_engine import append_line, now_utc
from sidecar.intake.knowledge import (
    Clip,
    Files,
    IntendedJob,
    Knowledge,
    LeftAside,
    clip_line,
    files_line,
)

_LEDGER = "ledger.jsonl"
LOCK = "intake.lock"


def find_ledger(watch_root: Path, folder: Path) -> Path:
    """Return the folder of the ledger for a hot folder."""
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return watch_root / "intake" / digest


@dataclass(frozen=True, slots=True)
class SeenTo:
    """What was found out about a unit in an act."""

    name: str
    digest: str | None
    """Of the listing to which everything was done; None when there is more to do."""
    left_aside: tuple[LeftAside, ...] = ()
    needless: tuple[Clip, ...] = ()


@dataclass
class Ledger:
    """The ledger of one hot folder, held by one process."""

    home: Path
    knowledge: Knowledge = field(default_factory=Knowledge)
    _torn: bool = False
    """Whether the last line may have been cut off: the next one begins on a line of its own."""

    @classmethod
    def read(cls, home: Path) -> Ledger:
        """Read what is there; a line that was cut off tells nothing. Raises: OSError."""
        ledger = cls(home)
        path = home / _LEDGER
        data = path.read_bytes() if path.exists() else b""
        for raw in data.split(b"\n"):
            if raw:
                ledger._learn(raw)
        ledger._torn = bool(data) and not data.endswith(b"\n")
        return ledger

    def opened(self, *, folder: Path, options: str) -> None:
        """Note that a process takes from the folder, and what its jobs are asked to be."""
        self._note({"event": "opened", "folder": str(folder), "options": options})

    def intended(self, act: str, unit: str, jobs: Sequence[IntendedJob]) -> None:
        """Note jobs before any of them is written."""
        told = [
            {
                "job_id": job.job_id,
                "stem": job.stem,
                "made_on": job.made_on,
                "job_file": job.job_file,
                "clips": [clip_line(clip) for clip in job.clips],
            }
            for job in jobs
        ]
        self._note({"event": "intended", "act": act, "unit": unit, "jobs": told})

    def done(self, act: str, there: Sequence[str]) -> None:
        """Note which jobs of an act were written, by their ids."""
        self._note({"event": "done", "act": act, "there": list(there)})

    def noted(self, units: Sequence[SeenTo]) -> None:
        """Note what no job was made of, and which listings are seen to."""
        self._note(
            *(
                {
                    "event": "noted",
                    "unit": unit.name,
                    "digest": unit.digest,
                    "left_aside": [
                        {"files": files_line(entry.files), "reason": entry.reason}
                        for entry in unit.left_aside
                    ],
                    "needless": [clip_line(clip) for clip in unit.needless],
                }
                for unit in units
            )
        )

    def touched(self, files: Files) -> None:
        """Note that files have other times and the same content."""
        self._note({"event": "touched", "files": {path: list(f) for path, f in files.items()}})

    def _note(self, *lines: dict[str, Any]) -> None:
        """Append lines, and know them. Raises: OSError: then they may not be built upon."""
        raw = b"\n".join(json.dumps({"time": now_utc(), **line}).encode("ascii") for line in lines)
        torn, self._torn = self._torn, True
        append_line(self.home / _LEDGER, b"\n" + raw if torn else raw)
        self._torn = False
        for line in lines:
            self.knowledge.learn(line)

    def _learn(self, raw: bytes) -> None:
        try:
            line = json.loads(raw)
            self.knowledge.learn(line)
        except (ValueError, LookupError, TypeError, AttributeError):
            # Cut off by a power cut or a full disk: what it was to tell was never built upon.
            return
