"""The result says what happened: without any log, and in every view alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from proxx_engine import JobSpec
from sidecar.folders.actions import read_actions
from sidecar.folders.layout import WatchFolder
from tests.faults.warm_proxx import run_warm as proxx
from tests.folders.scenes import leave, make_spec, submit, take_first


@pytest.fixture
def watched(folder: WatchFolder, good: JobSpec, tmp_path: Path) -> WatchFolder:
    """A folder in which one job completed and two failed."""
    submit(folder, good, *(make_spec(tmp_path / "proxies", number) for number in (1, 2)))
    assert proxx("watch", folder.root, "--once").returncode == 1
    return folder


def test_without_any_log_the_results_say_the_same(watched: WatchFolder) -> None:
    told = proxx("results", watched.root, "--verify", "--json")
    for pattern in ("log/*", "*/*/*/*.journal.jsonl", "*/*/*/*.ffmpeg.log"):
        for path in watched.root.glob(pattern):
            path.unlink()
    again = proxx("results", watched.root, "--verify", "--json")
    assert json.loads(again.stdout) == json.loads(told.stdout)
    assert again.returncode == told.returncode


def test_every_view_counts_as_the_results_do(watched: WatchFolder) -> None:
    records = [json.loads(p.read_bytes()) for p in watched.root.glob("*/*/*/*.result.json")]
    completed = [record["label"] for record in records if record["status"] == "COMPLETED"]
    failed = sorted(record["label"] for record in records if record["status"] != "COMPLETED")
    assert (len(completed), len(failed)) == (1, 2)
    status = json.loads(proxx("status", watched.root, "--json").stdout)
    assert (status["completed"], status["failed"]) == (1, 2)
    shown = proxx("results", watched.root, "--json")
    clips = json.loads(shown.stdout)["clips"]
    assert [clip["label"] for clip in clips if clip["state"] == "proven"] == completed
    assert sorted(clip["label"] for clip in clips if clip["state"] == "failed") == failed
    assert shown.returncode == 1


def test_every_action_says_who_did_it(folder: WatchFolder, tmp_path: Path) -> None:
    submit(folder, *(make_spec(tmp_path / "proxies", number) for number in (1, 2)))
    leave(folder, take_first(folder).claim)
    (folder.pending / "0.job.json").write_text("{}")
    assert proxx("watch", folder.root, "--once").returncode == 1
    lines = list(read_actions(folder))
    done = {line["action"] for line in lines}
    assert done >= {"submit", "claim", "take", "run", "file", "settle", "reject", "worker_ended"}
    assert [line for line in lines if not line["process"]] == []
    assert [line for line in lines if not line["worker"] and line["action"] != "submit"] == []
    assert all(line["worker"].startswith(line["process"]) for line in lines if line["worker"])
