"""Claims on one share from several machines: a real Samba server, a client for each process."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from proxx_engine import write_whole
from sidecar.folders.actions import ActionLog, read_actions
from sidecar.folders.claims import read_claim
from sidecar.folders.filing import TakenJob, file_job, take_job
from sidecar.folders.layout import open_watch_folder
from sidecar.folders.names import CLAIM, JOB, made_on
from sidecar.folders.pending import Whole, list_pending, look_at
from tests.faults.samba import samba_share, why_no_samba
from tests.faults.scenes import ROOT, wait_until
from tests.folders.scenes import here, make_folder, tree

MISSING = why_no_samba()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(MISSING is not None, reason=str(MISSING)),
]

CLIENTS = 8
NAMES = 2000
NAMES_OF_THE_CONTROL = 200
JOBS = 150
Won = list[str]

_meeting: Any = None


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """The folder on the server's own disk."""
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


@pytest.fixture
def mounts(share: Path) -> Iterator[list[Path]]:
    """The same folder, as each of the clients has it."""
    with samba_share(share, CLIENTS) as folders:
        yield folders


def race(run: Callable[[Path], Won], mounts: list[Path]) -> list[Won]:
    """Run once in a process for each client; they can meet. Return what each says it won."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(len(mounts), _know, (context.Barrier(len(mounts), timeout=60),)) as pool:
        return pool.map(run, mounts, chunksize=1)


def _know(meeting: Any) -> None:
    global _meeting
    _meeting = meeting


def _create_each(mount: Path) -> Won:
    won = []
    me = f"{os.getpid()}".encode()
    _meeting.wait()
    for name in map(str, range(NAMES)):
        path = mount / name
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            continue
        os.write(descriptor, me)
        os.fsync(descriptor)
        os.close(descriptor)
        if path.read_bytes() == me:
            won.append(name)
    return won


def test_an_exclusive_create_has_one_winner_among_clients(share: Path, mounts: list[Path]) -> None:
    won = race(_create_each, mounts)
    assert Counter(name for names in won for name in names) == Counter(map(str, range(NAMES)))
    assert all(won), "each client wins some, else there was no race"
    assert sorted(os.listdir(share), key=int) == [str(number) for number in range(NAMES)]


def test_what_one_client_writes_the_others_see_at_once(share: Path, mounts: list[Path]) -> None:
    first, second, *_ = mounts
    write_whole(first / "job", b"the first")
    assert (second / "job").read_bytes() == b"the first"
    with pytest.raises(FileExistsError):
        write_whole(second / "job", b"the second")
    assert os.listdir(second) == os.listdir(share) == ["job"]
    (second / "job").unlink()
    assert not (first / "job").exists()
    assert os.listdir(first) == []


def _rename_each(mount: Path) -> Won:
    won = []
    for name in map(str, range(NAMES_OF_THE_CONTROL)):
        _meeting.wait()
        try:
            os.rename(mount / name, mount / f"{name}.{os.getpid()}")
        except FileNotFoundError:
            continue
        won.append(name)
    return won


def test_a_rename_can_have_two_winners(share: Path, mounts: list[Path]) -> None:
    """Why a claim is no rename; and that these clients are as separate as machines are."""
    for number in range(NAMES_OF_THE_CONTROL):
        (share / str(number)).touch()
    won = race(_rename_each, mounts)
    winners = Counter(name for names in won for name in names)
    assert len(winners) == NAMES_OF_THE_CONTROL
    assert max(winners.values()) > 1


def _take_each(mount: Path) -> Won:
    """Take and file what waits, as a worker does, until nothing waits."""
    folder = open_watch_folder(mount)
    worker, process = here()
    log = ActionLog(folder, process)
    won = []
    _meeting.wait()
    while names := list_pending(folder):
        for name in names:
            seen = look_at(folder, name)
            if seen is None:
                continue
            assert isinstance(seen, Whole), seen
            taken = take_job(folder, name, seen.spec, worker=worker, log=log)
            if taken is None:
                continue
            assert isinstance(taken, TakenJob), taken
            won.append(taken.spec.job_id)
            file_job(folder, taken.claim, made_on(taken.spec), "completed", log=log)
    return won


def test_each_job_is_taken_once_by_workers_of_several_machines(
    share: Path, mounts: list[Path], tmp_path: Path
) -> None:
    there = make_folder(mounts[0], JOBS, out=tmp_path / "proxies")
    waiting = [look_at(there, name) for name in list_pending(there)]
    jobs = [seen.spec for seen in waiting if isinstance(seen, Whole)]
    assert len(jobs) == JOBS

    won = race(_take_each, mounts)

    assert Counter(job_id for ids in won for job_id in ids) == Counter(job.job_id for job in jobs)
    assert all(won), "each client wins some, else there was no race"
    folder = open_watch_folder(share)
    assert [path for path in tree(folder) if not path.startswith("completed/")] == []
    homes = sorted((folder.root / "completed").glob("*/*"))
    assert [home.name for home in homes] == sorted(f"{job.label}.{job.job_id}" for job in jobs)
    for home in homes:
        assert sorted(os.listdir(home)) == [f"{home.name}{CLAIM}", f"{home.name}{JOB}"]
        claim = read_claim(home / f"{home.name}{CLAIM}")
        assert claim is not None
        assert home.name.endswith(claim.key)
        assert sum(claim.key in names for names in won) == 1
    noted = Counter(line["action"] for line in read_actions(folder))
    assert noted["file"] == JOBS
    assert noted["claim_not_won"], "no job was wanted by two, so there was no race"


_HOLDS = """
import sys, time
from pathlib import Path
from tests.faults.samba import samba_share
with samba_share(Path(sys.argv[1]), 2) as mounts:
    print(mounts[0], flush=True)
    time.sleep(600)
"""


def test_a_killed_test_leaves_no_server_no_client_and_no_mount(share: Path) -> None:
    command = [sys.executable, "-c", _HOLDS, str(share)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert holder.stdout is not None
    with holder:
        mount = Path(holder.stdout.readline().strip())
        (mount / "file").write_text("kept")
        started = psutil.Process(holder.pid).children(recursive=True)
        assert "smbd" in {process.name() for process in started}
        holder.kill()
    wait_until(lambda: all(map(_has_ended, started)))
    wait_until(lambda: not mount.parent.exists())
    assert str(mount) not in Path("/proc/self/mounts").read_text()
    assert (share / "file").read_text() == "kept"


def _has_ended(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
