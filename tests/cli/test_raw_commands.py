"""`proxx run` and `proxx watch` with camera raw, through a Resolve that is reached from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from proxx_engine import CreatedJob, place_of_job, write_job
from tests.faults.scenes import proxx, proxx_command, wait_until
from tests.resolve.outside import came_of_it, play_outside
from tests.watch.looking import homes, the_result
from tests.watch.raw_scene import raw_folder, submit_raw


def test_a_raw_job_is_run_by_its_file(tmp_path: Path) -> None:
    (spec,), ways = play_outside(tmp_path, "A.braw")
    job = write_job(CreatedJob(spec, "resolve"), tmp_path)
    done = proxx("run", job, **ways)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "completed and proven" in done.stdout
    result = json.loads(place_of_job(job).result.read_bytes())
    assert result["engine"]["name"] == "resolve"
    assert result["engine"]["version"].startswith("DaVinci Resolve Studio")
    assert (tmp_path / "out" / "A.mov").exists()
    assert came_of_it(tmp_path) == {"changes": [], "threads": 1, "ours": []}


def test_what_waits_is_rendered_and_what_another_project_needs_still_waits(
    tmp_path: Path,
) -> None:
    specs, ways = play_outside(tmp_path, "A.braw", "B.braw")
    other = specs[0].model_copy(
        update={
            "job_id": "00000000-0000-4000-8000-000000000001",
            "clips": tuple(
                clip.model_copy(
                    update={"resolve": clip.resolve.model_copy(update={"project_id": "another"})}
                )
                for clip in specs[0].clips
                if clip.resolve
            ),
        }
    )
    folder = raw_folder(tmp_path / "raw")
    submit_raw(folder, other, *specs)
    done = proxx("watch", folder.root, "--once", **ways)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "2 jobs, 2 completed and proven" in done.stdout
    assert "BLOCKED: 1 job for project Documentary (another) still wait" in done.stdout
    assert "RENDER_WRONG_PROJECT" in done.stdout
    assert homes(folder, "completed") == ["A", "B"]
    assert came_of_it(tmp_path) == {"changes": [], "threads": 1, "ours": []}


def test_while_the_user_renders_nothing_is_taken(tmp_path: Path) -> None:
    specs, ways = play_outside(tmp_path, "A.braw", rendering=True)
    folder = raw_folder(tmp_path / "raw")
    submit_raw(folder, *specs)
    done = proxx("watch", folder.root, "--once", **ways)
    assert done.returncode == 3
    assert "RENDER_USER_RENDERS" in done.stdout
    assert len(list(folder.pending.iterdir())) == 1


def test_without_the_module_the_tool_is_missing_and_the_reason_is_told(tmp_path: Path) -> None:
    (spec,), _ways = play_outside(tmp_path, "A.braw")
    job = write_job(CreatedJob(spec, "resolve"), tmp_path)
    nowhere = {"RESOLVE_SCRIPT_API": str(tmp_path / "nowhere")}
    done = proxx("run", job, **nowhere)
    assert done.returncode == 3
    assert "TOOL_RESOLVE_MISSING" in done.stdout
    assert "there is no DaVinciResolveScript.py" in done.stdout
    folder = raw_folder(tmp_path / "raw")
    submit_raw(folder, spec)
    done = proxx("watch", folder.root, "--once", **nowhere)
    assert done.returncode == 3
    assert "there is no DaVinciResolveScript.py" in done.stdout
    assert len(list(folder.pending.iterdir())) == 1


def test_more_workers_than_one_are_refused(tmp_path: Path) -> None:
    folder = raw_folder(tmp_path / "raw")
    done = proxx("watch", folder.root, "--once", "--workers", "2")
    assert done.returncode == 2
    assert "one render queue" in done.stderr


def test_a_watch_that_lasts_is_stopped_by_signals_and_leaves_resolve_as_it_was(
    tmp_path: Path,
) -> None:
    specs, ways = play_outside(tmp_path, "A.braw", "B.braw", seconds=60.0)
    folder = raw_folder(tmp_path / "raw")
    submit_raw(folder, *specs)
    watch = subprocess.Popen(
        [*proxx_command(), "watch", str(folder.root)],
        env=os.environ | ways,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: any((tmp_path / "out").glob(".proxx-*/A.mov")))
    second = proxx("watch", folder.root, "--once", **ways)
    assert second.returncode == 2
    assert "another process of this machine renders" in second.stderr
    for _ in range(2):
        watch.send_signal(signal.SIGTERM)
        time.sleep(0.5)
    assert watch.wait(30) == 130
    assert the_result(folder, "A")["failure"]["code"] == "ENCODE_STOPPED"
    assert len(list(folder.pending.iterdir())) == 1
    assert came_of_it(tmp_path)["changes"] == []


@pytest.mark.slow
def test_the_workers_of_a_raw_folder_are_stopped_like_any(tmp_path: Path) -> None:
    specs, ways = play_outside(tmp_path, "A.braw", "B.braw", seconds=8.0)
    folder = raw_folder(tmp_path / "raw")
    submit_raw(folder, *specs)
    watch = subprocess.Popen(
        [*proxx_command(), "watch", str(folder.root)],
        env=os.environ | ways,
        stdout=subprocess.DEVNULL,
    )
    wait_until(lambda: any((tmp_path / "out").glob(".proxx-*/A.mov")))
    assert proxx("stop", folder.root).returncode == 0
    assert watch.wait(60) == 130
    assert homes(folder, "completed") == ["A"]
    assert came_of_it(tmp_path)["changes"] == []
