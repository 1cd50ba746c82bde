"""ASC MHL histories: verified by the reference implementation, generation by generation."""

from __future__ import annotations

import hashlib
import importlib
import os
from pathlib import Path
from typing import Any

import click
import pytest
from ascmhl import commands, errors
from ascmhl.chain_xml_parser import parse as parse_chain
from ascmhl.history import MHLHistory

from proxx_engine import PlaceError
from sidecar.report.exports import mhl, mhl_files
from sidecar.report.exports.mhl import Generation, add_generation
from sidecar.report.exports.mhl_files import HistoryRefused
from tests.report.exports.rows import put, rows_below
from tests.results.scenes import PROXY, failed, write_result

# Of the library's own verify, under the newest pathspec.
pytestmark = pytest.mark.filterwarnings("ignore:GitWildMatchPattern:DeprecationWarning")
# The library leaves open what it cannot read.
_LEFT_OPEN = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def add(root: Path, below: Path | None = None) -> Generation:
    return add_generation(root, rows_below(below or root), reading=lambda *_: None)


def verify(root: Path) -> None:
    """Let the library verify a folder; raises what it finds."""
    commands.verify_entire_folder(str(root), False, None, None)


def actions(root: Path) -> dict[str, list[str]]:
    """What each generation says of each file."""
    return {
        hash_list.get_file_name()[:4]: [
            f"{media.path} {entry.hash_format} {entry.action}"
            for media in hash_list.media_hashes
            for entry in media.hash_entries
        ]
        for hash_list in MHLHistory.load_from_path(str(root)).hash_lists
    }


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with two proven proxies."""
    put(tmp_path / "dailies", "A.mov")
    put(tmp_path / "dailies", "sub/B.mov")
    return tmp_path / "dailies"


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


def test_a_proxy_that_changed_since_is_named_and_left_out(place: Path) -> None:
    add(place)
    (place / "A.mov").write_bytes(PROXY[::-1])
    made = add(place)
    assert (made.count, made.broken) == (1, 1)
    [left_out] = made.left_out
    assert (left_out.name, left_out.reason) == ("A.mov", "changed: content differs")
    assert actions(place)["0002"] == ["sub/B.mov xxh128 verified"]


def test_a_proxy_that_was_made_anew_is_not_what_the_history_says(place: Path) -> None:
    add(place)
    anew = b"other bytes of a prox"
    sha256 = hashlib.sha256(anew).hexdigest()
    changes: dict[str, Any] = {"output_size_bytes": len(anew), "output_sha256": sha256}
    put(place, "A.mov", minute=9, **changes).write_bytes(anew)
    rows = [row for row in rows_below(place) if row.state == "proven"]
    made = add_generation(place, rows, reading=lambda *_: None)
    assert (made.count, made.broken) == (1, 1)
    assert "another file than the one that the history has the xxh128 of" in made.left_out[0].reason


def test_what_is_not_proven_or_lies_elsewhere_is_left_out(place: Path, tmp_path: Path) -> None:
    put(place, "gone.mov").unlink()
    write_result(place, failed("F.mov", place))
    put(tmp_path / "elsewhere", "E.mov")
    made = add(place, tmp_path)
    assert (made.count, made.broken) == (2, 0)
    assert {each.name: each.reason for each in made.left_out} == {
        "gone.mov": "gone: proxy is gone",
        "F.mov": "failed: SOURCE_TRUNCATED",
        "E.mov": f"lies outside of {place}",
    }
    verify(place)


@pytest.mark.parametrize(
    "name", ["a\nb.mov", "a\rb.mov", "a\u2028b.mov", "a\x0bb.mov", "a\x85.mov"]
)
def test_a_name_that_the_library_would_spoil_is_left_out(place: Path, name: str) -> None:
    put(place, name)
    made = add(place)
    assert made.count == 2
    [left_out] = made.left_out
    assert (left_out.name, left_out.reason) == (name, "its name cannot stand in XML")


@pytest.mark.parametrize(
    "name", ["a & <b>.mov", " \" '.mov", "ümlaut 映画.mov", "u\u0308.mov", "]]>.mov", "\u202ea.mov"]
)
def test_any_other_name_is_verified(place: Path, name: str) -> None:
    put(place, name)
    assert add(place).left_out == ()
    add(place)
    verify(place)


def test_a_folder_below_with_a_history_of_its_own_keeps_its_proxies(place: Path) -> None:
    add(place / "sub", place)
    made = add(place)
    assert made.count == 1
    [left_out] = made.left_out
    assert left_out.name == "sub/B.mov"
    assert f"lies in {place / 'sub'}, which has a history of its own" in left_out.reason
    verify(place)


def test_nothing_to_write_writes_nothing(tmp_path: Path) -> None:
    write_result(tmp_path, failed("F.mov", tmp_path))
    made = add(tmp_path)
    assert (made.path, made.count) == (None, 0)
    assert not (tmp_path / "ascmhl").exists()


def _loose(place: Path) -> None:
    (place / "0002_dailies_2026-01-01_000000Z.mhl").write_bytes(
        next(place.glob("0001*")).read_bytes()
    )


def _altered(place: Path) -> None:
    path = next(place.glob("0001*"))
    path.write_bytes(path.read_bytes() + b" ")


def _no_chain(place: Path) -> None:
    (place / "ascmhl_chain.xml").unlink()


def _no_manifest(place: Path) -> None:
    next(place.glob("0001*")).unlink()


def _broken_chain(place: Path) -> None:
    (place / "ascmhl_chain.xml").write_bytes(b"<ascmhldirectory")


def _entities(place: Path) -> None:
    (place / "ascmhl_chain.xml").write_bytes(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


def _other_checksum(place: Path) -> None:
    from ascmhl.hasher import hash_file

    path = place / "ascmhl_chain.xml"
    begin, _, rest = path.read_text().partition("<c4>")
    md5 = hash_file(str(next(place.glob("0001*"))), "md5")
    path.write_text(f"{begin}<md5>{md5}</md5>{rest.partition('</c4>')[2]}")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_loose, "its chain does not name 0002_dailies"),
        (_altered, "Modified ASC MHL manifest"),
        (_no_chain, "Missing ASC MHL chain"),
        (_no_manifest, "Missing ASC MHL manifest"),
        pytest.param(_broken_chain, "cannot be read", marks=_LEFT_OPEN),
        (_entities, "declares a document type"),
        (_other_checksum, "other checksums than C4"),
    ],
)
def test_a_history_that_is_not_whole_is_refused_and_left_as_it_is(
    place: Path, spoil: Any, told: str
) -> None:
    add(place)
    spoil(place / "ascmhl")
    before = {path.name: path.read_bytes() for path in (place / "ascmhl").iterdir()}
    with pytest.raises(HistoryRefused, match=told):
        add(place)
    assert {path.name: path.read_bytes() for path in (place / "ascmhl").iterdir()} == before


def test_a_history_that_another_adds_to_meanwhile_is_not_lost(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(place)
    write = mhl_files.write_whole

    def meanwhile(path: Path, data: bytes) -> None:
        write(path, data)
        monkeypatch.setattr(mhl_files, "write_whole", write)
        chain = place / "ascmhl/ascmhl_chain.xml"
        chain.write_bytes(chain.read_bytes() + b"\n")

    monkeypatch.setattr(mhl_files, "write_whole", meanwhile)
    with pytest.raises(HistoryRefused, match="added to meanwhile"):
        add(place)
    assert len(list((place / "ascmhl").glob("*.mhl"))) == 1
    add(place)
    verify(place)


def test_a_history_that_another_begins_meanwhile_stays_as_it_is(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = mhl_files.publish

    def meanwhile(hidden: Path, final: Path) -> object:
        final.mkdir()
        (final / "ascmhl_chain.xml").write_text("another's")
        return publish(hidden, final)

    monkeypatch.setattr(mhl_files, "publish", meanwhile)
    with pytest.raises(HistoryRefused, match="begun meanwhile"):
        add(place)
    assert [path.name for path in (place / "ascmhl").iterdir()] == ["ascmhl_chain.xml"]
    assert [path.name for path in place.iterdir() if path.name.endswith(".part")] == []


def test_a_chain_that_cannot_be_written_costs_no_history(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(place)

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, os.strerror(28), str(path))

    with monkeypatch.context() as patched:
        patched.setattr(mhl_files, "replace_whole", full)
        with pytest.raises(OSError, match=os.strerror(28)):
            add(place)
    verify(place)
    assert add(place).number == 2
    verify(place)


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
