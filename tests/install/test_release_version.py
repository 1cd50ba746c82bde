"""The version stands in one place; whatever shows one shows that."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.version import Version

from install.environment import ROOT
from proxx_engine import __version__
from tests.install.release_build import build, copy_sources, files_in, project

PLACE = "proxx_engine/__init__.py"
CHANGES = "install/CHANGELOG.md"
# The versions of other packages, any of which may one day look like ours.
_OF_OTHERS = {"install/constraints.txt", "install/LICENCES.md"}
_HEADING = re.compile(r"^## (\S+) \((unreleased|\d{4}-\d{2}-\d{2})\)$", re.MULTILINE)


def test_no_other_file_states_it(tmp_path: Path) -> None:
    sources = copy_sources(tmp_path / "sources")
    stated = re.compile(rf"(?<![\w.]){re.escape(__version__)}(?![\w.]*\d)")
    stating = {
        name
        for name in files_in(sources) - _OF_OTHERS
        # Samples and kept files of the tests are of the version that wrote them.
        if not name.startswith("tests/") and stated.search(text_of(sources / name))
    }
    assert stating == {PLACE, CHANGES}
    assert "version" not in project()["project"]  # type: ignore[operator]


def test_the_newest_changes_are_those_of_this_version() -> None:
    text = (ROOT / CHANGES).read_text("utf-8")
    headings = _HEADING.findall(text)
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        f"## {name} ({when})" for name, when in headings
    ]
    names = [name for name, _ in headings]
    assert names[0] == __version__
    assert names == sorted(names, key=Version, reverse=True)
    dates = [when for _, when in headings[1:]]
    assert "unreleased" not in dates, "only the newest may wait for its release"
    assert dates == sorted(dates, reverse=True)


def test_the_command_and_the_metadata_say_the_same() -> None:
    code = "import sys; from sidecar.cli.main import main; sys.exit(main(['--version']))"
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert said == f"proxx {__version__}\n"
    assert version("proxx") == __version__


# That this one reaches them is held in `test_release_build.py`.
@pytest.mark.slow
def test_a_new_version_is_written_once_and_reaches_wheel_and_sdist(tmp_path: Path) -> None:
    sources = copy_sources(tmp_path / "sources")
    place = sources / PLACE
    text = place.read_text("utf-8")
    place.write_text(text.replace(f'"{__version__}"', '"97.98.99"'), encoding="utf-8")
    release = build(sources, tmp_path / "out")
    assert release.wheel.name == "proxx-97.98.99-py3-none-any.whl"
    assert release.sdist.name == "proxx-97.98.99.tar.gz"
    assert b"\nVersion: 97.98.99\n" in release.metadata
    naming = [name for name, content in release.in_wheel.items() if b"97.98.99" in content]
    assert sorted(naming) == [
        "proxx-97.98.99.dist-info/METADATA",
        "proxx-97.98.99.dist-info/RECORD",
        PLACE,
    ]


def text_of(file: Path) -> str:
    """What can be read of a file; a font is none."""
    return file.read_text("utf-8", errors="replace")
