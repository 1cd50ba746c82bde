"""What is read out of the files of a Resolve: any bytes tell something true, or nothing."""

from __future__ import annotations

import io
import plistlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.installed.program_version import read_program_version
from sidecar.installed.resolve_evidence import (
    Told,
    told_by_log,
    told_by_plist,
    told_by_readme,
    told_by_welcome,
)
from sidecar.installed.versions import is_at_least, is_same_release, parse_version, version_text

from .made_machines import about
from .windows_programs import windows_program

NUMBERS = st.tuples(*[st.integers(0, 0xFFFF)] * 4)
VERSIONS = st.lists(st.integers(0, 30), min_size=1, max_size=4).map(tuple)
READERS = [told_by_log, told_by_plist, told_by_readme, told_by_welcome]


@given(NUMBERS, st.sampled_from([32, 64]), st.lists(st.integers(1, 15), max_size=5))
def test_the_version_that_a_program_was_given_is_read(
    version: tuple[int, ...], bits: int, types: list[int]
) -> None:
    program = windows_program(version, bits=bits, earlier_types=tuple(types))
    assert read_program_version(io.BytesIO(program)) == version


@given(NUMBERS, st.data())
def test_a_program_that_is_cut_or_damaged_tells_its_version_or_none(
    version: tuple[int, ...], data: st.DataObject
) -> None:
    program = bytearray(windows_program(version))
    cut = data.draw(st.integers(0, len(program)))
    assert read_program_version(io.BytesIO(program[:cut])) in (version, None)
    for _ in range(data.draw(st.integers(1, 8))):
        program[data.draw(st.integers(0, len(program) - 1))] = data.draw(st.integers(0, 255))
    found = read_program_version(io.BytesIO(program))
    assert found is None or len(found) == 4


@given(st.binary(max_size=400))
def test_any_bytes_are_no_program(data: bytes) -> None:
    assert read_program_version(io.BytesIO(data)) is None
    assert read_program_version(io.BytesIO(b"MZ" + data)) is None


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@given(data=st.binary(max_size=300))
def test_any_bytes_tell_nothing(read, data: bytes) -> None:
    for start in (b"", b"bplist00", b"<?xml version='1.0'?><plist>", b"\xff\xfe"):
        assert read(start + data) == Told()


@given(st.data())
def test_a_plist_that_is_damaged_is_read_without_a_fault(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from([plistlib.FMT_BINARY, plistlib.FMT_XML]))
    plist = bytearray(
        plistlib.dumps(
            {
                "CFBundleIdentifier": "com.blackmagic-design.DaVinciResolve",
                "CFBundleShortVersionString": "21.0.3",
            },
            fmt=form,
        )
    )
    for _ in range(data.draw(st.integers(1, 6))):
        plist[data.draw(st.integers(0, len(plist) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(told_by_plist(bytes(plist)), Told)


@pytest.mark.parametrize(
    "plist",
    [
        [],
        "21.0.3",
        {},
        {"CFBundleIdentifier": 7, "CFBundleShortVersionString": 21.0},
        {"CFBundleShortVersionString": "new"},
        {"CFBundleShortVersionString": "3.66.5"},
    ],
)
def test_a_plist_of_something_else_tells_nothing(plist: object) -> None:
    assert told_by_plist(plistlib.dumps(plist)) == Told()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (about("About DaVinci Resolve Studio 21.1"), Told(edition="studio", version=(21, 1))),
        (about("About DaVinci Resolve 20.0.1"), Told(edition="free", version=(20, 0, 1))),
        (about("About DaVinci Resolve"), Told(edition="free")),
        (about("About DaVinci<br>Resolve Studio"), Told()),
        (
            about("About\n DaVinci&nbsp;Resolve <i>Studio</i> 20 Public Beta 2"),
            Told(edition="studio", version=(20,)),
        ),
        (about("About DaVinci Resolve Studio") + about("About DaVinci Resolve"), Told()),
        (about("About DaVinci Resolve Project Server 21"), Told()),
        (about("About DaVinci Resolve 21 and DaVinci Resolve Studio 21"), Told()),
        (about("About DaVinci Resolve 18.6.5 for macOS"), Told(edition="free", version=(18, 6, 5))),
        (about("About the Studio edition"), Told()),
        ("", Told()),
    ],
)
def test_only_the_heading_of_a_readme_tells_the_edition(text: str, told: Told) -> None:
    assert told_by_readme(text.encode()) == told
    assert told_by_readme(text.encode("utf-16")) == told


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Welcome to DaVinci Resolve 20\n", (20,)),
        ("Thank you for DaVinci Resolve\nStudio 18.6.5.", (18, 6, 5)),
        ("DaVinci Resolve 4K", None),
        ("Welcome", None),
    ],
)
def test_a_welcome_tells_a_version_and_no_edition(
    text: str, version: tuple[int, ...] | None
) -> None:
    assert told_by_welcome(text.encode()) == Told(version=version)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("v17.4.1.0004 (Linux/Clang x86_64)", Told(edition="free", version=(17, 4, 1, 4))),
        ("v17.0.0b.0007 (Linux/Clang)", Told(edition="free", version=(17, 0, 0))),
        ("Studio v21.1.0.0014 (Mac)", Told(edition="studio", version=(21, 1, 0, 14))),
        ("Panel v2.0", Told()),
    ],
)
def test_a_log_tells_what_was_started_last(line: str, told: Told) -> None:
    earlier = "0x7f | Main | INFO | 2021 | Running DaVinci Resolve Studio v16.2.1.0001 (Mac)\n"
    head = "0x7fc6e47816c0 | Main                 | INFO  | 2021-12-25 16:47:57,075 | "
    log = f"{head}Running DaVinci Resolve {line}\nn\xe4chste\n".encode("latin-1")
    assert told_by_log(log) == told
    assert told_by_log(earlier.encode() + log) == (
        told if told.edition else told_by_log(earlier.encode())
    )


@given(VERSIONS)
def test_a_version_that_is_written_is_read(version: tuple[int, ...]) -> None:
    assert parse_version(version_text(version)) == version[:3]
    assert parse_version(".".join(map(str, version)) + "b.0025") == version


@pytest.mark.parametrize("text", ["", "v21", "next", ".5", "٢١"])
def test_a_text_without_a_number_at_its_start_is_no_version(text: str) -> None:
    assert parse_version(text) is None


@given(VERSIONS, VERSIONS, st.lists(st.integers(0, 30), max_size=3).map(tuple))
def test_what_is_known_of_a_version_says_yes_or_no_only_where_the_rest_cannot_matter(
    known: tuple[int, ...], bound: tuple[int, ...], rest: tuple[int, ...]
) -> None:
    width = 8
    whole = (known + rest + (0,) * width)[:width]
    padded = (bound + (0,) * width)[:width]
    answer = is_at_least(known, bound)
    assert answer in (None, whole >= padded)
    lowest = (known + (0,) * width)[:width] >= padded
    highest = (known + (999,) * width)[:width] >= padded
    assert answer == (lowest if lowest == highest else None)


@given(VERSIONS, VERSIONS)
def test_versions_are_of_one_release_if_what_is_known_of_both_is_equal(
    one: tuple[int, ...], other: tuple[int, ...]
) -> None:
    assert is_same_release(one, other) == is_same_release(other, one)
    assert is_same_release(one, one[:1])
    assert is_same_release((*one[:3], 7)[:4], (*one[:3], 9)[:4]) == (len(one) >= 3)


def test_nothing_is_known_of_no_version() -> None:
    assert is_at_least(None, (21, 1)) is None
