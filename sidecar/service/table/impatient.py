"""A connection to PostgreSQL that waits so long for an answer, and no longer."""

from __future__ import annotations

from collections.abc import Generator
from time import monotonic
from typing import Any

import psycopg

SILENCE_SECONDS = 20
"""The server ends a statement sooner; it says nothing at all when it is frozen, or its disk is."""


class ImpatientConnection(psycopg.Connection[Any]):
    """Closed, with an OperationalError, where the server keeps it open and says nothing."""

    def wait(self, gen: Generator[Any, Any, Any], *rest: Any, **options: Any) -> Any:
        """Wait as psycopg does, which asks the generator ten times a second."""
        try:
            return super().wait(_limited(gen), *rest, **options)
        except TimeoutError as error:
            self.close()
            raise psycopg.OperationalError(str(error)) from None


def _limited(answering: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
    deadline = monotonic() + SILENCE_SECONDS
    try:
        wanted = next(answering)
        while True:
            ready = yield wanted
            if not ready and monotonic() > deadline:
                raise TimeoutError(f"the server said nothing for {SILENCE_SECONDS} seconds")
            wanted = answering.send(ready)
    except StopIteration as end:
        return end.value
