"""A history that is not whole, that another adds to, or whose disk is full: nothing is lost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from sidecar.report.exports import mhl_files
from sidecar.report.exports.mhl_files import HistoryRefused
from tests.report.exports.histories import add, verify

# Of the library's own verify, under the newest pathspec.
pytestmark = pytest.mark.filterwarnings("ignore:GitWildMatchPattern:DeprecationWarning")
# The library leaves open what it cannot read.
_LEFT_OPEN = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


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
