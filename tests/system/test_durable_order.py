"""Bytes and names are on the disk before anybody can rely on them: the order of the calls."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from proxx_engine.system import durability, publishing
from proxx_engine.system.durability import append_line, create_exclusive
from proxx_engine.system.files import write_whole


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is synced and named, in order: `file`, `folder`, `name`."""
    seen: list[str] = []
    true_fsync, true_rung = os.fsync, publishing._LADDER[0][1]

    def fsync(descriptor: int) -> None:
        seen.append("folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file")
        true_fsync(descriptor)

    def name(hidden: Path, final: Path) -> None:
        seen.append("name")
        true_rung(hidden, final)

    monkeypatch.setattr(durability.os, "fsync", fsync)
    monkeypatch.setattr(publishing, "_LADDER", (("rename", name), *publishing._LADDER[1:]))
    return seen


needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs /proc")


@needs_proc
def test_a_file_is_synced_before_it_is_named_and_its_name_after(
    tmp_path: Path, calls: list[str]
) -> None:
    write_whole(tmp_path / "whole", b"x")
    assert calls == ["file", "name", "folder"]


@needs_proc
def test_a_lock_and_its_name_are_on_the_disk(tmp_path: Path, calls: list[str]) -> None:
    create_exclusive(tmp_path / "lock", b"x")
    assert calls == ["file", "folder"]


@needs_proc
def test_a_log_that_is_new_has_its_name_on_the_disk(tmp_path: Path, calls: list[str]) -> None:
    append_line(tmp_path / "log", b"x")
    assert calls == ["file", "folder"]
    append_line(tmp_path / "log", b"y")
    assert calls == ["file", "folder", "file"]


@pytest.mark.parametrize("failing", ["write_all", "sync_descriptor", "sync_folder"])
@pytest.mark.parametrize(("slept", "stays"), [(0.0, False), (61.0, True)])
def test_what_cannot_be_made_durable_is_taken_back_only_while_it_cannot_be_a_successors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str, slept: float, stays: bool
) -> None:
    clock = iter((100.0, 100.0 + slept))

    def fails(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durability, "monotonic_seconds", lambda: next(clock), raising=False)
    monkeypatch.setattr(durability, failing, fails)
    with pytest.raises(OSError, match="No space left"):
        create_exclusive(tmp_path / "lock", b"x")
    assert (tmp_path / "lock").exists() is stays
