"""What lies in `pending/`: taken, refused, or left alone until it is whole."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from proxx_engine import find_tools
from sidecar.folders.actions import ActionLog, read_actions
from sidecar.folders.layout import WatchFolder
from sidecar.folders.pending import (
    Patience,
    Unfinished,
    Whole,
    Wrong,
    left_alone,
    list_pending,
    look_at,
)
from sidecar.folders.places import Places
from sidecar.watch.line import WaitingLine
from sidecar.watch.options import Teller
from tests.folders.scenes import here, make_folder, make_spec, submit
from tests.spec.samples import encoded, job

WHOLE = encoded(job())


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return make_folder(tmp_path / "box")


def put(folder: WatchFolder, data: bytes, name: str = "x.job.json") -> Path:
    path = folder.pending / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("share", [0, 1, 2, 40, 1000, len(WHOLE) // 2, len(WHOLE) - 1])
def test_part_of_a_job_is_waited_for_whatever_part_it_is(folder: WatchFolder, share: int) -> None:
    put(folder, WHOLE[:share])
    seen = look_at(folder, "x.job.json")
    assert isinstance(seen, Unfinished)
    assert seen.error is None


def test_the_same_file_whole_is_taken(folder: WatchFolder) -> None:
    put(folder, WHOLE)
    assert isinstance(look_at(folder, "x.job.json"), Whole)


@pytest.mark.parametrize(
    "data", [b"\0" * len(WHOLE), b"not json at all", b"[1, 2]extra", WHOLE + b"}", b"\xff\xfe{}"]
)
def test_what_no_more_bytes_can_mend_is_wrong_once_it_stands_still(
    folder: WatchFolder, data: bytes
) -> None:
    put(folder, data)
    seen = look_at(folder, "x.job.json")
    assert isinstance(seen, Unfinished)
    assert seen.error is not None


@pytest.mark.parametrize("data", [b"{}", b"null", b"[]", WHOLE.replace(b'"1.0"', b'"9.0"', 1)])
def test_whole_json_that_is_no_job_is_wrong_at_once(folder: WatchFolder, data: bytes) -> None:
    put(folder, data)
    assert isinstance(look_at(folder, "x.job.json"), Wrong)


def test_a_link_is_refused_and_its_target_never_read(folder: WatchFolder, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.job.json"
    target.write_bytes(WHOLE)
    (folder.pending / "x.job.json").symlink_to(target)
    seen = look_at(folder, "x.job.json")
    assert isinstance(seen, Wrong)
    assert "is a link" in str(seen.error)


def test_a_second_name_is_waited_out(folder: WatchFolder, tmp_path: Path) -> None:
    path = put(folder, WHOLE)
    os.link(path, tmp_path / "second")
    seen = look_at(folder, path.name)
    assert isinstance(seen, Unfinished)
    assert "hard link" in seen.reason
    assert seen.error is not None
    (tmp_path / "second").unlink()
    assert isinstance(look_at(folder, path.name), Whole)


def test_a_folder_and_a_pipe_are_never_opened(folder: WatchFolder) -> None:
    (folder.pending / "folder.job.json").mkdir()
    os.mkfifo(folder.pending / "pipe.job.json")
    assert look_at(folder, "folder.job.json") is None
    assert look_at(folder, "pipe.job.json") is None
    assert {name for name, _reason in left_alone(folder)} == {"folder.job.json", "pipe.job.json"}


def test_a_strangers_job_counts_only_where_not_everybody_may_put_one(folder: WatchFolder) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can give a file to another user")
    path = put(folder, WHOLE)
    os.chown(path, 12345, 12345)
    assert isinstance(look_at(folder, path.name), Whole)
    folder.pending.chmod(0o1777)
    seen = look_at(folder, path.name)
    assert isinstance(seen, Wrong)
    assert "user 12345" in str(seen.error)


def test_a_job_that_goes_while_it_is_looked_at_is_nothing(folder: WatchFolder) -> None:
    assert look_at(folder, "gone.job.json") is None


def test_first_in_first_out_by_name(folder: WatchFolder, tmp_path: Path) -> None:
    specs = [make_spec(tmp_path, number) for number in (5, 3, 4)]
    paths = submit(folder, *specs)
    assert list_pending(folder) == [path.name for path in paths]


def test_foreign_names_are_told_each_with_its_reason(folder: WatchFolder) -> None:
    for name in ("notes.txt", "A.json", ".DS_Store", "a.job.json.part", "x\ny.job.json"):
        put(folder, b"", name)
    reasons = dict(left_alone(folder))
    assert set(reasons) == {"notes.txt", "A.json", ".DS_Store", "a.job.json.part", "x\ny.job.json"}
    assert "does not end in .job.json" in reasons["A.json"]


def test_patience_counts_from_the_last_change(folder: WatchFolder) -> None:
    patience = Patience()
    path = put(folder, b"{")
    assert patience.still_seconds(path, now=10.0) == 0
    assert patience.still_seconds(path, now=75.0) == 65.0
    path.write_bytes(b'{"a"')
    assert patience.still_seconds(path, now=80.0) == 0
    assert patience.still_seconds(path, now=90.0) == 10.0
    assert patience.tell_once(path.name)
    assert not patience.tell_once(path.name)
    path.write_bytes(b'{"a":')
    patience.still_seconds(path, now=91.0)
    assert patience.tell_once(path.name)


def test_what_stays_unfinished_is_left_alone_by_the_log_too(folder: WatchFolder) -> None:
    name = submit(folder, make_spec(folder.root))[0].name
    put(folder, WHOLE[:40], name)
    worker, process = here()
    now = iter((0.0, 61.0, 122.0, 183.0, 244.0, 305.0))
    line = WaitingLine(
        folder,
        ActionLog(folder, process),
        Teller(),
        Places(0.0, time.monotonic),
        still_seconds=60.0,
        clock=lambda: next(now),
        poll_seconds=0.0,
    )
    with find_tools(threads=1) as tools:
        for _look in range(3):
            assert line.take_next(worker, tools, look_anew=True) is None
    said = [line for line in read_actions(folder) if line["action"] != "submit"]
    assert [(line["action"], line["job_file"]) for line in said] == [("left_alone", name)]
