"""Watch folders: jobs a second, the cost of waiting, real jobs against `xargs` over raw FFmpeg."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import psutil

from proxx_engine import CreatedJob, Tools, find_tools
from sidecar.folders.layout import WatchFolder, make_watch_folder
from sidecar.folders.names import judge_name
from sidecar.folders.pending import list_pending
from sidecar.folders.submitting import submit_all
from tests.benchmarks.encoding import PROXX, make_clip, raw_ways
from tests.benchmarks.pairs import run_pairs
from tests.folders.scenes import make_folder, make_spec
from tests.support import make_job

_TRIVIAL_JOBS = 400
_WAITING = 10_000
_FINISHED = 100_000
_IDLE_SECONDS = 60
_ROUNDS = 3


def measure_trivial_jobs() -> None:
    """Jobs a second where each ends before its first frame (its source is nowhere)."""
    with tempfile.TemporaryDirectory() as name:
        for processes in (1, 2, 4, 8):
            folder = make_folder(Path(name) / f"box{processes}", _TRIVIAL_JOBS)
            watch = [*PROXX, "watch", str(folder.root), "--once"]
            began = time.monotonic()
            started = [subprocess.Popen(watch, stdout=subprocess.DEVNULL) for _ in range(processes)]
            for process in started:
                process.wait()
            seconds = time.monotonic() - began
            filed = len(list((folder.root / "failed").glob("*/*")))
            assert filed == _TRIVIAL_JOBS, filed
            rate = _TRIVIAL_JOBS / seconds
            print(f"{_TRIVIAL_JOBS} trivial jobs, {processes} processes: {rate:.0f} jobs a second")


def measure_real_jobs() -> None:
    """Eight jobs with two workers against `xargs -P2` over the same encodes and decodes."""
    with tempfile.TemporaryDirectory() as name, find_tools(threads=1) as tools:
        place = Path(name)
        clips = [make_clip(place, tools, number, seconds=10) for number in range(8)]
        encode, decode = raw_ways(clips, place, tools)
        lines = [
            f"{shlex.join(first)} && {shlex.join(second)}"
            for first, second in zip(encode, decode, strict=True)
        ]
        (place / "lines").write_text("\0".join(lines))

        def theirs() -> None:
            for proxy in place.glob("raw-*.mov"):
                proxy.unlink()
            command = f"xargs -0 -P2 -I LINE sh -c LINE < {place / 'lines'}"
            subprocess.run(["sh", "-c", command], check=True)

        # Making and submitting jobs is measured elsewhere; `xargs` too finds its lines ready.
        waiting = [
            _submitted(place / f"box{number}", clips, tools) for number in range(_ROUNDS + 1)
        ]

        def ours() -> None:
            watch = [*PROXX, "watch", str(waiting.pop().root), "--once", "--workers", "2"]
            subprocess.run(watch, check=True, stdout=subprocess.DEVNULL)

        pair = run_pairs(ours, theirs, rounds=_ROUNDS)
        print("8 jobs of 10 s, 2 workers against xargs -P2:", pair.describe(target="<= 1.03"))


def _submitted(box: Path, clips: list[Path], tools: Tools) -> WatchFolder:
    """Return a watch folder in which one job for each clip waits, with proxies of its own."""
    box.mkdir()
    folder = make_watch_folder(box)
    proxies = box.with_name(f"{box.name}-proxies")
    proxies.mkdir()
    jobs = [make_job(clip, proxies, tools) for clip in clips]
    submit_all([(CreatedJob(job, "ffmpeg"), folder) for job in jobs])
    return folder


def measure_waiting() -> None:
    """What a look costs, and a worker that has nothing to do, over full folders."""
    with tempfile.TemporaryDirectory() as name:
        folder = make_folder(Path(name) / "box")
        away = Path(name) / "away"
        away.mkdir()
        specs = [make_spec(away, number) for number in range(_WAITING)]
        began = time.monotonic()
        submit_all([(CreatedJob(spec, "ffmpeg"), folder) for spec in specs])
        print(f"{_WAITING:,} jobs submitted in {time.monotonic() - began:.1f} s")
        away.rmdir()
        _finish(folder, _FINISHED)
        looks = [_look(folder) for _ in range(20)]
        print(f"a look at {_WAITING:,} waiting jobs: {statistics.median(looks) * 1000:.0f} ms")
        print(f"idle over {_WAITING:,} waiting and {_FINISHED:,} finished jobs:", _idle(folder))
        shutil.rmtree(folder.pending)
        folder.pending.mkdir()
        print(f"idle over none waiting and {_FINISHED:,} finished jobs:", _idle(folder))


def _look(folder: WatchFolder) -> float:
    began = time.monotonic()
    assert sum(judge_name(name) == "job" for name in list_pending(folder)) == _WAITING
    return time.monotonic() - began


def _finish(folder: WatchFolder, count: int) -> None:
    for number in range(count):
        day = folder.filed("completed", f"2026-{1 + number // 10_000:02d}-01")
        os.makedirs(day / f"A{number:06d}")
        (day / f"A{number:06d}" / "job").write_bytes(b"")


def _idle(folder: WatchFolder) -> str:
    """Return the processor time that a worker takes while nothing can be claimed."""
    watch = subprocess.Popen([*PROXX, "watch", str(folder.root)], stdout=subprocess.DEVNULL)
    process = psutil.Process(watch.pid)
    time.sleep(20)
    before = sum(process.cpu_times()[:2])
    time.sleep(_IDLE_SECONDS)
    used = sum(process.cpu_times()[:2]) - before
    memory = process.memory_info().rss / 1e6
    watch.send_signal(signal.SIGTERM)
    watch.wait()
    return f"{100 * used / _IDLE_SECONDS:.1f} % of one processor, {memory:.0f} MB"
