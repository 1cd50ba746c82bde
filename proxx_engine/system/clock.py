"""The two clocks: UTC for records, monotonic for waits and limits."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path


def now_utc() -> str:
    """Return this moment, ISO 8601 with milliseconds: 2026-02-13T20:15:00.123Z."""
    moment = datetime.now(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def utc_of(timestamp: float) -> str:
    """Return a file's time stamp (seconds since 1970) in the form of `now_utc`."""
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def age_seconds(path: Path) -> float:
    """Return how long ago a file was last written. Raises: OSError."""
    return time.time() - os.stat(path).st_mtime


def monotonic_seconds() -> float:
    """Return seconds on the clock that never jumps."""
    return time.monotonic()


def wait_seconds(seconds: float) -> None:
    """Let time pass: between two looks at what another program does."""
    time.sleep(seconds)
