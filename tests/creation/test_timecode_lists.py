"""Lists of start timecodes as people have them: ALE and CSV, found by name, refused whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from proxx_engine import CreationError
from proxx_engine.creation.footage.walk import Found, walk_footage
from proxx_engine.creation.timecodes.lists import TimecodeList, read_timecode_list
from tests.creation.card_trees import grow, red_card

ALE = (
    "Heading\nFIELD_DELIM\tTABS\nVIDEO_FORMAT\t1080\nAUDIO_FORMAT\t48khz\nFPS\t29.97\n\n"
    "Column\nName\tTracks\tStart\tEnd\tTape\tSource File\t\n\n"
    "Data\n"
    "Interview\tVA1A2\t01:00:00;00\t01:00:10;00\tA001\tA001C001.mov\t\n"
    "\n"
    "Street\tV\t02:00:00;00\t02:00:10;00\tA002\tA002C001.mov\t\n"
)
CSV = "File Name,Start TC,Reel\nA001C001.mov,01:00:00;00,A001\nA002C001.mov,02:00:00;00,A002\n"


def _read(folder: Path, text: str | bytes, name: str = "list.csv") -> TimecodeList:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_timecode_list(path)


def _refused(folder: Path, text: str | bytes, name: str = "list.csv") -> list[str]:
    with pytest.raises(CreationError) as refused:
        _read(folder, text, name)
    assert refused.value.subject == str(folder / name)
    return [f"{issue.path}: {issue.sentence}" for issue in refused.value.issues]


def _clips(folder: Path, *names: str) -> dict[str, Found]:
    entries = walk_footage((grow(folder / "footage", names),), out=folder / "out")
    return {entry.path.name: entry for entry in entries if isinstance(entry, Found)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param(ALE, "day.ale", id="ALE"),
        pytest.param(ALE, "day.txt", id="ALE by its first word"),
        pytest.param(ALE.replace("\n", "\r\n"), "day.ALE", id="ALE from Windows"),
        pytest.param(ALE.replace("\n", "\r"), "day.ale", id="ALE from an old Mac"),
        pytest.param("\ufeff" + ALE, "day.ale", id="ALE with a byte order mark"),
        pytest.param(ALE.encode("utf-16"), "day.ale", id="ALE in UTF-16"),
        pytest.param(
            ALE.replace("TABS", "COMMAS")
            .replace("\t", ",")
            .replace("FIELD_DELIM,", "FIELD_DELIM\t"),
            "day.ale",
            id="ALE with commas",
        ),
        pytest.param(CSV, "day.csv", id="CSV"),
        pytest.param(
            re.sub(r"([0-9:]+;00)", r'"\1"', CSV).replace(",", ";"), "day.csv", id="semicolons"
        ),
        pytest.param(CSV.replace(",", "\t"), "day.tsv", id="tabs"),
        pytest.param("sep=,\r\n" + CSV.replace("\n", "\r\n"), "day.csv", id="from Excel"),
        pytest.param("\ufeff" + CSV, "day.csv", id="with a byte order mark"),
        pytest.param(CSV.encode("utf-16"), "day.csv", id="in UTF-16"),
        pytest.param(CSV.replace("\n", "\r"), "day.csv", id="old Mac lines"),
        pytest.param("\n\n" + CSV + "\n,,\n", "day.csv", id="empty lines"),
        pytest.param(
            CSV.replace("A001C001.mov", '"/Volumes/X, Y/A001C001.mov"').replace(
                "A002C001.mov", "D:\\footage\\A002C001.mov"
            ),
            "day.csv",
            id="paths",
        ),
    ],
)
def test_a_list_is_read_in_every_form(text: str | bytes, name: str, tmp_path: Path) -> None:
    listed = _read(tmp_path, text, name)
    clips = _clips(tmp_path, "A001C001.mov", "A002C001.mov")
    for number, (file, clip) in enumerate(clips.items(), start=1):
        entry = listed.find(clip)
        assert entry is not None
        assert entry.name == file
        assert entry.timecode.start == f"0{number}:00:00;00"
        assert entry.timecode.drop_frame
        assert entry.timecode.source == "csv"
        assert entry.reel == f"A00{number}"
    assert listed.unused(clips.values()) == ()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        pytest.param("A001C001.mov", "A001C001.mov", id="the file"),
        pytest.param("a001c001.MOV", "A001C001.mov", id="in other letters"),
        pytest.param("A001C001", "A001C001.mov", id="the clip's name"),
        pytest.param("A001C001.mov", "A001C001.mxf", id="a file of the same name"),
        pytest.param("u\u0308bung.mov", "\u00fcbung.mov", id="a name from a Mac"),
        pytest.param("Scene 1.2", "Scene 1.2.mov", id="a name with a dot"),
    ],
)
def test_a_clip_is_found_by_its_name(name: str, file: str, tmp_path: Path) -> None:
    listed = _read(tmp_path, f"Name,Start\n{name},01:00:00:00\n")
    [clip] = _clips(tmp_path, file).values()
    assert listed.find(clip) is not None


def test_a_clip_of_several_files_is_found_by_any_and_by_its_own_name(tmp_path: Path) -> None:
    clips = list(walk_footage((red_card(tmp_path / "card"),), out=tmp_path / "out"))
    [clip] = [c for c in clips if isinstance(c, Found) and len(c.files) == 3]
    for name in ("A001_C002_0101AB_002.R3D", "A001_C002_0101AB"):
        assert _read(tmp_path, f"Clip Name,Timecode\n{name},01:00:00:00\n").find(clip)


@pytest.mark.parametrize("name", ["shot.[0001-0003].dpx", "shot.0001.dpx", "shot"])
def test_a_sequence_is_found_as_editing_systems_write_it(name: str, tmp_path: Path) -> None:
    [clip] = _clips(tmp_path, *(f"shot.{n:04d}.dpx" for n in (1, 2, 3))).values()
    assert _read(tmp_path, f"File Name,Start TC\n{name},01:00:00:00\n").find(clip)


def test_the_file_decides_before_the_clips_name(tmp_path: Path) -> None:
    text = "Name,Source File,Start\nB,A.mov,01:00:00:00\nA,B.mov,02:00:00:00\n"
    listed = _read(tmp_path, text)
    clips = _clips(tmp_path, "A.mov", "B.mov")
    starts = [entry.timecode.start for clip in clips.values() if (entry := listed.find(clip))]
    assert starts == ["01:00:00:00", "02:00:00:00"]


def test_a_name_that_means_two_different_clips_finds_none(tmp_path: Path) -> None:
    text = "Name,Source File,Start\nTalk,A.mov,01:00:00:00\nTalk,B.mov,02:00:00:00\n"
    listed = _read(tmp_path, text)
    clips = _clips(tmp_path, "Talk.mov", "A.mov")
    assert listed.find(clips["Talk.mov"]) is None
    assert listed.find(clips["A.mov"]) is not None


def test_rows_that_fit_no_clip_are_named(tmp_path: Path) -> None:
    listed = _read(tmp_path, CSV)
    clips = _clips(tmp_path, "A002C001.mov")
    assert listed.unused(clips.values()) == ("A001C001.mov (line 2)",)


@pytest.mark.parametrize(
    ("row", "rate", "start"),
    [
        pytest.param("A,01:00:00:24,25", "FPS", "01:00:00:24", id="25"),
        pytest.param("A,1:00:00:00,24", "FPS", "01:00:00:00", id="an hour of one digit"),
        pytest.param("A,01:00:00:59,59.94", "FPS", "01:00:00:59", id="59.94"),
        pytest.param('A,01:00:00:02,"29,97 DF"', "FPS", "01:00:00;02", id="DF in the rate"),
        pytest.param("A,01:00:00:02,30000/1001", "FPS", "01:00:00:02", id="a fraction"),
        pytest.param("A,01:00:00:02,yes", "Drop Frame", "01:00:00;02", id="a column drop-frame"),
        pytest.param("A,01;00;00;02,", "FPS", "01:00:00;02", id="semicolons all through"),
        pytest.param("A,01:00:00:119,", "FPS", "01:00:00:119", id="three digits of frames"),
    ],
)
def test_a_start_is_read_as_it_counts(row: str, rate: str, start: str, tmp_path: Path) -> None:
    [entry] = _read(tmp_path, f"Name,Start,{rate}\n{row}\n").entries
    assert (entry.timecode.start, entry.timecode.drop_frame) == (start, ";" in start)


def test_every_problem_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    text = (
        "Name,Start,FPS\n"
        "A,01:00:00:00,25\n"
        "B,01:00:00:25,25\n"
        "C,01:00:00.00,25\n"
        "D,,25\n"
        ",01:00:00:00,25\n"
        "E,01:00:00;00,24\n"
        "F,01:01:00;00,29.97\n"
        "G,01:00:00:00,fast\n"
        "A,02:00:00:00,25\n"
        "H,01:00:00:00,25,more\n"
    )
    assert _refused(tmp_path, text) == [
        "line 3: found '01:00:00:25', which is no moment of a day at 25 frames a second",
        "line 4: found '01:00:00.00', which is not of the form HH:MM:SS:FF "
        '(";" before the frames where it counts drop-frame)',
        "line 5: gives no start for D; fill it in or take the line out",
        "line 6: names neither a file nor a clip",
        "line 7: found '01:00:00;00', which counts drop-frame, which 24 frames a second cannot",
        "line 8: found '01:01:00;00', which is a number that drop-frame counting leaves out",
        "line 9: found 'fast' frames a second; expected a rate such as 25 or 29.97",
        "line 10: gives A as 02:00:00:00, but line 2 as 01:00:00:00",
        "line 11: found 4 cells under 3 columns",
    ]


def test_the_same_line_twice_is_no_problem(tmp_path: Path) -> None:
    assert len(_read(tmp_path, "Name,Start\nA,01:00:00:00\nA,01:00:00:00\n").entries) == 2


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        pytest.param(
            "Name,End\nA,01:00:00:00\n",
            "x.csv",
            ["line 1: needs a column Start, Start TC or Timecode; found Name, End"],
            id="no start",
        ),
        pytest.param(
            "Scene,End\nA,01:00:00:00\n",
            "x.csv",
            [
                "line 1: needs a column Start, Start TC or Timecode; found Scene, End",
                "line 1: needs a column Source File, File Name or Name; found Scene, End",
            ],
            id="neither start nor name",
        ),
        pytest.param("Name,Start\n", "x.csv", ["line 2: found no clip in the list"], id="no rows"),
        pytest.param(" \n\n", "x.csv", [": found no text"], id="nothing"),
        pytest.param(
            b"Name,Start\n\xfcbung,01:00:00:00\n",
            "x.csv",
            [": line 2: found the byte 0xFC; save the list as UTF-8"],
            id="Latin-1",
        ),
        pytest.param(
            'Name,Start\n"A,01:00:00:00\n', "x.csv", ["line 2: cannot be read: "], id="open quotes"
        ),
        pytest.param(
            "Heading\nFPS\t25\nData\nA\n",
            "x.ale",
            ["line 5: found no section Column, which an ALE has"],
            id="an ALE without columns",
        ),
        pytest.param(
            "Name,Start\nA,01:00:00:00\n",
            "x.ale",
            ["line 3: found no section Heading and no section Column and no section Data"],
            id="a CSV called ALE",
        ),
        pytest.param(
            ALE.replace("29.97", "PAL").replace(";", ":"),
            "x.ale",
            ["line 5: found 'PAL' frames a second; expected a rate such as 25 or 29.97"],
            id="a rate of the heading, told once",
        ),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(
    text: str | bytes, name: str, told: list[str], tmp_path: Path
) -> None:
    found = _refused(tmp_path, text, name)
    assert len(found) == len(told)
    for sentence, expected in zip(found, told, strict=True):
        assert sentence.startswith(expected)


def test_each_kind_of_problem_has_its_code(tmp_path: Path) -> None:
    text = "Name,Start,FPS\nA,,25\nB,1,25\nC,01:00:00:00,no\nD,01:00:00:00\nD,02:00:00:00\n,,,x\n"
    with pytest.raises(CreationError) as refused:
        _read(tmp_path, text)
    assert [issue.code for issue in refused.value.issues] == [
        "SPEC_MISSING_FIELD",
        "SPEC_BAD_TIMECODE",
        "SPEC_OUT_OF_RANGE",
        "SPEC_DUPLICATE_KEY",
        "SPEC_BAD_LIST",
    ]


def test_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CreationError) as refused:
        read_timecode_list(tmp_path / "none.ale")
    assert [issue.code for issue in refused.value.issues] == ["SPEC_UNREADABLE"]
    assert "No such file" in str(refused.value)
