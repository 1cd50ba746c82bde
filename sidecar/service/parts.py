"""The three parts of the service, opened as the settings say; imported where they are used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxx_engine import PlaceError
from sidecar.service.queue.contract import JobQueue
from sidecar.service.settings import MEMORY, ServiceSettings
from sidecar.service.storage.contract import Storage

if TYPE_CHECKING:
    from sidecar.service.table.jobs import JobTable


@dataclass(frozen=True, slots=True)
class Parts:
    """What every process of the service works with."""

    settings: ServiceSettings
    table: JobTable
    queue: JobQueue
    storage: Storage

    def look(self) -> tuple[PlaceError, ...]:
        """Ask each whether it answers; return what does not."""
        troubles = []
        for part in (self.table, self.queue, self.storage):
            try:
                part.look()
            except PlaceError as error:
                troubles.append(error)
        return tuple(troubles)


@contextmanager
def open_parts(settings: ServiceSettings) -> Iterator[Parts]:
    """Yield the parts; asks none whether it answers.

    Raises: PlaceError (TOOL_SERVICE_MISSING) where Proxx was installed without the extra.
    """
    with ExitStack() as last:
        try:
            from sidecar.service.table.jobs import JobTable

            table = last.enter_context(JobTable(settings.table))
            queue = _queue(settings)
            last.callback(queue.close)
            storage = _storage(settings)
        except ModuleNotFoundError as error:
            raise PlaceError("TOOL_SERVICE_MISSING", f"no module {error.name}") from error
        yield Parts(settings, table, queue, storage)


def _queue(settings: ServiceSettings) -> JobQueue:
    if settings.queue == MEMORY:
        from sidecar.service.queue.memory import MemoryQueue

        return MemoryQueue()
    from sidecar.service.queue.redis_queue import RedisQueue

    return RedisQueue(settings.queue)


def _storage(settings: ServiceSettings) -> Storage:
    from sidecar.service.storage.objects import ObjectStorage

    return ObjectStorage(settings.storage, settings.s3)
