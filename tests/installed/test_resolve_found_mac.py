"""Several programs beside each other, and those of the Mac App Store, as macOS has them."""

from __future__ import annotations

import plistlib
from pathlib import Path

import pytest

from .made_machines import STORE_FREE, STORE_STUDIO, Made


@pytest.fixture
def mac(tmp_path: Path) -> Made:
    return Made("darwin", tmp_path / "Maschine ö")


def test_a_log_that_could_be_of_either_of_two_tells_nothing(mac: Made) -> None:
    mac.app(version="21.0.4")
    mac.app("Applications/DaVinci Resolve 21.0.4 free/DaVinci Resolve.app", version="21.0.4")
    mac.log("Studio v21.0.4.0005")
    assert [found.edition for found in mac.find()] == [None, None]


def test_several_versions_beside_each_other_are_all_found(mac: Made) -> None:
    mac.app(version="21.1.0")
    mac.app("Applications/DaVinci Resolve 20/DaVinci Resolve.app", version="20.3.2")
    mac.app("Users/Jürgen Ñ/Applications/DaVinci Resolve.app", version="18.6.5")
    mac.log("Studio v21.1.0.0014")
    assert [(found.edition, found.version) for found in mac.find()] == [
        ("studio", (21, 1, 0, 14)),
        (None, (20, 3, 2)),
        (None, (18, 6, 5)),
    ]


@pytest.mark.parametrize(
    ("name", "identity", "edition"),
    [
        ("DaVinci Resolve.app", STORE_FREE, "free"),
        ("DaVinci Resolve Studio.app", STORE_STUDIO, "studio"),
    ],
)
def test_a_build_of_the_mac_app_store_is_told_from_its_plist(
    mac: Made, name: str, identity: str, edition: str
) -> None:
    mac.app(f"Applications/{name}", identity=identity)
    mac.log("v21.0.3.0007")
    found = mac.only()
    assert (found.edition, found.store, found.python) == (edition, True, None)
    assert found.name.endswith("of the Mac App Store")


def test_a_log_is_of_the_other_one_where_one_is_of_the_mac_app_store(mac: Made) -> None:
    mac.app("Applications/DaVinci Resolve.app", identity=STORE_FREE)
    mac.app()
    mac.log("Studio v21.0.3.0007")
    assert [(found.edition, found.store) for found in mac.find()] == [
        ("free", True),
        ("studio", False),
    ]


def test_other_programs_of_the_maker_are_no_resolve(mac: Made) -> None:
    for name in ("DaVinci Resolve Project Server", "DaVinci Remote Monitor", "Fairlight"):
        mac.app(f"Applications/{name}/{name}.app")
    assert mac.find() == ()


@pytest.mark.parametrize(
    "plist", [None, b"", b"<plist>", b"bplist00", plistlib.dumps([1]), b"\xff" * 99], ids=repr
)
def test_a_program_with_a_wrong_plist_is_found_and_nothing_told(
    mac: Made, plist: bytes | None
) -> None:
    program = mac.app()
    if plist is None:
        (program / "Contents/Info.plist").unlink()
    else:
        (program / "Contents/Info.plist").write_bytes(plist)
    found = mac.only()
    assert (found.edition, found.version, found.store) == (None, None, False)
