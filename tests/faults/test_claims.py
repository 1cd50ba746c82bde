"""One job runs once and one proxy is made by one job, whoever else is there or was."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from proxx_engine import JobSpec, Tools, place_of_job
from proxx_engine.system.locks import take_lock
from tests.faults.conftest import Try
from tests.faults.scenes import (
    ROOT,
    ffmpegs_below,
    leavings,
    proxies,
    proxx,
    read_result,
    start_proxx,
    wait_until,
    wrap_ffmpeg,
    write_jobs,
)
from tests.support import execute, make_job


def refused(ran: object) -> tuple[str, str]:
    """Code and stage of a failure."""
    failure = ran.result.failure  # type: ignore[attr-defined]
    assert failure is not None
    return failure.code, failure.stage


_WAITS = "while [ ! -e '{}/go' ]; do sleep 0.05; done"


def test_two_processes_with_one_job_run_it_once(
    clip: Path, tools: Tools, tmp_path: Path, out: Path
) -> None:
    (job,) = write_jobs(clip, out, tools)
    wrapped = wrap_ffmpeg(
        tools,
        tmp_path,
        encode=f'echo >> "{tmp_path}/starts"; {_WAITS.format(tmp_path)}; exec "$real" "$@"',
    )
    first = start_proxx("run", job, "--ffmpeg", wrapped.ffmpeg)
    wait_until(lambda: ffmpegs_below(out))
    before = sorted(out.iterdir())
    second = proxx("run", job, "--ffmpeg", wrapped.ffmpeg)

    assert second.returncode == 1
    assert "CLAIM_LOCKED" in second.stdout
    assert sorted(out.iterdir()) == before, "the second writes nothing"
    (tmp_path / "go").touch()
    first.communicate(timeout=30)
    assert first.returncode == 0
    assert read_result(job)["status"] == "COMPLETED"
    assert len((tmp_path / "starts").read_text().splitlines()) == 1
    assert leavings(out) == []


def test_many_processes_at_once_run_a_job_once(
    clip: Path, tools: Tools, tmp_path: Path, out: Path
) -> None:
    (job,) = write_jobs(clip, out, tools)
    wrapped = wrap_ffmpeg(tools, tmp_path, encode=f'echo >> "{tmp_path}/starts"; exec "$real" "$@"')
    running = [start_proxx("run", job, "--ffmpeg", wrapped.ffmpeg) for _ in range(5)]
    codes = []
    for process in running:
        process.communicate(timeout=60)
        codes.append(process.returncode)

    assert codes.count(0) == 1, codes
    assert set(codes) <= {0, 1, 2}
    assert len((tmp_path / "starts").read_text().splitlines()) == 1
    assert (proxies(out), leavings(out)) == (["clip.mov"], [])


def test_two_jobs_for_one_proxy_make_it_once(
    clip: Path, tools: Tools, tmp_path: Path, out: Path
) -> None:
    first_spec, second_spec = make_job(clip, out, tools), make_job(clip, out, tools)
    slow = wrap_ffmpeg(tools, tmp_path, encode=f'{_WAITS.format(tmp_path)}; exec "$real" "$@"')
    codes: dict[str, str | None] = {}

    def run(name: str, spec: JobSpec) -> None:
        import dataclasses

        from proxx_engine.system.probe import Prober

        with dataclasses.replace(slow, prober=Prober(), _build={}) as own:
            failure = execute(spec, out, own).result.failure
        codes[name] = failure.code if failure else None
        (tmp_path / "go").touch()

    threads = [
        threading.Thread(target=run, args=pair)
        for pair in (("first", first_spec), ("second", second_spec))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes.values(), key=str) == [None, "OUTPUT_CLAIMED"]
    assert (proxies(out), leavings(out)) == (["clip.mov"], [])


@pytest.mark.parametrize("alive", [pytest.param(True, id="alive"), pytest.param(False, id="gone")])
def test_a_reservation_holds_as_long_as_its_owner_lives(
    clip: Path, tools: Tools, out: Path, alive: bool
) -> None:
    from proxx_engine import plan_job

    spec = make_job(clip, out, tools)
    reservation = plan_job(spec).clips[0].reservation_path
    owner = _hold(Path(reservation))
    if not alive:
        owner.kill()
        owner.wait()
    ran = execute(spec, out, tools)
    if alive:
        assert refused(ran)[0] == "OUTPUT_CLAIMED"
        assert Path(reservation).exists()
        owner.kill()
    else:
        assert ran.result.status == "COMPLETED", ran.result.failure
        assert leavings(out) == []
    owner.communicate()


def _hold(path: Path) -> subprocess.Popen[str]:
    """Start a process that takes a lock and lives."""
    code = (
        "import sys; from pathlib import Path; from proxx_engine.system.locks import take_lock\n"
        "take_lock(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.parametrize(
    ("old", "owned", "status"),
    [
        pytest.param(True, "gone", "COMPLETED", id="its owner is gone"),
        pytest.param(True, None, "COMPLETED", id="old, and names no owner"),
        pytest.param(False, None, "FAILED", id="just made, and names no owner yet"),
        pytest.param(True, "alive", "FAILED", id="its owner lives"),
    ],
)
def test_a_work_folder_left_behind_blocks_only_while_somebody_may_own_it(
    clip: Path, tools: Tools, out: Path, old: bool, owned: str | None, status: str
) -> None:
    from proxx_engine import plan_job

    spec = make_job(clip, out, tools)
    folder = Path(plan_job(spec).work_folder)
    folder.mkdir()
    (folder / "clip.mov").write_bytes(b"half a proxy")
    owner = _hold(folder / ".owner") if owned else None
    if owner and owned == "gone":
        owner.kill()
        owner.wait()
    if old:
        os.utime(folder, (1, 1))
    ran = execute(spec, out, tools)

    assert ran.result.status == status, ran.result.failure
    assert folder.exists() is (status == "FAILED")
    if owner:
        owner.kill()
        owner.communicate()


def test_a_job_that_is_locked_by_a_living_process_is_not_settled(
    clip: Path, tools: Tools, out: Path
) -> None:
    (job,) = write_jobs(clip, out, tools)
    lock = take_lock(place_of_job(job).lock)
    assert lock is not None
    ended = proxx("run", job)
    assert (ended.returncode, proxies(out)) == (1, [])
    assert place_of_job(job).lock.exists()


def test_a_job_that_ended_between_the_look_and_the_lock_is_not_run_again(
    clip: Path, tools: Tools, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from proxx_engine import NeverStop, execute_jobspec, execution_adapter
    from tests.support import WORKER

    spec = make_job(clip, out, tools)
    (job,) = write_jobs(clip, out, tools, spec)
    journal = place_of_job(job).journal

    def run() -> object:
        return execute_jobspec(
            spec, tools=tools, worker=WORKER, stop=NeverStop(), journal_path=journal
        )

    def late(path: Path, *, durable: bool = True) -> object:
        monkeypatch.undo()
        run()
        return take_lock(path, durable=durable)

    monkeypatch.setattr(execution_adapter, "take_lock", late)
    failure = run().failure  # type: ignore[attr-defined]
    assert failure is not None
    assert failure.code == "CLAIM_SETTLED"
    assert read_result(job)["status"] == "COMPLETED"
    assert leavings(out) == []


def test_a_proxy_that_appears_before_its_name_is_held_costs_no_encode(
    attempt: Try, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from proxx_engine import execution_adapter

    def appear(*_arguments: object, **_options: object) -> tuple[()]:
        (out / "clip.mov").write_bytes(b"another's")
        return ()

    monkeypatch.setattr(execution_adapter, "look_before", appear)
    ran = attempt()
    assert refused(ran)[0] == "OUTPUT_EXISTS"
    assert ran.result.clips[0].invocation.executed_command is None
    assert (out / "clip.mov").read_bytes() == b"another's"


def test_a_defect_in_mid_job_keeps_the_lock_so_that_nothing_runs_twice(
    attempt: Try, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from proxx_engine import execution_adapter

    def defect(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(execution_adapter, "_verify", defect)
    with pytest.raises(ZeroDivisionError):
        attempt()
    assert [name for name in leavings(out) if not name.endswith(".lock")] == []
    assert len(list(out.glob("*.lock"))) == 1
    assert proxies(out) == []
