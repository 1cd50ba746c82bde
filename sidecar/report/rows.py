"""One row for each clip, job or file, in the one state that a person needs to know. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from proxx_engine import ClipTry
from sidecar.words import same_label

STATES = (
    *("proven", "exists-only", "unproven", "gone", "changed", "failed", "not-run"),
    *("replaced", "superseded", "waiting", "running", "interrupted", "doubtful", "unreadable"),
)
"""What a clip, a job without a result, or a file can be."""
JOB_STATUSES = ("completed", "partial")
"""Also asked for: the clips of such jobs."""
QUIET = frozenset({"replaced", "superseded"})
"""What another job did: not shown unless asked for, and no failure any more."""
BAD = frozenset(STATES) - QUIET - {"proven", "exists-only"}

Inspecting = Callable[[Path, int, int], None]
"""Told before each proxy is inspected: where, its number, how many there are."""


@dataclass(frozen=True)
class Row:
    """One clip, job or file, as it is shown."""

    state: str
    """One of STATES."""
    job_status: str
    name: str
    told: str
    """What was proven, or why it was not."""
    code: str | None
    batch: str | None
    size_bytes: int | None
    duration_seconds: float | None
    ended: datetime | None
    data: dict[str, Any]
    """What `--json` prints."""
    kind: Literal["clip", "job", "file"] = "clip"
    """A job has no result yet; a file cannot be read."""
    remarks: tuple[str, ...] = ()
    """What a person must read below the row."""
    links: tuple[str, ...] = ()
    """What of its links in Resolve a person must know."""
    folder: str = ""
    """The output folder's name, where the name alone could mean two."""
    entry: ClipTry | None = None
    """What the row tells of, where it is a clip."""
    proxy: Path | None = None
    """Where the proxy was looked for."""

    def is_of(self, batch: str | None) -> bool:
        """Whether it belongs to a batch; a file that cannot be read may, and None means any."""
        if batch is None or self.kind == "file":
            return True
        return self.batch is not None and same_label(self.batch, batch)


def moment_of(text: str | None) -> datetime | None:
    """Return the moment that a result tells, in UTC; None where it tells none."""
    try:
        moment = datetime.fromisoformat(text or "")
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
