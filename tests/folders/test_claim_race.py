"""Eight processes take every job of one watch folder: exactly one has each."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from sidecar.folders.actions import read_actions
from sidecar.folders.claims import read_claim
from sidecar.folders.layout import WatchFolder
from tests.faults.scenes import ROOT
from tests.folders.scenes import make_folder

_PROCESSES = 8


def race(folder: WatchFolder, way: str) -> tuple[dict[str, list[str]], float]:
    """Let processes take all that waits; return what each worker had, and the seconds."""
    command = [sys.executable, "-m", "tests.folders.racing", str(folder.root), way]
    racers = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        for _number in range(_PROCESSES)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    began = time.monotonic()
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    told = [json.loads(racer.communicate()[0]) for racer in racers]
    assert [racer.returncode for racer in racers] == [0] * _PROCESSES
    return {entry["worker"]: entry["had"] for entry in told}, time.monotonic() - began


@pytest.mark.parametrize(
    ("count", "way"),
    [
        pytest.param(300, "line", id="300 as a worker does"),
        pytest.param(
            1000, "old list", id="1000 from lists that are out of date", marks=pytest.mark.slow
        ),
        pytest.param(
            10_000,
            "line",
            id="10000 as a worker does",
            marks=[pytest.mark.slow, pytest.mark.timeout(1200)],
        ),
    ],
)
def test_each_job_has_exactly_one_winner(tmp_path: Path, count: int, way: str) -> None:
    folder = make_folder(tmp_path / "box", count)
    ids = {path.name.split(".")[-3] for path in folder.pending.iterdir()}
    assert len(ids) == count

    had, seconds = race(folder, way)

    winners = {job_id: worker for worker, jobs in had.items() for job_id in jobs}
    assert sum(map(len, had.values())) == count, "some job was had by two"
    assert winners.keys() == ids
    assert list(folder.pending.iterdir()) == []
    assert list(folder.claims.iterdir()) == []
    filed = [read_claim(path) for path in folder.root.glob("failed/*/*/*.claim")]
    assert {claim.key: claim.worker for claim in filed if claim} == winners
    assert len(filed) == count
    steps = Counter(line["action"] for line in read_actions(folder))
    assert steps["file"] == count
    print(
        f"{count:,} jobs, {_PROCESSES} processes, by {way}: {count / seconds:.0f} claims a second; "
        f"{steps['claim_not_won']} lost to another, {steps['not_taken']} won after it was filed; "
        f"each process had {min(map(len, had.values()))} to {max(map(len, had.values()))}"
    )
