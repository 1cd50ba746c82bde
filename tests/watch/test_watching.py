"""`proxx watch` as a person starts it: what it runs, refuses, waits for, and says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from proxx_engine import JobSpec
from sidecar.folders.heartbeats import read_heartbeats
from sidecar.folders.layout import WatchFolder, make_watch_folder
from tests.faults.scenes import leavings
from tests.faults.warm_proxx import run_warm as proxx
from tests.folders.scenes import make_spec, submit, tree
from tests.watch.looking import homes, the_result


def test_what_waits_is_run_and_filed_with_its_record(
    folder: WatchFolder, good: JobSpec, tmp_path: Path
) -> None:
    submit(folder, good, make_spec(tmp_path / "proxies", 7))
    done = proxx("watch", folder.root, "--once")
    assert done.returncode == 1, done.stderr
    assert "good  COMPLETED" in done.stdout
    assert "SOURCE_MISSING" in done.stdout
    assert homes(folder, "completed") == ["good"]
    assert homes(folder, "failed") == ["A00007"]
    (home,) = (folder.root / "completed").glob("*/*")
    kinds = {path.name.removeprefix(home.name) for path in home.iterdir()}
    assert kinds == {".claim", ".job.json", ".journal.jsonl", ".ffmpeg.log", ".result.json"}
    beside = tmp_path / "proxies" / f"good.{good.job_id[:8]}.result.json"
    assert beside.read_bytes() == (home / f"{home.name}.result.json").read_bytes()
    assert leavings(tmp_path) == []
    assert list(read_heartbeats(folder)) == []
    assert list(folder.running.iterdir()) == []


def test_a_worker_says_who_it_is_in_the_result(folder: WatchFolder, good: JobSpec) -> None:
    submit(folder, good)
    assert proxx("watch", folder.root, "--once").returncode == 0
    worker = the_result(folder, "good")["worker"]
    assert f"-{worker['pid']}-" in worker["id"]


def test_an_empty_folder_becomes_a_watch_folder_and_a_full_one_does_not(tmp_path: Path) -> None:
    (tmp_path / "box").mkdir()
    done = proxx("watch", tmp_path / "box", "--once")
    assert done.returncode == 0, done.stderr
    assert "no job was run" in done.stdout
    assert proxx("watch", tmp_path, "--once").returncode == 3
    assert proxx("watch", tmp_path / "away", "--once").returncode == 3


def test_it_says_how_many_workers_the_machine_could_run(folder: WatchFolder) -> None:
    assert "this machine could run" in proxx("watch", folder.root, "--once").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("--workers", "0"),
        ("--workers", "1000"),
        ("--poll-seconds", "0"),
        ("--threads-per-job", "x"),
        ("--on-batch-done", "'"),
    ],
)
def test_a_wrong_word_is_refused(folder: WatchFolder, words: tuple[str, str]) -> None:
    done = proxx("watch", folder.root, "--once", *words)
    assert done.returncode == 2
    assert words[0] in done.stderr


def test_a_wrong_file_costs_only_itself(folder: WatchFolder, good: JobSpec) -> None:
    (folder.pending / "0.job.json").write_text("{}")
    submit(folder, good)
    done = proxx("watch", folder.root, "--once")
    assert done.returncode == 1
    assert homes(folder, "completed") == ["good"]
    (home,) = (folder.root / "failed").glob("*/*")
    result = json.loads((home / f"{home.name}.result.json").read_bytes())
    assert result["status"] == "FAILED"
    assert result["job_id"] is None
    assert "SPEC_MISSING_FIELD" in {issue["code"] for issue in result["issues"]}


def test_half_a_file_stays_where_it_is(folder: WatchFolder, good: JobSpec) -> None:
    (path,) = submit(folder, good)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    done = proxx("watch", folder.root, "--once")
    assert done.returncode == 0
    assert tree(folder) == [f"pending/{path.name}"]
    path.write_bytes(whole)
    assert proxx("watch", folder.root, "--once").returncode == 0
    assert homes(folder, "completed") == ["good"]


def test_a_job_of_the_other_engine_is_filed_unrun(tmp_path: Path, good: JobSpec) -> None:
    (tmp_path / "resolve").mkdir()
    folder = make_watch_folder(tmp_path / "resolve", "resolve")
    submit(folder, good)
    done = proxx("watch", folder.root, "--once")
    assert done.returncode == 1
    assert "ROUTE_WRONG_FOLDER" in done.stdout
    assert homes(folder, "failed")
    assert not list((tmp_path / "proxies").glob("*.mov"))


def test_the_same_job_submitted_again_is_not_run_again(folder: WatchFolder, good: JobSpec) -> None:
    submit(folder, good)
    assert proxx("watch", folder.root, "--once").returncode == 0
    submit(folder, good)
    done = proxx("watch", folder.root, "--once")
    assert done.returncode == 1
    assert "CLAIM_SETTLED" in done.stdout
    assert homes(folder, "completed") == ["good"]


def test_a_place_that_is_away_empties_no_queue(
    folder: WatchFolder, good: JobSpec, tmp_path: Path
) -> None:
    away = [make_spec(tmp_path / "away", number) for number in range(1, 4)]
    submit(folder, *away, good)
    done = proxx("watch", folder.root, "--once")
    assert done.returncode == 3
    assert done.stdout.count("BLOCKED") == 2  # once when seen, once in the summary
    assert "STORAGE_OUTPUT_MISSING" in done.stdout
    assert homes(folder, "completed") == ["good"]
    assert len(list(folder.pending.iterdir())) == 3
    assert not any(path.startswith("claims/") for path in tree(folder))
    assert homes(folder, "failed") == []
    (tmp_path / "away").mkdir()
    assert proxx("watch", folder.root, "--once").returncode == 1
    assert len(homes(folder, "failed")) == 3


def test_a_command_runs_once_when_the_last_job_of_a_batch_is_filed(
    folder: WatchFolder, good: JobSpec, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    first = make_spec(tmp_path / "proxies", 1, batch="day 12", created_at=good.created_at)
    second = make_spec(tmp_path / "proxies", 2, batch="day 12", created_at=good.created_at)
    submit(folder, first, good.model_copy(update={"batch": "day 12"}), second)
    write = f"import sys; open({str(told)!r}, 'a').write(' '.join(sys.argv[1:]) + chr(10))"
    command = f'{sys.executable} -c "{write}" {{batch}} {{completed}} {{failed}}'
    options = ("--once", "--workers", "2", "--on-batch-done", command)
    assert proxx("watch", folder.root, *options).returncode == 1
    assert told.read_text() == "day 12 1 2\n"
    assert proxx("watch", folder.root, *options).returncode == 0
    assert told.read_text() == "day 12 1 2\n"


def test_json_is_one_object_a_line(folder: WatchFolder, good: JobSpec) -> None:
    submit(folder, good)
    done = proxx("watch", folder.root, "--once", "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["event"] for line in lines] == ["started", "job_ended", "ended"]
    assert lines[1]["status"] == "COMPLETED"
    assert lines[1]["proven"] is True


def test_missing_ffmpeg_is_said_before_anything_is_claimed(
    folder: WatchFolder, good: JobSpec, tmp_path: Path
) -> None:
    submit(folder, good)
    done = proxx("watch", folder.root, "--once", "--ffmpeg", tmp_path / "none")
    assert done.returncode == 3
    assert "TOOL_FFMPEG_MISSING" in done.stderr
    assert len(list(folder.pending.iterdir())) == 1


def test_run_leaves_the_jobs_of_a_watch_folder_to_its_workers(
    folder: WatchFolder, good: JobSpec
) -> None:
    (path,) = submit(folder, good)
    done = proxx("run", path)
    assert done.returncode == 2
    assert "proxx watch" in done.stderr
    assert path.exists()


def test_a_processs_end_is_not_needed_for_its_jobs_to_be_read(
    folder: WatchFolder, good: JobSpec
) -> None:
    submit(folder, good)
    assert proxx("watch", folder.root, "--once").returncode == 0
    shown = subprocess.run(
        [sys.executable, "-m", "sidecar.cli.main", "results", str(folder.root), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stdout
