"""A task that is given out twice, killed or cancelled: nothing is run twice, nothing is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from pathlib import Path

import psutil
import pytest

from proxx_engine import JobExecutionResult
from tests.farm.runs import Scene, beginnings, change_action, record, run
from tests.farm.runs import scene as scene
from tests.farm.runs import sources as sources
from tests.faults.scenes import (
    NEVER_LONGER,
    is_over,
    leavings,
    proxies,
    proxx_command,
    running_below,
    start_proxx,
    wait_until,
)
from tests.faults.warm_proxx import WarmProcess, start_warm
from tests.faults.warm_proxx import run_warm as proxx


def task_process(bundle: Path) -> psutil.Process:
    """Return the running process of a bundle's task."""
    return wait_until(lambda: next(iter(_tasks(bundle)), None))


def _tasks(bundle: Path) -> list[psutil.Process]:
    jobs = str(bundle / "jobs")
    return [one for one in running_below(bundle) if {"task", jobs} <= set(one.cmdline())]


def ended(process: subprocess.Popen[str] | WarmProcess) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=NEVER_LONGER)
    assert process.returncode is not None
    return process.returncode, out, err


def ask(process: subprocess.Popen[str]) -> str:
    """Press Ctrl-C, and return what is understood: two that come at once are one."""
    assert process.stderr is not None
    process.send_signal(signal.SIGINT)
    assert process.stderr.readline() == "\n"
    return process.stderr.readline()


def assert_nothing_left(scene: Scene) -> None:
    wait_until(lambda: running_below(scene.place) == [])
    assert leavings(scene.place) == []


def kept(bundle: Path, number: int = 1) -> JobExecutionResult:
    found = record(bundle, number)
    assert found is not None
    return found


def failure(result: JobExecutionResult) -> str:
    assert result.failure is not None
    return result.failure.code


def test_a_task_that_two_workers_have_is_run_by_one_and_the_other_says_so(scene: Scene) -> None:
    bundle = scene.bundle(scene.jobs("w"))
    gate = scene.gate(bundle)
    first = start_warm(["farm", "run", str(bundle)])
    gate.wait()
    second = proxx("farm", "run", bundle)
    assert second.returncode == 1
    assert "CLAIM_LOCKED" in second.stdout
    assert "1 task, 0 completed and proven, 1 NOT completed\n" in second.stdout
    gate.open()
    code, out, _err = ended(first)
    assert (code, "1 task, 1 completed and proven\n" in out) == (0, True)
    made = {path: path.stat() for path in scene.out.iterdir()}
    code, told = run(bundle)
    assert (code, told["tasks"][0]["ran"], kept(bundle).status) == (0, False, "COMPLETED")
    assert {path: path.stat() for path in scene.out.iterdir()} == made
    assert (gate.begun, beginnings(bundle, 1)) == (1, 1)
    assert_nothing_left(scene)


@pytest.mark.slow
def test_two_runs_of_a_bundle_at_once_begin_each_task_once_and_lose_none(scene: Scene) -> None:
    bundle = scene.bundle(scene.jobs("w w"), "--allowed-failures", "all")
    gate = scene.gate(bundle, is_open=True)
    together = [start_proxx("farm", "run", bundle, "--workers", "2") for _ in range(2)]
    for process in together:
        assert ended(process)[0] in (0, 1)
    assert [kept(bundle, number).status for number in (1, 2)] == ["COMPLETED", "COMPLETED"]
    assert [beginnings(bundle, number) for number in (1, 2)] == [1, 1]
    assert (gate.begun, len(proxies(scene.out))) == (2, 2)
    assert_nothing_left(scene)


def test_a_task_whose_process_was_killed_in_mid_encode_is_settled_and_not_run_again(
    scene: Scene,
) -> None:
    bundle = scene.bundle(scene.jobs("ww"))
    gate = scene.gate(bundle, holds=2)
    running = start_warm(["farm", "run", str(bundle)])
    gate.wait()
    task_process(bundle).kill()
    code, out, _err = ended(running)
    assert code == 1
    assert "killed by signal 9; when it is run again, it tells how far it came" in out
    assert record(bundle, 1) is None
    wait_until(lambda: running_below(scene.place) == [])
    assert proxx("farm", "run", bundle).returncode == 1
    settled = kept(bundle)
    assert (settled.status, failure(settled)) == ("PARTIAL", "CLAIM_INTERRUPTED")
    assert [clip.status for clip in settled.clips] == ["COMPLETED", "FAILED"]
    assert proxies(scene.out) == [Path(settled.clips[0].output.path).name]
    assert (gate.begun, beginnings(bundle, 1)) == (2, 1)
    assert run(bundle)[1]["tasks"][0]["ran"] is False
    assert_nothing_left(scene)


@pytest.mark.slow
def test_where_the_run_itself_was_killed_its_task_ends_and_the_next_run_tells_it(
    scene: Scene,
) -> None:
    bundle = scene.bundle(scene.jobs("w w"))
    gate = scene.gate(bundle)
    words = [*proxx_command(), "farm", "run", str(bundle)]
    running = subprocess.Popen(words, env={**os.environ, "TMPDIR": str(scene.place)})
    gate.wait()
    task = task_process(bundle)
    running.kill()
    running.wait(NEVER_LONGER)
    gate.open()
    wait_until(lambda: is_over(task))
    assert kept(bundle).status == "COMPLETED"
    code, told = run(bundle)
    assert (code, [each["ran"] for each in told["tasks"]]) == (0, [False, True])
    assert [beginnings(bundle, number) for number in (1, 2)] == [1, 1]
    assert_nothing_left(scene)


