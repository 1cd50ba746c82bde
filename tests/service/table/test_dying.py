"""A process that is killed in the middle of a change leaves the row and its line, or neither."""

from __future__ import annotations

import subprocess
import sys

from sidecar.service.table.jobs import JobTable
from tests.faults.scenes import ROOT
from tests.service.table.scenes import claimant, submitted


def test_killed_before_any_statement_of_a_claim_it_was_made_whole_or_not_at_all(
    table: JobTable, url: str
) -> None:
    ids = submitted(table, 6)
    command = [sys.executable, "-m", "tests.service.table.dying", url, *ids]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    died = [each == "died" for each in told.stdout.split()]
    assert died.index(False) >= 4, "there are fewer moments than statements"
    assert died == sorted(died, reverse=True)
    for job_id, unfinished in zip(ids, died, strict=True):
        row, story = table.row(job_id), [each.after for each in table.history(job_id)]
        assert row is not None
        assert story == (["pending"] if unfinished else ["pending", "running"])
        assert row.status == story[-1]
        assert table.claim(job_id, claimant("other")) is unfinished, "nothing is left locked"
