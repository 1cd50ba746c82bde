"""What a name says of a copy that goes on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sidecar.intake.names import (
    FINDER_IS_COPYING,
    is_meaningless,
    is_unfinished,
    is_unfinished_folder,
    numbered,
)


@pytest.mark.parametrize(
    "name",
    [
        *("A001.mov.part", "A001.MOV.PART", "A001.tmp", "A001.mov.partial", "A001.mov.crdownload"),
        *("A001.mov.download", "A001.mov.filepart", ".A001.mov.Xy12Ab", ".in.A001.mov."),
        *(".syncthing.A001.mov.tmp", "~syncthing~A001.mov.tmp", "A001.mov.!sync"),
        *("offload.inprogress", "A001.mov.8f3e2a1b.partial", ".pureftpd-upload.5f3.15.1a"),
    ],
)
def test_names_of_what_is_still_being_written(name: str) -> None:
    assert is_unfinished(name)


@pytest.mark.parametrize(
    "name",
    [
        *("A001.mov", "part.mov", "tmp.mov", "A001.part.mov", ".hidden", "C0001M01.XML", "partial"),
        *("._A001.mov", ".DS_Store", "._A001.mov.Xy12Ab", "~$notes.docx", "A001.participants"),
    ],
)
def test_names_that_nobody_waits_for(name: str) -> None:
    assert not is_unfinished(name)


@pytest.mark.parametrize("name", [".DS_Store", "._A001.mov", "Thumbs.db", "~$x.doc", ".nfs0003"])
def test_names_that_say_nothing(name: str) -> None:
    assert is_meaningless(name)


def test_folders_of_what_is_still_being_written() -> None:
    assert is_unfinished_folder(".rsync-partial")
    assert not is_unfinished_folder("rsync")


def test_the_dates_that_the_finder_gives_what_it_is_copying() -> None:
    dates = {datetime(1946, 2, 14, 8, 34, 56, tzinfo=UTC), datetime(1984, 1, 24, 8, tzinfo=UTC)}
    assert {int(date.timestamp()) for date in dates} == FINDER_IS_COPYING


@pytest.mark.parametrize(
    ("name", "around"),
    [
        ("shot.0001.dpx", ("shot.", ".dpx")),
        ("0001.dpx", ("", ".dpx")),
        ("A2_v3_0099_x.exr", ("A2_v3_", "_x.exr")),
        ("day 2/shot.0100.dpx", ("day 2/shot.", ".dpx")),
        ("shot.dpx", None),
        ("12", None),
    ],
)
def test_what_stands_around_the_number_of_a_picture(
    name: str, around: tuple[str, str] | None
) -> None:
    assert numbered(name) == around
