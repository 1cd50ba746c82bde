"""What `proxx qc` costs, against making the proxies that it measures; in processor seconds."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from proxx_engine import CreatedJob, Tools, find_tools, write_job
from tests.benchmarks.encoding import PROXX, make_clip
from tests.benchmarks.looks import _processor_seconds
from tests.support import make_job

_SECONDS = 60


def measure_qc() -> None:
    """One clip of a minute at 1080p: its whole length, as by default, and a quarter of it."""
    with tempfile.TemporaryDirectory() as name, find_tools() as tools:
        folder = Path(name)
        clip = make_clip(folder, tools, 0, seconds=_SECONDS)
        _print_ratio("by default", clip, folder, tools, ())
        _print_ratio("a quarter of it", clip, folder, tools, ("--max-frames", "16"))


def _print_ratio(
    called: str, clip: Path, folder: Path, tools: Tools, options: tuple[str, ...]
) -> None:
    made, measured = folder / "made", folder / "measured"
    shutil.rmtree(measured, ignore_errors=True)
    job = CreatedJob(make_job(clip, measured, tools), "ffmpeg")

    def encode(out: Path = made) -> None:
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        spec = job.spec.output.model_copy(update={"directory": str(out)})
        here = CreatedJob(job.spec.model_copy(update={"output": spec}), "ffmpeg")
        write_job(here, out)
        subprocess.run([*PROXX, "run", str(out)], check=True, stdout=subprocess.DEVNULL)

    def measure() -> None:
        words = (*PROXX, "qc", str(measured), "--replace", *options)
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)

    encode(measured)
    took, making = _processor_seconds(measure, encode)
    ratio = f"ratio {took / making:.3f}; target <= 0.5"
    print(f"qc of a minute, {called}: {took:.1f} s, `proxx run` {making:.1f} s, {ratio}")
