"""What a job's row says from its submission to its end, on both databases alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sidecar.service.rows import Ending
from sidecar.service.table.jobs import JobTable
from tests.service.table.scenes import (
    DONE,
    FAILED,
    besides,
    claimant,
    new_id,
    new_job,
    submitted,
)

NO_IDS = ("", "x", "6f9619ff8b86d011b42d00cf4fc964ff", "6F9619FF-8B86-D011-B42D-00CF4FC964FF", "\0")


def test_a_submitted_job_waits_with_what_was_said_of_it(table: JobTable) -> None:
    job = new_job(pipeline_id="qc", frame_stride=5, max_frames=100)
    before = datetime.now(UTC)
    assert table.submit(job)
    row = table.row(job.job_id)
    assert row is not None
    assert (row.job_id, row.status, row.input_path) == (job.job_id, "pending", job.input_path)
    assert (row.pipeline_id, row.frame_stride, row.max_frames) == ("qc", 5, 100)
    assert (row.output_path, row.error_message) == (None, None)
    assert row.created_at == row.updated_at
    assert row.created_at.tzinfo is UTC
    assert abs(row.created_at - before) < timedelta(seconds=60)


def test_an_id_has_one_row_and_the_first_one_stays(table: JobTable) -> None:
    job_id = new_id()
    assert table.submit(new_job(job_id))
    first = table.row(job_id)
    assert not table.submit(new_job(job_id, pipeline_id="qc"))
    assert table.row(job_id) == first
    assert len(table.history(job_id)) == 1


@pytest.mark.parametrize("no_id", NO_IDS)
def test_what_is_no_uuid_is_no_job(table: JobTable, no_id: str) -> None:
    with pytest.raises(ValueError, match="no UUID"):
        table.submit(new_job(no_id))
    assert table.row(no_id) is None
    assert not table.claim(no_id, claimant())
    assert not table.is_held(no_id, claimant())
    assert not table.settle(no_id, DONE, by=claimant(), of=claimant())
    assert table.history(no_id) == ()


@pytest.mark.parametrize("said", [{"frame_stride": 2**31}, {"max_frames": 2**40}])
def test_a_number_that_no_column_holds_is_refused(table: JobTable, said: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="too large"):
        table.submit(new_job(**said))
    assert table.pending_ids() == ()


def test_a_job_that_is_nowhere_can_be_neither_claimed_nor_settled(table: JobTable) -> None:
    job_id = new_id()
    assert table.row(job_id) is None
    assert not table.claim(job_id, claimant())
    assert not table.settle(job_id, DONE, by=claimant(), of=claimant())
    assert table.history(job_id) == ()


def test_one_claim_wins_and_no_later_one(table: JobTable) -> None:
    first, second = claimant("w1"), claimant("w2")
    (job_id,) = submitted(table)
    assert table.claim(job_id, first)
    assert not table.claim(job_id, second)
    assert table.is_held(job_id, first)
    assert not table.is_held(job_id, second)
    row = table.row(job_id)
    assert row is not None
    assert row.status == "running"
    assert row.updated_at > row.created_at


def test_the_winner_that_asks_again_is_told_so_while_its_job_runs(table: JobTable) -> None:
    me = claimant("w1", pid=7)
    (job_id,) = submitted(table)
    assert [table.claim(job_id, me) for _time in range(3)] == [True] * 3
    assert len(table.history(job_id)) == 2
    assert not table.claim(job_id, claimant("w1", pid=8)), "a later process of its name"
    assert not table.claim(job_id, claimant("w2", pid=7)), "another worker of its process"
    assert table.settle(job_id, DONE, by=me, of=me)
    assert not table.claim(job_id, me)
    assert not table.is_held(job_id, me)


@pytest.mark.parametrize("ending", [DONE, FAILED])
def test_who_claimed_a_job_ends_it(table: JobTable, ending: Ending) -> None:
    me = claimant()
    (job_id,) = submitted(table)
    table.claim(job_id, me)
    assert table.settle(job_id, ending, by=me, of=me)
    row = table.row(job_id)
    assert row is not None
    assert (row.status, row.output_path, row.error_message) == (
        ending.status,
        ending.output_path,
        ending.error_message,
    )
    told = [(each.before, each.after, each.by) for each in table.history(job_id)]
    assert told == [
        (None, "pending", None),
        ("pending", "running", me),
        ("running", ending.status, me),
    ]


def test_an_ending_that_is_told_again_by_the_same_stands_and_no_other(table: JobTable) -> None:
    me, other = claimant("w1"), claimant("w2")
    (job_id,) = submitted(table)
    table.claim(job_id, me)
    assert [table.settle(job_id, FAILED, by=me, of=me) for _time in range(3)] == [True] * 3
    assert not table.settle(job_id, DONE, by=me, of=me)
    assert not table.settle(job_id, Ending("failed", None, "another"), by=me, of=me)
    assert not table.settle(job_id, FAILED, by=other, of=me)
    assert not table.settle(job_id, FAILED, by=me, of=other)
    assert len(table.history(job_id)) == 3


def test_a_job_is_settled_only_of_the_claim_that_holds_it(table: JobTable) -> None:
    me, other = claimant("w1"), claimant("w2")
    pending, running = submitted(table, 2)
    table.claim(running, me)
    assert not table.settle(pending, DONE, by=me, of=me)
    assert not table.settle(running, DONE, by=other, of=other)
    assert not table.settle(running, DONE, by=me, of=claimant("w1", pid=8))
    assert table.is_held(running, me)
    assert table.settle(running, FAILED, by=other, of=me, reason="CLAIM_INTERRUPTED")
    assert not table.is_held(running, me)
    last = table.history(running)[-1]
    assert (last.by, last.reason) == (other, "CLAIM_INTERRUPTED")


def test_the_history_has_the_time_of_the_row_and_counts_up(table: JobTable) -> None:
    me = claimant(home="C:\\jobs and more")
    ids = submitted(table, 2)
    for job_id in ids:
        table.claim(job_id, me)
    for job_id in ids:
        table.settle(job_id, DONE, by=me, of=me, reason="as it was")
    stories = [table.history(job_id) for job_id in ids]
    for job_id, story in zip(ids, stories, strict=True):
        row = table.row(job_id)
        assert row is not None
        assert (story[0].at, story[-1].at) == (row.created_at, row.updated_at)
        assert {each.job_id for each in story} == {job_id}
        assert [each.by for each in story] == [None, me, me]
        assert [each.reason for each in story] == [None, None, "as it was"]
    numbers = [each.seq for pair in zip(*stories, strict=True) for each in pair]
    assert numbers == sorted(set(numbers))


def test_text_that_a_database_cannot_keep_is_written_as_an_escape(table: JobTable) -> None:
    me = claimant("w\udcff")
    (job_id,) = submitted(table)
    assert table.claim(job_id, me)
    assert table.is_held(job_id, me)
    bad = Ending("failed", None, "a\0b \udc80 é 漢 🎞")
    assert table.settle(job_id, bad, by=me, of=me, reason="\0")
    assert table.settle(job_id, bad, by=me, of=me, reason="\0"), "told again"
    row = table.row(job_id)
    assert row is not None
    assert row.error_message == "a\\x00b \\udc80 é 漢 🎞"
    assert table.history(job_id)[-1].reason == "\\x00"


def test_a_row_that_a_person_entered_by_hand_is_read(table: JobTable, url: str) -> None:
    job_id = new_id()
    with besides(url) as database:
        columns = "job_id, status, input_path, pipeline_id, frame_stride"
        values = f"'{job_id}', 'pending', 'jobspecs/x', 'proxy', NULL"
        database.execute(f"INSERT INTO jobs ({columns}) VALUES ({values})")
    row = table.row(job_id)
    assert row is not None
    assert row.frame_stride == 1
    assert abs(row.created_at - datetime.now(UTC)) < timedelta(seconds=60)
    assert table.claim(job_id, claimant())
