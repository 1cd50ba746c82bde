"""The child that probes: it answers also where no limit of memory can be set."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.support import MakeClip

CHILD = Path(__file__).parents[2] / "proxx_engine" / "system" / "probe_child.py"
REFUSING = f"""
import resource, runpy
def refuse(*_asked):
    raise ValueError("current limit exceeds maximum limit")
resource.setrlimit = refuse
runpy.run_path({str(CHILD)!r}, run_name="__main__")
"""


def test_a_system_that_refuses_the_limit_is_probed_on(make_clip: MakeClip) -> None:
    """macOS has no such limit and says so; on Linux a person may have set a lower one."""
    clip = make_clip("A.mov", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.2", "-c:v", "mjpeg")
    asked = json.dumps({"probe": str(clip)}) + "\n"
    done = subprocess.run(
        [sys.executable, "-c", REFUSING], input=asked, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["facts"]["streams"]
