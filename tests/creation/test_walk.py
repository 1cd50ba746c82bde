"""Which files of a folder are looked at, where their proxies go, and why the others are not."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from proxx_engine.creation.walk import Found, LeftOut, walk_footage


def _touch(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _walk(*paths: Path, out: Path) -> tuple[dict[str, str], dict[str, str]]:
    entries = list(walk_footage(paths, out=out))
    found = {e.path.name: e.subdirectory for e in entries if isinstance(e, Found)}
    left = {e.path.name: e.reason for e in entries if isinstance(e, LeftOut)}
    return found, left


def test_the_tree_is_mirrored(tmp_path: Path) -> None:
    _touch(tmp_path / "card/A.mov")
    _touch(tmp_path / "card/day 1/ü/B.MXF")
    found, left = _walk(tmp_path / "card", out=tmp_path / "out")
    assert found == {"A.mov": "", "B.MXF": "day 1/ü"}
    assert left == {}


def test_several_cards_keep_their_names(tmp_path: Path) -> None:
    _touch(tmp_path / "one/clip.mov")
    _touch(tmp_path / "two/sub/other.mov")
    found, _left = _walk(tmp_path / "one", tmp_path / "two", out=tmp_path / "out")
    assert found == {"clip.mov": "one", "other.mov": "two/sub"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("notes.txt", "no footage: .txt", id="a text file"),
        pytest.param("README", "no footage", id="no extension"),
        pytest.param("._A001.mov", "hidden file", id="a macOS shadow file"),
        pytest.param(".DS_Store", "hidden file", id="a macOS folder file"),
        pytest.param("A.0a.result.json", "made by Proxx", id="a result of ours"),
        pytest.param("A.ffmpeg.log", "made by Proxx", id="a log of ours"),
        pytest.param("clip.ZRAW", "which neither FFmpeg nor Resolve reads", id="raw nobody reads"),
    ],
)
def test_what_is_no_footage_is_told(tmp_path: Path, name: str, reason: str) -> None:
    _touch(tmp_path / "card" / name)
    found, left = _walk(tmp_path / "card", out=tmp_path / "out")
    assert found == {}
    assert reason in left[name]


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    _touch(tmp_path / "card/A.mov", b"")
    assert _walk(tmp_path / "card", out=tmp_path / "out") == ({}, {"A.mov": "is empty"})


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        ("Proxy", "a folder of proxies"),
        (".proxx-0123abcd", "hidden folder"),
        (".Trashes", "hidden folder"),
        ("out", "the output folder"),
    ],
)
def test_folders_that_are_passed_by_are_told(tmp_path: Path, folder: str, reason: str) -> None:
    _touch(tmp_path / "card" / folder / "A.mov")
    _touch(tmp_path / "card/B.mov")
    found, left = _walk(tmp_path / "card", out=tmp_path / "card/out")
    assert list(found) == ["B.mov"]
    assert left == {folder: reason}


def test_a_linked_folder_is_told(tmp_path: Path) -> None:
    _touch(tmp_path / "elsewhere/A.mov")
    (tmp_path / "card").mkdir()
    (tmp_path / "card/link").symlink_to(tmp_path / "elsewhere")
    found, left = _walk(tmp_path / "card", out=tmp_path / "out")
    assert found == {}
    assert "a link to a folder" in left["link"]


def test_a_folder_that_cannot_be_listed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _touch(tmp_path / "card/A.mov")
    _touch(tmp_path / "card/day2/B.mov")
    real = os.scandir

    def broken(path: str) -> Any:
        if str(path).endswith("day2"):
            raise OSError(errno.EIO, "Input/output error", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", broken)
    found, left = _walk(tmp_path / "card", out=tmp_path / "out")
    assert list(found) == ["A.mov"]
    assert left == {"day2": "cannot be listed: Input/output error"}


def test_the_order_is_always_the_same(tmp_path: Path) -> None:
    for name in ("c.mov", "a.mov", "z/b.mov", "b/d.mov"):
        _touch(tmp_path / "card" / name)
    found, _left = _walk(tmp_path / "card", out=tmp_path / "out")
    assert list(found) == ["a.mov", "c.mov", "d.mov", "b.mov"]


def test_a_link_to_nowhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "card").mkdir()
    (tmp_path / "card/A.mov").symlink_to(tmp_path / "gone.mov")
    assert _walk(tmp_path / "card", out=tmp_path / "out")[1] == {"A.mov": "is not a regular file"}
