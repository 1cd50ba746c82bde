"""What holds for every queue, in memory and in Redis."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from sidecar.service.queue.contract import JobQueue
from tests.service.queue.ids import new_id, new_ids


def together(*acts: Callable[[], object]) -> None:
    """Do all at the same time; wait for the last."""
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def push_all(queue: JobQueue, ids: Iterable[str]) -> None:
    for job_id in ids:
        queue.push(job_id)


def test_first_in_first_out(queue: JobQueue) -> None:
    ids = new_ids(2000)
    push_all(queue, ids)
    assert queue.waiting() == tuple(ids)
    consumer = queue.consumer("a")
    taken = []
    while (job_id := consumer.pop(0)) is not None:
        taken.append(job_id)
        consumer.done(job_id)
    assert taken == ids
    assert queue.waiting() == ()


def test_an_empty_queue_is_waited_for_as_long_as_was_said(queue: JobQueue) -> None:
    consumer = queue.consumer("a")
    for seconds in (0.0, 0.4):
        began = time.monotonic()
        assert consumer.pop(seconds) is None
        assert seconds <= time.monotonic() - began < seconds + 2


def test_who_waits_gets_what_is_pushed_meanwhile(queue: JobQueue) -> None:
    consumer, job_id = queue.consumer("a"), new_id()
    later = threading.Timer(0.3, queue.push, [job_id])
    later.start()
    began = time.monotonic()
    assert consumer.pop(20) == job_id
    assert time.monotonic() - began < 10
    later.join()


def test_of_many_who_push_each_keeps_its_order(queue: JobQueue) -> None:
    pushed = [new_ids(100) for _ in range(4)]
    together(*(lambda ids=ids: push_all(queue, ids) for ids in pushed))
    line = queue.waiting()
    assert sorted(line) == sorted(job_id for ids in pushed for job_id in ids)
    for ids in pushed:
        assert [job_id for job_id in line if job_id in ids] == ids


def test_two_who_take_share_all_and_no_id_comes_twice(queue: JobQueue) -> None:
    ids = new_ids(300)
    push_all(queue, ids)
    taken: list[list[str]] = [[], []]

    def take(number: int) -> None:
        consumer = queue.consumer(f"worker {number}")
        while (job_id := consumer.pop(0.2)) is not None:
            taken[number].append(job_id)
            consumer.done(job_id)
        consumer.close()

    together(lambda: take(0), lambda: take(1))
    assert sorted(taken[0] + taken[1]) == sorted(ids)
    for mine in taken:
        assert mine == sorted(mine, key=ids.index)


def test_what_is_given_back_is_the_next(queue: JobQueue) -> None:
    ids = new_ids(3)
    push_all(queue, ids)
    consumer, other = queue.consumer("a"), queue.consumer("b")
    assert consumer.pop(0) == ids[0]
    consumer.give_back(ids[0])
    assert queue.waiting() == tuple(ids)
    assert [other.pop(0) for _ in ids] == ids


def test_an_id_that_is_pushed_while_it_is_taken_comes_again(queue: JobQueue) -> None:
    job_id = new_id()
    first, second = queue.consumer("a"), queue.consumer("b")
    queue.push(job_id)
    assert first.pop(0) == job_id
    queue.push(job_id)
    first.done(job_id)
    assert queue.waiting() == (job_id,)
    assert second.pop(0) == job_id
    queue.push(job_id)
    second.give_back(job_id)
    assert set(queue.waiting()) == {job_id}
    assert first.pop(0) == job_id


def test_an_id_that_nobody_took_can_be_ended_and_given_back(queue: JobQueue) -> None:
    waiting, unknown = new_ids(2)
    consumer = queue.consumer("a")
    queue.push(waiting)
    consumer.done(waiting)
    consumer.done(unknown)
    assert queue.waiting() == (waiting,)
    consumer.give_back(unknown)
    assert queue.waiting() == (unknown, waiting)


def test_who_is_closed_takes_nothing_and_costs_the_others_nothing(queue: JobQueue) -> None:
    ids = new_ids(2)
    push_all(queue, ids)
    closed, other = queue.consumer("a"), queue.consumer("b")
    assert closed.pop(0) == ids[0]
    closed.done(ids[0])
    closed.close()
    closed.close()
    assert closed.pop(0) is None
    assert queue.waiting() == (ids[1],)
    assert other.pop(0) == ids[1]


def test_a_queue_answers_and_says_what_it_is(queue: JobQueue) -> None:
    queue.look()
    assert queue.outlives_us == (queue.told_as != "memory")
    assert queue.told_as == "memory" or queue.told_as.startswith("redis://127.0.0.1:")
