"""Processes race for the same rows, on both databases: each has one winner."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from sidecar.service.table.jobs import JobTable
from tests.faults.scenes import ROOT
from tests.service.table.scenes import claimant, entered


def race(what: str, url: str) -> list[dict[str, Any]]:
    """Let four processes begin at once; return what each told."""
    command = [sys.executable, "-m", "tests.service.table.racing", what, url, "4"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ended.returncode == 0, ended.stderr
    told: list[dict[str, Any]] = json.loads(ended.stdout)
    assert len(told) == 4
    return told


@pytest.mark.parametrize("count", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_four_processes_claim_every_job_exactly_once(table: JobTable, url: str, count: int) -> None:
    ids = entered(url, count)
    told = race("claim", url)
    winners = {job_id: number for number, each in enumerate(told) for job_id in each["won"]}
    assert Counter(job_id for each in told for job_id in each["won"]) == Counter(ids)
    running = table.running()
    assert {each.row.job_id: int(each.by.worker[1:]) for each in running} == winners
    assert all(len(table.history(job_id)) == 1 for job_id in ids[::10])
    assert table.counts()["running"] == count
    seconds = max(each["seconds"] for each in told)
    print(f"{url.split(':')[0]}: {count} jobs, {4 * count} claims in {seconds:.2f} s")


def test_several_who_settle_the_same_jobs_settle_each_once(table: JobTable, url: str) -> None:
    ids = entered(url, 60)
    for job_id in ids:
        table.claim(job_id, claimant("w0", pid=0))
    told = race("settle", url)
    assert Counter(job_id for each in told for job_id in each["won"]) == Counter(ids)
    for number, each in enumerate(told):
        for job_id in each["won"]:
            by = table.history(job_id)[-1].by
            assert by == claimant(f"s{number}", pid=number)
    assert table.counts()["completed"] == 60


def test_several_who_prepare_at_once_make_the_tables_once(bare_url: str) -> None:
    told = race("prepare", bare_url)
    assert sorted(each["made"] for each in told) == [False] * 3 + [True]
    assert all(each["counts"]["pending"] == 0 for each in told)
    with JobTable(bare_url) as table:
        assert not table.prepare()
