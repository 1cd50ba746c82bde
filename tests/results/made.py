"""One clip that was really made into a proxy, for looks at what stands on the disk."""

from __future__ import annotations

from pathlib import Path

from proxx_engine import Tools
from tests.support import MakeClip, Ran, execute, make_job


def make_proxy(
    tmp_path: Path, make_clip: MakeClip, tools: Tools, *, verification: str = "conform"
) -> Ran:
    """Create and execute the job of one clip, into `tmp_path/out`."""
    source = make_clip(
        "a.mov", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.4", "-c:v", "mpeg4"
    )
    spec = make_job(source, tmp_path / "out", tools)
    limits = spec.execution.model_copy(update={"verification": verification})
    return execute(spec.model_copy(update={"execution": limits}), tmp_path / "out", tools)
