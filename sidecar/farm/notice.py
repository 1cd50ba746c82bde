"""How long a farm waits after it asked a task to end: `cancel_info.json`, beside its rules file.

    {"NotifyEnd": "2026-01-31T12:00:00Z"}

The running clip is finished if there is time; else it is ended early enough to write the truth.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from proxx_engine import StopFlags, now_utc, read_regular

NOTICE = "cancel_info.json"
_MAX_BYTES = 64 * 1024
_MOST_ROOM_SECONDS = 30.0


class StopInTime:
    """A wish to end that becomes urgent before the farm kills the task; the engine polls it."""

    def __init__(self, wish: StopFlags, folder: Path) -> None:
        """`folder`: the session's working directory, where the farm leaves its notice."""
        self._wish = wish
        self._notice = folder / NOTICE
        self._asked: datetime | None = None

    @property
    def soft(self) -> bool:
        """Finish the running clip, start no other."""
        return self._wish.soft

    @property
    def hard(self) -> bool:
        """End the running clip now."""
        return self._wish.hard or (self._wish.soft and self._is_late())

    @property
    def lost(self) -> bool:
        """Whether the right to the job was taken away."""
        return self._wish.lost

    def _is_late(self) -> bool:
        now = datetime.fromisoformat(now_utc())
        self._asked = self._asked or now
        end = read_notice(self._notice)
        if end is None:
            return False
        room = min(_MOST_ROOM_SECONDS, (end - self._asked).total_seconds() / 3)
        return (end - now).total_seconds() <= room


def read_notice(path: Path) -> datetime | None:
    """Return when the farm will kill the task; None where it does not say."""
    try:
        told = json.loads(read_regular(path, limit=_MAX_BYTES))["NotifyEnd"]
        end = datetime.fromisoformat(told)
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return end if end.tzinfo is not None else None
