"""Where things lie in the storage: one key for one path, whatever system wrote it."""

from __future__ import annotations

import pytest

from sidecar.service.keys import SOURCES, jobspec_key, media_key, result_key

JOB = "0b0e7f3c-2f0e-4d0e-9a57-3b1f6f1f2a10"


def test_a_job_and_its_result_lie_under_its_whole_id() -> None:
    assert jobspec_key(JOB) == f"jobspecs/{JOB}.job.json"
    assert result_key(JOB) == f"results/{JOB}.result.json"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/mnt/shoot/day 1/A001.mov", "sources/mnt/shoot/day 1/A001.mov"),
        (r"P:\shoot\A001.mov", "sources/P/shoot/A001.mov"),
        (r"\\nas.local\raid\A001.mov", "sources/nas.local/raid/A001.mov"),
        ("/mnt/a:b/c.mov", "sources/mnt/a:b/c.mov"),
        ("/mnt:/c.mov", "sources/mnt:/c.mov"),
        ("/mnt/a\\b.mov", "sources/mnt/a\\b.mov"),
    ],
)
def test_media_lie_under_the_path_that_jobs_write(path: str, key: str) -> None:
    assert media_key(SOURCES, path) == key
