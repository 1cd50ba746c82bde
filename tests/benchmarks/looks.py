"""What a look costs: `proxx run` against raw FFmpeg with the same filters, and the filters alone.

In processor seconds: a look costs those, and they do not depend on what else runs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from proxx_engine import Tools, find_profile, find_tools, plan_job, write_job
from proxx_engine._engines.ffmpeg.looks import place_look
from proxx_engine.spec.profile import Look
from tests.altered_profiles import create
from tests.benchmarks.encoding import PROXX, _raw, make_clip
from tests.benchmarks.pairs import shell_loop

_LOOKS: dict[str, dict[str, Any]] = {
    "no look": {},
    "timecode": {"burn_in": ("timecode-or-zero@bottom",)},
    "five texts": {
        "burn_in": (
            *("timecode-or-zero@bottom", "name@top-left", "frame@top-right"),
            *("text=NOT FOR RELEASE@center:10%", "text=DAY 3@bottom-left"),
        )
    },
    "both flips": {"flips": "both"},
    "full level": {"data_level": "full"},
    "letterbox": {"crop": "letterbox:2.39"},
    "matte": {"crop": "matte:2.39"},
    "crop": {"crop": "crop:2.39"},
    "de-squeezed": {"desqueeze": Fraction(2)},
}
_SECONDS = 10
_ROUNDS = 3


def measure_looks() -> None:
    """A clip of 1080p: target as without a look, against raw FFmpeg and a decode of its proxy."""
    with tempfile.TemporaryDirectory() as name, find_tools() as tools:
        folder = Path(name)
        clip = make_clip(folder, tools, 0, seconds=_SECONDS)
        plain, _job = _prepared(clip, folder / "plain", tools, {})
        without = shell_loop([plain], folder / "plain")
        for called, fields in _LOOKS.items():
            place = folder / called.replace(" ", "_")
            raw, job = _prepared(clip, place, tools, fields)
            proxy = str(place / "raw.mov")
            play = [str(tools.ffmpeg), "-v", "error", "-xerror", "-i", proxy, "-f", "null", "-"]

            def ours(place: Path = place, job: Any = job) -> None:
                out = place / "out"
                shutil.rmtree(out, ignore_errors=True)
                out.mkdir()
                write_job(job, out)
                subprocess.run([*PROXX, "run", str(out)], check=True, stdout=subprocess.DEVNULL)

            raw_alone = shell_loop([raw], place)
            alone, bare = _processor_seconds(raw_alone, without)
            made, by_hand = _processor_seconds(ours, shell_loop([raw, play], place))
            print(
                f"{called:12} ours {made:.2f} s, raw {by_hand:.2f} s, ratio {made / by_hand:.3f}; "
                f"target as without a look. The filters: {alone / bare:.3f} of an encode without"
            )


def _processor_seconds(*ways: Callable[[], None]) -> list[float]:
    """Return the least processor seconds of each way, run in turn."""
    seen: list[list[float]] = [[] for _way in ways]
    for _round in range(_ROUNDS):
        for way, taken in zip(ways, seen, strict=True):
            before = os.times()
            way()
            after = os.times()
            own = after.children_user + after.children_system
            taken.append(own - before.children_user - before.children_system)
    return [min(taken) for taken in seen]


def _prepared(clip: Path, place: Path, tools: Tools, fields: dict[str, Any]) -> tuple[Any, Any]:
    """Return the raw command, whose files lie in `place`, and the job."""
    place.mkdir()
    nothing = Look(lut=None, burn_in=None, flips=None, data_level=None, crop=None)
    look = nothing.model_copy(update=fields) if fields else None
    profile = find_profile("prores_proxy").model_copy(update={"look": look})
    [job] = create(clip, place / "out", tools, profile).jobs
    [plan] = plan_job(job.spec).clips
    assert place_look(plan, place) is None
    return _raw(list(plan.command), tools, place / "raw.mov", threads=True), job
