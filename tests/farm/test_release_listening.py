"""`proxx release` of a bundle's job refuses where its worker lives, as far as it can be heard."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from proxx_engine import (
    Tools,
    place_of_job,
    plan_here,
    plan_job,
    read_jobspec_file,
)
from sidecar.farm import releasing
from tests.farm.release_scenes import (
    ELSEWHERE,
    GONE,
    begin,
    bundle,
    let_go,
    note,
    patient,
    short_waits,
    soon,
)
from tests.farm.task_scenes import Bundle, holding
from tests.faults.scenes import wait_until

__all__ = ["bundle", "patient", "short_waits"]


def test_a_process_of_this_host_that_is_gone_is_not_waited_for(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releasing, "LISTEN_SECONDS", 600.0)
    begin(bundle, **GONE)
    assert let_go(bundle).code == 0


def test_a_process_of_this_host_that_lives_is_refused(bundle: Bundle) -> None:
    note(bundle, "job_started", clips=1)
    lock = place_of_job(bundle.job(1)).lock
    holding = (
        "import sys, time; from pathlib import Path; from proxx_engine import hold_lock;"
        "print(hold_lock(Path(sys.argv[1])) is not None, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, lock], stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "True\n"
        said = let_go(bundle)
        worker.kill()
    assert said.code == 2
    assert "alive on this machine" in said.err
    assert lock.exists()
    assert not place_of_job(bundle.job(1)).result.exists()


def test_a_worker_elsewhere_whose_journal_grows_is_alive(bundle: Bundle, patient: None) -> None:
    begin(bundle, **ELSEWHERE)
    with soon(lambda: note(bundle, "clip_encoded", index=0)):
        said = let_go(bundle)
    assert said.code == 2
    assert "blade7 lives" in said.err
    assert not place_of_job(bundle.job(1)).result.exists()


def test_a_worker_elsewhere_whose_hidden_file_grows_is_alive(bundle: Bundle, patient: None) -> None:
    begin(bundle, **ELSEWHERE)
    work = Path(plan_here(plan_job(read_jobspec_file(bundle.job(1))), ()).work_folder)
    work.mkdir(parents=True)
    hidden = work / "A.mov"
    hidden.write_bytes(b"so far")
    with soon(lambda: hidden.write_bytes(b"so far and more")):
        said = let_go(bundle)
    assert said.code == 2
    assert "CLAIM_LOCKED" in said.err
    assert hidden.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is put to sleep there")
def test_a_worker_elsewhere_that_only_slept_publishes_nothing_afterwards(
    bundle: Bundle, tools: Tools
) -> None:
    as_blade7 = (
        "import socket, sys; socket.gethostname = lambda: 'blade7'; "
        "from sidecar.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    words = bundle.words(1, "--ffmpeg", holding(tools, bundle.here, seconds=3))
    log = place_of_job(bundle.job(1)).journal
    with subprocess.Popen([sys.executable, "-c", as_blade7, *words]) as worker:
        try:
            wait_until(lambda: log.exists() and b"clip_started" in log.read_bytes())
            worker.send_signal(signal.SIGSTOP)
            assert let_go(bundle).code == 0
            written = place_of_job(bundle.job(1)).result.read_bytes()
            worker.send_signal(signal.SIGCONT)
            # 3 where it slept before it wrote into its hidden folder, which is gone now.
            assert worker.wait(timeout=60) in (1, 3)
        finally:
            worker.kill()
    assert place_of_job(bundle.job(1)).result.read_bytes() == written
    assert bundle.result(1).status == "FAILED"
    assert bundle.proxies() == {}


def test_a_lock_that_nobody_can_read_is_listened_to_and_then_released(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(bundle)
    place_of_job(bundle.job(1)).lock.write_text("{torn")
    with monkeypatch.context() as patient, soon(lambda: note(bundle, "clip_encoded", index=0)):
        patient.setattr(releasing, "LISTEN_SECONDS", 30.0)
        assert let_go(bundle).code == 2
    assert let_go(bundle).code == 0
    assert bundle.result(1).failure is not None
