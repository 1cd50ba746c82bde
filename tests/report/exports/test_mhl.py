"""ASC MHL histories: verified by the reference implementation, generation by generation."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import click
import pytest
from ascmhl import commands, errors
from ascmhl.chain_xml_parser import parse as parse_chain

from proxx_engine import PlaceError
from sidecar.report.exports import mhl
from tests.report.exports.histories import actions, add, verify
from tests.report.exports.rows import put
from tests.results.scenes import PROXY

# Of the library's own verify, under the newest pathspec.
pytestmark = pytest.mark.filterwarnings("ignore:GitWildMatchPattern:DeprecationWarning")


def test_a_new_history_is_verified_by_the_reference_implementation(place: Path) -> None:
    made = add(place)
    assert (made.number, made.count, made.left_out, made.broken) == (1, 2, (), 0)
    assert made.path is not None
    assert made.path.parent == place / "ascmhl"
    verify(place)
    assert actions(place) == {"0001": ["A.mov xxh128 original", "sub/B.mov xxh128 original"]}
    assert not [path for path in place.iterdir() if path.name.endswith(".part")]
    (place / "sub/B.mov").write_bytes(PROXY[::-1])
    with pytest.raises(errors.VerificationFailedException):
        verify(place)


def test_what_proxx_writes_beside_proxies_is_no_new_file_to_a_verification(place: Path) -> None:
    add(place)
    for name in ("A.12345678.qc.json", "proxx-report.html", "A.links.jsonl", ".proxx-12345678"):
        (place / name).touch()
    verify(place)
    (place / "unproven.mov").touch()
    with pytest.raises(errors.NewFilesFoundException):
        verify(place)


def test_both_files_of_a_history_are_as_its_schema_has_them(place: Path) -> None:
    add(place)
    add(place)
    [first, second] = parse_chain(str(place / "ascmhl/ascmhl_chain.xml")).generations
    assert (first.generation_number, second.generation_number) == ("1", "2")
    for entry in (first, second):
        assert (place / "ascmhl" / entry.ascmhl_filename).is_file()


def test_the_next_generation_verifies_what_is_known_and_adds_what_is_new(place: Path) -> None:
    add(place)
    before = {path: path.read_bytes() for path in (place / "ascmhl").glob("*.mhl")}
    put(place, "C.mov")
    made = add(place)
    assert made.number == 2
    verify(place)
    assert actions(place)["0002"] == [
        "A.mov xxh128 verified",
        "C.mov xxh128 original",
        "sub/B.mov xxh128 verified",
    ]
    assert all(path.read_bytes() == data for path, data in before.items())


def test_a_history_that_another_tool_began_is_continued_in_its_checksums(place: Path) -> None:
    nothing = (None,) * 6
    ignored = list(mhl.OURS)
    commands.create_for_folder_subcommand(
        str(place), False, False, ["md5", "xxh64"], False, *nothing, ignored
    )
    put(place, "C.mov")
    made = add(place)
    assert made.number == 2
    verify(place)
    assert sorted(actions(place)["0002"]) == [
        *("A.mov md5 verified", "A.mov xxh64 verified"),
        *("C.mov md5 original", "C.mov xxh64 original"),
        *("sub/B.mov md5 verified", "sub/B.mov xxh64 verified"),
    ]


@pytest.fixture
def hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without the library."""
    imported = importlib.import_module

    def lacking(name: str, package: str | None = None) -> Any:
        if name.startswith("ascmhl"):
            raise ModuleNotFoundError(f"No module named {name!r}", name="ascmhl")
        return imported(name, package)

    monkeypatch.setattr(mhl.importlib, "import_module", lacking)


@pytest.mark.usefixtures("hidden")
def test_without_the_library_its_name_and_its_cure_are_told(place: Path) -> None:
    with pytest.raises(PlaceError) as raised:
        add(place)
    assert raised.value.code == "TOOL_MHL_MISSING"
    assert "-m pip install ascmhl" in raised.value.detail
    assert not (place / "ascmhl").exists()


def test_the_library_says_what_it_finds_in_words_of_its_own() -> None:
    assert issubclass(errors.NoMHLChainException, click.ClickException)
