"""What the fault tests do again and again: wrap FFmpeg, run the real command, look for leavings."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import psutil

from proxx_engine import JobSpec, Tools, place_of_job
from tests.support import make_job

ROOT = Path(__file__).resolve().parents[2]
NEVER_LONGER = 60.0
T = TypeVar("T")


def proxx_command() -> list[str]:
    """The installed command; the module where it is not installed."""
    script = Path(sys.executable).with_name("proxx")
    return [str(script)] if script.exists() else [sys.executable, "-m", "sidecar.cli.main"]


def proxx(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `proxx` to its end."""
    return subprocess.run(
        [*proxx_command(), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=NEVER_LONGER,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )


def start_proxx(*arguments: str | Path) -> subprocess.Popen[str]:
    """Start `proxx` and go on."""
    return subprocess.Popen(
        [*proxx_command(), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def wrap_ffmpeg(tools: Tools, folder: Path, *, encode: str = "", play: str = "") -> Tools:
    """Return tools whose FFmpeg is a script: what it does instead of encoding, or of playing.

    `$real "$@"` is the true call; an empty body means just that.
    """
    script = folder / "ffmpeg-wrapped"
    true_call = 'exec "$real" "$@"'
    script.write_text(
        f"""#!/bin/sh
real='{tools.ffmpeg}'
case "$*" in
  *" -version"*|*" -encoders"*) {true_call} ;;
  *" tee "*) {encode or true_call}
  ;;
  *) {play or true_call}
  ;;
esac
""",
        "utf-8",
    )
    script.chmod(0o755)
    return dataclasses.replace(tools, ffmpeg=script, _build={})


OUTPUT = (
    """out=$(printf '%s' "$*" | """
    r"""sed -n 's/.*+bitexact\]file:\(.*\)|\[f=framehash.*/\1/p')"""
)
"""Shell: the hidden proxy's path, out of an encode's arguments (for paths without escapes)."""


def leavings(folder: Path) -> list[str]:
    """Everything below a folder that only a running job may have there."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.name.startswith(".") or path.suffix in (".lock", ".part")
    )


def proxies(folder: Path) -> list[str]:
    """Every media file below a folder, by name."""
    found = (p for p in folder.rglob("*") if p.suffix in (".mov", ".mxf", ".mp4", ".mkv"))
    return sorted(path.name for path in found)


def words_of(process: psutil.Process) -> list[str]:
    """What a process was started as; nothing once it has ended, which it may at any moment."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def running_below(folder: Path) -> list[psutil.Process]:
    """Every living process whose command names something in a folder."""
    return [
        process
        for process in psutil.process_iter()
        if any(str(folder) in word for word in words_of(process))
    ]


def ffmpegs_below(folder: Path) -> list[psutil.Process]:
    """The FFmpegs among them: neither their lifelines nor the command."""
    return [
        process
        for process in running_below(folder)
        if "-i" in (words := words_of(process)) and "lifeline.py" not in " ".join(words[:5])
    ]


def start_orphan(folder: Path, named: Path) -> psutil.Process:
    """Start what lasts, works in a folder and names a file, and belongs to nobody any more."""
    folder.mkdir(parents=True, exist_ok=True)
    lasting = ("/bin/sh", "-c", "sleep 60 & wait", "ffmpeg", f"file:{named}")
    begin = ("/bin/sh", "-c", 'setsid "$@" >/dev/null 2>&1 & echo $!', "sh", *lasting)
    told = subprocess.run(begin, cwd=folder, capture_output=True, check=True)
    process = psutil.Process(int(told.stdout))
    wait_until(lambda: f"file:{named}" in words_of(process) and "setsid" not in words_of(process))
    return process


def is_over(process: psutil.Process) -> bool:
    """Whether a process ended; one that nobody reaps has, too."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def wait_until(found: Callable[[], T], seconds: float = 20.0) -> T:
    """Wait for something to be there, and return it."""
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)
    return value


def snapshot(*paths: Path) -> list[tuple[str, int, str]]:
    """Name, time of change and content of sources."""
    return [
        (p.name, p.stat().st_mtime_ns, hashlib.sha256(p.read_bytes()).hexdigest()) for p in paths
    ]


def write_jobs(source: Path, out: Path, tools: Tools, *specs: JobSpec) -> list[Path]:
    """Write job files, by default one for a source, into its output folder."""
    from proxx_engine import CreatedJob, write_job

    jobs: Sequence[JobSpec] = specs or [make_job(source, out, tools)]
    return [write_job(CreatedJob(spec, "ffmpeg"), out) for spec in jobs]


def read_result(job_file: Path) -> dict[str, Any]:
    """The result that lies with a job."""
    loaded: dict[str, Any] = json.loads(place_of_job(job_file).result.read_text("utf-8"))
    return loaded


def with_limits(**limits: int) -> Callable[[JobSpec], JobSpec]:
    """Return a change of a JobSpec's limits."""

    def change(spec: JobSpec) -> JobSpec:
        return spec.model_copy(update={"execution": spec.execution.model_copy(update=limits)})

    return change
