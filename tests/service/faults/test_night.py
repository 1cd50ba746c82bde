"""A night of accidents, by a seed: nothing lost, nothing run twice, every row true."""

from __future__ import annotations

import json
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import JobSpec, Tools
from sidecar.cli.main import main
from sidecar.service.refilling import lost_ids
from tests.service.faults.conftest import Servers
from tests.service.faults.nights import Night
from tests.service.faults.scene import Counted, Processes, is_idle, settings_file
from tests.service.faults.truth import untruths
from tests.service.worker.scenes import Service, elsewhere, here, wait_for
from tests.support import make_job

NIGHTS = [
    (1, 24, 10),
    *(pytest.param(seed, 60, 20, marks=pytest.mark.slow) for seed in (2, 3, 5)),
]


@pytest.mark.parametrize(("seed", "jobs", "accidents"), NIGHTS)
def test_after_a_night_of_accidents_nothing_is_lost_nothing_ran_twice_and_every_row_is_true(
    seed: int,
    jobs: int,
    accidents: int,
    frail_service: Service,
    frail: Servers,
    counted: Counted,
    place_clip: Callable[[Service], Path],
    tools: Tools,
    start_of: Callable[[Service], Processes],
    capsys: pytest.CaptureFixture[str],
) -> None:
    service, begun = frail_service, time.monotonic()
    chance = random.Random(seed)
    night = Night(service, frail, start_of(service), counted.ffmpeg, chance)
    night.pass_by(some_jobs(service, place_clip(service), tools, jobs, chance), accidents)
    told = night.told

    passed = time.monotonic() - begun
    wait_for(lambda: is_idle(service), seconds=90)
    ends = night.end_workers()
    # 3: it was started while a part was away, and said so.
    assert set(ends) <= {130, 3, -signal.SIGKILL}, "none died of itself"
    assert "defect" not in "".join(each.told() for each in night.processes.started)
    known = [*told.answered, *told.waiting]
    there = {row.job_id for row in service.parts.table.page(limit=500).rows}
    assert set(known) <= there, "what was answered is in the table"
    ids = [*known, *(job_id for job_id in told.refused if job_id in there)]
    assert there == set(ids)
    assert len(ids) == len(there)

    ended = time.monotonic() - begun
    # What was left is shown as what nobody works at.
    listed = told_to_a_program(capsys, "queue", "list", settings_file(service))
    assert all(job["is_stale"] for job in listed["running"])
    work_off(service, counted)
    enter_lost(service, capsys)
    work_off(service, counted)
    assert list(untruths(service, ids)) == []
    encodes = counted.begun()
    assert len(encodes) == len(set(encodes)), "no clip was encoded twice"
    leave_to_a_person(service, counted, capsys)
    counts = service.parts.table.counts()
    with capsys.disabled():
        print(
            f"\nseed {seed}: {len(told.answered)} answered, {len(told.waiting)} without an entry, "
            f"{len(told.refused)} refused; {counts['completed']} completed, "
            f"{counts['failed']} failed; {dict(night.done)}; {passed:.0f} s, "
            f"workers ended after {ended:.0f} s, all after {time.monotonic() - begun:.0f} s"
        )


def some_jobs(
    service: Service, clip: Path, tools: Tools, count: int, chance: random.Random
) -> list[JobSpec]:
    """Return jobs of which each sixth encodes a clip, and the others fail at once."""
    made = [service.quick(number) for number in range(1, count + 1)]
    for position in range(0, count, 6):
        source = clip.with_name(f"R{position:03}.mov")
        source.write_bytes(clip.read_bytes())
        made[position] = make_job(source, service.out, tools)
    chance.shuffle(made)
    return made


def told_to_a_program(capsys: pytest.CaptureFixture[str], *words: str | Path) -> dict[str, Any]:
    """Call `proxx`, and return what it tells a program."""
    capsys.readouterr()
    code = main([*map(str, words), "--json"])
    said = capsys.readouterr()
    assert code == 0, said
    told: dict[str, Any] = json.loads(said.out)
    return told


def work_off(service: Service, counted: Counted) -> None:
    """Run what waits, and settle what processes of this host left."""
    outcome = service.run(ffmpeg=counted.ffmpeg, workers=2)
    assert (outcome.blocked, outcome.unsettled, outcome.left, outcome.defects) == ((), (), (), ())
    assert service.parts.table.running() == ()
    assert service.parts.queue.waiting() == ()


def enter_lost(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    """Enter what the line lost, each once; it is shown before."""
    settings = settings_file(service)
    lost = lost_ids(service.parts)
    listed = told_to_a_program(capsys, "queue", "list", settings)
    assert tuple(listed["lost"]) == lost == service.parts.table.pending_ids()
    for _twice in range(2):
        told_to_a_program(capsys, "queue", "refill", settings)
        assert service.parts.queue.waiting() == lost


def leave_to_a_person(
    service: Service, counted: Counted, capsys: pytest.CaptureFixture[str]
) -> None:
    """What another host's dead worker left is shown as stale until a person settles it."""
    settings = settings_file(service)
    job_id = service.submit(service.quick(999), push=False)
    assert service.parts.table.claim(job_id, elsewhere(here(service)))
    service.run(ffmpeg=counted.ffmpeg)
    (stale,) = told_to_a_program(capsys, "queue", "list", settings)["running"]
    assert (stale["job_id"], stale["is_stale"]) == (job_id, True)
    words = ("--service", settings, "--reason", "its disk burnt")
    assert told_to_a_program(capsys, "release", job_id, *words)["status"] == "failed"
    assert "its disk burnt" in (service.row(job_id).error_message or "")
    assert service.parts.table.running() == ()
