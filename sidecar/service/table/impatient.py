"""A connection to PostgreSQL that waits so long for an answer, and no longer."""

from __future__ import annotations

from collections.abc import Generator
from time import monotonic
from typing import Any

import psycopg


class ImpatientConnection(psycopg.Connection[Any]):
    """Closed, with an OperationalError, where the server keeps it open and says nothing.

    The server itself ends a statement sooner, unless it is frozen, or its disk is.
    """

    silence_seconds = 20.0

    def wait(self, gen: Generator[Any, Any, Any], *rest: Any, **options: Any) -> Any:
        """Wait as psycopg does, which asks the generator ten times a second."""
        try:
            return super().wait(_limited(gen, self.silence_seconds), *rest, **options)
        except TimeoutError as error:
            self.close()
            raise psycopg.OperationalError(str(error)) from None


def _limited(answering: Generator[Any, Any, Any], seconds: float) -> Generator[Any, Any, Any]:
    deadline = monotonic() + seconds
    try:
        wanted = next(answering)
        while True:
            ready = yield wanted
            if not ready and monotonic() > deadline:
                raise TimeoutError(f"the server said nothing for {seconds:g} seconds")
            wanted = answering.send(ready)
    except StopIteration as end:
        return end.value
