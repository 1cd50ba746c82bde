"""Every call that changes the output folder is killed or fails once; then the next run looks."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import Tools
from tests.faults.scenes import leavings, proxies, running_below, write_jobs
from tests.faults.shim import Fault, Shim, read_calls
from tests.faults.warm_proxx import run_warm
from tests.faults.watch_scene import a_minute_passes

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
MOST_CALLS = 200


def run_with_fault(
    job: Path, shim: Shim, mode: str, number: int, *, sticky: bool
) -> tuple[subprocess.CompletedProcess[str], bool]:
    """Run the job with a fault at its k-th call; also tell whether there was such a call."""
    log = job.parent.with_name(f"calls-{job.parent.name}")
    fault = Fault(mode, number, sticky=sticky)
    told = shim.environment(fault, root=job.parent, log=log)
    ended = run_warm("run", job, library=shim.library, **told)
    return ended, len(read_calls(log)) >= number


def assert_true(out: Path, job: Path) -> dict[str, Any]:
    """The result that stands says what is on the disk, and nothing else is there."""
    results = sorted(out.glob("*.result.json"))
    with_job = job.with_name(job.name.replace(".job.json", ".result.json"))
    assert with_job in results
    result: dict[str, Any] = json.loads(with_job.read_text("utf-8"))
    (clip,) = result["clips"]
    made = clip["status"] == "COMPLETED"
    assert proxies(out) == (["clip.mov"] if made else []), (result["failure"], os.listdir(out))
    if made:
        data = (out / "clip.mov").read_bytes()
        assert hashlib.sha256(data).hexdigest() == clip["output_sha256"]
        assert result["status"] == "COMPLETED"
    assert running_below(out) == []
    return result


def test_killed_at_every_call_the_truth_is_told_and_nothing_is_left(
    clip: Path, tools: Tools, tmp_path: Path, shim: Shim
) -> None:
    ends = []
    for number in range(1, MOST_CALLS):
        out = tmp_path / f"out{number:03d}"
        out.mkdir()
        (job,) = write_jobs(clip, out, tools)
        ended, hit = run_with_fault(job, shim, "KILL", number, sticky=False)
        if not hit:
            assert ended.returncode == 0
            break
        assert ended.returncode == -9
        a_minute_passes(out)
        run_warm("run", job)
        ends.append(assert_true(out, job)["status"])
        assert leavings(out) == [], number
        shutil.rmtree(out)
    print(len(ends), "calls;", ends.count("COMPLETED"), "completed")
    assert len(ends) > 30


@pytest.mark.parametrize(
    ("mode", "sticky"),
    [
        pytest.param("ENOSPC", False, id="full once"),
        pytest.param("ENOSPC", True, id="full from then on"),
        pytest.param("EIO", False, id="broken once"),
        pytest.param("EROFS", True, id="closed from then on"),
        pytest.param("SHORT", False, id="a short write"),
    ],
)
def test_whatever_call_fails_no_result_lies(
    clip: Path, tools: Tools, tmp_path: Path, shim: Shim, mode: str, sticky: bool
) -> None:
    codes = []
    for number in range(1, MOST_CALLS):
        out = tmp_path / f"out{number:03d}"
        out.mkdir()
        (job,) = write_jobs(clip, out, tools)
        ended, hit = run_with_fault(job, shim, mode, number, sticky=sticky)
        if not hit:
            assert ended.returncode == 0, ended.stderr
            break
        codes.append(ended.returncode)
        assert ended.returncode != 4, (number, ended.stderr)
        assert "Traceback" not in ended.stderr, (number, ended.stderr)
        stands = job.with_name(job.name.replace(".job.json", ".result.json")).exists()
        if not stands:
            a_minute_passes(out)
            run_warm("run", job)
        result = assert_true(out, job)
        # A disk that stays broken may also refuse to take a true result back: never the reverse.
        if ended.returncode == 0 or (stands and not sticky):
            assert (ended.returncode == 0) is (result["status"] == "COMPLETED"), number
        shutil.rmtree(out)
    print(mode, sticky, len(codes), {code: codes.count(code) for code in set(codes)})
    assert len(codes) > 10
