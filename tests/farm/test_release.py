"""`proxx release` of a bundle's job: a person's word about a worker elsewhere, never about one that
lives, as far as it can be seen; what stands counts, and nothing is run.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import (
    Tools,
    identify_process,
    identify_worker,
    place_of_job,
    plan_here,
    plan_job,
    read_jobspec_file,
)
from sidecar.farm import releasing
from sidecar.farm.releasing import find_held, release
from tests.farm.task_scenes import WINDOWS, Bundle, holding
from tests.faults.scenes import wait_until
from tests.sidecar.calling import Proxx, Said, make_proxx
from tests.support import MakeClip

ELSEWHERE = {"host": "blade7", "machine_id": "another"}
GONE: dict[str, Any] = {"process_mark": "1", "process_started": 1.0}
WHY = "its power supply burnt"


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releasing, "LISTEN_SECONDS", 0.2)
    monkeypatch.setattr(releasing, "_LOOK_SECONDS", 0.05)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy this machine is, what grows is seen to grow."""
    monkeypatch.setattr(releasing, "LISTEN_SECONDS", 30.0)


@pytest.fixture
def proxx(
    tmp_path: Path,
    make_clip: MakeClip,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Proxx:
    return make_proxx(tmp_path, make_clip, capsys, monkeypatch)


@pytest.fixture
def bundle(proxx: Proxx) -> Bundle:
    """A bundle of one task, which nobody has begun."""
    return one_task(proxx)


def one_task(proxx: Proxx, written: str | None = None) -> Bundle:
    proxx.shoot("A.mov")
    made = Bundle(proxx, written)
    made.make("A.mov")
    return made


def hold(bundle: Bundle, **owner: Any) -> None:
    """Let the task's lock be a process's that is like us, but for this."""
    who = dataclasses.asdict(identify_process()) | owner
    place = place_of_job(bundle.job(1))
    place.lock.write_text(json.dumps({"owner": who, "nonce": "n", "taken_at": "t"}))


def begin(bundle: Bundle, **owner: Any) -> None:
    """Leave the task as it is right after it was begun."""
    hold(bundle, **owner)
    note(bundle, "job_started", clips=1)
    note(bundle, "clip_started", index=0, work="")


def note(bundle: Bundle, event: str, **facts: Any) -> None:
    fact = {"time": "2026-02-13T20:15:00.000Z", "event": event, **facts}
    with place_of_job(bundle.job(1)).journal.open("a") as journal:
        journal.write(json.dumps(fact) + "\n")


def die_after_publishing(bundle: Bundle, **owner: Any) -> None:
    """Run the task, and take away what is written after its proxy has its name."""
    assert bundle.task(1).code == 0
    place = place_of_job(bundle.job(1))
    lines = place.journal.read_text().splitlines(keepends=True)
    last = next(n for n, line in enumerate(lines) if '"published"' in line)
    place.journal.write_text("".join(lines[: last + 1]))
    for result in (place.result, *(bundle.here / "out").glob("*.result.json")):
        result.unlink()
    hold(bundle, **owner)


def let_go(bundle: Bundle, *more: object) -> Said:
    return bundle.proxx("release", bundle.job(1), "--reason", WHY, *more)


@contextmanager
def soon(act: Callable[[], object]) -> Iterator[None]:
    def later() -> None:
        time.sleep(0.3)
        act()

    acting = threading.Thread(target=later)
    acting.start()
    yield
    acting.join()


def test_a_job_of_a_host_that_is_gone_ends_as_released_with_the_reason(bundle: Bundle) -> None:
    begin(bundle, **ELSEWHERE)
    said = let_go(bundle)
    assert said.code == 0, said.err
    result = bundle.result(1)
    assert result.status == "FAILED"
    assert result.failure is not None
    assert result.failure.code == "CLAIM_RELEASED"
    assert any(WHY in issue.sentence for issue in result.issues)
    assert not place_of_job(bundle.job(1)).lock.exists()
    assert not list(bundle.job(1).parent.glob("*.settling"))
    assert bundle.proxies() == {}


def test_what_stands_as_it_was_noted_counts(bundle: Bundle) -> None:
    die_after_publishing(bundle, **ELSEWHERE)
    before = bundle.proxies()
    said = let_go(bundle)
    assert said.code == 0, said.err
    assert bundle.result(1).status == "COMPLETED"
    assert bundle.proxies() == before
    assert len(list((bundle.here / "out").glob("*.result.json"))) == 1


def test_where_the_jobs_name_another_system_the_map_is_used(proxx: Proxx) -> None:
    bundle = one_task(proxx, WINDOWS)
    die_after_publishing(bundle, **ELSEWHERE)
    refused = let_go(bundle)
    assert refused.code == 3
    assert "STORAGE_OUTPUT_MISSING" in refused.err
    assert let_go(bundle, "--path-map", f"{WINDOWS}={bundle.here}").code == 0
    assert bundle.result(1).status == "COMPLETED"


def test_a_bundles_own_values_say_what_roots_are_called_here(proxx: Proxx) -> None:
    bundle = one_task(proxx, WINDOWS)
    die_after_publishing(bundle, **ELSEWHERE)
    values = {"parameterValues": [{"name": "Root1", "value": str(bundle.here)}]}
    (bundle.jobs.parent / "parameter_values.json").write_text(json.dumps(values))
    assert let_go(bundle).code == 0
    assert bundle.result(1).status == "COMPLETED"


def test_the_task_is_not_run_again_by_the_farm(bundle: Bundle) -> None:
    begin(bundle, **ELSEWHERE)
    held = bundle.task(1)
    assert held.code == 1
    assert "CLAIM_LOCKED" in held.out + held.err
    assert let_go(bundle).code == 0
    again = bundle.task(1)
    assert again.code == 1
    assert "CLAIM_RELEASED" in again.out
    assert bundle.proxies() == {}
    assert "CLAIM_RELEASED" in bundle.proxx("farm", "collect", bundle.jobs.parent).out


def test_a_folder_stands_for_the_one_job_in_it(bundle: Bundle) -> None:
    begin(bundle, **ELSEWHERE)
    assert bundle.proxx("release", bundle.job(1).parent, "--reason", WHY).code == 0
    assert bundle.result(1).status == "FAILED"


@pytest.mark.parametrize("named", ["jobs", "jobs/000009", "jobs/000001"])
def test_what_is_no_job_of_a_bundle_is_told_by_its_name(bundle: Bundle, named: str) -> None:
    place = bundle.job(1).parents[2]
    shutil.copy(bundle.job(1), bundle.job(1).with_name("again.job.json"))
    said = bundle.proxx("release", place / named, "--reason", WHY)
    assert said.code == 2
    assert f"{place / named} is no job and no folder of one" in said.err
    assert "--folder" in said.err


def test_a_job_that_lies_in_no_bundle_is_released_alike(bundle: Bundle) -> None:
    begin(bundle, **ELSEWHERE)
    alone = bundle.job(1).parent.rename(bundle.here / "jobs of a night")
    (job_file,) = alone.glob("*.job.json")
    assert bundle.proxx("release", job_file, "--reason", WHY).code == 0
    assert place_of_job(job_file).result.exists()


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


def test_a_job_that_nobody_began_has_nothing_to_release(bundle: Bundle) -> None:
    said = let_go(bundle)
    assert said.code == 2
    assert "begun by nobody" in said.err
    assert [path.name for path in bundle.job(1).parent.iterdir()] == [bundle.job(1).name]


def test_a_job_that_has_its_result_has_nothing_to_release(bundle: Bundle) -> None:
    assert bundle.task(1).code == 0
    before = place_of_job(bundle.job(1)).result.read_bytes()
    said = let_go(bundle)
    assert said.code == 2
    assert "nothing to release" in said.err
    assert place_of_job(bundle.job(1)).result.read_bytes() == before


def test_while_the_place_of_the_proxies_is_away_nothing_is_said(bundle: Bundle) -> None:
    die_after_publishing(bundle, **ELSEWHERE)
    away = (bundle.here / "out").rename(bundle.here / "away")
    assert let_go(bundle).code == 3
    assert not place_of_job(bundle.job(1)).result.exists()
    away.rename(bundle.here / "out")
    assert let_go(bundle).code == 0
    assert bundle.result(1).status == "COMPLETED"


def test_of_two_persons_one_writes_the_result(bundle: Bundle) -> None:
    begin(bundle, **ELSEWHERE)
    worker = identify_worker("here")
    one, other = find_held(bundle.job(1), ()), find_held(bundle.job(1), ())
    assert release(one, "first", worker=worker, path_maps=()) is not None
    written = place_of_job(bundle.job(1)).result.read_bytes()
    assert release(other, "second", worker=worker, path_maps=()) is None
    assert place_of_job(bundle.job(1)).result.read_bytes() == written


def test_a_program_reads_the_result(bundle: Bundle) -> None:
    begin(bundle, **ELSEWHERE)
    told = bundle.proxx.json("release", bundle.job(1), "--reason", WHY)
    assert told["result"]["status"] == "FAILED"
    assert told["job_id"] == told["result"]["job_id"]
