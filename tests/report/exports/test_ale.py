"""ALE lists: read back by our own reader and by OpenTimelineIO's, every fact as a check saw it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import opentimelineio as otio
import pytest

from proxx_engine import Source
from sidecar.report.exports.ale import AleList, write_lists
from sidecar.report.exports.model import LeftOut
from sidecar.timelines.ale import read_ale
from sidecar.timelines.model import Timecodes
from tests.golden.documents import JOBSPEC_1_0
from tests.report.exports.rows import put, rows_below, seen
from tests.results.scenes import failed, write_result


def lists(
    folder: Path, source: Source | None = None
) -> tuple[tuple[AleList, ...], tuple[LeftOut, ...]]:
    return write_lists((row, source) for row in rows_below(folder))


@dataclass(frozen=True)
class Read:
    """What OpenTimelineIO's reader makes of a list."""

    header: dict[str, str]
    lines: list[dict[str, str]]
    files: list[str]
    frames: list[int]


def by_otio(made: AleList) -> Read:
    read = otio.adapters.read_from_string(made.data.decode(), adapter_name="ale")
    # Its objects are gone with the one that holds them.
    return Read(
        dict(read.metadata["ALE"]["header"]),
        [{**clip.metadata["ALE"], "Name": clip.name} for clip in read],
        [clip.media_reference.target_url for clip in read],
        [clip.source_range.duration.value for clip in read],
    )


def test_what_is_written_is_read_back_by_our_own_reader(tmp_path: Path) -> None:
    put(tmp_path, "A.mov")
    [made], left_out = lists(tmp_path)
    assert (made.fps, made.count, left_out) == ("25", 1, ())
    [used] = read_ale(made.data.decode())
    assert used.names == ("A.mov", "A")
    assert used.url == "/card/A.mov"
    assert used.reel == "A001"
    assert used.kind == "video"
    assert used.span == Timecodes(start="10:00:00:00", end="10:00:01:00")


@pytest.mark.parametrize(
    ("rate", "start", "frames", "fps", "end"),
    [
        ("24000/1001", "01:00:00:00", 48, "23.976", "01:00:02:00"),
        ("24/1", "01:00:00:00", 48, "24", "01:00:02:00"),
        ("25/1", "23:59:58:00", 49, "25", "23:59:59:24"),
        ("30000/1001", "01:00:59;28", 4, "29.97", "01:01:00;04"),
        ("30000/1001", "01:00:59:28", 4, "29.97", "01:01:00:02"),
        ("60000/1001", "00:00:59;58", 4, "59.94", "00:01:00;06"),
        ("50/1", "10:00:00:49", 1, "50", "10:00:01:00"),
    ],
)
def test_another_tool_reads_the_same_times(
    tmp_path: Path, rate: str, start: str, frames: int, fps: str, end: str
) -> None:
    told = seen(frame_rate=rate, timecode=start, frames__muxed=str(frames))
    put(tmp_path, "A.mov", verification=told)
    [made], _ = lists(tmp_path)
    assert made.fps == fps
    read = by_otio(made)
    assert read.header["FPS"] == fps
    assert (read.frames, read.files) == ([frames], ["A.mov"])
    assert [(line["Name"], line["Tape"]) for line in read.lines] == [("A", "A001")]
    [used] = read_ale(made.data.decode())
    assert used.span == Timecodes(start=start, end=end)


def test_each_rate_has_a_list_of_its_own(tmp_path: Path) -> None:
    for name, rate in (("A.mov", "25/1"), ("B.mov", "24000/1001"), ("C.mov", "25/1")):
        put(tmp_path, name, verification=seen(frame_rate=rate))
    made, left_out = lists(tmp_path)
    assert [(each.fps, each.count) for each in made] == [("23.976", 1), ("25", 2)]
    assert left_out == ()
    assert [line["Name"] for line in by_otio(made[1]).lines] == ["A", "C"]


@pytest.mark.parametrize(
    ("raster", "wanted"),
    [
        (("1920x1080",), "1080"),
        (("1280x720",), "720"),
        (("720x576",), "PAL"),
        (("720x486",), "NTSC"),
        (("2048x1080",), "CUSTOM"),
        (("1920x1080", "1280x720"), "CUSTOM"),
    ],
)
def test_the_heading_names_the_raster(tmp_path: Path, raster: tuple[str, ...], wanted: str) -> None:
    for number, each in enumerate(raster):
        put(tmp_path, f"{number}.mov", verification=seen(raster=each))
    [made], _ = lists(tmp_path)
    assert by_otio(made).header["VIDEO_FORMAT"] == wanted


