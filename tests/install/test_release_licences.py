"""What is said of licences is what the packages, and FFmpeg, say of themselves."""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import sys
from pathlib import Path

import av
import pytest
from av._core import ffmpeg_version_info, library_meta

from proxx_engine import PlaceError, Tools, find_tools
from tests.install.release_build import run
from tests.install.release_licences import PAGE, renewed, tables

_FREE_ENOUGH = {"gpl", "version3"}
_LICENCES = {
    "GNU General Public License version 2": "GPL-2.0-or-later",
    "GNU General Public License version 3": "GPL-3.0-or-later",
    "LGPL version 3 or later": "LGPL-3.0-or-later",
}


def _rows(heading: str, key: str) -> dict[str, dict[str, str]]:
    return {row[key]: row for row in tables(PAGE.read_text("utf-8"))[heading]}


def _configured(configuration: str) -> set[str]:
    return set(re.findall(r"--enable-(gpl|version3|nonfree)(?=\s)", configuration))


@pytest.mark.skipif(
    sys.platform != "linux", reason="what only Linux needs cannot be followed elsewhere"
)
def test_the_tables_of_packages_are_as_what_is_installed_says() -> None:
    text = PAGE.read_text("utf-8")
    assert renewed(text) == text, "python -m tests.install.release_licences writes them anew"
    with_packages = [rows for rows in tables(text).values() if "package" in rows[0]]
    assert len(with_packages) == 8
    for rows in with_packages:
        for row in rows:
            assert all(row.values()), f"{row['package']}: something is not filled in"


def test_a_package_whose_licence_was_changed_by_hand_is_set_right() -> None:
    text = PAGE.read_text("utf-8")
    wrong = re.sub(r"(?m)^(\| psutil \| \S+ \| )\S+", r"\1Unlicense", text)
    assert wrong != text
    assert renewed(wrong) == text


def test_the_embedded_ffmpeg_is_the_build_that_the_page_names(tools: Tools, tmp_path: Path) -> None:
    row = _rows("The FFmpeg in imageio-ffmpeg", "file")[tools.ffmpeg.name]
    version = run([str(tools.ffmpeg), "-version"], cwd=tmp_path)
    assert version.split()[2] == row["version"]
    assert _configured(version) == set(row["configured with"].split()) <= _FREE_ENOUGH
    licence = " ".join(run([str(tools.ffmpeg), "-hide_banner", "-L"], cwd=tmp_path).split())
    number = re.search(r"GNU General Public License as .* either version (\d)", licence)
    assert number, licence
    assert _LICENCES[f"GNU General Public License version {number[1]}"] == row["licence"]
    with tools.ffmpeg.open("rb") as binary:
        assert hashlib.file_digest(binary, "sha256").hexdigest().startswith(row["sha256 begins"])


def test_no_build_on_the_page_is_one_that_nobody_may_pass_on() -> None:
    for row in _rows("The FFmpeg in imageio-ffmpeg", "file").values():
        configured = set(row["configured with"].split())
        assert "gpl" in configured <= _FREE_ENOUGH
        number = 3 if "version3" in configured else 2
        assert row["licence"] == f"GPL-{number}.0-or-later"


def test_the_libraries_in_av_are_those_that_the_page_names() -> None:
    row = _rows("The FFmpeg libraries in av", "av")[av.__version__]
    assert ffmpeg_version_info == row["FFmpeg"]
    assert {_LICENCES[library["license"]] for library in library_meta.values()} == {
        row["licence by its own word"]
    }
    for library in library_meta.values():
        assert _configured(library["configuration"]) == set(row["configured with"].split())
    carried = " ".join(str(file) for file in importlib.metadata.files("av") or [])
    assert all(f"lib{name}" in carried for name in row["carries too"].split())


@pytest.mark.parametrize("package", ["imageio-ffmpeg", "av"])
def test_the_packages_bring_neither_the_text_of_the_gpl_nor_the_source(package: str) -> None:
    files = importlib.metadata.files(package) or []
    words = re.compile(r"licen[cs]e|copying|gpl", re.IGNORECASE)
    texts = [file for file in files if words.search(file.name)]
    assert texts
    for file in texts:
        assert "GNU GENERAL PUBLIC LICENSE" not in file.read_text("utf-8").upper()
    archives = (".gz", ".xz", ".bz2", ".zip", ".tar")
    assert not [file for file in files if file.suffix in archives or "libavcodec/" in str(file)]


def test_without_the_package_that_brings_it_a_given_ffmpeg_does(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(PlaceError, match="TOOL_FFMPEG_MISSING"):
        find_tools()
    with find_tools(ffmpeg=tools.ffmpeg) as given:
        assert given.ffmpeg_version == tools.ffmpeg_version
