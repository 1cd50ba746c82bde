"""OTIO and AAF, read by OpenTimelineIO in a process of its own → what they use."""

from __future__ import annotations

from fnmatch import fnmatch
from fractions import Fraction
from pathlib import Path
from typing import Any

import aaf2
import opentimelineio as otio
import pytest

from sidecar.timelines.model import Frames, Used
from sidecar.timelines.reading import read_timelines


def _read(path: Path) -> tuple[Used, ...]:
    [timeline] = read_timelines((path,))
    return timeline.used


def _range(first: float, frames: float, rate: float = 24) -> Any:
    start, length = (otio.opentime.RationalTime(value, rate) for value in (first, frames))
    return otio.opentime.TimeRange(start, length)


def _clip(name: str, url: str | None = None, first: float = 86424, rate: float = 24) -> Any:
    reference = otio.schema.ExternalReference(url, _range(86400, 240, rate)) if url else None
    return otio.schema.Clip(name, reference, _range(first, 48, rate))


def _cut(folder: Path, *items: Any, name: str = "cut.otio") -> Path:
    track = otio.schema.Track("V1", children=list(items))
    timeline = otio.schema.Timeline("cut", tracks=[track])
    otio.adapters.write_to_file(timeline, str(folder / name))
    return folder / name


def test_a_clip_has_its_path_its_names_and_its_range(tmp_path: Path) -> None:
    clip = _clip("12A-1", "file:///shoot/A%20001.mov")
    clip.metadata["cmx_3600"] = {"reel": "A001"}
    [used] = _read(_cut(tmp_path, clip))
    assert used == Used(
        event="V1 clip 1",
        names=("A 001.mov", "12A-1"),
        url="file:///shoot/A%20001.mov",
        reel="A001",
        span=Frames(start=Fraction(86424), count=Fraction(48), rate=Fraction(24)),
        clip=0,
    )


def test_rates_that_others_round_are_exact_again(tmp_path: Path) -> None:
    [used] = _read(_cut(tmp_path, _clip("a", "/a.mov", rate=24000 / 1001)))
    assert isinstance(used.span, Frames)
    assert used.span.rate == Fraction(24000, 1001)


def test_a_nested_stack_stands_for_what_is_in_it(tmp_path: Path) -> None:
    inner = otio.schema.Track("inner", children=[_clip("b", "/b.mov")])
    nested = otio.schema.Stack("scene 2", children=[inner])
    used = _read(_cut(tmp_path, _clip("a", "/a.mov"), nested, otio.schema.Gap()))
    assert [each.url for each in used] == ["/a.mov", "/b.mov"]
    assert used[1].event == "V1 > scene 2 > inner clip 2"


def test_generators_disabled_clips_and_what_has_no_media_are_named(tmp_path: Path) -> None:
    bars = otio.schema.Clip("bars", otio.schema.GeneratorReference("SMPTEBars", "SMPTEBars"))
    bars.source_range = _range(0, 24)
    off = _clip("off", "/off.mov")
    off.enabled = False
    used = _read(_cut(tmp_path, bars, off, _clip("lost")))
    assert [each.no_media for each in used] == [
        *("a generator: SMPTEBars", "is disabled in the timeline", None),
    ]
    assert used[2].names == ("lost",)


def test_a_transition_is_no_media_and_a_change_of_speed_leaves_the_first_frame(
    tmp_path: Path,
) -> None:
    fast = _clip("fast", "/fast.mov")
    fast.effects.append(otio.schema.LinearTimeWarp(time_scalar=-2))
    frozen = _clip("frozen", "/frozen.mov")
    frozen.effects.append(otio.schema.FreezeFrame())
    fade = otio.schema.Transition(
        in_offset=otio.opentime.RationalTime(5, 24), out_offset=otio.opentime.RationalTime(5, 24)
    )
    used = _read(_cut(tmp_path, _clip("a", "/a.mov"), fade, fast, frozen))
    assert [each.url for each in used] == ["/a.mov", "/fast.mov", "/frozen.mov"]
    assert [each.span.count for each in used if isinstance(each.span, Frames)] == [48, 0, 0]


def test_numbered_pictures_are_told_by_their_first(tmp_path: Path) -> None:
    pictures = otio.schema.ImageSequenceReference(
        target_url_base="file:///plates",
        name_prefix="sh010.",
        name_suffix=".exr",
        start_frame=101,
        frame_zero_padding=4,
        rate=24,
        available_range=_range(0, 48),
    )
    [used] = _read(_cut(tmp_path, otio.schema.Clip("sh010", pictures, _range(0, 24))))
    assert (used.url, used.sequence) == ("file:///plates/sh010.0101.exr", True)


def test_a_bin_of_clips_is_all_used(tmp_path: Path) -> None:
    bin_of = otio.schema.SerializableCollection("bin", [_clip("a", "/a.mov"), _clip("b")])
    otio.adapters.write_to_file(bin_of, str(tmp_path / "bin.otio"))
    assert [each.event for each in _read(tmp_path / "bin.otio")] == ["bin clip 1", "bin clip 2"]


