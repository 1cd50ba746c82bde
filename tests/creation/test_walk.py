"""Which files of a folder are inspected, where their proxies go, and why the others are not."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from proxx_engine.creation.footage.walk import Found, LeftOut, walk_footage


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


def test_folder_names_from_a_mac_are_put_together(tmp_path: Path) -> None:
    _touch(tmp_path / "card/u\u0308bung/o\u0308/A.mov")
    found, _left = _walk(tmp_path / "card", out=tmp_path / "out")
    assert found == {"A.mov": "\u00fcbung/\u00f6"}


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
        pytest.param("room tone.WAV", "sound only", id="sound"),
        pytest.param("song.m4a", "sound only", id="packed sound"),
        pytest.param("IMG_0001.HEIC", "a still picture", id="a still of a phone"),
        pytest.param("_DSC0001.NEF", "a still picture", id="a raw still"),
        pytest.param("frame.0001.dpx", "a still picture", id="one picture of its kind"),
        pytest.param("day1.ale", "a list of clips or cuts", id="an ALE"),
        pytest.param("card.mhl", "a list of checksums", id="an MHL"),
        pytest.param("show.cube", "a colour look", id="a LUT"),
        pytest.param("A001.mov.part", "still being copied", id="a copy under way"),
        pytest.param("VID_001.insv", "must first be stitched", id="a recording all around"),
        pytest.param("A.srt", "subtitles", id="subtitles without a clip"),
        pytest.param("x.proxx-reserved", "made by Proxx", id="a reservation of ours"),
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
        ("PROXY", "a folder of proxies"),
        ("$RECYCLE.BIN", "deleted files"),
        ("@eaDir", "a folder of the system"),
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


def test_what_is_beside_a_clip_is_named_with_it(tmp_path: Path) -> None:
    for name in ("A001.mov", "A001.xml", "A001.mov.xmp", "A001.srt", "A001M01.XML", "A0012.xml"):
        _touch(tmp_path / "card" / name)
    entries = list(walk_footage((tmp_path / "card",), out=tmp_path / "out"))
    left = {e.path.name: e.reason for e in entries if isinstance(e, LeftOut)}
    assert left == {
        "A001.xml": "camera metadata of A001",
        "A001.mov.xmp": "camera metadata of A001",
        "A001M01.XML": "camera metadata of A001",
        "A001.srt": "subtitles or flight data of A001",
        "A0012.xml": "camera metadata",
    }
    [clip] = [e for e in entries if isinstance(e, Found)]
    assert [path.name for path in clip.metadata] == ["A001.mov.xmp", "A001.xml", "A001M01.XML"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("room tone.wav", "sound only", id="sound"),
        pytest.param("still.jpg", "a still picture", id="a still"),
        pytest.param("a.job.json", "made by Proxx", id="a job of ours"),
        pytest.param("clip.zraw", "which neither", id="raw nobody reads"),
        pytest.param("gone.mov", "does not exist", id="nothing"),
    ],
)
def test_a_file_named_by_a_person_that_is_no_footage_is_told(
    tmp_path: Path, name: str, reason: str
) -> None:
    if reason != "does not exist":
        _touch(tmp_path / name)
    found, left = _walk(tmp_path / name, out=tmp_path / "out")
    assert found == {}
    assert reason in left[name]


@pytest.mark.parametrize("name", ["footage.xyz", "footage", ".hidden.mov", "A001.mov"])
def test_a_file_named_by_a_person_is_inspected(tmp_path: Path, name: str) -> None:
    _touch(tmp_path / "card" / name)
    _touch(tmp_path / "card" / "other.mov")
    assert _walk(tmp_path / "card" / name, out=tmp_path / "out") == ({name: ""}, {})


def test_files_keep_the_order_in_which_they_are_named(tmp_path: Path) -> None:
    paths = [_touch(tmp_path / name) for name in ("c.mov", "sub/a.mov", "b.mov")]
    found, _left = _walk(*paths, out=tmp_path / "out")
    assert list(found) == ["c.mov", "a.mov", "b.mov"]


def test_a_file_that_is_reached_twice_is_told_once(tmp_path: Path) -> None:
    clip = _touch(tmp_path / "card/sub/a.mov")
    paths = (tmp_path / "card/sub", clip, tmp_path / "card")
    entries = list(walk_footage(paths, out=tmp_path / "out"))
    assert [(e.path, e.subdirectory) for e in entries if isinstance(e, Found)] == [(clip, "sub")]


def test_any_picture_stands_for_its_sequence(tmp_path: Path) -> None:
    frames = [_touch(tmp_path / f"shot.{n:04d}.exr") for n in range(1, 5)]
    entries = list(walk_footage((frames[2], frames[0]), out=tmp_path / "out"))
    [clip] = entries
    assert isinstance(clip, Found)
    assert clip.path == frames[0]
    assert clip.files == tuple(frames)
    assert clip.name == "shot"


def test_a_file_in_a_folder_that_cannot_be_listed_is_still_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = _touch(tmp_path / "card/A.mov")

    def refused(path: str) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refused)
    assert _walk(clip, out=tmp_path / "out") == ({"A.mov": ""}, {})


def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "card").mkdir()
    os.mkfifo(tmp_path / "card/A.mov")
    os.mkfifo(tmp_path / "card/A.xml")
    _found, left = _walk(tmp_path / "card", out=tmp_path / "out")
    assert left["A.mov"] == "is not a regular file"


def test_a_ring_of_links_is_told(tmp_path: Path) -> None:
    (tmp_path / "card").mkdir()
    (tmp_path / "card/A.mov").symlink_to("B.mov")
    (tmp_path / "card/B.mov").symlink_to("A.mov")
    _found, left = _walk(tmp_path / "card", out=tmp_path / "out")
    assert all("cannot be inspected" in reason or "regular" in reason for reason in left.values())
    assert len(left) == 2


def test_names_that_are_no_text_are_carried_along(tmp_path: Path) -> None:
    card = os.fsencode(tmp_path / "card") + b"/\xff\xfe"
    os.makedirs(card)
    try:
        for name in (b"/\xfc.mov", b"/\xfc.xml", b"/\xfc.0001.dpx", b"/\xfc.0002.dpx"):
            Path(os.fsdecode(card + name)).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes only names that are text")
    found, left = _walk(tmp_path / "card", out=tmp_path / "out")
    assert [os.fsencode(name) for name in found] == [b"\xfc.mov"]
    assert "characters that are no text" in left[os.fsdecode(b"\xfc.0001.dpx")]


def test_a_tree_as_deep_as_can_be_is_walked(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    try:
        for _level in range(400):
            os.mkdir("d" * 20, dir_fd=here)
            below = os.open("d" * 20, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
    finally:
        os.close(here)
    found, left = _walk(tmp_path, out=tmp_path / "out")
    assert found == {}
    assert [reason for reason in left.values() if "cannot be listed: File name too long" in reason]
    shutil.rmtree(tmp_path / ("d" * 20))


def test_five_thousand_files_are_sorted_out_at_once(tmp_path: Path) -> None:
    for folder in range(50):
        place = tmp_path / "card" / f"roll {folder}"
        place.mkdir(parents=True)
        for number in range(50):
            (place / f"C{number:04d}.MP4").write_bytes(b"x")
            (place / f"C{number:04d}M01.XML").write_bytes(b"x")
    started = process_time()
    entries = list(walk_footage((tmp_path / "card",), out=tmp_path / "out"))
    seconds = process_time() - started
    assert len(entries) == 5000
    assert seconds < 1, "takes about 0.1 s of the processor's time"
