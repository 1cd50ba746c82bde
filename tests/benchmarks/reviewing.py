"""The page over a large night: 2,000 results of a clip each, one in twenty not completed."""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from tests.benchmarks.encoding import PROXX
from tests.results.scenes import clip_document, failed, put_proxy, write_result

_CLIPS = 2_000
_RUNS = 3


def measure_report() -> None:
    """`proxx report` beside `proxx results`, which reads the same and writes no page."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "out"
        for number in range(_CLIPS):
            clip = f"A{number:04d}.mov"
            put_proxy(out / clip)
            make = failed if number % 20 == 0 else clip_document
            write_result(out, make(clip, out), label=clip, batch="night", minute=number % 60)
        seconds = {verb: _median([*PROXX, verb, str(out)]) for verb in ("results", "report")}
        page = (out / "proxx-report.html").stat().st_size
        print(f"{_CLIPS} clips: proxx results {seconds['results']:.2f} s")
        print(f"proxx report {seconds['report']:.2f} s, the page has {page / 1e6:.1f} MB")


def _median(words: list[str]) -> float:
    times = []
    for _run in range(_RUNS):
        began = time.perf_counter()
        done = subprocess.run(words, check=False, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - began)
        assert done.returncode == 1, "some clips are not completed"
    return statistics.median(times)
