"""The plugin's log: standard error, which a host gives us as a file; none that is full is deleted.

`python3 install plugin` has the hosts write to one place; a locator may name another.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

import platformdirs

from proxx_engine import now_utc
from sidecar.resolve.session import Log

_FULL_BYTES = 8 * 1024 * 1024


def log_path() -> Path:
    """Return where the log is unless a locator says otherwise; it may not be there."""
    return platformdirs.user_log_path("Proxx", appauthor=False) / "plugin.log"


def open_log(action: str, *, full_bytes: int = _FULL_BYTES) -> Log:
    """Return what writes a line with its time, process and action into the log."""
    with suppress(OSError):  # on Windows a file that a host holds keeps its name: it goes on
        if _leads_nowhere(2):
            log_path().parent.mkdir(parents=True, exist_ok=True)
            _write_to(log_path())
        _begin_anew(log_path(), full_bytes)
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")

    def log(line: str) -> None:
        with suppress(OSError):
            print(f"{now_utc()} {os.getpid()} {action}: {line}", file=sys.stderr, flush=True)

    return log


def _begin_anew(path: Path, full_bytes: int) -> None:
    """Put a log that is full aside, under a name of its own, if standard error is that file."""
    seen = os.fstat(2)
    if seen.st_size < full_bytes or not os.path.samestat(seen, os.stat(path)):
        return
    stamp = now_utc().replace(":", "").replace("-", "")
    os.rename(path, path.with_name(f"{path.stem}.{stamp}.{os.getpid()}{path.suffix}"))
    _write_to(path)


def _leads_nowhere(descriptor: int) -> bool:
    """Whether it is the null device: an installation for all users can name no log of a user."""
    return stat.S_ISCHR(os.fstat(descriptor).st_mode) and not os.isatty(descriptor)


def _write_to(path: Path) -> None:
    anew = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(anew, 2)
    os.close(anew)
