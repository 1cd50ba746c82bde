"""`proxx create` over many files, against FFmpeg opening the same files one after the other."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from proxx_engine import find_tools
from tests.benchmarks.encoding import PROXX, make_clip

CARDS = 20


def measure_creation() -> None:
    """Look at 500 and at 2,000 files in twenty folders, freeze them, write their jobs."""
    with tempfile.TemporaryDirectory() as name, find_tools() as tools:
        folder = Path(name)
        clip = make_clip(folder, tools, 0, seconds=1)
        for files in (500, 2000):
            footage = folder / f"footage {files}"
            for number in range(files):
                home = footage / f"A{number % CARDS:03d}"
                home.mkdir(parents=True, exist_ok=True)
                os.link(clip, home / f"A{number % CARDS:03d}_C{number:04d}{clip.suffix}")
            ours = _seconds([*PROXX, "create", str(footage), "--out", str(folder / f"out {files}")])
            raw = _seconds(["sh", "-c", _opening(tools.ffmpeg, footage)])
            print(
                f"create on {files:,} files: {ours:.1f} s ({ours / files * 1000:.1f} ms a file), "
                f"FFmpeg opening each: {raw:.1f} s, ratio {ours / raw:.2f}"
            )
            shutil.rmtree(footage)


def _opening(ffmpeg: Path, footage: Path) -> str:
    look = f"'{ffmpeg}' -hide_banner -v error -i {{}} -c copy -t 0 -f null -"
    return f"find '{footage}' -type f -exec {look} \\;"


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started
