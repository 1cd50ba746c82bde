"""What may be a watch folder, and what is refused."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest

from proxx_engine import PlaceError
from sidecar.folders.layout import (
    WatchFolder,
    make_watch_folder,
    open_watch_folder,
    watch_folder_around,
)


def refusal(path: Path) -> str:
    with pytest.raises(PlaceError) as caught:
        open_watch_folder(path)
    return caught.value.code


def test_an_empty_folder_becomes_one_and_stays_the_same_one(tmp_path: Path) -> None:
    made = make_watch_folder(tmp_path)
    assert made.engine == "ffmpeg"
    assert open_watch_folder(tmp_path) == made
    assert make_watch_folder(tmp_path) == made
    assert sorted(os.listdir(tmp_path)) == [
        *("batches", "claims", "completed", "failed", "held", "log", "pending", "running"),
        *("watch.toml", "workers"),
    ]


def test_jobs_may_wait_before_anybody_watches(tmp_path: Path) -> None:
    (tmp_path / "pending").mkdir()
    assert make_watch_folder(tmp_path, "resolve").engine == "resolve"


def test_two_that_make_it_at_once_make_one(tmp_path: Path) -> None:
    made: list[WatchFolder] = []
    threads = [
        threading.Thread(target=lambda: made.append(make_watch_folder(tmp_path))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len({folder.id for folder in made}) == 1


def test_a_folder_of_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "holiday.mov").write_bytes(b"x")
    with pytest.raises(PlaceError) as caught:
        make_watch_folder(tmp_path)
    assert caught.value.code == "STORAGE_NO_WATCH_FOLDER"
    assert os.listdir(tmp_path) == ["holiday.mov"]
    assert refusal(tmp_path) == "STORAGE_NO_WATCH_FOLDER"


def test_a_missing_folder_is_not_made(tmp_path: Path) -> None:
    assert refusal(tmp_path / "away") == "STORAGE_WATCH_FOLDER_MISSING"
    assert not (tmp_path / "away").exists()


@pytest.mark.parametrize("text", ["version = 2\n", 'version = 1\nengine = "x"\n', "not toml", ""])
def test_a_marker_that_cannot_be_read_is_not_guessed(tmp_path: Path, text: str) -> None:
    (tmp_path / "watch.toml").write_text(text)
    assert refusal(tmp_path) == "STORAGE_NO_WATCH_FOLDER"


@pytest.mark.parametrize(
    "names",
    [
        ("Dropbox", "box"),
        ("Dropbox (Studio)", "box"),
        ("OneDrive - Studio", "box"),
        ("Library", "Mobile Documents", "box"),
        ("Google Drive", "box"),
    ],
)
def test_a_folder_that_a_sync_program_keeps_is_refused(tmp_path: Path, names: list[str]) -> None:
    path = tmp_path.joinpath(*names)
    path.mkdir(parents=True)
    with pytest.raises(PlaceError) as caught:
        make_watch_folder(path)
    assert caught.value.code == "STORAGE_WATCH_FOLDER_SYNCED"
    assert os.listdir(path) == []


@pytest.mark.parametrize("mark", [".dropbox.cache", ".stfolder", ".sync_1a2b.db"])
def test_what_a_sync_program_leaves_tells_of_it(tmp_path: Path, mark: str) -> None:
    (tmp_path / mark).mkdir()
    (tmp_path / "box").mkdir()
    with pytest.raises(PlaceError) as caught:
        make_watch_folder(tmp_path / "box")
    assert caught.value.code == "STORAGE_WATCH_FOLDER_SYNCED"


def test_a_folder_that_everybody_may_write_is_refused_until_it_is_said_to_be_so(
    tmp_path: Path,
) -> None:
    make_watch_folder(tmp_path)
    (tmp_path / "pending").chmod(0o777)
    assert refusal(tmp_path) == "STORAGE_WATCH_FOLDER_UNSAFE"
    (tmp_path / "pending").chmod(0o1777)
    open_watch_folder(tmp_path)
    (tmp_path / "pending").chmod(0o777)
    marker = tmp_path / "watch.toml"
    marker.write_text(marker.read_text() + "open_to_all = true\n")
    open_watch_folder(tmp_path)


def test_another_folder_under_the_same_name_is_not_the_one_that_was_opened(tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.mkdir()
    opened = make_watch_folder(path)
    assert opened.is_there()
    shutil.rmtree(path)
    assert not opened.is_there()
    path.mkdir()
    make_watch_folder(path)
    assert not opened.is_there()


def test_what_lies_in_a_watch_folder_knows_it(tmp_path: Path) -> None:
    make_watch_folder(tmp_path)
    assert watch_folder_around(tmp_path / "failed" / "2026-02-13" / "x") == tmp_path
    assert watch_folder_around(tmp_path.parent) is None
