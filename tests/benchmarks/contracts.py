"""Reading a JobSpec of 10,000 clips; `proxx --version`; the engine's memory beside FFmpeg."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from proxx_engine import encode_json, find_tools, read_jobspec_file, write_job
from tests.benchmarks.encoding import PROXX, _created, make_clip
from tests.support import make_job


def measure_large_job() -> None:
    """Read and validate 10,000 clips: target 1 s."""
    with tempfile.TemporaryDirectory() as name, find_tools() as tools:
        folder = Path(name)
        spec = make_job(make_clip(folder, tools, 0, seconds=1), folder / "out", tools)
        first = spec.clips[0]
        clips = tuple(
            first.model_copy(update={"index": n, "output_name": f"clip{n:05d}.mov"})
            for n in range(10_000)
        )
        large = folder / "large.job.json"
        large.write_bytes(encode_json(spec.model_copy(update={"clips": clips})))
        seconds = []
        for _ in range(5):
            started = time.perf_counter()
            read_jobspec_file(large)
            seconds.append(time.perf_counter() - started)
        size = large.stat().st_size / 1e6
        median = statistics.median(seconds)
        print(f"JobSpec of 10,000 clips ({size:.0f} MB): {median:.2f} s; target <= 1 s")


def measure_version() -> None:
    """`proxx --version`: target 0.2 s."""
    seconds = []
    for _ in range(15):
        started = time.perf_counter()
        subprocess.run([*PROXX, "--version"], check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - started)
    print(f"proxx --version: {statistics.median(seconds):.3f} s; target <= 0.2 s")


def measure_memory() -> None:
    """Peak of everything but FFmpeg while a job runs: target 80 MB."""
    with tempfile.TemporaryDirectory() as name, find_tools() as tools:
        folder = Path(name)
        job = _created(make_clip(folder, tools, 0, seconds=10), folder / "out", tools)
        write_job(job, folder / "out")
        command = [*PROXX, "run", str(folder / "out")]
        process = psutil.Popen(command, stdout=subprocess.DEVNULL)
        peaks: dict[str, float] = {}
        while process.poll() is None:
            for member in _members(process):
                _note(peaks, member)
            time.sleep(0.02)
        rows = ", ".join(f"{role} {peak:.0f} MB" for role, peak in sorted(peaks.items()))
        print(f"memory (unshared): {sum(peaks.values()):.0f} MB: {rows}; target <= 80 MB")


def _members(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _note(peaks: dict[str, float], member: psutil.Process) -> None:
    try:
        words = " ".join(member.cmdline())
        memory = member.memory_full_info().uss / 1e6
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return
    if words.startswith(sys.executable):
        role = next((r for r in ("lifeline", "probe_child") if r in words), "engine")
        peaks[role] = max(peaks.get(role, 0.0), memory)
