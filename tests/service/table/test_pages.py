"""Lists of jobs, on both databases alike: by submission, page by page, and the latest."""

from __future__ import annotations

from itertools import chain

import pytest

from sidecar.service.rows import Status
from sidecar.service.table.jobs import JobTable
from tests.service.table.scenes import DONE, FAILED, besides, claimant, submitted


def all_pages(table: JobTable, limit: int, status: Status | None = None) -> list[list[str]]:
    """Return the ids of each page."""
    pages, after = [], None
    while True:
        page = table.page(limit=limit, after=after, status=status)
        pages.append([row.job_id for row in page.rows])
        after = page.after
        if after is None:
            return pages


@pytest.mark.parametrize("limit", [1, 3, 6, 7, 8])
def test_pages_have_each_job_once_by_submission(table: JobTable, limit: int) -> None:
    ids = submitted(table, 7)
    pages = all_pages(table, limit)
    assert list(chain(*pages)) == ids
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert pages[-1], "no page is empty where there are jobs"


def test_no_jobs_are_one_empty_page(table: JobTable) -> None:
    assert all_pages(table, 5) == [[]]
    assert table.pending_ids() == ()
    assert table.latest("failed", limit=5) == ()
    assert table.counts() == {"pending": 0, "running": 0, "completed": 0, "failed": 0}


def test_each_status_is_counted_listed_and_paged_apart(table: JobTable) -> None:
    me, ids = claimant(), submitted(table, 12)
    for job_id in ids[3:]:
        table.claim(job_id, me)
    for job_id in ids[5:]:
        table.settle(job_id, DONE if job_id in ids[5:8] else FAILED, by=me, of=me)
    parts: dict[Status, list[str]] = {
        "pending": ids[:3],
        "running": ids[3:5],
        "completed": ids[5:8],
        "failed": ids[8:],
    }
    for status, expected in parts.items():
        assert list(chain(*all_pages(table, 2, status))) == expected
        latest = [row.job_id for row in table.latest(status, limit=2)]
        assert latest == expected[::-1][:2]
    assert table.counts() == {status: len(part) for status, part in parts.items()}
    assert table.pending_ids() == tuple(ids[:3])


def test_jobs_of_one_moment_are_paged_by_their_id(table: JobTable, url: str) -> None:
    ids = submitted(table, 9)
    with besides(url) as database:
        database.execute("UPDATE jobs SET created_at = '2026-01-02 03:04:05.000006'")
    assert list(chain(*all_pages(table, 2))) == sorted(ids)


def test_what_is_submitted_meanwhile_comes_last_and_nothing_twice(table: JobTable) -> None:
    ids = submitted(table, 4)
    first = table.page(limit=2)
    ids += submitted(table, 2)
    rest = table.page(limit=10, after=first.after)
    assert [row.job_id for row in (*first.rows, *rest.rows)] == ids


@pytest.mark.parametrize(
    "after", ["", "x", "' OR 1=1 --", "\0", "6f0c2f39-5b0f-4b39-9d4e-0f4f6f1f1a11"]
)
def test_an_end_that_no_page_had_is_refused(table: JobTable, after: str) -> None:
    submitted(table, 3)
    with pytest.raises(ValueError, match="no page ends"):
        table.page(limit=2, after=after)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_page_has_at_least_one_row(table: JobTable, limit: int) -> None:
    with pytest.raises(ValueError, match="page of"):
        table.page(limit=limit)
