"""One worker's end of the line in Redis, and what RQ is told of it."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import cast

from redis import Redis
from redis.client import Pipeline
from rq import Queue, SimpleWorker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus
from rq.worker_registration import clean_worker_registry

from proxx_engine import PlaceError
from sidecar.service.queue.messages import MAX_BYTES, is_ours, job_id_of
from sidecar.service.queue.redis_line import JOB_SECONDS, enter, new_message, open_queue
from sidecar.service.queue.redis_place import RedisPlace

_IDLE_SECONDS = 60
"""RQ forgets a worker that waits and was not heard of for a minute more than this."""
_BEAT_SECONDS = 10.0
_WAIT_SECONDS = 2.0
"""How long one request waits for an id: well below the limit of an answer."""
_BUSY_SECONDS = JOB_SECONDS + 60
"""While a job runs nobody beats here (the job table has the beats), so RQ believes for long."""
_DELETE_IF_OURS = """
if redis.call('HGET', KEYS[1], 'worker_name') == ARGV[1] then
    return redis.call('DEL', KEYS[1])
end
"""
"""An id that was pushed again meanwhile has a new message, which is nobody's yet."""
_MAX_TOLD = 120
_log = logging.getLogger(__name__)


class _Record(SimpleWorker):
    """RQ's record of a worker: birth, beats and death. RQ's loop and its signals stay unused."""

    def __init__(self, queue: Queue, name: str) -> None:
        super().__init__(
            [queue],
            name=name,
            connection=queue.connection,
            worker_ttl=_IDLE_SECONDS,
            prepare_for_work=False,
            serializer=JSONSerializer,
        )
        self.hostname = socket.gethostname()
        self.pid = os.getpid()

    def _set_connection(self, connection: Redis) -> Redis:
        """Leave the time limits alone: RQ would wait for minutes."""
        return connection