@pytest.mark.parametrize(
    ("changes", "tracks"),
    [
        ({}, "VA1A2"),
        ({"audio__1__codec": "pcm_s24le", "audio__1__channels": "1"}, "VA1A2A3"),
        ({f"audio__0__{name}": None for name in ("codec", "channels", "sample_rate")}, "V"),
        ({"audio__0__channels": None, "audio__channels": "4"}, "VA1A2A3A4"),
    ],
)
def test_each_channel_is_a_track(
    tmp_path: Path, changes: dict[str, str | None], tracks: str
) -> None:
    put(tmp_path, "A.mov", verification=seen(**changes))
    [made], _ = lists(tmp_path)
    assert by_otio(made).lines[0]["Tracks"] == tracks


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"timecode": "none"}, "has no timecode"),
        ({"timecode": None}, "has no timecode"),
        ({"frame_rate": None}, "has no constant frame rate"),
        ({"timecode": "23:59:59:10"}, "runs over midnight"),
        ({"timecode": "23:59:59:00"}, "runs over midnight"),
        ({"timecode": "10:00:00:30"}, "is no moment of a day at 25"),
        ({"timecode": "10:00:00;00"}, "counts drop-frame, which 25"),
        ({"frames__muxed": None}, "does not tell how many frames"),
        ({"raster": None}, "does not tell its raster"),
        ({"audio__0__channels": None}, "how many channels"),
        ({"reel": "A\t1"}, "its Tape has a tab or a line break"),
    ],
)
def test_what_a_list_cannot_hold_is_told_by_name(
    tmp_path: Path, changes: dict[str, str | None], told: str
) -> None:
    put(tmp_path, "A.mov", verification=seen(**changes))
    put(tmp_path, "B.mov")
    [made], [left_out] = lists(tmp_path)
    assert [line["Name"] for line in by_otio(made).lines] == ["B"]
    assert left_out.name == "A.mov"
    assert told in left_out.reason


@pytest.mark.parametrize("name", ["a\nb.mov", "a\tb.mov", "a\u2028b.mov", "a\rb.mov"])
def test_a_name_that_would_break_a_line_is_told(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    made, [left_out] = lists(tmp_path)
    assert made == ()
    assert left_out.name == name
    assert "tab or a line break" in left_out.reason


def test_only_what_is_proven_and_stands_is_held(tmp_path: Path) -> None:
    put(tmp_path, "gone.mov").unlink()
    put(tmp_path, "changed.mov").write_bytes(b"short")
    write_result(tmp_path, failed("failed.mov", tmp_path))
    made, left_out = lists(tmp_path)
    assert made == ()
    assert {each.name: each.reason for each in left_out} == {
        "gone.mov": "gone: proxy is gone",
        "changed.mov": "changed: size differs",
        "failed.mov": "failed: SOURCE_TRUNCATED",
    }


def test_a_reel_that_the_proxy_cannot_hold_is_the_one_of_the_job(tmp_path: Path) -> None:
    told = json.loads(JOBSPEC_1_0.read_bytes())["clips"][0]["source"]
    source = Source.model_validate_json(json.dumps(told | {"reel": "R 7"}))
    put(tmp_path, "A.mp4", verification=seen(reel="none"))
    [made], _ = lists(tmp_path, source)
    assert by_otio(made).lines[0]["Tape"] == "R 7"
    [made], _ = lists(tmp_path)
    assert by_otio(made).lines[0]["Tape"] == ""


def test_the_rate_of_a_matroska_is_the_one_that_was_proven(tmp_path: Path) -> None:
    report = seen()
    for check in report["checks"]:
        if check["name"] == "frame_rate":
            check |= {"expected": "60000/1001", "actual": "19001/317"}
    put(tmp_path, "A.mkv", verification=report)
    [made], _ = lists(tmp_path)
    assert made.fps == "59.94"


def test_a_source_of_windows_is_split_as_windows_does(tmp_path: Path) -> None:
    put(tmp_path, "A.mov", source="P:\\shoot\\A001.mov")
    [made], _ = lists(tmp_path)
    read = by_otio(made)
    assert read.files == ["A001.mov"]
    assert read.lines[0]["Source Path"] == "P:\\shoot"


def test_two_ways_to_write_one_rate_stand_in_one_list(tmp_path: Path) -> None:
    """A phone's MP4 says 2997/100, a camera 30000/1001; an Avid calls both 29.97."""
    put(tmp_path, "A.mov", verification=seen(frame_rate="30000/1001", timecode="10:00:00;00"))
    put(tmp_path, "B.mov", verification=seen(frame_rate="2997/100"))
    made, left_out = lists(tmp_path)
    assert left_out == ()
    assert [(each.fps, each.count) for each in made] == [("29.97", 2)]


@pytest.mark.parametrize(
    "facts",
    [
        {"frames.muxed": "9" * 5000},
        {"raster": f"{'9' * 5000}x1080"},
        {"audio.0.channels": "9" * 12},
        {"audio.0.channels": "9" * 5000},
    ],
)
def test_numbers_beyond_measure_leave_a_clip_out(tmp_path: Path, facts: dict[str, str]) -> None:
    put(tmp_path, "A.mov", verification=seen(**{k.replace(".", "__"): v for k, v in facts.items()}))
    made, [left_out] = lists(tmp_path)
    assert made == ()
    assert left_out.name == "A.mov"
