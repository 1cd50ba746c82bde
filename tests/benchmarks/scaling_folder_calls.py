"""What the watch folder's calls are: of a job, of many at once, of an idle worker, of a look."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

from sidecar.folders.names import judge_name
from sidecar.folders.pending import list_pending
from tests.benchmarks.scaling_calls import FAR, count_crew, count_while, counts_of, listings
from tests.benchmarks.scaling_claims import measure_settling
from tests.benchmarks.scaling_scene import Scene, scene
from tests.benchmarks.scaling_tables import print_slope, print_table
from tests.faults.shim import Shim, build_shim

_SECONDS = 15.0
_LONG_ENCODE = 60.0
"""At least half as long: it must outlast what is counted."""
_ANSWER_NAMES = 250
"""Names as jobs have them that one SMB answer of 64 KiB holds."""


def measure_calls() -> None:
    """Print every table of counted calls."""
    with tempfile.TemporaryDirectory() as name:
        shim = build_shim(Path(name))
        _calls_of_a_job(shim)
        _calls_at_once(shim)
        _calls_of_living(shim)
        measure_settling(shim)
    _listings()


def _calls_of_a_job(shim: Shim) -> None:
    """By room: the difference between a run of more jobs and one of fewer, for each job more."""
    few, many = 10, 40
    counted = []
    for count in (few, many):
        with scene() as here:
            here.submit(count)
            calls = count_crew(shim, here, here.orders(1, once=True))
            counted.append(counts_of(calls, here.place))
    more = counted[1].since(counted[0]).calls
    used = {room for room, _kind in more if _of(more, room) >= many - few}
    rooms = sorted(used, key=lambda room: (room in FAR, room))
    kinds = sorted({kind for _room, kind in more})
    rows = [
        [room, *(more[room, kind] / (many - few) for kind in kinds), _of(more, room) / (many - few)]
        for room in rooms
    ]
    rows.append(["all", *(sum(column) for column in zip(*(row[1:] for row in rows), strict=True))])
    print_table("Calls that one job makes", ["room", *kinds, "all"], rows)


def _of(calls: Counter[tuple[str, str]], room: str) -> int:
    return sum(count for (where, _kind), count in calls.items() if where == room)


def _calls_at_once(shim: Shim) -> None:
    """How much more each job costs where many begin at once, over encodes of no length."""
    rows = []
    for workers in (1, 4, 16, 64):
        few, many = workers * 3, workers * 9
        counted, lists, lost = [], [], []
        for count in (few, many):
            with scene() as here:
                here.submit(count)
                calls = count_crew(shim, here, here.orders(workers, once=True))
                counted.append(counts_of(calls, here.place))
                lists.append(listings(calls, here))
                lost.append(here.told().lost)
        jobs = many - few
        every = counted[1].since(counted[0])
        rows.append(
            [
                workers,
                every.total / jobs,
                every.on_folder / jobs,
                (lists[1] - lists[0]) / jobs,
                (lost[1] - lost[0]) / jobs,
            ]
        )
    heads = ["workers", "calls a job", "on the watch folder", "listings a job", "lost races a job"]
    print_table("Jobs of no length: all workers ask at the head of the line", heads, rows)
    print_slope("calls a job", "calls", "workers", [(row[0], row[1]) for row in rows])


def _calls_of_living(shim: Shim) -> None:
    """What a worker asks while nothing waits, and while a long encode runs."""
    rows = []
    for doing, workers, jobs in (("idle", 1, 0), ("idle", 16, 0), ("busy", 1, 1)):
        with scene() as here:
            here.submit(jobs)
            orders = here.orders(workers, _LONG_ENCODE * jobs, once=False)
            calls, seconds = count_while(shim, here, orders, settled=3.0, seconds=_SECONDS)
            counts = counts_of(calls, here.place)
            rooms = {room: counts.of_room(room) / seconds / workers for room, _ in counts.calls}
            told = ", ".join(f"{room} {each:.2g}" for room, each in sorted(rooms.items()))
            rows.append([doing, workers, counts.total / seconds / workers, told])
    heads = ["workers", "how many", "calls a second, each", "of which"]
    print_table("While nothing begins or ends; settling, once a minute, apart", heads, rows)


def _listings() -> None:
    """What one look at `pending/` takes, by the names in it: made before a job is claimed."""
    points = []
    for depth in (0, 1_000, 10_000, 50_000, 100_000):
        with scene() as here:
            _fill(here, depth)
            looks = [_look(here) for _number in range(5)]
            points.append((depth, 1000 * statistics.median(looks[1:])))
    rows = [[depth, ms, -(-depth // _ANSWER_NAMES)] for depth, ms in points]
    heads = ["jobs that wait", "processor ms a look", "SMB answers of 64 KiB"]
    print_table("A look at the line", heads, rows)
    print_slope("a look", "processor ms", "job that waits", points[:-2])


def _fill(here: Scene, depth: int) -> None:
    """Let names lie there that are like those of jobs; nothing reads the files."""
    for number in range(depth):
        job_id = f"00000000-0000-4000-8000-{number:012}"
        name = f"20260213T201500123Z-{number:06}.A{number:06}_C001.{job_id}.job.json"
        (here.folder.pending / name).write_bytes(b"")


def _look(here: Scene) -> float:
    began = time.process_time()
    assert all(judge_name(name) == "job" for name in list_pending(here.folder))
    return time.process_time() - began
