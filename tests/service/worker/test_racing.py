"""Several workers, every entry given more than once, the line emptied: each job is run once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from proxx_engine import read_journal
from sidecar.service.refilling import lost_ids, refill
from tests.faults.scenes import proxx, start_proxx
from tests.service.worker.scenes import Service, lasting, wait_for, write_settings

FEW = 12


def breaches(service: Service, ids: list[str]) -> Iterator[str]:
    """Yield what is untrue of jobs that were all run."""
    for job_id in ids:
        row = service.row(job_id)
        if not (row.error_message or "").startswith("SOURCE_MISSING: "):
            yield f"{job_id} is {row.status}: {row.error_message}"
        changes = [each.after for each in service.parts.table.history(job_id)]
        if changes != ["pending", "running", "failed"]:
            yield f"{job_id} went {changes}"
        (journal,) = service.home(job_id).glob("*.journal.jsonl")
        facts = read_journal(journal)
        if Counter(fact["event"] for fact in facts)["job_started"] != 1:
            yield f"{job_id} was not begun once"


def is_over(service: Service) -> bool:
    counts = service.parts.table.counts()
    return not counts["pending"] and not counts["running"]


@pytest.mark.parametrize("many", [24, pytest.param(200, marks=pytest.mark.slow)])
def test_two_processes_race_over_many_jobs_that_are_each_given_again_and_again(
    shared: Service, many: int
) -> None:
    ids = [shared.submit(shared.quick(number)) for number in range(1, many + 1)]
    words = ("worker", write_settings(shared), "--json", "--workers", "2")
    said = [shared.folder / f"{name}.log" for name in ("first", "second")]
    with lasting(said[0], *words), lasting(said[1], *words):
        while not is_over(shared):
            for job_id in ids:
                shared.parts.queue.push(job_id)
            time.sleep(0.5)
    assert list(breaches(shared, ids)) == []
    stories = [path.read_text() for path in said]
    claimed = [story.count('"claimed"') for story in stories]
    assert sum(claimed) == many
    assert all(claimed), "both took part"
    assert sum(story.count('"passed_by"') for story in stories) > 0


def test_every_entry_given_twice_is_run_once(service: Service) -> None:
    ids = [service.submit(service.quick(number)) for number in range(1, 21)]
    for job_id in ids:
        service.parts.queue.push(job_id)
    outcome = service.run(workers=2)
    assert list(breaches(service, ids)) == []
    assert (outcome.tally.failed, len(service.heard.said("passed by"))) == (20, 20)


def test_rows_that_the_queue_lost_are_each_entered_though_three_race_to_do_it(
    shared: Service,
) -> None:
    ids = [shared.submit(shared.quick(number), push=False) for number in range(1, FEW + 1)]
    settings = write_settings(shared)
    assert lost_ids(shared.parts) == tuple(ids)
    words = ("queue", "refill", settings, "--json")
    with start_proxx(*words) as one, start_proxx(*words) as two, start_proxx(*words) as three:
        assert [each.wait(30) for each in (one, two, three)] == [0, 0, 0]
    waiting = shared.parts.queue.waiting()
    assert set(waiting) == set(ids)
    assert list(dict.fromkeys(waiting)) == ids, "in the order of submission"
    with lasting(shared.folder / "told.log", "worker", settings):
        wait_for(lambda: is_over(shared), seconds=60)
    assert list(breaches(shared, ids)) == []
    assert lost_ids(shared.parts) == refill(shared.parts) == ()


def test_what_a_worker_has_in_hand_is_not_entered_again(shared: Service) -> None:
    shared.out.rename(shared.folder / "hidden")
    job_id = shared.submit(shared.quick())
    with shared.running(beat_seconds=0.05):
        wait_for(lambda: any(seen.beat.job_id for seen in shared.parts.table.workers()))
        assert shared.parts.queue.waiting() == ()
        assert refill(shared.parts) == ()
        (shared.folder / "hidden").rename(shared.out)
        wait_for(lambda: shared.row(job_id).status == "failed")


def test_a_line_that_was_emptied_is_refilled_by_a_person(shared: Service) -> None:
    ids = [shared.submit(shared.quick(number)) for number in range(1, 4)]
    empty = shared.parts.queue.consumer("thief")
    while (job_id := empty.pop(0.1)) is not None:
        empty.done(job_id)
    empty.close()
    shared.run()
    assert shared.parts.table.counts()["pending"] == 3
    assert refill(shared.parts) == tuple(ids)
    shared.run()
    assert list(breaches(shared, ids)) == []


def test_two_workers_of_a_host_end_with_the_line(shared: Service) -> None:
    ids = [shared.submit(shared.quick(number)) for number in range(1, 9)]
    done = proxx("worker", write_settings(shared), "--once", "--workers", "2", "--json")
    assert done.returncode == 1
    assert list(breaches(shared, ids)) == []
