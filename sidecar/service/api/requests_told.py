"""One line for each request, for a log: what was asked and answered; no header, query or body."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from typing import Any

from proxx_engine import now_utc

MOST_CHARACTERS = 4096
"""Of one field."""
_JOB = re.compile(r"/v1/jobs/([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?:/|$)")
Writing = Callable[[str], None]


def job_in(path: str) -> str | None:
    """Return the id of the job that a path names."""
    found = _JOB.match(path)
    return found[1] if found else None


class RequestLog:
    """Tells each request; safe for several threads."""

    def __init__(self, write: Writing, *, human: bool = False) -> None:
        """`write` is given a line without its end; JSON unless `human`."""
        self._write = write
        self._human = human
        self._lock = threading.Lock()

    def told(
        self,
        method: str,
        path: str,
        status: int,
        seconds: float,
        *,
        request_id: str,
        job_id: str | None,
        story: str | None = None,
    ) -> None:
        """Tell one request; `story` is that of a defect."""
        milliseconds = round(seconds * 1000, 1)
        fields: dict[str, Any] = {
            "time": now_utc(),
            "event": "request",
            "method": method,
            "path": path,
            "status": status,
            "ms": milliseconds,
            "request_id": request_id,
        }
        if job_id is not None:
            fields["job_id"] = job_id
        if story is not None:
            fields["story"] = story[-MOST_CHARACTERS:]  # its end says what was raised
        if self._human:
            line = f"{status} {ascii(method)[1:-1]} {ascii(path[:200])[1:-1]} {milliseconds} ms"
            if status >= 500:
                line += f" [{request_id}]"
            self._say(line if story is None else f"{line}\n{ascii(story)[1:-1]}")
        else:
            self._say(as_line(fields))

    def _say(self, line: str) -> None:
        with self._lock:
            self._write(line)


def as_line(fields: dict[str, Any]) -> str:
    """Return fields as one line of JSON in ASCII, each text cut where it is too long."""
    cut = {
        key: value[:MOST_CHARACTERS] if isinstance(value, str) else value
        for key, value in fields.items()
    }
    return json.dumps(cut)
