"""Which items of a media pool become clips, and why the others do not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.resolve.export.exporting import file_problem
from sidecar.resolve.export.pool_clips import (
    Judged,
    PoolClip,
    Skipped,
    judge,
    judge_clip,
    parse_clip,
)
from sidecar.resolve.export.snapshot import NEEDED, RawClip, Snapshot, take_snapshot
from tests.fakes.conftest import Start
from tests.fakes.resolve import LOCALES, FakeResolve, Scene
from tests.resolve.inner_talk import talk_with

PROJECT = Snapshot(
    product="DaVinci Resolve",
    version="21.0.4.5",
    project_id="p-1",
    project_name="Überflug",
    settings=MappingProxyType({"colorScienceMode": "davinciYRGB"}),
    scope="bin",
    scope_name="Day 1",
    selection_is_told=True,
    clips=(),
    without_media=(),
    unread=(),
)
TOLD = {
    "File Path": "/media/A001.braw",
    "FPS": 23.976,
    "Frames": "255",
    "Start TC": "19:37:31:16",
    "Drop frame": "0",
    "Resolution": "6144x3456",
    "Video Codec": "Blackmagic RAW",
    "Audio Ch": "2",
    "Sample Rate": "48000",
    "Data Level": "Auto",
    "H-FLIP": "Off",
    "V-FLIP": "Off",
    "Type": "Video + Audio",
    "Super Scale": 1,
}


def raw(**changes: Any) -> RawClip:
    told = {name: one for name, one in (TOLD | changes).items() if one is not None}
    return RawClip("u-1", "m-1", "A001.braw", MappingProxyType(told))


def there(_path: Path) -> str | None:
    return None


def gone(path: Path) -> str | None:
    return f"offline: {path} is not there"


def taken(clip: RawClip) -> PoolClip:
    judged = judge_clip(clip, PROJECT, there)
    assert isinstance(judged, PoolClip), judged
    return judged


def reason(clip: RawClip, problem: Any = there) -> str:
    judged = judge_clip(clip, PROJECT, problem)
    assert isinstance(judged, Skipped), judged
    return judged.reason


def looked_at(fake: FakeResolve) -> Judged:
    return judge(take_snapshot(talk_with(fake)), file_problem)


def test_a_clip_with_all_that_resolve_says_of_it() -> None:
    clip = taken(raw())
    assert clip.path == Path("/media/A001.braw")
    said = clip.resolve
    assert (said.project_id, said.project_name, said.media_id) == ("p-1", "Überflug", "m-1")
    assert (said.clip_name, said.color_science) == ("A001.braw", "davinciYRGB")
    assert (said.data_level, said.flips) == ("Auto", "H-FLIP Off, V-FLIP Off")
    assert (said.frames, said.frame_rate) == (255, Fraction(24000, 1001))
    assert (said.start_timecode, said.drop_frame) == ("19:37:31:16", False)
    assert (said.width, said.height, said.audio_channels, said.sample_rate) == (
        *(6144, 3456),
        *(2, 48000),
    )
    told = {each.name: each.value for each in said.properties}
    assert told == {name: str(value) for name, value in TOLD.items()}
    assert list(told) == sorted(told)


def test_how_the_project_treats_colour() -> None:
    told = {"colorScienceMode": "acescct", "colorSpaceOutput": "P3", "colorSpaceOutputGamma": "2.6"}
    for separate, expected in (("0", "acescct, P3"), ("1", "acescct, P3, 2.6")):
        settings = MappingProxyType(told | {"separateColorSpaceAndGamma": separate})
        said = parse_clip(raw(), replace(PROJECT, settings=settings))
        assert said.color_science == expected
    assert parse_clip(raw(), replace(PROJECT, settings=MappingProxyType({}))).color_science is None


@pytest.mark.parametrize("name", sorted(set(TOLD) - {"File Path", "Type", "Super Scale"}))
@pytest.mark.parametrize("value", ["", None, "?"])
def test_what_is_not_told_is_not_guessed(name: str, value: str | None) -> None:
    """FFmpeg's clips need nothing of it: their files are looked at."""
    parsed = {"FPS": "frame_rate", "Frames": "frames", "Start TC": "start_timecode"}
    parsed |= {"Drop frame": "drop_frame", "Audio Ch": "audio_channels"}
    parsed |= {"Sample Rate": "sample_rate", "Resolution": "width"}
    said = taken(raw(**{"File Path": "/media/A001.mov", name: value})).resolve
    if name in parsed:
        assert getattr(said, parsed[name]) is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("FPS", "frame rate"),
        ("Frames", "number of frames"),
        ("Start TC", "start timecode"),
        ("Resolution", "size"),
        ("Audio Ch", "audio channels"),
        ("Sample Rate", "sample rate"),
    ],
)
def test_camera_raw_that_no_render_could_be_asked_for(name: str, words: str) -> None:
    told = reason(raw(**{name: "?"}))
    assert told == f"camera raw of which Resolve does not tell the {words}"


def test_so_are_numbered_pictures_of_camera_raw() -> None:
    told = reason(raw(**{"File Path": "/a/D001.[0-9].dng", "FPS": "?"}))
    assert told == "camera raw of which Resolve does not tell the frame rate"


def test_silent_camera_raw_needs_no_sample_rate() -> None:
    assert taken(raw(**{"Audio Ch": "0", "Sample Rate": ""})).resolve.audio_channels == 0