@pytest.mark.slow
def test_asked_once_the_running_task_is_finished_and_no_other_begun(scene: Scene) -> None:
    bundle = scene.bundle(scene.jobs("w w"))
    gate = scene.gate(bundle)
    running = start_proxx("farm", "run", bundle)
    gate.wait()
    assert ask(running) == "proxx: finishing the running tasks; once more ends them\n"
    gate.open()
    code, out, _err = ended(running)
    assert (code, kept(bundle).status, record(bundle, 2)) == (130, "COMPLETED", None)
    assert "1 task, 1 completed and proven, 1 not begun\nnot begun; `--tasks 2` names" in out
    assert_nothing_left(scene)


def test_asked_twice_the_running_tasks_are_ended_with_the_truth(scene: Scene) -> None:
    bundle = scene.bundle(scene.jobs("ww w"))
    change_action(bundle, cancelation={"mode": "NOTIFY_THEN_TERMINATE", "notifyPeriodInSeconds": 6})
    gate = scene.gate(bundle, holds=2)
    running = start_proxx("farm", "run", bundle)
    gate.wait()
    ask(running)
    ask(running)
    code, out, _err = ended(running)
    assert (code, kept(bundle).status, record(bundle, 2)) == (130, "PARTIAL", None)
    assert "1 task, 0 completed and proven, 1 NOT completed, 1 not begun\n" in out
    assert len(proxies(scene.out)) == 1
    assert run(bundle, "--tasks", "1")[0] == 130
    assert (gate.begun, beginnings(bundle, 1)) == (2, 1)
    assert_nothing_left(scene)


@pytest.mark.slow
def test_a_closed_terminal_ends_the_running_tasks_which_would_live_on(scene: Scene) -> None:
    bundle = scene.bundle(scene.jobs("w w"))
    change_action(bundle, cancelation={"mode": "NOTIFY_THEN_TERMINATE", "notifyPeriodInSeconds": 6})
    gate = scene.gate(bundle)
    running = start_proxx("farm", "run", bundle)
    gate.wait()
    running.send_signal(signal.SIGHUP)
    code, _out, _err = ended(running)
    assert (code, kept(bundle).status, record(bundle, 2)) == (130, "FAILED", None)
    assert_nothing_left(scene)


@pytest.mark.parametrize("has_time", [pytest.param(True, marks=pytest.mark.slow), False])
def test_cancelled_by_the_farm_a_clip_with_time_is_finished_and_else_ended_in_time(
    scene: Scene, has_time: bool
) -> None:
    from openjd.sessions import Session

    from sidecar.farm.local_run_job import read_local_job

    bundle = scene.bundle(scene.jobs("ww"))
    seconds = 60 if has_time else 6
    notice = {"mode": "NOTIFY_THEN_TERMINATE", "notifyPeriodInSeconds": seconds}
    change_action(bundle, cancelation=notice)
    gate = scene.gate(bundle)
    job = read_local_job(bundle, command=Path(proxx_command()[0]), roots={})
    over = threading.Event()
    with Session(
        session_id="farm",
        job_parameter_values=job.values,
        callback=lambda _id, status: over.set() if status.state.value != "running" else None,
        session_root_directory=scene.place,
    ) as session:
        session.run_task(step_script=job.step.script, task_parameter_values=job.of_task(1))
        gate.wait()
        session.cancel_action()
        if has_time:
            gate.open()
        assert over.wait(NEVER_LONGER)
        status = session.action_status
    assert status is not None
    assert (status.state.value, status.exit_code) == ("canceled", 130)
    result = kept(bundle)
    assert [clip.status for clip in result.clips] == (
        ["COMPLETED", "NOT_RUN"] if has_time else ["FAILED", "NOT_RUN"]
    )
    assert status.fail_message == f"{failure(result)}: {result.failure.sentence}"  # type: ignore[union-attr]
    assert len(proxies(scene.out)) == has_time
    assert_nothing_left(scene)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_however_tasks_are_given_out_and_killed_each_is_begun_once_and_tells_the_truth(
    scene: Scene, seed: int
) -> None:
    bundle = scene.bundle(scene.jobs("w ww w ww"), "--allowed-failures", "all")
    gate, chance = scene.gate(bundle, is_open=True), random.Random(seed)
    together = [start_proxx("farm", "run", bundle, "--workers", "2") for _ in range(2)]
    while any(process.poll() is None for process in together):
        time.sleep(chance.uniform(0.3, 1.2))
        for task in chance.sample(found := _tasks(bundle), min(1, len(found))):
            task.kill()
    for process in together:
        ended(process)
    wait_until(lambda: running_below(scene.place) == [])
    code, told = run(bundle)
    results = [kept(bundle, number) for number in (1, 2, 3, 4)]
    assert [task["result"]["status"] for task in told["tasks"]] == [r.status for r in results]
    assert code == (0 if all(result.status == "COMPLETED" for result in results) else 1)
    assert [beginnings(bundle, number) for number in (1, 2, 3, 4)] == [1, 1, 1, 1]
    clips = [clip for result in results for clip in result.clips]
    done = [Path(clip.output.path).name for clip in clips if clip.status == "COMPLETED"]
    assert proxies(scene.out) == sorted(done)
    assert gate.begun <= 6
    assert_nothing_left(scene)
