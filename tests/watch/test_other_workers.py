"""What other workers say, have and leave changes nothing of what a worker does."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from proxx_engine import now_utc
from sidecar.folders.heartbeats import Heartbeat, heartbeat_path, write_heartbeat
from sidecar.folders.layout import WatchFolder
from tests.faults.warm_proxx import run_warm as proxx
from tests.folders.played_runs import strange
from tests.folders.scenes import leave, make_spec, submit, take_first
from tests.watch.looking import homes


def speak(folder: WatchFolder, worker: str, **changes: object) -> Path:
    """Leave a heartbeat of a worker of another machine."""
    told = {
        "worker": worker,
        "owner": strange(),
        "started_at": now_utc(),
        "beat_at": now_utc(),
        "beats": 7,
        "state": "running",
        "since": now_utc(),
    }
    beat = Heartbeat(**(told | changes))  # type: ignore[arg-type]
    write_heartbeat(folder, beat)
    return heartbeat_path(folder, worker)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="it works"),
        pytest.param({"state": "idle"}, id="it is idle"),
        pytest.param({"state": "stopping"}, id="it was asked to stop"),
        pytest.param({"jobs_failed": 1000, "jobs_done": 0}, id="all its jobs failed"),
        pytest.param(
            {"state": "blocked", "blocked_by": ({"place": "/", "code": "TOOL_", "detail": ""},)},
            id="it is blocked",
        ),
        pytest.param({"beat_at": "2020-01-01T00:00:00.000Z"}, id="it was not heard of for years"),
    ],
)
def test_whatever_another_worker_says_the_waiting_jobs_are_run_and_its_own_are_left(
    folder: WatchFolder, tmp_path: Path, changes: dict[str, object]
) -> None:
    submit(folder, *(make_spec(tmp_path / "proxies", number) for number in (1, 2, 3)))
    theirs = leave(folder, take_first(folder).claim, **asdict(strange()))
    said = [speak(folder, theirs.worker, job_id=theirs.key, **changes)]
    said.append(folder.workers / "garbled.json")
    said[-1].write_text(json.dumps({"worker": 5}))
    kept = [*said, *(folder.root / theirs.job_folder).iterdir(), *folder.claims.iterdir()]
    before = {path: path.read_bytes() for path in kept}

    done = proxx("watch", folder.root, "--once")

    assert done.returncode == 1, done.stderr
    assert homes(folder, "failed") == ["A00002", "A00003"]
    assert {path: path.read_bytes() for path in before} == before
