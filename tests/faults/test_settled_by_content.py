"""After a death a file under a final name counts by its content alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine import Tools, place_of_job, settle_job
from tests.faults.dying import die_at_note, run_and_die
from tests.faults.scenes import write_jobs
from tests.support import WORKER, make_job


@pytest.mark.parametrize("spoiled", [False, True])
def test_a_published_proxy_counts_only_with_the_content_that_was_noted(
    clip: Path, tools: Tools, tmp_path: Path, spoiled: bool
) -> None:
    out = tmp_path / "out"
    spec = make_job(clip, out, tools)
    (job,) = write_jobs(clip, out, tools, spec)
    # The seventh fact is `published`: after it the proxy stands, and no result tells of it yet.
    assert run_and_die(spec, job, tools, die_at_note(7, after=True)) is not None
    (proxy,) = out.glob("*.mov")
    if spoiled:
        data = bytearray(proxy.read_bytes())
        data[len(data) // 2] ^= 1
        proxy.write_bytes(data)
    result = settle_job(spec, journal_path=place_of_job(job).journal, worker=WORKER)
    assert result.status == ("FAILED" if spoiled else "COMPLETED")
