"""Nothing is overwritten, one proxy is made by one job, a file counts when the disk has it."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from proxx_engine import JobSpec, Tools
from proxx_engine.errors import EncodingFault
from proxx_engine.system import durability, publishing
from proxx_engine.system.locks import take_lock
from tests.faults.conftest import Try
from tests.faults.scenes import (
    ROOT,
    leavings,
    proxies,
    snapshot,
    wrap_ffmpeg,
    write_jobs,
)
from tests.support import execute, make_job


def refused(ran: object) -> tuple[str, str]:
    """Code and stage of a failure."""
    failure = ran.result.failure  # type: ignore[attr-defined]
    assert failure is not None
    return failure.code, failure.stage


def _then(do: Callable[..., object], *arguments: object) -> Callable[[JobSpec], JobSpec]:
    """Return a change that leaves the JobSpec alone and does something after its creation."""

    def change(spec: JobSpec) -> JobSpec:
        do(*arguments)
        return spec

    return change


def test_an_output_that_is_there_is_refused_before_the_first_frame(
    attempt: Try, tools: Tools, tmp_path: Path, out: Path
) -> None:
    wrapped = wrap_ffmpeg(tools, tmp_path, encode="exit 99")
    ran = attempt(tools=wrapped, change=_then((out / "clip.mov").write_bytes, b"foreign"))

    assert refused(ran) == ("OUTPUT_EXISTS", "preflight")
    assert ran.result.clips[0].invocation.executed_command is None
    assert (out / "clip.mov").read_bytes() == b"foreign"


def test_an_output_that_appears_in_mid_encode_is_left_untouched(
    attempt: Try, tools: Tools, tmp_path: Path, out: Path
) -> None:
    wrapped = wrap_ffmpeg(
        tools, tmp_path, encode=f'printf foreign > \'{out}/clip.mov\'; exec "$real" "$@"'
    )
    ran = attempt(tools=wrapped)

    assert refused(ran) == ("OUTPUT_EXISTS", "publication")
    assert (out / "clip.mov").read_bytes() == b"foreign"
    assert leavings(out) == []


def _case_folds(folder: Path) -> bool:
    (folder / "a").touch()
    found = (folder / "A").exists()
    (folder / "a").unlink()
    return found


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(None, id="the same path"),
        pytest.param(os.link, id="a hard link"),
        pytest.param(os.symlink, id="a symbolic link"),
        pytest.param("case", id="another case"),
    ],
)
def test_a_source_is_never_an_output(
    clip: Path, tools: Tools, tmp_path: Path, make: Callable[..., None] | str | None
) -> None:
    name = "CLIP.mov" if make == "case" else "clip.mov"
    two_files = make == "case" and not _case_folds(tmp_path)
    place = tmp_path / ("footage" if make in (None, "case") else "out")
    place.mkdir(exist_ok=True)
    source = (place if make in (None, "case") else tmp_path) / name
    source.write_bytes(clip.read_bytes())
    elsewhere = make_job(source, tmp_path / "elsewhere", tools)
    if callable(make):
        make(source, place / "clip.mov")
    before = snapshot(source)
    output = elsewhere.output.model_copy(update={"directory": str(place)})
    named = elsewhere.clips[0].model_copy(update={"output_name": "clip.mov"})
    spec = elsewhere.model_copy(update={"output": output, "clips": (named,)})
    ran = execute(spec, place, tools)

    if two_files:  # this file system tells capital letters apart
        assert ran.result.status == "COMPLETED"
    else:
        assert refused(ran) == ("OUTPUT_IS_SOURCE", "preflight")
    assert snapshot(source) == before


def test_a_ring_of_links_under_the_output_name_is_something_that_is_there(
    attempt: Try, out: Path
) -> None:
    ran = attempt(change=_then((out / "clip.mov").symlink_to, "clip.mov"))
    assert refused(ran) == ("OUTPUT_EXISTS", "preflight")


def _fails(number: int) -> Callable[..., None]:
    def attempt(*_arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    return attempt


@pytest.mark.parametrize(
    ("missing", "rung"),
    [
        pytest.param(0, "rename", id="no-replace rename"),
        pytest.param(1, "link", id="link and unlink"),
        pytest.param(2, "reserved", id="check and rename under a held name"),
    ],
)
@pytest.mark.parametrize(
    "number", [pytest.param(errno.EINVAL, id="EINVAL"), pytest.param(errno.EPERM, id="EPERM")]
)
def test_every_rung_of_publishing_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: int, rung: str, number: int
) -> None:
    ladder = publishing._LADDER
    cut = tuple((name, _fails(number)) for name, _ in ladder[:missing])
    monkeypatch.setattr(publishing, "_LADDER", (*cut, *ladder[missing:]))
    hidden, final = tmp_path / "hidden", tmp_path / "final"
    hidden.write_bytes(b"first")
    assert publishing.publish(hidden, final) == rung
    assert (final.read_bytes(), hidden.exists()) == (b"first", False)

    hidden.write_bytes(b"second")
    with pytest.raises(FileExistsError):
        publishing.publish(hidden, final)
    assert (final.read_bytes(), hidden.read_bytes()) == (b"first", b"second")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["final", "hidden"]


def test_a_held_name_is_waited_for_by_nobody_and_given_back(tmp_path: Path) -> None:
    hidden, final = tmp_path / "hidden", tmp_path / "final"
    hidden.write_bytes(b"x")
    hold = publishing.name_hold(final)
    lock = take_lock(hold)
    assert lock is not None
    with pytest.raises(FileExistsError):
        publishing._reserved_rename(hidden, final)
    gone = dataclasses.replace(lock.owner, process_mark="1")
    hold.write_text(json.dumps(dataclasses.asdict(dataclasses.replace(lock, owner=gone))))
    publishing._reserved_rename(hidden, final)
    assert [path.name for path in tmp_path.iterdir()] == ["final"]


def test_a_hold_that_is_gone_does_not_undo_a_publication(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden, final = tmp_path / "hidden", tmp_path / "final"
    hidden.write_bytes(b"x")
    true_rename = os.rename

    def rename(source: Path, target: Path) -> None:
        publishing.name_hold(final).unlink()
        true_rename(source, target)

    monkeypatch.setattr(os, "rename", rename)
    publishing._reserved_rename(hidden, final)
    assert [path.name for path in tmp_path.iterdir()] == ["final"]


def test_a_failing_sync_is_final(attempt: Try, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from proxx_engine import execution_adapter

    calls = []

    def fail(path: Path) -> None:
        calls.append(path)
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))

    monkeypatch.setattr(execution_adapter, "sync_file", fail)
    ran = attempt()

    assert refused(ran)[0] == "STORAGE_FAILED"
    assert len(calls) == 1, "a failed sync is not tried again"
    assert (proxies(out), leavings(out)) == ([], [])


def test_a_name_that_cannot_be_made_durable_is_taken_back(
    attempt: Try, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_sync = durability.sync_folder

    def fail(path: Path) -> None:
        if (path / "clip.mov").exists() and not list(path.glob("*.result.json")):
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        true_sync(path)

    monkeypatch.setattr(publishing, "sync_folder", fail)
    ran = attempt()

    assert refused(ran)[0] == "STORAGE_FAILED"
    assert (proxies(out), leavings(out)) == ([], [])


def test_every_fsync_failing_publishes_nothing(clip: Path, tools: Tools, out: Path) -> None:
    (job,) = write_jobs(clip, out, tools)
    code = (
        "import errno, os, sys\n"
        "def fail(_): raise OSError(errno.EIO, os.strerror(errno.EIO))\n"
        "os.fsync = fail\n"
        "from sidecar.cli.main import main; sys.exit(main(['run', sys.argv[1]]))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(job)], cwd=ROOT, capture_output=True, check=False
    )
    assert ended.returncode not in (0, 130)
    assert (proxies(out), leavings(out)) == ([], [])


def test_what_cannot_be_cleared_away_does_not_unmake_a_published_proxy(
    attempt: Try, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from proxx_engine import execution_adapter

    def fail(folder: Path) -> None:
        raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), str(folder))

    monkeypatch.setattr(execution_adapter, "remove_tree", fail)
    ran = attempt()

    assert ran.result.status == "COMPLETED"
    assert proxies(out).count("clip.mov") == 1
    assert [issue.code for issue in ran.result.issues] == ["STORAGE_FAILED"]


def test_what_cannot_be_cleared_away_does_not_hide_why_a_clip_failed(
    attempt: Try, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from proxx_engine import execution_adapter

    def fail(folder: Path) -> None:
        raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), str(folder))

    def stopped(*_arguments: object) -> None:
        raise EncodingFault("ENCODE_STOPPED")

    monkeypatch.setattr(execution_adapter, "remove_tree", fail)
    monkeypatch.setattr(execution_adapter, "_encode", stopped)
    ran = attempt()

    assert ran.result.failure is not None
    assert ran.result.failure.code == "ENCODE_STOPPED"
    assert "STORAGE_FAILED" in [issue.code for issue in ran.result.issues]
    assert proxies(out) == []
