"""The watch folder from 1 to 256 workers: what a job, a look and an idle worker cost.

Each worker is a process of its own, as on as many machines; they share two processors and one local
disk, so processor time and counted calls are what to read, and not jobs a second.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from dataclasses import dataclass

from tests.benchmarks.scaling_crew import Crew
from tests.benchmarks.scaling_folder_calls import measure_calls
from tests.benchmarks.scaling_scene import Scene, Told, scene
from tests.benchmarks.scaling_tables import percentile, print_slope, print_table

WORKERS = (1, 4, 16, 64, 256)
DEPTHS = (100, 1_000, 10_000)
_MOST_JOBS_A_SECOND = 30
"""More would fill two processors, and all would wait for them."""
_SHORTEST_ENCODE = 3.0
"""Longer than a poll, as encodes are."""
_IDLE_SECONDS = 20.0
_ARRIVALS = 25
_START_SECONDS = 2.0
_RUSH = 512


@dataclass(frozen=True)
class _Steady:
    """What was seen of workers that all had jobs all the while."""

    workers: int
    depth: int
    job_ms: float
    """Processor time for each job that ended."""
    rate: float
    lost: float
    """Races lost for each job that was claimed."""
    seconds: float
    """How long a claim took, to the job's move: the median."""

    def idling_ms(self, idle: float) -> float:
        """Return what of the processor time of a job is its worker's waiting meanwhile."""
        return 1000 * idle * self.workers / self.rate


def measure_folder() -> None:
    """Print every table of the watch folder."""
    measure_calls()
    idle = _idle_and_arrivals()
    _steady(idle)
    _rush()


def _idle_and_arrivals() -> dict[int, float]:
    """Return the processor seconds that an idle worker takes a second, by their number."""
    rows, waits, idle = [], [], {}
    for workers in WORKERS:
        with scene() as here:
            crew = Crew(here.orders(workers, once=False)).begin()
            time.sleep(_START_SECONDS + workers / 16)
            used = _used_in(crew, _IDLE_SECONDS)
            idle[workers] = used / workers
            memory = crew.own_megabytes()
            rows.append([workers, 1000 * idle[workers], 100 * used, memory])
            chance = random.Random(workers)
            for _number in range(_ARRIVALS):
                time.sleep(chance.uniform(0.2, 1.0))
                here.submit(1)
            _wait_until(here, _ARRIVALS)
            crew.end()
            told = here.told()
            between = sorted(told.waits())
            waits.append(
                [
                    workers,
                    statistics.median(between),
                    percentile(between, 0.95),
                    told.lost / _ARRIVALS,
                ]
            )
    heads = ["idle workers", "processor ms a second, each", "% of a processor, all", "own MB, each"]
    print_table("Idle workers", heads, rows)
    print_slope("all idle workers", "% of a processor", "workers", [(r[0], r[2]) for r in rows])
    heads = ["idle workers", "median s", "95 % within s", "lost races a job"]
    print_table("From a job's arrival to its claim, polled every 2 s", heads, waits)
    return idle


def _used_in(crew: Crew, seconds: float) -> float:
    """Return the processors that a crew keeps busy, over a stretch of time."""
    before, began = crew.processor_seconds(), time.monotonic()
    time.sleep(seconds)
    return (crew.processor_seconds() - before) / (time.monotonic() - began)


def _filed(here: Scene) -> int:
    return sum(len(os.listdir(day)) for day in (here.folder.root / "completed").iterdir())


def _wait_until(here: Scene, filed: int) -> None:
    until = time.monotonic() + 600
    while _filed(here) < filed:
        assert time.monotonic() < until, "the jobs do not end"
        time.sleep(0.1)


def _steady(idle: dict[int, float]) -> None:
    """All workers have jobs all the while, and other jobs wait behind."""
    cells: list[_Steady] = []
    for depth in DEPTHS:
        with scene() as here:
            here.submit(depth + sum(_needed(workers) for workers in WORKERS))
            cells += [_steady_cell(here, workers, depth) for workers in WORKERS]
    heads = ["wait behind", "workers", "processor ms a job", "without idling", "lost races a job"]
    heads += ["look to move, ms", "jobs a second"]
    own = {
        (c.depth, c.workers): c.job_ms - 1000 * idle[c.workers] * c.workers / c.rate for c in cells
    }
    rows = [
        [c.depth, c.workers, c.job_ms, own[c.depth, c.workers], c.lost, 1000 * c.seconds, c.rate]
        for c in cells
    ]
    print_table("All workers busy, encodes longer than a poll", heads, rows)
    for workers in WORKERS:
        points = [(float(d), own[d, workers]) for d in DEPTHS]
        print_slope(f"a job with {workers} workers", "processor ms", "job behind", points)
    for depth in DEPTHS:
        races = [(float(cell.workers), cell.lost) for cell in cells if cell.depth == depth]
        print_slope(f"races lost a job, {depth:,} behind", "", "workers", races)


def _needed(workers: int) -> int:
    """How many jobs a cell uses: some to begin with, those that are looked at, and what runs on."""
    return 2 * workers + _looked_at(workers)


def _looked_at(workers: int) -> int:
    return max(8, 2 * workers)


def _steady_cell(here: Scene, workers: int, depth: int) -> _Steady:
    before, filed_before = here.told(), _filed(here)
    seconds = max(_SHORTEST_ENCODE, workers / _MOST_JOBS_A_SECOND)
    crew = Crew(here.orders(workers, seconds, once=False)).begin()
    _wait_until(here, filed_before + workers)
    first, began, used = _filed(here), time.monotonic(), crew.processor_seconds()
    _wait_until(here, filed_before + workers + _looked_at(workers))
    used, took = crew.processor_seconds() - used, time.monotonic() - began
    ended = _filed(here) - first
    crew.end()
    told = here.told()
    new = {job for job in told.claimed if job not in before.claimed}
    assert all(told.runs[job] == 1 for job in new)
    return _Steady(
        workers,
        depth,
        1000 * used / ended,
        ended / took,
        (told.lost - before.lost) / len(new),
        statistics.median(told.moved[job] - told.claimed[job] for job in new),
    )


def _rush() -> None:
    """Jobs of no length: what many claims at once cost, and what two processors can do at most."""
    rows = []
    for workers in WORKERS:
        with scene() as here:
            here.submit(_RUSH)
            used = Crew(here.orders(workers, once=True)).begin().end(asked=False)
            told = here.told()
            _require_once(told, _RUSH)
            ms = 1000 * sum(each.processor_seconds for each in used) / _RUSH
            rows.append([workers, ms, told.lost / _RUSH, told.rate()])
    heads = ["workers", "processor ms a job, start included", "lost races a job", "jobs a second"]
    print_table(f"{_RUSH} jobs of no length", heads, rows)
    print_slope("races lost a job", "", "workers", [(row[0], row[2]) for row in rows])


def _require_once(told: Told, count: int) -> None:
    assert sorted(told.runs.values()) == [1] * count, "some job ran twice, or not"
