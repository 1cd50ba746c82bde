"""A bundle run here is what `proxx run` of its jobs is: bytes, results, exit codes, words."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from proxx_engine import CreatedJob, JobExecutionResult, JobSpec, write_job
from tests.end_to_end.results_compared import differences
from tests.farm.runs import Scene, beginnings, change_action, job_file, record, run
from tests.farm.runs import scene as scene
from tests.farm.runs import sources as sources
from tests.farm.task_scenes import write_rules
from tests.faults.scenes import NEVER_LONGER, leavings, proxx_command, running_below
from tests.faults.scenes import proxx as cold_proxx
from tests.faults.warm_proxx import run_warm as proxx

STATUSES = ["COMPLETED", "FAILED", "PARTIAL"]
Made = tuple[dict[str, bytes], list[JobExecutionResult]]


def plainly(specs: Sequence[JobSpec], place: Path, *words: str) -> str:
    """Let `proxx run` run the jobs; return what it said."""
    place.mkdir()
    for spec in specs:
        write_job(CreatedJob(spec, "ffmpeg"), place)
    done = proxx("run", place, *words)
    assert done.returncode == 1, done.stderr
    return done.stdout


def take(specs: Sequence[JobSpec], out: Path) -> Made:
    """Return the proxies by name and the results beside them, and clear them away."""
    assert leavings(out) == []
    proxies = {path.name: path.read_bytes() for path in out.iterdir() if path.suffix == ".mov"}
    results = []
    for spec in specs:
        (path,) = out.glob(f"*.{spec.job_id[:8]}.result.json")
        results.append(JobExecutionResult.model_validate_json(path.read_bytes()))
    shutil.rmtree(out)
    out.mkdir()
    return proxies, results


def assert_same(one: Made, other: Made) -> None:
    assert one[0] == other[0]
    pairs = zip(one[1], other[1], strict=True)
    assert [found for a, b in pairs for found in differences(a, b)] == []


def without_seconds(said: str) -> list[str]:
    """Return lines without what differs from run to run."""
    return re.sub(r"[0-9.]+ s$", "SECONDS", said, flags=re.MULTILINE).splitlines()


def test_bytes_results_and_words_are_those_of_proxx_run_and_nothing_else_is_left(
    scene: Scene,
) -> None:
    specs = scene.jobs("w b wb")
    said = without_seconds(plainly(specs, scene.place / "plain"))
    plain = take(specs, scene.out)
    assert (len(plain[0]), [result.status for result in plain[1]]) == (2, STATUSES)
    bundle = scene.bundle(specs, "--allowed-failures", "all")
    temporary = scene.place / "temporary"
    temporary.mkdir()
    done = cold_proxx("farm", "run", bundle, A_SECRET="swordfish-4711", TMPDIR=str(temporary))
    assert (done.returncode, done.stderr) == (1, "")
    assert list(temporary.iterdir()) == []
    told = without_seconds(done.stdout)
    assert told == [*said[:-1], said[-1].replace("jobs", "tasks"), told[-1]]
    assert running_below(scene.place) == []
    kept = [record(bundle, number) for number in (1, 2, 3)]
    made = take(specs, scene.out)
    assert kept == made[1]
    assert_same(plain, made)
    written = [path for path in bundle.rglob("*") if path.is_file()]
    assert [path for path in written if b"swordfish" in path.read_bytes()] == []


def test_windows_jobs_run_under_nested_rules_and_say_what_proxx_run_says(scene: Scene) -> None:
    specs = [scene.as_windows(spec) for spec in scene.jobs("w b wb")]
    maps = [f"P:\\night\\footage={scene.place / 'footage'}", f"p:/night={scene.place}"]
    words = [word for path_map in maps for word in ("--path-map", path_map)]
    plainly(specs, scene.place / "plain", *words)
    plain = take(specs, scene.out)
    rules = [each.split("=") for each in reversed(maps)]
    write_rules(scene.place / "rules.json", *(("WINDOWS", one, here) for one, here in rules))
    bundle = scene.bundle(specs, "--allowed-failures", "all")
    code, told = run(bundle, "--rules", scene.place / "rules.json", "--workers", "3")
    assert (code, [task["exit_code"] for task in told["tasks"]]) == (1, [0, 1, 1])
    assert len(plain[0]) == 2
    assert_same(plain, take(specs, scene.out))


def test_a_share_and_a_whole_drive_are_mapped(scene: Scene) -> None:
    jobs = zip(scene.jobs("w w"), ("//NAS/Night shoot", "Q:/"), strict=True)
    bundle = scene.bundle([scene.as_windows(spec, root) for spec, root in jobs])
    maps = [rf"\\nas\night shoot={scene.place}", f"q:={scene.place}"]
    words = [word for path_map in maps for word in ("--path-map", path_map)]
    code, told = run(bundle, *words, "--workers", "2")
    assert (code, [task["exit_code"] for task in told["tasks"]]) == (0, [0, 0]), told
    files = [str(job_file(bundle, number)) for number in (1, 2)]
    assert [task["job_file"] for task in told["tasks"]] == files
    assert len(list(scene.out.glob("*.mov"))) == 2


def ran_before(said: str) -> list[str]:
    """Return the tasks whose lines say so."""
    return [line.split()[0] for line in said.splitlines() if line.endswith("  (ran before)")]


def test_the_first_failure_ends_a_bundle_that_allows_none_and_the_rest_is_told(
    scene: Scene,
) -> None:
    bundle = scene.bundle(scene.jobs("w b w"))
    done = proxx("farm", "run", bundle)
    assert done.returncode == 1
    assert "2 tasks, 1 completed and proven, 1 NOT completed, 1 not begun\n" in done.stdout
    assert "not begun: 1 failed, the bundle allows none; `--tasks 3` names them" in done.stdout
    assert [beginnings(bundle, number) for number in (1, 2, 3)] == [1, 1, 0]
    done = proxx("farm", "run", bundle, "--tasks", "1,3")
    assert (done.returncode, ran_before(done.stdout)) == (0, ["[1/3]"])
    before = {path: path.stat() for path in scene.out.iterdir()}
    done = proxx("farm", "run", bundle)
    assert done.returncode == 1
    assert (
        "nothing to run\n2 had run before, their results stand: 1 completed, 1 NOT" in done.stdout
    )
    assert ran_before(done.stdout) == ["[1/3]", "[2/3]"]
    assert {path: path.stat() for path in scene.out.iterdir()} == before
    assert [beginnings(bundle, number) for number in (1, 2, 3)] == [1, 1, 1]


def test_so_many_may_fail_as_the_bundle_allows_and_their_exit_codes_and_words_are_kept(
    scene: Scene,
) -> None:
    bundle = scene.bundle(scene.jobs("w w w w"), "--allowed-failures", "2")
    job_file(bundle, 1).write_text("{}", "utf-8")
    job_file(bundle, 2).unlink()
    shutil.rmtree(scene.out)
    done = proxx("farm", "run", bundle)
    assert done.returncode == 3
    assert done.stdout.count("NOT COMPLETED  exit code 2\n") == 2
    assert "[SPEC_MISSING_FIELD]" in done.stdout
    assert "holds no job (*.job.json)" in done.stdout
    assert "STORAGE_OUTPUT_MISSING" in done.stdout, done.stdout
    assert "not begun: 3 failed, the bundle allows 2; `--tasks 4` names them" in done.stdout


def test_footage_that_was_moved_is_found_and_the_bundle_is_where_it_was_named(
    scene: Scene,
) -> None:
    bundle = scene.bundle(scene.jobs("w"), name='it\'s {{Param.Root1}} 100% "grün"')
    moved = scene.place / "moved"
    moved.mkdir()
    for folder in ("footage", "out"):
        (scene.place / folder).rename(moved / folder)
    words = ["--path-map", f"{scene.place}={moved}", "--root", f"Root2={moved / 'out'}"]
    steered = (scene.place, moved / "out", bundle / "jobs")
    write_rules(
        scene.place / "rules.json",
        *(("POSIX", str(path), scene.place / "nowhere") for path in steered),
    )
    code, told = run(bundle, "--rules", scene.place / "rules.json", *words)
    assert (code, told["tasks"][0]["result"]["status"]) == (0, "COMPLETED"), told
    assert [path.suffix for path in sorted((moved / "out").iterdir())] == [".json", ".mov"]


@pytest.mark.slow
def test_a_terminal_shows_what_the_running_tasks_last_told(scene: Scene) -> None:
    bundle = scene.bundle(scene.jobs("w"))
    gate = scene.gate(bundle)
    terminal, other_end = pty.openpty()
    words = [*proxx_command(), "farm", "run", str(bundle)]
    running = subprocess.Popen(words, stdout=other_end, stderr=other_end)
    os.close(other_end)
    said = b""
    with suppress(OSError):  # what a terminal says at its end
        while more := os.read(terminal, 4096):
            said += more
            if b"[1/1]  clip1  encoding clip1.mov" in said:
                gate.open()
    os.close(terminal)
    assert running.wait(NEVER_LONGER) == 0
    assert b"\r\x1b[K[1/1]  clip1  running" in said
    assert said.endswith(b"next: proxx farm collect " + os.fsencode(bundle) + b"\r\n")


@pytest.mark.slow
def test_a_task_that_takes_too_long_is_ended_and_its_record_says_so(scene: Scene) -> None:
    bundle = scene.bundle(scene.jobs("w"))
    scene.gate(bundle)
    notice = {"mode": "NOTIFY_THEN_TERMINATE", "notifyPeriodInSeconds": 6}
    change_action(bundle, timeout=3, cancelation=notice)
    done = proxx("farm", "run", bundle)
    assert done.returncode == 1
    assert "ended by its time limit" in done.stdout
    kept = record(bundle, 1)
    assert kept is not None
    assert kept.status == "FAILED"
    assert leavings(scene.place) == []
    assert running_below(scene.place) == []
