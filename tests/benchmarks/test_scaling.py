"""The simulation of many workers, in short: it runs what the product runs, and each job once."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

import pytest

from proxx_engine import place_of_job, read_journal
from sidecar.folders.claims import read_claim
from tests.benchmarks.scaling_calls import count_while, counts_of
from tests.benchmarks.scaling_crew import Crew
from tests.benchmarks.scaling_scene import Scene, make_scene
from tests.benchmarks.scaling_tables import slope
from tests.faults.shim import build_shim, why_no_shim

_WORKERS = 16
_JOBS = 48
_MOST_CALLS_A_SECOND = 4.0
"""Of an idle worker; three are usual."""


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return make_scene(tmp_path)


def test_sixteen_workers_run_each_job_exactly_once_by_the_products_own_claims(
    scene: Scene,
) -> None:
    ids = scene.submit(_JOBS)

    used = Crew(scene.orders(_WORKERS, once=True)).begin().end(asked=False)

    told = scene.told()
    assert told.runs == Counter(ids), "some job was run twice, or never"
    homes = list(scene.folder.root.glob("completed/*/*"))
    claims = [read_claim(home / f"{home.name}.claim") for home in homes]
    assert Counter(claim.key for claim in claims if claim) == Counter(ids)
    ran_by = {claim.owner.pid for claim in claims if claim}
    assert ran_by <= {each.pid for each in used}
    assert len(ran_by) > 1, "the workers did not share the jobs"
    for home in homes:
        place = place_of_job(home / f"{home.name}.job.json")
        events = Counter(fact["event"] for fact in read_journal(place.journal))
        assert (events["lock_taken"], events["published"]) == (1, 1)
        assert json.loads(place.result.read_bytes())["status"] == "COMPLETED"
    assert len(list(scene.footage.proxies.glob("*.mov"))) == _JOBS
    assert list(scene.folder.claims.iterdir()) == []
    assert list(scene.folder.pending.iterdir()) == []


def test_workers_that_stay_take_what_arrives_and_end_when_they_are_asked(scene: Scene) -> None:
    crew = Crew(scene.orders(2, once=False)).begin()
    time.sleep(1)
    ids = scene.submit(2)
    until = time.monotonic() + 60
    while len(list(scene.folder.root.glob("completed/*/*"))) < 2:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert crew.processor_seconds() > 0
    crew.end()
    told = scene.told()
    assert told.runs == Counter(ids)
    assert all(wait >= 0 for wait in told.waits())


@pytest.mark.skipif(why_no_shim() is not None, reason=str(why_no_shim()))
def test_an_idle_worker_asks_a_share_only_a_few_times_a_second(
    scene: Scene, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shim = build_shim(tmp_path_factory.mktemp("shim"))
    orders = scene.orders(1, once=False)
    calls, seconds = count_while(shim, scene, orders, settled=1.5, seconds=3.0)
    counts = counts_of(calls, scene.place)
    assert counts.total / seconds <= _MOST_CALLS_A_SECOND, counts
    assert counts.of_room("pending") > 0, "it does not look at what waits"


def test_a_slope_is_that_of_the_nearest_line() -> None:
    assert slope([(1, 5), (2, 7), (3, 9)]) == (3, 2)
    assert slope([(4, 5), (4, 7)]) == (6, 0)
