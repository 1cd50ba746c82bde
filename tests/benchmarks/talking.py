"""The talk with Resolve: the facts of a timeline of 2,000 clips in one walk, through each host."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

from tests.resolve_scripts.resolve_process import long_timeline
from tests.resolve_scripts.stage import Stage, program

_CLIPS = 2_000
_SECONDS = {"py": 5.0, "lua": 15.0}


def measure_walks() -> None:
    """Seconds of the walk as Proxx sees them, and processor time of the process that is Resolve.

    That process is the host and the double, whose own share is told as the time of the same number
    of the cheapest calls.
    """
    cheapest = seconds_a_call()
    for language, most in _SECONDS.items():
        with tempfile.TemporaryDirectory() as name:
            stage = Stage(Path(name), language)
            into = stage.folder / "said.json"
            told = stage.run(program("talker", "walks_a_long_timeline", into), scene=str(_CLIPS))
            said = json.loads(into.read_text())
        assert said["clips"] == _CLIPS, said
        print(
            f"a walk over {_CLIPS:,} clips, {language}: {said['seconds']:.2f} s"
            f" (target <= {most:g}), {told.calls:,} calls, {said['bytes'] / 1e6:.1f} MB;"
            f" {told.processor_seconds:.2f} s of processor time inside Resolve's process,"
            f" of which the double takes {told.calls * cheapest:.2f} s or more"
        )


def seconds_a_call() -> float:
    """Return what the cheapest call of the double costs."""
    timeline = long_timeline(1).handle.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
    began = time.process_time()
    for _ in range(10_000):
        timeline.GetName()
    return (time.process_time() - began) / 10_000