def test_numbered_pictures_are_named_by_the_first() -> None:
    path = "/vfx/[1-2] plates/plate.[1001-1008].exr"
    clip = judge_clip(
        raw(**{"File Path": path}),
        PROJECT,
        lambda path: "is not there" if "]." in path.name else None,
    )
    assert isinstance(clip, PoolClip)
    assert clip.path == Path("/vfx/[1-2] plates/plate.1001.exr")


def test_a_name_with_brackets_may_be_a_name() -> None:
    assert taken(raw(**{"File Path": "/a/take [1-2].mov"})).path == Path("/a/take [1-2].mov")


def test_reasons() -> None:
    assert reason(raw(**{"File Path": ""})) == "no file is behind it: Video + Audio"
    assert reason(raw(**{"File Path": None})) == "Resolve does not say which file it is of"
    assert reason(raw(**{"File Path": "A.mov"})) == "A.mov is no whole path on this machine"
    assert reason(raw(), gone) == "offline: /media/A001.braw is not there"
    assert reason(raw(Frames="1")) == "a still: one picture"
    assert reason(raw(**{"Resolution": "", "Video Codec": "", "Frames": ""})) == "sound alone"
    nothing = RawClip(None, None, None, MappingProxyType({}))
    assert judge_clip(nothing, PROJECT, there) == Skipped(
        "an item without a name", "Resolve does not say which file it is of"
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_in_every_language(start: Start, tmp_path: Path, locale: str) -> None:
    """No word of Resolve's decides: the same clips are taken, whatever it calls them."""
    fake = start(locale=locale)
    scene = Scene(fake, tmp_path)
    eligible = [
        scene.movie("drop.mov", rate=Fraction(30000, 1001), timecode="01:00:00;02"),
        scene.movie("silent.mov", channels=0, timecode=None),
        scene.raw("夜 'quoted' \"twice\".braw", rate=Fraction(24000, 1001)),
        scene.span("R001C001"),
        scene.sequence("plate"),
        scene.dng_folder("D001"),
    ]
    scene.offline("lost.mov")
    scene.sound("wild.wav")
    scene.still("still.png")
    for kind in ("compound", "fusion", "multicam", "generator", "fusion_title", "timeline"):
        scene.without_file(f"a {kind}", kind)
    judged = looked_at(fake)
    assert [clip.resolve.clip_name for clip in judged.clips] == [clip.name for clip in eligible]
    assert all(clip.path.is_file() for clip in judged.clips)
    for clip, item in zip(judged.clips, eligible, strict=True):
        said, facts = clip.resolve, item.facts
        assert (said.frames, said.frame_rate) == (facts.frames, facts.rate)
        assert (said.start_timecode, said.drop_frame) == (facts.start_timecode, facts.drop_frame)
        assert (said.width, said.height) == (facts.width, facts.height)
        assert said.audio_channels == facts.channels
    reasons = {one.name: one.reason for one in judged.skipped}
    assert reasons.pop("lost.mov").endswith("gone/lost.mov is not there")
    assert reasons.pop("wild.wav") == "sound alone"
    assert reasons.pop("still.png") == "a still: one picture"
    assert {one.partition(":")[0] for one in reasons.values()} == {"no file is behind it"}
    assert len(reasons) == 6


def test_what_stands_on_a_timeline_without_a_clip(fake: FakeResolve, scene: Scene) -> None:
    timeline = scene.timeline("Reel 1")
    for kind in ("title", "generator", "adjustment", "transition"):
        scene.place(timeline, kind=kind)
    judged = looked_at(fake)
    assert [one.name for one in judged.skipped] == [
        "title",
        "generator",
        "adjustment",
        "transition",
    ]


def test_two_items_of_one_file_are_one_clip(fake: FakeResolve, scene: Scene) -> None:
    whole = scene.raw("A001.braw", frames=24)
    scene.again(whole, scene.bin("Again"))
    part = scene.subclip(whole, "the kiss", first=5, frames=3)
    scene.timeline("Reel 1", part, whole)
    judged = looked_at(fake)
    [clip] = judged.clips
    assert (clip.resolve.frames, clip.resolve.start_timecode) == (24, "10:00:00:00")
    assert clip.resolve.media_id == whole.media_id


SAID = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(-1, 10**10),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["24", 23.976, "01:00:00:00", "01:00:00;00", "1920x1080", "1", "/a/b.mov"]),
    st.sampled_from(["/a/b.braw", "/a/p.[1-9].dng", "C:\\a.mov", "\\\\nas\\a.mov", "/a\0b"]),
)


@given(st.dictionaries(st.sampled_from(NEEDED) | st.text(max_size=3), SAID, max_size=8), SAID)
def test_whatever_resolve_says_a_clip_is_taken_or_has_a_reason(
    told: dict[str, Any], name: Any
) -> None:
    known = {key: value for key, value in told.items() if value is not None}
    item = RawClip("u", "m", name if isinstance(name, str) else None, MappingProxyType(known))
    judged = judge_clip(item, PROJECT, there)
    if isinstance(judged, PoolClip):
        judged.resolve.model_dump_json().encode()
        assert judged.path.is_absolute()
    else:
        assert judged.reason
    assert judge(replace(PROJECT, clips=(item, item)), there).clips in ((), (judged,))
