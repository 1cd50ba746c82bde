"""Locks: one winner, an owner that is never mistaken, one successor of an owner that is gone."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from proxx_engine.system import locks
from proxx_engine.system.identity import identify_process
from proxx_engine.system.locks import (
    LockRecord,
    clear_lock,
    is_abandoned,
    read_lock,
    release_lock,
    take_lock,
    take_over_lock,
)

ROOT = Path(__file__).resolve().parents[2]


def write_lock(path: Path, **changes: object) -> None:
    """Write a lock of a process like us, but for the changes."""
    owner = dataclasses.asdict(identify_process()) | changes
    path.write_text(json.dumps({"owner": owner, "nonce": "n", "taken_at": "t"}))


GONE = {"process_mark": "1", "process_started": 1.0}


def test_a_lock_is_taken_once_and_says_by_whom(tmp_path: Path) -> None:
    lock = take_lock(tmp_path / "lock")
    assert lock is not None
    assert read_lock(tmp_path / "lock") == lock
    assert lock.owner.pid == os.getpid()
    assert take_lock(tmp_path / "lock") is None
    release_lock(tmp_path / "lock", lock)
    assert list(tmp_path.iterdir()) == []


def test_a_lock_of_another_is_not_released(tmp_path: Path) -> None:
    lock = take_lock(tmp_path / "lock")
    assert lock is not None
    release_lock(tmp_path / "lock", dataclasses.replace(lock, nonce="another"))
    assert (tmp_path / "lock").exists()


@pytest.mark.parametrize(
    ("changes", "abandoned"),
    [
        pytest.param({}, False, id="ourselves"),
        pytest.param(GONE, True, id="an earlier process of our number"),
        pytest.param({"pid": 2**22 + 1}, True, id="a number that nobody has"),
        pytest.param({"boot_id": "before"}, True, id="before this boot"),
        pytest.param({"process_started": 1.0}, False, id="ourselves, after the clock was set"),
        pytest.param({**GONE, "host": "elsewhere"}, False, id="another host, cloned from ours"),
        pytest.param({**GONE, "machine_id": "other"}, False, id="another machine of our name"),
        pytest.param({**GONE, "process_space": "other"}, False, id="another container"),
        pytest.param({"boot_id": "b", "host": "elsewhere"}, False, id="another host's boot"),
        pytest.param({"pid": 1, **GONE}, True, id="an earlier process of another's number"),
    ],
)
def test_only_a_process_of_this_machine_that_is_gone_leaves_a_lock_abandoned(
    tmp_path: Path, changes: dict[str, object], abandoned: bool
) -> None:
    write_lock(tmp_path / "lock", **changes)
    assert is_abandoned(tmp_path / "lock") is abandoned
    before = (tmp_path / "lock").read_bytes()
    assert (take_over_lock(tmp_path / "lock") is not None) is abandoned
    assert ((tmp_path / "lock").read_bytes() == before) is not abandoned
    assert [p.name for p in tmp_path.iterdir()] == ["lock"]


def test_a_dead_process_that_nobody_buried_is_gone(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        identify_process.cache_clear()
        take_lock(tmp_path / "lock")
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    try:
        assert is_abandoned(tmp_path / "lock")
    finally:
        os.waitpid(child, 0)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\0" * 400, id="zeros after a power cut"),
        pytest.param(b'{"owner": {"host": "x"', id="half-written"),
        pytest.param(b'{"owner": {"host": "x"}}', id="of an older version"),
        pytest.param(b"[]", id="no record"),
        pytest.param(b"1" * 70_000, id="too long"),
    ],
)
def test_a_lock_that_cannot_be_read_is_held_however_old(tmp_path: Path, data: bytes) -> None:
    lock = tmp_path / "lock"
    lock.write_bytes(data)
    assert_held(lock)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"lock_version": 2}, id="of a newer version"),
        pytest.param({"owner": {"pid": "1"}}, id="whose number is none"),
        pytest.param({"owner": {"container": "x"}}, id="whose owner says more than we know"),
    ],
)
def test_a_lock_of_another_version_is_held_though_its_owner_looks_gone(
    tmp_path: Path, change: dict[str, object]
) -> None:
    lock = tmp_path / "lock"
    write_lock(lock, **GONE)
    loaded = json.loads(lock.read_bytes())
    owner = loaded["owner"] | change.get("owner", {})
    lock.write_text(json.dumps(loaded | change | {"owner": owner}))
    assert_held(lock)


def assert_held(lock: Path) -> None:
    """Nobody takes over a lock, though it is old."""
    before = lock.read_bytes()
    os.utime(lock, (1, 1))
    assert not is_abandoned(lock)
    assert take_over_lock(lock) is None
    clear_lock(lock)
    assert lock.read_bytes() == before


def test_an_empty_lock_is_abandoned_only_when_it_is_old(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.touch()
    assert not is_abandoned(lock)
    os.utime(lock, (1, 1))
    assert is_abandoned(lock)
    assert take_over_lock(lock) == read_lock(lock) is not None


def test_who_sleeps_while_its_lock_is_taken_over_does_not_hold_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lock"
    true_create = locks.create_exclusive

    def sleep_before_writing(target: Path, data: bytes, *, durable: bool = True) -> None:
        monkeypatch.setattr(locks, "create_exclusive", true_create)
        true_create(target, b"")
        os.utime(target, (1, 1))
        stale = os.open(target, os.O_WRONLY)
        assert take_over_lock(target) is not None
        os.write(stale, data)
        os.close(stale)

    monkeypatch.setattr(locks, "create_exclusive", sleep_before_writing)
    assert take_lock(path) is None


def test_who_waited_while_another_succeeded_does_not_succeed_the_successor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lock"
    write_lock(path, **GONE)

    def succeeded_meanwhile(_descriptor: int) -> None:
        write_lock(tmp_path / "other", **GONE)
        os.replace(tmp_path / "other", path)

    monkeypatch.setattr(locks, "_exclude_others", succeeded_meanwhile)
    assert take_over_lock(path) is None


def test_one_lock_that_is_not_there_has_no_successor(tmp_path: Path) -> None:
    assert take_over_lock(tmp_path / "lock") is None
    assert not is_abandoned(tmp_path / "lock")
    clear_lock(tmp_path / "lock")
    assert list(tmp_path.iterdir()) == []


RACER = """
import sys
from pathlib import Path
from proxx_engine.system import locks
number, call = int(sys.argv[2]), getattr(locks, sys.argv[3])
print("ready", flush=True); sys.stdin.readline()
won = [n for n in range(number) if call(Path(sys.argv[1]) / str(n)) is not None]
print(*won)
"""


@pytest.mark.parametrize(
    ("call", "prepare"),
    [
        pytest.param("take_lock", lambda _path: None, id="a new lock"),
        pytest.param("take_over_lock", lambda path: write_lock(path, **GONE), id="a stale lock"),
    ],
)
def test_of_many_that_try_at_once_one_wins_each_lock(
    tmp_path: Path, call: str, prepare: Callable[[Path], None]
) -> None:
    count, racers = 150, 4
    for number in range(count):
        prepare(tmp_path / str(number))
    command = [sys.executable, "-c", RACER, str(tmp_path), str(count), call]
    running = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        for _ in range(racers)
    ]
    for racer in running:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    won: list[str] = []
    for racer in running:
        assert racer.stdin is not None
        racer.stdin.write("\n")
        racer.stdin.flush()
    for racer in running:
        won += racer.communicate()[0].split()
    assert sorted(map(int, won)) == list(range(count))
    assert sorted(int(p.name) for p in tmp_path.iterdir()) == list(range(count))


def test_a_disk_that_is_full_leaves_no_empty_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from proxx_engine.system import durability

    def fail(_descriptor: int, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durability, "write_all", fail)
    with pytest.raises(OSError, match="No space"):
        take_lock(tmp_path / "lock")
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_under_the_name_of_a_lock_is_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "lock")
    with pytest.raises(OSError, match="not a regular file"):
        read_lock(tmp_path / "lock")


def test_a_record_is_equal_only_to_itself(tmp_path: Path) -> None:
    first, second = take_lock(tmp_path / "a"), take_lock(tmp_path / "b")
    assert isinstance(first, LockRecord)
    assert first != second


@pytest.mark.parametrize(("slept", "stays"), [(0.0, False), (61.0, True)])
def test_a_lock_that_cannot_be_read_back_stays_only_where_it_may_be_a_successors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slept: float, stays: bool
) -> None:
    clock = iter((100.0, 100.0 + slept))

    def fails(*_given: object, **_named: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(locks, "monotonic_seconds", lambda: next(clock))
    monkeypatch.setattr(locks, "read_regular", fails)
    with pytest.raises(OSError, match="Input/output"):
        take_lock(tmp_path / "lock")
    assert (tmp_path / "lock").exists() is stays
