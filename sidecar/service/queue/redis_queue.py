"""The line in Redis, through RQ: its queue, its form of a message, its registries.

RQ's registries are for people who look with RQ's tools; the job table alone says what is true. RQ's
own loop, timers and cleaning never run here: they call what a message names.
"""

from __future__ import annotations

from typing import cast

from proxx_engine import PlaceError
from sidecar.service.queue.messages import job_id_of
from sidecar.service.queue.redis_consumer import RedisConsumer
from sidecar.service.queue.redis_line import enter, open_queue
from sidecar.service.queue.redis_place import RedisPlace

_OLDEST = (6, 2, 0)
"""The first that moves an entry from list to list and waits for one."""


class RedisQueue:
    """The line of one Redis server; safe for several threads."""

    outlives_us = True

    def __init__(self, url: str) -> None:
        """`url` as RedisPlace has it. Asks nothing yet. Raises as RedisPlace."""
        self._place = RedisPlace(url)
        self._client = self._place.client()
        self._queue = open_queue(self._client)

    @property
    def told_as(self) -> str:
        """Its address, without user, password or options."""
        return self._place.told_as

    def push(self, job_id: str) -> None:
        """Put one id at the end of the line."""
        with self._place.asked(), self._client.pipeline() as pipeline:
            enter(pipeline, self._queue, job_id)
            pipeline.execute()

    def waiting(self) -> tuple[str, ...]:
        """Return the ids that wait, the next one first."""
        with self._place.asked():
            entries = cast("list[bytes]", self._client.lrange(self._queue.key, 0, -1))
        return tuple(job_id for entry in entries if (job_id := job_id_of(entry)))

    def look(self) -> None:
        """Ask whether it answers, and is new enough."""
        with self._place.asked():
            self._client.ping()
            version = self._queue.get_redis_server_version()
        if version < _OLDEST:
            found = ".".join(map(str, version))
            sentence = f"is Redis {found}; 6.2 or later is needed"
            raise PlaceError("STORAGE_QUEUE_AWAY", f"{self.told_as} {sentence}")

    def consumer(self, worker: str) -> RedisConsumer:
        """Return the end at which one worker takes ids; it asks nothing before the first pop."""
        return RedisConsumer(self._place, worker)

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()
