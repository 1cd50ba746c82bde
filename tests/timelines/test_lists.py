"""EDL and ALE as Avid, Premiere Pro and Resolve write them → what they use."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine import RequestError
from sidecar.timelines.model import Timecodes, Used
from sidecar.timelines.reading import read_timelines
from tests.timelines.dialects import ALE, AVID_EDL, PREMIERE_EDL, RESOLVE_EDL, edl


def _read(folder: Path, text: str | bytes, name: str = "cut.edl") -> tuple[Used, ...]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    [timeline] = read_timelines((path,))
    return timeline.used


def _refused(folder: Path, text: str | bytes, name: str = "cut.edl") -> str:
    with pytest.raises(RequestError) as refused:
        _read(folder, text, name)
    [issue] = refused.value.issues
    assert issue.code == "SPEC_BAD_TIMELINE"
    assert issue.path == str(folder / name)
    return issue.sentence


def test_an_avid_list_names_file_clip_and_reel_of_each_event(tmp_path: Path) -> None:
    used = _read(tmp_path, AVID_EDL)
    assert used[0] == Used(
        event="event 001 (line 3)",
        names=("A001C001.MOV", "12A-1"),
        reel="A001C001",
        span=Timecodes(start="01:00:01:00", end="01:00:03:00"),
    )
    assert [each.reel for each in used if not each.no_media] == [
        *("A001C001", "A001C002", "A001C003", "A001C004", "A001C005"),
    ]


def test_black_is_left_out_with_its_reason(tmp_path: Path) -> None:
    [black] = [each for each in _read(tmp_path, AVID_EDL) if each.no_media]
    assert (black.name, black.no_media) == ("BL", "a generator: black")


def test_the_clip_that_ends_in_a_dissolve_is_used_too(tmp_path: Path) -> None:
    going, coming = [e for e in _read(tmp_path, AVID_EDL) if e.event.startswith("event 004")]
    assert going.names == ("12A-3",)
    assert going.span == Timecodes(start="03:00:04:00", end="03:00:04:00")
    assert coming.names == ("12A-4",)
    assert coming.span == Timecodes(start="04:00:01:00", end="04:00:03:00")


def test_under_another_speed_only_the_first_frame_is_sure(tmp_path: Path) -> None:
    used = _read(tmp_path, AVID_EDL)[1]
    assert used.span == Timecodes(start="02:00:01:00", end="02:00:01:00")


def test_what_is_only_heard_is_told_from_what_is_seen(tmp_path: Path) -> None:
    assert [each.kind for each in _read(tmp_path, AVID_EDL)][-2:] == ["video", "audio"]
    assert [each.kind for each in _read(tmp_path, PREMIERE_EDL)] == ["video", "video"]


def test_drop_frame_is_kept_and_an_auxiliary_reel_is_no_reel(tmp_path: Path) -> None:
    first, still = _read(tmp_path, PREMIERE_EDL)
    assert first.span == Timecodes(start="01:00:01;00", end="01:00:03;00")
    assert first.reel is None
    assert still.names == ("B 2.mov",)
    assert still.span == Timecodes(start="00:00:00;00", end="00:00:00;00")


def test_a_long_reel_of_resolve_is_whole(tmp_path: Path) -> None:
    first, title = _read(tmp_path, RESOLVE_EDL)
    assert first.reel == "A001C001_230511_R1AB"
    assert title.names == ("Text+",)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(AVID_EDL.replace("\n", "\r\n").encode(), id="Windows"),
        pytest.param(AVID_EDL.replace("\n", "\r").encode(), id="old Mac"),
        pytest.param(("\ufeff" + AVID_EDL).encode(), id="byte order mark"),
        pytest.param(AVID_EDL.encode("utf-16"), id="UTF-16"),
    ],
)
def test_whatever_system_wrote_it_a_list_reads_the_same(tmp_path: Path, data: bytes) -> None:
    assert _read(tmp_path, data) == _read(tmp_path, AVID_EDL)


def test_an_old_encoding_costs_no_event(tmp_path: Path) -> None:
    text = AVID_EDL.replace("12A-1", "Café")
    assert _read(tmp_path, text.encode("cp1252"))[0].names[1] == "Café"


def test_a_path_in_a_note_is_kept_with_its_name(tmp_path: Path) -> None:
    note = "* FROM CLIP: S:\\shoot\\A001C001.mov\n"
    used = _read(tmp_path, AVID_EDL.replace("* SOURCE FILE: A001C001.MOV\n", note))[0]
    assert used.url == "S:\\shoot\\A001C001.mov"
    assert used.names == ("A001C001.mov", "12A-1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no event"),
        ("TITLE: nothing\n", "holds no event"),
        (AVID_EDL.replace("V     C  ", "V     Q  ", 1), "line 3"),
        ("\0" * 100, "NUL"),
    ],
)
def test_what_is_no_list_of_cuts_is_refused(tmp_path: Path, text: str, words: str) -> None:
    assert words in _refused(tmp_path, text)


def test_an_ale_names_each_clip_whole(tmp_path: Path) -> None:
    first, wild, second = _read(tmp_path, ALE, "bin.ale")
    assert first == Used(
        event="line 11",
        names=("A001C001.mov", "12A-1"),
        url="/Volumes/Shoot/A/A001C001.mov",
        reel="A001",
        span=Timecodes(start="01:00:00:00", end="01:00:10:00"),
    )
    assert wild.kind == "audio"
    assert (second.reel, second.url) == ("A001C002", None)


def test_an_ale_with_commas_reads_the_same(tmp_path: Path) -> None:
    commas = ALE.replace("\t", ",").replace("FIELD_DELIM,TABS", "FIELD_DELIM\tCOMMAS")
    assert _read(tmp_path, commas, "bin.ale") == _read(tmp_path, ALE, "bin.ale")


def test_an_ale_without_columns_is_refused(tmp_path: Path) -> None:
    assert "Column" in _refused(tmp_path, "Heading\nFPS\t25\n", "bin.ale")


def _event(*lines: str) -> str:
    return "\n".join(("TITLE: cut", *lines))


def test_a_frozen_frame_that_takes_no_time_of_its_source_is_used(tmp_path: Path) -> None:
    frozen = "001  A001 V C  01:00:01:00 01:00:01:00 00:00:00:00 00:00:02:00"
    [used] = _read(tmp_path, _event(frozen, "M2   A001  000.0  01:00:01:00"))
    assert used.span == Timecodes(start="01:00:01:00", end="01:00:01:00")


DISSOLVE = (
    "004  AX V C      01:00:04:00 01:00:04:00 01:00:05:00 01:00:05:00",
    "004  AX V D 024  01:00:01:00 01:00:03:00 01:00:05:00 01:00:07:00",
)
FROM, TO = "* FROM CLIP NAME: 12A-1", "* TO CLIP NAME: 12A-2"
A, B = "* SOURCE FILE: A.mov", "* SOURCE FILE: B.mov"


@pytest.mark.parametrize("notes", [(FROM, A, TO, B), (FROM, TO, A, B)])
def test_under_a_dissolve_each_clip_has_its_own_file(
    tmp_path: Path, notes: tuple[str, ...]
) -> None:
    used = _read(tmp_path, _event(*DISSOLVE, *notes))
    assert [each.names for each in used] == [("A.mov", "12A-1"), ("B.mov", "12A-2")]


def test_a_single_file_under_a_dissolve_is_less_sure_than_the_names_of_the_clips(
    tmp_path: Path,
) -> None:
    used = _read(tmp_path, _event(*DISSOLVE, FROM, TO, B))
    assert [each.names for each in used] == [("12A-1", "B.mov"), ("12A-2", "B.mov")]


@pytest.mark.parametrize(
    ("reels", "files"),
    [(("A001", "A002"), ("A.mov", None)), (("BL", "A002"), (None, "A.mov"))],
)
def test_a_single_file_under_a_dissolve_of_two_reels_is_of_the_first_that_is_media(
    tmp_path: Path, reels: tuple[str, str], files: tuple[str | None, str | None]
) -> None:
    """Avid writes the file of the clip that ends, and that of the one that comes with its cut."""
    lines = (line.replace("AX", reel) for line, reel in zip(DISSOLVE, reels, strict=True))
    used = _read(tmp_path, _event(*lines, FROM, TO, A))
    assert [next((n for n in each.names if ".mov" in n), None) for each in used] == list(files)


def test_of_two_cuts_with_one_number_each_has_its_own_name(tmp_path: Path) -> None:
    picture = "001  AX V C  01:00:04:00 01:00:05:00 01:00:05:00 01:00:06:00"
    sound = "001  AX A C  01:00:01:00 01:00:02:00 01:00:05:00 01:00:06:00"
    names = (f"* FROM CLIP NAME: {name}.mov" for name in "ab")
    used = _read(tmp_path, _event(picture, next(names), sound, next(names)))
    assert [each.names for each in used] == [("a.mov",), ("b.mov",)]


def test_a_key_over_a_background_is_two_clips(tmp_path: Path) -> None:
    times = "01:00:01:00 01:00:02:00 00:00:00:00 00:00:01:00"
    over = _event(f"001  A001 V K B      {times}", f"001  A002 V K (F) 012 {times}")
    assert [used.reel for used in _read(tmp_path, over)] == ["A001", "A002"]


@pytest.mark.parametrize("line", ["001  A001 V C {0} {0} {0} {0} late", "001 A001 V C {0} {0}"])
def test_an_event_in_other_words_is_refused_and_never_passed_over(
    tmp_path: Path, line: str
) -> None:
    assert "line 9" in _refused(
        tmp_path, AVID_EDL.replace("003  BL", f"{line}\n003  BL", 1).format("01:00:00:00")
    )


@pytest.mark.parametrize(
    ("said", "url"), [("A.mov", None), ("day 1/A.mov", "day 1/A.mov"), ("D:\\A.mov", "D:\\A.mov")]
)
def test_a_name_without_a_folder_is_no_place(tmp_path: Path, said: str, url: str | None) -> None:
    for what in ("FROM FILE", "FROM CLIP", "SOURCE FILE"):
        text = edl({"12A-1": ("01:00:01:00", "01:00:03:00")}) + f"* {what}: {said}\n"
        [used] = _read(tmp_path, text)
        assert (used.url, used.names) == (url, ("A.mov", "12A-1"))


def test_an_ale_that_has_the_file_only_in_its_path_names_it(tmp_path: Path) -> None:
    path = "\\\\nas\\shoot\\A001.mov"
    columns = "Heading\nFIELD_DELIM\tTABS\n\nColumn\nName\tUNC Path\tStart\tEnd\n\nData\n"
    row = f"12A-1\t{path}\t01:00:00:00\t01:00:10:00\n"
    [used] = _read(tmp_path, columns + row, "bin.ale")
    assert (used.url, used.names) == (path, ("A001.mov", "12A-1"))
