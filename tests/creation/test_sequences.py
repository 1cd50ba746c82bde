"""Numbered pictures: which are one clip, which stand alone, and what is said of missing ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine.creation.footage.sequences import group_numbered
from proxx_engine.creation.footage.walk import Found, LeftOut, walk_footage
from proxx_engine.spec.media import numbered_name
from tests.creation.card_trees import grow


@pytest.mark.parametrize(
    ("names", "sequences", "alone"),
    [
        pytest.param(
            ["a.0001.dpx", "a.0002.dpx"], [("a.", 4, 1, ".dpx", 2)], [], id="with leading zeros"
        ),
        pytest.param(
            ["a8.exr", "a9.exr", "a10.exr"], [("a", 1, 8, ".exr", 3)], [], id="without them"
        ),
        pytest.param(
            ["a0999.tif", "a1000.tif"], [("a", 4, 999, ".tif", 2)], [], id="zeros that run out"
        ),
        pytest.param(
            ["a9999.tif", "a10000.tif", "a0001.tif"],
            [("a", 4, 1, ".tif", 3)],
            [],
            id="numbers that outgrow their width",
        ),
        pytest.param(
            ["1001.dng", "1002.dng"], [("", 4, 1001, ".dng", 2)], [], id="nothing but a number"
        ),
        pytest.param(
            ["a_v2_0001.dpx", "a_v2_0002.dpx", "a_v3_0001.dpx", "a_v3_0002.dpx"],
            [("a_v2_", 4, 1, ".dpx", 2), ("a_v3_", 4, 1, ".dpx", 2)],
            [],
            id="versions side by side",
        ),
        pytest.param(
            ["a01.dpx", "a02.dpx", "a0001.dpx", "a0002.dpx"],
            [("a", 4, 1, ".dpx", 2), ("a", 2, 1, ".dpx", 2)],
            [],
            id="two widths are two clips",
        ),
        pytest.param(
            ["a.0001.left.exr", "a.0002.left.exr"],
            [("a.", 4, 1, ".left.exr", 2)],
            [],
            id="words behind the number",
        ),
        pytest.param(["a.0001.dpx"], [], ["a.0001.dpx"], id="one alone"),
        pytest.param(["a.dpx", "b.dpx"], [], ["a.dpx", "b.dpx"], id="no number"),
        pytest.param(
            ["a1.dpx", "a1.exr", "b1.dpx"], [], ["a1.dpx", "a1.exr", "b1.dpx"], id="nothing alike"
        ),
        pytest.param(
            ["20260101123456789.tif", "20260101123456790.tif"],
            [],
            ["20260101123456789.tif", "20260101123456790.tif"],
            id="numbers too long to count",
        ),
    ],
)
def test_numbered_pictures_are_grouped(
    names: list[str], sequences: list[tuple[object, ...]], alone: list[str]
) -> None:
    found, single = group_numbered(names)
    assert [(s.prefix, s.digits, s.first, s.suffix, len(s.names)) for s in found] == sequences
    assert list(single) == alone


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        pytest.param((1, 3), "2 numbered pictures, but number 0002 is missing", id="one"),
        pytest.param(
            (1, 2, 6, 8),
            "4 numbered pictures, but 4 numbers are missing: 0003–0005, 0007",
            id="several",
        ),
        pytest.param(
            tuple(range(1, 40, 2)),
            "20 numbered pictures, but 19 numbers are missing: 0002, 0004, 0006, 0008, 0010, "
            "0012, 0014, 0016, …",
            id="more than are shown",
        ),
    ],
)
def test_a_gap_is_refused_with_the_missing_numbers(
    numbers: tuple[int, ...], told: str, tmp_path: Path
) -> None:
    folder = grow(tmp_path / "shot", [f"a.{n:04d}.dpx" for n in numbers])
    [entry] = walk_footage((folder,), out=tmp_path / "out")
    assert isinstance(entry, LeftOut)
    assert entry.reason == told
    assert len(entry.files) == len(numbers)


def test_an_empty_picture_is_a_gap(tmp_path: Path) -> None:
    folder = grow(tmp_path / "shot", {"a.1.dpx": "x", "a.2.dpx": "", "a.3.dpx": "x"})
    entries = list(walk_footage((folder,), out=tmp_path / "out"))
    reasons = {e.path.name: e.reason for e in entries if isinstance(e, LeftOut)}
    assert reasons == {
        "a.1.dpx": "2 numbered pictures, but number 2 is missing",
        "a.2.dpx": "is empty",
    }


@pytest.mark.parametrize("extension", ["dpx", "EXR", "tif", "TIFF", "dng", "ari", "arx"])
def test_a_sequence_names_every_file_as_it_is_written(extension: str, tmp_path: Path) -> None:
    names = [f"shot_{n:03d}.{extension}" for n in range(998, 1003)]
    [clip] = walk_footage((grow(tmp_path / "shot", names),), out=tmp_path / "out")
    assert isinstance(clip, Found)
    assert clip.sequence is not None
    assert clip.name == "shot"
    assert [path.name for path in clip.files] == names
    assert [numbered_name(clip.sequence, n) for n in range(998, 1003)] == names


def test_pictures_without_a_word_are_named_as_their_folder(tmp_path: Path) -> None:
    [clip] = walk_footage((grow(tmp_path / "sc 12", ["1.exr", "2.exr"]),), out=tmp_path / "out")
    assert isinstance(clip, Found)
    assert clip.name == "sc 12"


def test_numbered_raw_photos_of_a_camera_are_no_clip(tmp_path: Path) -> None:
    photos = [f"DCIM/100MEDIA/DJI_000{n}.DNG" for n in (1, 2, 3)]
    clip = [f"DCIM/100MEDIA/A001_C001_{n:06d}.DNG" for n in (1, 2, 3)]
    entries = list(walk_footage((grow(tmp_path / "card", photos, clip),), out=tmp_path / "out"))
    assert [e.name for e in entries if isinstance(e, Found)] == ["A001_C001"]
    assert {e.reason for e in entries if isinstance(e, LeftOut)} == {"a still picture"}


def test_one_arriraw_picture_is_a_clip(tmp_path: Path) -> None:
    [clip] = walk_footage((grow(tmp_path / "shot", ["A.001.ari"]),), out=tmp_path / "out")
    assert isinstance(clip, Found)
    assert clip.sequence is None
