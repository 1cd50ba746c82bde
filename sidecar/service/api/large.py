"""Few large documents are taken apart at once: each costs ten times its size in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sidecar.service.api.errors import ApiError

LARGE_BYTES = 4 * 1024 * 1024
MOST_AT_ONCE = 2


class Large:
    """What is left for large documents; safe for several threads."""

    def __init__(self) -> None:
        self._free = threading.Semaphore(MOST_AT_ONCE)

    @contextmanager
    def one_of(self, size: int) -> Iterator[None]:
        """Hold what a document of so many bytes needs. Raises: ApiError (API_BUSY), at once: a
        request that waited here would keep small ones out.
        """
        if size < LARGE_BYTES:
            yield
            return
        if not self._free.acquire(blocking=False):
            raise ApiError("API_BUSY", f"{MOST_AT_ONCE} large documents are being read")
        try:
            yield
        finally:
            self._free.release()
