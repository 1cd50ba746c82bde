"""The line as RQ keeps it: a list of ids, and one message for each."""

from __future__ import annotations

from redis import Redis
from redis.client import Pipeline
from rq import Queue
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer
from rq.utils import now

from sidecar.service.queue.messages import FUNCTION

NAME = "proxx-jobs"
JOB_SECONDS = 7 * 86400
"""How long RQ believes in a job that nobody ended. No job takes so long, and nothing ends one."""
FAILED_SECONDS = 30 * 86400
"""How long RQ shows a job that it believes to have failed."""


def open_queue(client: Redis) -> Queue:
    """Return RQ's view of the line; asks nothing."""
    return Queue(NAME, connection=client, serializer=JSONSerializer)


def new_message(queue: Queue, job_id: str) -> Job:
    """Return what stands in Redis for an id: no word of ours but the id."""
    return queue.create_job(
        FUNCTION,
        kwargs={"job_id": job_id},
        job_id=job_id,
        timeout=JOB_SECONDS,
        result_ttl=0,
        failure_ttl=FAILED_SECONDS,
    )


def enter(pipeline: Pipeline, queue: Queue, job_id: str, *, first: bool = False) -> None:
    """Write an id at the end or the head of the line, and its message anew."""
    job = new_message(queue, job_id)
    job.enqueued_at = now()
    pipeline.delete(job.key)
    job.save(pipeline=pipeline)
    job.set_status(JobStatus.QUEUED, pipeline=pipeline)
    pipeline.sadd(queue.redis_queues_keys, queue.key)
    queue.push_job_id(job_id, pipeline=pipeline, at_front=first)
