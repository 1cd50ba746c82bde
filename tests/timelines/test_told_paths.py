"""Paths and URLs as programs on any system write them → paths of this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from proxx_engine import PathMap
from sidecar.timelines.told_paths import told_paths

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="told for a system with one root")

BESIDE = Path("/project/cuts")
MAPS = (
    PathMap(written="D:\\shoot", local="/mnt/shoot"),
    PathMap(written="\\\\nas\\media", local="/mnt/nas"),
    PathMap(written="/Volumes/SHOOT", local="/mnt/card"),
)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file:///Volumes/A%20B/c%23.mov", "/Volumes/A B/c#.mov"),
        ("file://localhost/Volumes/a.mov", "/Volumes/a.mov"),
        ("file:/Volumes/a.mov", "/Volumes/a.mov"),
        ("file:////animation/root/a.mov", "/animation/root/a.mov"),
        ("/Volumes/a b.mov", "/Volumes/a b.mov"),
        ("media/a.mov", "/project/cuts/media/a.mov"),
        ("./a.mov", "/project/cuts/a.mov"),
        ("file:///Volumes/SHOOT/a.mov", "/mnt/card/a.mov"),
        ("D:\\shoot\\day 1\\a.mov", "/mnt/shoot/day 1/a.mov"),
        ("file://localhost/D%3a/shoot/a.mov", "/mnt/shoot/a.mov"),
        ("file:///D:/shoot/a.mov", "/mnt/shoot/a.mov"),
        ("file://D:/shoot/a.mov", "/mnt/shoot/a.mov"),
        ("d:/SHOOT/a.mov", "/mnt/shoot/a.mov"),
        ("file://nas/media/a.mov", "/mnt/nas/a.mov"),
        ("\\\\NAS\\Media\\a.mov", "/mnt/nas/a.mov"),
        ("file:///plates/sh010.[0101-0148].exr", "/plates/sh010.0101.exr"),
    ],
)
def test_a_path_is_meant_however_it_is_written(url: str, path: str) -> None:
    assert told_paths(url, beside=BESIDE, maps=MAPS)[0] == Path(path)


def test_a_name_with_a_bare_percent_sign_is_looked_for_as_it_is_too() -> None:
    found = told_paths("file:///a/100%25 b.mov", beside=BESIDE)
    assert found == (Path("/a/100% b.mov"), Path("/a/100%25 b.mov"))


@pytest.mark.parametrize(
    "url",
    [
        *("../../etc/a.mov", "file:///shoot/../../etc/a.mov", "/a/..", "file:///a/%2e%2e/b.mov"),
        *("/a\0b.mov", "file:///a%00b.mov", "/a\nb.mov", "file:///a%0Ab.mov", "/a\x1b[2Jb.mov"),
        *("http://example.com/a.mov", "s3://bucket/a.mov", "data:video/mp4;base64,AAAA"),
        *("E:\\not mapped\\a.mov", "file://other/share/a.mov", "\\\\other\\share\\a.mov"),
        *("", "/" + "a" * 5000),
    ],
)
def test_what_is_not_to_be_followed_leads_nowhere(url: str) -> None:
    assert told_paths(url, beside=BESIDE, maps=MAPS) == ()