class RedisConsumer:
    """Takes ids for one worker.

    An id is moved from the line to a list of this worker's own, then written down as started: an
    answer that was lost on the way is found there by the next `pop`, and given back by `close`.
    """

    def __init__(self, place: RedisPlace, worker: str) -> None:
        self._place = place
        self._client = place.client()
        self._queue = open_queue(self._client)
        self._record = _Record(self._queue, worker)
        self._moved_key = f"{self._queue.intermediate_queue_key}:{worker}"
        self._entry: bytes | None = None
        """What was moved, and is not known to be written down as started."""
        self._taken: dict[str, Execution] = {}
        self._unsure = True
        """Whether our own list may hold something that nobody took."""
        self._known = False
        """Whether RQ has a record of us."""
        self._beat_due = 0.0
        self._closed = False

    def pop(self, timeout_seconds: float) -> str | None:
        """Take the next id, waiting for one so long; None when none came, or after `close`.

        What is not exactly a message of ours is deleted, logged and never looked up.
        """
        until = monotonic() + timeout_seconds
        with self._place.asked():
            while not self._closed:
                self._beat()
                if self._entry is None:
                    self._entry = self._move(until - monotonic())
                if self._entry is not None:
                    job_id = self._take(self._entry)
                    self._entry = None
                    if job_id is not None:
                        return job_id
                elif monotonic() >= until:
                    break
        return None

    def done(self, job_id: str) -> None:
        """End what RQ keeps of an id that was taken; of another there is nothing to end."""
        if job_id not in self._taken:
            return
        job = new_message(self._queue, job_id)
        with self._place.asked(), self._writing(WorkerStatus.IDLE) as pipeline:
            self._taken[job_id].delete(job, pipeline)
            pipeline.eval(_DELETE_IF_OURS, 1, job.key, self._record.name)
            self._record.increment_successful_job_count(pipeline)
        del self._taken[job_id]

    def give_back(self, job_id: str) -> None:
        """Put an id that was taken at the head of the line."""
        with self._place.asked(), self._writing(WorkerStatus.IDLE) as pipeline:
            if job_id in self._taken:
                self._taken[job_id].delete(new_message(self._queue, job_id), pipeline)
            enter(pipeline, self._queue, job_id, first=True)
        self._taken.pop(job_id, None)

    def close(self) -> None:
        """End: no more is taken. Where Redis does not answer, RQ forgets us by itself."""
        self._closed = True
        with suppress(PlaceError), self._place.asked():
            self._give_back_moved()
            if self._known:
                self._record.register_death()  # type: ignore[no-untyped-call]
        self._client.close()

    def _beat(self) -> None:
        """Tell RQ that we wait for work; register where it does not know us, or not any more."""
        if self._known and monotonic() < self._beat_due:
            return
        if self._known:
            with self._writing(WorkerStatus.IDLE):
                pass
        if not self._known:
            # What a dead worker of this name left would keep us out.
            self._client.delete(self._record.key)
            self._record.register_birth()  # type: ignore[no-untyped-call]
            self._record.set_state(WorkerStatus.IDLE)
            clean_worker_registry(self._queue)
            self._known = True
        self._beat_due = monotonic() + _BEAT_SECONDS

    @contextmanager
    def _writing(self, state: WorkerStatus) -> Iterator[Pipeline]:
        """Write as one, with a beat; notice where RQ's record of us is gone."""
        seconds = _BUSY_SECONDS if state is WorkerStatus.BUSY else None
        with self._client.pipeline() as pipeline:
            self._record.heartbeat(seconds, pipeline=pipeline)
            self._record.set_state(state, pipeline=pipeline)
            yield pipeline
            made_anew = pipeline.execute()[0]
        self._known = self._known and not made_anew

    def _move(self, seconds: float) -> bytes | None:
        """Move the next entry of the line to our own list, or find one that lies there."""
        line, own = self._queue.key, self._moved_key
        if self._unsure and (found := self._client.lindex(own, -1)) is not None:
            return cast(bytes, found)
        self._unsure = True
        if seconds > 0:
            waited = cast(int, min(seconds, _WAIT_SECONDS))  # its types know whole ones only
            moved = self._client.blmove(line, own, waited, "LEFT", "LEFT")
        else:
            moved = self._client.lmove(line, own, "LEFT", "LEFT")
        self._unsure = False
        return cast("bytes | None", moved)

    def _take(self, entry: bytes) -> str | None:
        """Write an entry down as started; None where it is no message of ours."""
        job_id = job_id_of(entry)
        if job_id is None or not self._is_ours(job_id):
            self._drop(entry, job_id)
            return None
        # Nothing of the stored message is used but that it is ours: it is written anew.
        job = new_message(self._queue, job_id)
        with self._writing(WorkerStatus.BUSY) as pipeline:
            pipeline.delete(job.key)
            job.save(pipeline=pipeline)
            job.prepare_for_execution(self._record.name, pipeline=pipeline)
            pipeline.expire(job.key, 2 * JOB_SECONDS)
            pipeline.lrem(self._moved_key, 0, job_id)
            name = self._record.name
            execution = Execution.create(job, _BUSY_SECONDS, pipeline, worker_name=name)
        self._taken[job_id] = execution
        return job_id

    def _is_ours(self, job_id: str) -> bool:
        """Whether the message of an id is ours, or gone: an id alone names nothing to call."""
        key = Job.key_for(job_id)
        kind = self._client.type(key)
        if kind != b"hash":
            return kind == b"none"
        if self._client.hstrlen(key, "data") > MAX_BYTES:
            return False
        data = cast("bytes | None", self._client.hget(key, "data"))
        return data is None or is_ours(data, job_id)

    def _drop(self, entry: bytes, job_id: str | None) -> None:
        with self._client.pipeline() as pipeline:
            pipeline.lrem(self._moved_key, 0, cast(str, entry))
            if job_id is not None:
                pipeline.delete(Job.key_for(job_id))
            pipeline.execute()
        told = ascii(entry[:_MAX_TOLD])
        _log.warning("deleted what lay in the queue and is no message of Proxx: %s", told)

    def _give_back_moved(self) -> None:
        """Put what was moved, and never written down as started, back at the head."""
        entries = self._client.lrange(self._moved_key, 0, -1)
        if self._entry is not None and self._entry not in entries:
            entries.append(self._entry)
        with self._client.pipeline() as pipeline:
            for entry in entries:
                pipeline.lpush(self._queue.key, entry)
            pipeline.delete(self._moved_key)
            pipeline.execute()
        self._entry = None
