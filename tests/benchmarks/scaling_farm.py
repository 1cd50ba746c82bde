"""A farm's bundle: what export and collecting cost for each job, and a task's start.

The bundle's jobs are run here with encodes that only wait, each leaving the record that a task
leaves; what a farm's own machinery costs is the farm's.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import (
    CreatedJob,
    NeverStop,
    execute_jobspec,
    find_tools,
    identify_worker,
    place_of_job,
    read_jobspec_file,
    write_job,
)
from tests.benchmarks.encoding import PROXX
from tests.benchmarks.scaling_calls import COUNTED
from tests.benchmarks.scaling_fakes import make_footage, waiting_encodes
from tests.benchmarks.scaling_tables import print_slope, print_table
from tests.faults.scenes import ROOT
from tests.faults.shim import Fault, Shim, build_shim, read_calls

_COUNTS = (10, 100, 1_000)
_STARTS = 5


@dataclass(frozen=True)
class _Run:
    """One command."""

    seconds: float
    processor_seconds: float
    """Of it and of all that it started."""


def measure_farm() -> None:
    """Print every table of the farm."""
    rows = []
    for count in _COUNTS:
        with tempfile.TemporaryDirectory() as name:
            rows.append(_bundle(Path(name), count))
    heads = ["jobs", "export s", "of a processor", "bytes a job", "template bytes"]
    heads += ["collect s", "of a processor"]
    print_table("A bundle, from export to collecting", heads, rows)
    for what, column in (("export", 2), ("collecting", 6)):
        points = [(row[0], 1000 * row[column]) for row in rows]
        print_slope(what, "processor ms", "job", points)
    with tempfile.TemporaryDirectory() as name:
        _starts(Path(name))


def _run(*words: str | Path, code: int = 0, environment: dict[str, str] | None = None) -> _Run:
    began = time.monotonic()
    process = subprocess.Popen(
        [*PROXX, *map(str, words)],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    complaints = process.stderr.read()
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    assert process.returncode == code, complaints[-2000:]
    return _Run(time.monotonic() - began, used.ru_utime + used.ru_stime)


def _export(place: Path, count: int) -> _Run:
    footage = make_footage(place)
    (place / "jobs").mkdir()
    for spec in footage.jobs(count):
        write_job(CreatedJob(spec, "ffmpeg"), place / "jobs")
    return _run("farm", "export", place / "jobs", "--bundle", place / "bundle")


def _bundle(place: Path, count: int) -> list[str | int | float]:
    exported, bundle = _export(place, count), place / "bundle"
    files = [path for path in (bundle / "jobs").rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    _run_tasks(bundle)
    collected = _run("farm", "collect", bundle, code=0)
    return [
        count,
        exported.seconds,
        exported.processor_seconds,
        size // count,
        (bundle / "template.json").stat().st_size,
        collected.seconds,
        collected.processor_seconds,
    ]


def _run_tasks(bundle: Path) -> None:
    worker = identify_worker(socket.gethostname())
    with waiting_encodes(0.0), find_tools(threads=1) as tools:
        for job_file in sorted((bundle / "jobs").glob("*/*.job.json")):
            result = execute_jobspec(
                read_jobspec_file(job_file),
                tools=tools,
                worker=worker,
                stop=NeverStop(),
                journal_path=place_of_job(job_file).journal,
            )
            assert result.status == "COMPLETED", result.failure


def _starts(place: Path) -> None:
    """What a task takes before its first frame: its source is gone by now, so that it has none."""
    _export(place, 2 * _STARTS)
    footage = place / "footage" / "A001.mov"
    # Renamed, not away: an empty folder is a share that is not mounted, and nothing is begun.
    footage.rename(footage.with_name("B001.mov"))
    roots = [f"--root=Root{number}={path}" for number, path in enumerate(_roots(place), 1)]
    runs, calls = [], 0
    shim: Shim = build_shim(place)
    for number in range(1, 2 * _STARTS + 1):
        log = place / f"{number}.calls"
        fault = Fault(looks=True, ops=COUNTED)
        counted = shim.environment(fault, root=place, log=log) if number > _STARTS else {}
        words = ("farm", "task", place / "bundle" / "jobs", str(number), *roots)
        run = _run(*words, code=1, environment=counted)
        if counted:
            calls += len(read_calls(log))
        else:
            runs.append(run)
    seconds = sorted(run.seconds for run in runs)[_STARTS // 2]
    processor = sorted(run.processor_seconds for run in runs)[_STARTS // 2]
    heads = ["a task that ends before its first frame", "seconds", "of a processor", "calls"]
    print_table("A task's start", heads, [["median", seconds, processor, calls / _STARTS]])


def _roots(place: Path) -> list[str]:
    told = json.loads((place / "bundle" / "jobs" / "roots.json").read_bytes())
    return [told[f"Root{number}"] for number in range(1, len(told) + 1)]
