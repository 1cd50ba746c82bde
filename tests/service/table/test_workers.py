"""What the table tells of workers, on both databases alike; ages are by the database's clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sidecar.service.rows import STALE_AFTER_SECONDS, Beat
from sidecar.service.table.jobs import JobTable
from tests.service.table.scenes import DONE, besides, claimant, submitted


def age_beats(url: str, seconds: float) -> None:
    """Let every beat be so much older."""
    with besides(url) as database:
        older = f"beat_at - interval '{seconds} seconds'"
        if url.startswith("sqlite"):
            older = f"strftime('%Y-%m-%d %H:%M:%f', beat_at, '{-seconds} seconds')"
        database.execute(f"UPDATE workers SET beat_at = {older}")


def test_a_worker_is_seen_as_it_last_spoke(table: JobTable) -> None:
    first = Beat(claimant("b"), "blocked", blocked_by="the disk is full", version="1.2")
    second = Beat(claimant("a", pid=3), "running", "no-uuid", 1, 2)
    for beat in (first, second, replace(second, clips_done=2)):
        table.beat(beat)
    seen = table.workers()
    assert [each.beat for each in seen] == [replace(second, clips_done=2), first]
    assert all(0 <= each.silent_seconds < 60 and not each.is_silent for each in seen)
    assert abs(seen[0].beat_at - datetime.now(UTC)) < timedelta(seconds=60)
    table.bury("a")
    table.bury("nobody")
    assert [each.beat.claimant.worker for each in table.workers()] == ["b"]


def test_silence_is_counted(table: JobTable, url: str) -> None:
    table.beat(Beat(claimant(), "idle"))
    age_beats(url, STALE_AFTER_SECONDS + 5)
    (seen,) = table.workers()
    assert STALE_AFTER_SECONDS + 4 < seen.silent_seconds < STALE_AFTER_SECONDS + 60
    assert seen.is_silent


def test_a_running_job_is_told_with_its_claim_and_its_workers_beat(
    table: JobTable, url: str
) -> None:
    me, ids = claimant(), submitted(table, 3)
    beat = Beat(me, "running", ids[1], 0, 4)
    for job_id in (ids[1], ids[0]):
        table.claim(job_id, me)
    table.beat(beat)
    second, first = table.running()
    assert (second.row.job_id, first.row.job_id) == (ids[1], ids[0])
    assert second.row == table.row(ids[1])
    assert second.by == me
    assert second.claimed_at == table.history(ids[1])[-1].at
    assert second.seen is not None
    assert second.seen.beat == beat
    assert not second.is_stale
    assert first.is_stale, "its worker speaks of another job"
    age_beats(url, STALE_AFTER_SECONDS + 5)
    assert [each.is_stale for each in table.running()] == [True, True]
    table.settle(ids[0], DONE, by=me, of=me)
    assert [each.row.job_id for each in table.running()] == [ids[1]]


@pytest.mark.parametrize("way", ["buried", "never spoke", "another process of its name"])
def test_a_job_whose_worker_does_not_speak_is_stale(table: JobTable, way: str) -> None:
    me, (job_id,) = claimant(), submitted(table)
    table.claim(job_id, me)
    if way != "never spoke":
        pid = 4 if way.startswith("another") else 100
        table.beat(Beat(claimant(pid=pid), "running", job_id))
    if way == "buried":
        table.bury(me.worker)
    (running,) = table.running()
    assert (running.seen, running.is_stale, running.by) == (None, True, me)


def test_a_clock_that_was_set_back_makes_no_silent_worker_seem_alive(
    table: JobTable, url: str
) -> None:
    me, (job_id,) = claimant(), submitted(table, 1)
    table.beat(Beat(me, "running", job_id))
    assert table.claim(job_id, me)
    age_beats(url, -3600)  # it spoke before the database's clock was set back by an hour
    (seen,) = table.workers()
    (running,) = table.running()
    assert (seen.is_silent, running.is_stale) == (True, True)
    table.beat(Beat(me, "running", job_id))
    (running,) = table.running()
    assert not running.is_stale