def test_an_aaf_has_paths_names_and_ranges(tmp_path: Path) -> None:
    [used] = _read(_aaf(tmp_path))
    assert used.url == "file:///avid/V01.8947.mxf"
    assert used.names == ("V01.8947.mxf", "12A-1")
    assert used.span == Frames(start=Fraction(86424), count=Fraction(48), rate=Fraction(24))


def _aaf(folder: Path) -> Path:
    timeline = otio.schema.Timeline("cut")
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    timeline.tracks.append(track)
    track.append(_clip("12A-1", "file:///avid/V01.8947.mxf"))
    otio.adapters.write_to_file(timeline, str(folder / "cut.aaf"), use_empty_mob_ids=True)
    return folder / "cut.aaf"


def test_an_aaf_tells_the_tape_of_a_clip(tmp_path: Path) -> None:
    path = _aaf(tmp_path)
    with aaf2.open(str(path), "rw") as file:
        for mob in file.content.sourcemobs():
            if type(mob.descriptor).__name__ == "TapeDescriptor":
                mob.name = "A001R1AB"
    [used] = _read(path)
    assert used.reel == "A001R1AB"


def test_an_aaf_tells_the_camera_file_that_avid_imported(tmp_path: Path) -> None:
    path = _aaf(tmp_path)
    with aaf2.open(str(path), "rw") as file:
        imported = file.create.SourceMob()
        imported.descriptor = file.create.ImportDescriptor()
        place = file.create.NetworkLocator()
        place["URLString"].value = "file:///C%3A/shoot/A001%20C001.mov"
        imported.descriptor["Locator"].append(place)
        slot = imported.create_timeline_slot(24, slot_id=1)
        slot.segment = file.create.SourceClip(media_kind="picture", length=240)
        file.content.mobs.append(imported)
        played = next(
            mob
            for mob in file.content.sourcemobs()
            if type(mob.descriptor).__name__ == "CDCIDescriptor"
        )
        for each in played.slots:
            each.segment = imported.create_source_clip(slot_id=1, media_kind="picture")
    [used] = _read(path)
    assert used.names == ("V01.8947.mxf", "A001 C001.mov", "12A-1")


@pytest.mark.parametrize("name", ["cut.otio", "cut.aaf"])
def test_reading_changes_no_timeline(tmp_path: Path, name: str) -> None:
    path = _aaf(tmp_path) if name == "cut.aaf" else _cut(tmp_path, _clip("a", "/a.mov"))
    before = path.read_bytes(), path.stat().st_mtime_ns
    _read(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_what_lies_in_a_track_or_stack_that_is_off_is_named_with_its_reason(
    tmp_path: Path,
) -> None:
    inner = otio.schema.Track("inner", children=[_clip("b", "/b.mov")])
    nested = otio.schema.Stack("scene 2", children=[inner])
    nested.enabled = False
    off = otio.schema.Track("V2", children=[_clip("c", "/c.mov")])
    off.enabled = False
    on = otio.schema.Track("V1", children=[_clip("a", "/a.mov"), nested])
    cut = otio.schema.Timeline("cut", tracks=[on, off])
    otio.adapters.write_to_file(cut, str(tmp_path / "cut.otio"))
    why = "is disabled in the timeline"
    assert [each.no_media for each in _read(tmp_path / "cut.otio")] == [None, why, why]


@pytest.mark.parametrize(
    ("value", "rate"),
    [(1, 1e-6), (1, float("nan")), (float("nan"), 24), (float("inf"), 24), (1, -24)],
)
def test_times_that_are_none_leave_the_name(tmp_path: Path, value: float, rate: float) -> None:
    [used] = _read(_cut(tmp_path, _clip("a", "/a.mov", value, rate)))
    assert (used.url, used.span) == ("/a.mov", None)


def test_what_a_program_keeps_beside_a_clip_may_be_anything(tmp_path: Path) -> None:
    clip = _clip("a", "/a.mov")
    clip.metadata.update({"AAF": "x", "fcp_xml": ["y"], "reel": 7})
    [used] = _read(_cut(tmp_path, clip))
    assert used.url == "/a.mov"


def test_a_length_beyond_all_numbers_leaves_the_name(tmp_path: Path) -> None:
    clip = _clip("a", "/a.mov", rate=1e300)
    clip.source_range = otio.opentime.TimeRange(
        clip.source_range.start_time, otio.opentime.RationalTime(1e300, 1e-300)
    )
    [used] = _read(_cut(tmp_path, clip))
    assert (used.url, used.span) == ("/a.mov", None)


@pytest.mark.parametrize(("digits", "name"), [(-1, "sh.7.exr"), (2**31 - 1, "sh.0*7.exr")])
def test_numbers_of_pictures_have_no_more_digits_than_a_name_can(
    tmp_path: Path, digits: int, name: str
) -> None:
    pictures = otio.schema.ImageSequenceReference(
        target_url_base="/plates",
        name_prefix="sh.",
        name_suffix=".exr",
        start_frame=7,
        frame_zero_padding=digits,
        rate=24,
    )
    [used] = _read(_cut(tmp_path, otio.schema.Clip("sh", pictures, _range(0, 24))))
    assert used.url is not None
    assert len(used.url) < 100
    assert fnmatch(Path(used.url).name, name)
