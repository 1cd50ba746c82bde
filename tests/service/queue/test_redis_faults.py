"""Redis that is away, silent, emptied, or cut off in the middle: said, and no id is lost by us."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from proxx_engine import PlaceError
from sidecar.service.queue import redis_consumer, redis_place
from sidecar.service.queue.contract import Consumer
from sidecar.service.queue.redis_queue import RedisQueue
from tests.service.queue.cutting import Lost, Way, way_to
from tests.service.queue.ids import new_id, new_ids
from tests.service.servers.valkey import ValkeyServer


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test can wait for."""
    monkeypatch.setattr(redis_place, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(redis_consumer, "_WAIT_SECONDS", 0.1)


@pytest.fixture
def way(redis_server: ValkeyServer, redis_url: str) -> Iterator[Way]:
    """A way to the session's server that can be cut."""
    with way_to(redis_server.port) as way:
        yield way


def is_away(ask: Callable[[], object]) -> bool:
    """Whether it raises; nothing but PlaceError may it raise."""
    try:
        ask()
    except PlaceError as error:
        return error.code == "STORAGE_QUEUE_AWAY"
    return False


def test_a_server_that_is_away_is_said_at_once_and_works_again_when_it_is_back(
    own_server: ValkeyServer,
) -> None:
    queue = RedisQueue(own_server.url)
    consumer = queue.consumer("a")
    lost, kept = new_ids(2)
    queue.push(lost)
    own_server.kill()
    asks = (
        lambda: queue.push(new_id()),
        queue.waiting,
        queue.look,
        lambda: consumer.pop(1),
        lambda: queue.consumer("b").pop(0),
        lambda: consumer.give_back(new_id()),
    )
    began = time.monotonic()
    assert [is_away(ask) for ask in asks] == [True] * len(asks)
    assert time.monotonic() - began < 5
    own_server.start()
    queue.look()
    assert queue.waiting() == ()
    queue.push(kept)
    assert consumer.pop(0) == kept
    consumer.done(kept)
    consumer.close()
    queue.close()


def test_a_server_emptied_while_a_job_runs_takes_its_end_and_its_return(
    own_server: ValkeyServer,
) -> None:
    queue = RedisQueue(own_server.url)
    ended, returned = new_ids(2)
    queue.push(ended)
    queue.push(returned)
    first, second = queue.consumer("a"), queue.consumer("b")
    assert (first.pop(0), second.pop(0)) == (ended, returned)
    own_server.restart(empty=True)
    # The first word over a connection that broke is lost; the worker says it again.
    for act in (lambda: first.done(ended), lambda: second.give_back(returned)):
        if is_away(act):
            act()
    assert queue.waiting() == (returned,)
    assert first.pop(0) == returned


def test_a_server_restarted_with_all_it_held_gives_what_waited(own_server: ValkeyServer) -> None:
    queue = RedisQueue(own_server.url)
    ids = new_ids(3)
    for job_id in ids:
        queue.push(job_id)
    own_server.restart(empty=False)
    assert is_away(queue.waiting) or queue.waiting() == tuple(ids)
    assert queue.waiting() == tuple(ids)


@pytest.mark.usefixtures("short")
def test_a_silent_server_is_given_up_soon_and_what_it_moved_meanwhile_is_not_lost(
    own_server: ValkeyServer,
) -> None:
    queue = RedisQueue(own_server.url)
    consumer = queue.consumer("a")
    assert consumer.pop(0) is None
    ids = new_ids(2)
    for job_id in ids:
        queue.push(job_id)
    own_server.pause()
    began = time.monotonic()
    assert is_away(lambda: consumer.pop(30))
    assert is_away(queue.look)
    assert time.monotonic() - began < 5
    own_server.resume()
    while len(queue.waiting()) == 2:
        time.sleep(0.01)
    assert [consumer.pop(0), consumer.pop(0), consumer.pop(0)] == [*ids, None]


@pytest.mark.usefixtures("short")
def test_who_ends_gives_back_what_a_silent_server_moved(own_server: ValkeyServer) -> None:
    queue = RedisQueue(own_server.url)
    consumer = queue.consumer("a")
    assert consumer.pop(0) is None
    ids = new_ids(2)
    for job_id in ids:
        queue.push(job_id)
    own_server.pause()
    assert is_away(lambda: consumer.pop(30))
    own_server.resume()
    while len(queue.waiting()) == 2:
        time.sleep(0.01)
    consumer.close()
    assert queue.waiting() == tuple(ids)


def test_whoever_ends_while_the_server_is_away_is_not_kept(own_server: ValkeyServer) -> None:
    queue = RedisQueue(own_server.url)
    consumer = queue.consumer("a")
    consumer.pop(0)
    own_server.kill()
    consumer.close()
    queue.close()


@pytest.mark.parametrize("lost", ["request", "answer"])
def test_whichever_request_of_a_push_is_lost_it_is_said_and_never_made_twice(
    lost: Lost, way: Way, redis_queue: RedisQueue
) -> None:
    queue = RedisQueue(way.url)
    for cut in range(50):
        job_id = new_id()
        way.after, way.lost = cut, lost
        failed = is_away(lambda job_id=job_id: queue.push(job_id))
        way.after = None
        line = redis_queue.waiting()
        assert line.count(job_id) <= 1
        if not failed:
            assert line[-1] == job_id
            assert cut > 0
            return
        queue.close()
    raise AssertionError("no push came through")


@pytest.mark.parametrize("lost", ["request", "answer"])
def test_whichever_request_of_a_worker_is_lost_each_id_comes_or_waits(
    lost: Lost, way: Way, redis_queue: RedisQueue
) -> None:
    queue = RedisQueue(way.url)
    for cut in range(60):
        ids = new_ids(3)
        for job_id in ids:
            redis_queue.push(job_id)
        way.after, way.lost = cut, lost
        consumer = queue.consumer(f"worker {cut}")
        came, failed = work(consumer)
        way.after = None
        assert sorted({*came, *redis_queue.waiting()}) == sorted(ids)
        assert redis_queue.waiting() == tuple(sorted(redis_queue.waiting(), key=ids.index))
        emptied = redis_queue.consumer("after")
        while (job_id := emptied.pop(0)) is not None:
            emptied.done(job_id)
        if not failed:
            assert came == ids
            assert cut > 3
            return
    raise AssertionError("no turn came through")


def work(consumer: Consumer) -> tuple[list[str], bool]:
    """Take all, as a worker does that goes on after a failed word; whether one failed."""
    came: list[str] = []
    failed = False
    for turn in range(6):
        try:
            job_id = consumer.pop(0)
        except PlaceError:
            failed = True
            continue
        if job_id is None:
            break
        if turn == 0:
            try:
                consumer.give_back(job_id)
            except PlaceError:
                failed = True
                consumer.give_back(job_id)
            continue
        came.append(job_id)
        try:
            consumer.done(job_id)
        except PlaceError:
            failed = True
            consumer.done(job_id)
        if failed and len(came) == 1:
            break
    consumer.close()
    return came, failed
