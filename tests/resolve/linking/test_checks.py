"""What fits and what does not; what is not known speaks against nothing."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxx_engine import Tools
from sidecar.resolve.linking.checks import (
    NO_TIMECODE,
    ProxyFacts,
    compare,
    facts_of,
    shows_another,
)
from sidecar.resolve.linking.project_clips import PROPERTIES, ClipTold, read_told
from tests.support import MakeClip, RunClip

CLIP = ClipTold(
    path="/media/A001.mov",
    frames=24,
    frame_rate=Fraction(24),
    start_timecode="01:00:00:00",
    drop_frame=False,
    audio_channels=2,
    size=(1920, 1080),
    pixel_aspect=None,
    proxy="None",
    proxy_path="",
)
PROXY = ProxyFacts(
    frames=24,
    frame_rate=Fraction(24),
    timecode="01:00:00:00",
    audio_channels=2,
    aspect=Fraction(16, 9),
    size=(960, 540),
)
NTSC = Fraction(30000, 1001)
DROPS = {"frame_rate": NTSC, "start_timecode": "01:00:00;02", "drop_frame": True}


def problem(clip: dict[str, object] | None = None, proxy: dict[str, object] | None = None) -> str:
    fit = compare(replace(PROXY, **(proxy or {})), replace(CLIP, **(clip or {})))  # type: ignore[arg-type]
    return fit.words


def test_what_fits_fits() -> None:
    fit = compare(PROXY, CLIP)
    assert (fit.words, fit.unknown) == ("", ())


@pytest.mark.parametrize(
    ("clip", "proxy", "told"),
    [
        pytest.param({"frames": 48}, {}, "the clip has 48 frames, its proxy 24", id="frames"),
        pytest.param(
            {"frame_rate": Fraction(25)},
            {},
            "the clip has 25 frames a second, its proxy 24",
            id="rate",
        ),
        pytest.param(
            {"frame_rate": Fraction(24000, 1001)},
            {},
            "the clip has 23.976 frames a second, its proxy 24",
            id="nearly the rate",
        ),
        pytest.param(
            {"start_timecode": "01:00:00:01"},
            {},
            "the clip starts at 01:00:00:01, its proxy at 01:00:00:00",
            id="timecode",
        ),
        pytest.param(
            {},
            {"timecode": NO_TIMECODE},
            "the clip starts at 01:00:00:00, its proxy has no timecode",
            id="no timecode",
        ),
        pytest.param(
            DROPS,
            {"frame_rate": NTSC, "timecode": "01:00:00:02"},
            "the clip counts drop-frame, its proxy every frame",
            id="only the clip drops",
        ),
        pytest.param(
            DROPS | {"drop_frame": False},
            {"frame_rate": NTSC, "timecode": "01:00:00;02"},
            "the clip counts every frame, its proxy drop-frame",
            id="the flag counts, not the mark",
        ),
        pytest.param(
            {"audio_channels": 8}, {}, "audio channels: the clip has 8, its proxy 2", id="sound"
        ),
        pytest.param(
            {"audio_channels": 0}, {}, "audio channels: the clip has 0, its proxy 2", id="silent"
        ),
        pytest.param(
            {"pixel_aspect": Fraction(2)},
            {},
            "the clip is shown 3.556:1, its proxy 1.778:1",
            id="anamorphic",
        ),
        pytest.param(
            {"frames": 25, "audio_channels": 1},
            {},
            "the clip has 25 frames, its proxy 24; audio channels: the clip has 1, its proxy 2",
            id="all that is wrong",
        ),
    ],
)
def test_what_does_not_fit_is_told_in_words(
    clip: dict[str, object], proxy: dict[str, object], told: str
) -> None:
    assert problem(clip, proxy) == told


@pytest.mark.parametrize(
    ("clip", "proxy"),
    [
        pytest.param({"frame_rate": Fraction("23.98")}, {"frame_rate": Fraction(24000, 1001)}),
        pytest.param(
            {"frame_rate": NTSC, "start_timecode": "01:00:00:02", "drop_frame": True},
            {"frame_rate": NTSC, "timecode": "01:00:00;02"},
            id="the mark in Resolve's text tells nothing",
        ),
        pytest.param({"start_timecode": "00:00:00:00"}, {"timecode": NO_TIMECODE}, id="midnight"),
        pytest.param({"drop_frame": True}, {}, id="at 24 a second nothing drops"),
        pytest.param({"size": (1080, 1920)}, {}, id="told before it is turned"),
        pytest.param({"size": (1440, 1080), "pixel_aspect": Fraction("1.333")}, {}, id="HDV"),
        pytest.param({"size": (1998, 1080)}, {"aspect": Fraction(998, 540), "size": (998, 540)}),
    ],
)
def test_two_ways_of_telling_one_thing_fit(
    clip: dict[str, object], proxy: dict[str, object]
) -> None:
    assert problem(clip, proxy) == ""


@pytest.mark.parametrize(
    ("clip", "unknown"),
    [
        ({"frames": None}, "frames"),
        ({"frame_rate": None}, "frame rate"),
        ({"start_timecode": None}, "start timecode"),
        ({"start_timecode": "soon"}, "start timecode"),
        ({"audio_channels": None}, "audio channels"),
        ({"size": None}, "shape"),
        ({"size": (1440, 1080)}, "shape"),
    ],
)
def test_what_is_not_known_is_told_and_speaks_against_nothing(
    clip: dict[str, object], unknown: str
) -> None:
    fit = compare(PROXY, replace(CLIP, **clip))  # type: ignore[arg-type]
    assert (fit.words, fit.unknown) == ("", (unknown,))


@given(
    st.sets(st.sampled_from([field.name for field in fields(PROXY)])),
    st.sets(st.sampled_from(["frames", "frame_rate", "start_timecode", "drop_frame", "size"])),
)
def test_leaving_facts_out_never_makes_a_proxy_that_fits_a_wrong_one(
    proxy: set[str], clip: set[str]
) -> None:
    fit = compare(
        replace(PROXY, **dict.fromkeys(proxy)),  # type: ignore[arg-type]
        replace(CLIP, **dict.fromkeys(clip)),  # type: ignore[arg-type]
    )
    assert fit.problems == {}


@given(
    st.integers(1, 10**6),
    st.integers(1, 10**6),
    st.fractions(1, 240, max_denominator=1001),
    st.fractions(1, 240, max_denominator=1001),
)
def test_frames_and_rates_fit_exactly_when_they_are_the_same(
    one: int, other: int, rate: Fraction, another: Fraction
) -> None:
    told = problem({"frames": one, "frame_rate": rate}, {"frames": other, "frame_rate": another})
    assert ("frames, its" in told) is (one != other)
    assert ("a second" in told) is (abs(rate - another) > Fraction(1, 100))


@given(st.lists(st.none() | st.text() | st.integers() | st.floats() | st.booleans(), max_size=12))
def test_whatever_resolve_says_is_read(values: list[object]) -> None:
    told = read_told(values)
    assert told.frames is None or told.frames >= 1
    assert compare(PROXY, told).problems is not None


def test_properties_are_read_as_resolve_writes_them() -> None:
    values = ["/A.mov", "24", 23.976, "01:00:00;00", "1", "2", "1920x1080", "1.5", "960x540", "/P"]
    told = read_told(values)
    assert len(values) == len(PROPERTIES)
    assert told == ClipTold(
        path="/A.mov",
        frames=24,
        frame_rate=Fraction(24000, 1001),
        start_timecode="01:00:00;00",
        drop_frame=True,
        audio_channels=2,
        size=(1920, 1080),
        pixel_aspect=Fraction(3, 2),
        proxy="960x540",
        proxy_path="/P",
    )
    assert told.has_proxy


@pytest.mark.parametrize("word", ["None", "", "Offline", "Keine", "オフライン", None, 7])
def test_a_word_is_no_proxy(word: object) -> None:
    assert not read_told([None] * 8 + [word]).has_proxy


@pytest.mark.parametrize(
    ("arguments", "channels", "timecode"),
    [
        (("-timecode", "01:00:00:00", "-ac", "2"), 2, "01:00:00:00"),
        (("-an",), 0, NO_TIMECODE),
        (("-map", "0:v", "-map", "1:a", "-map", "1:a", "-ac", "1"), 2, NO_TIMECODE),
    ],
)
def test_the_facts_of_a_proxy_are_what_its_checks_saw(
    make_clip: MakeClip,
    run_clip: RunClip,
    tools: Tools,
    arguments: tuple[str, ...],
    channels: int,
    timecode: str,
) -> None:
    inputs = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=24", "-f", "lavfi", "-i", "sine")
    coding = ("-frames:v", "12", "-t", "0.5", "-c:v", "prores", "-c:a", "pcm_s16le")
    ran = run_clip(make_clip("A001.mov", *inputs, *coding, *arguments))
    assert facts_of(ran.result.clips[0]) == ProxyFacts(
        frames=12,
        frame_rate=Fraction(24),
        timecode=timecode,
        audio_channels=channels,
        aspect=Fraction(16, 9),
        size=(160, 90),
    )


def test_a_clip_that_was_not_checked_tells_nothing(make_clip: MakeClip, run_clip: RunClip) -> None:
    source = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=24", "-frames:v", "3")
    ran = run_clip(make_clip("A001.mov", *source, "-c:v", "prores"))
    bare = ran.result.clips[0].model_copy(update={"verification": None})
    assert facts_of(bare) == ProxyFacts(None, None, None, None, None, None)
    assert compare(facts_of(bare), CLIP).problems == {}


@pytest.mark.parametrize(
    ("shown", "size", "is_another"),
    [
        ("960x540", (960, 540), False),
        ("540x960", (960, 540), False),  # turned
        ("1920x1080", (960, 540), True),
        ("1920x1080", None, False),
        ("Offline", (960, 540), False),
        ("960", (960, 540), False),
        ("", (960, 540), False),
    ],
)
def test_only_a_size_that_is_known_on_both_sides_tells_another_file(
    shown: str, size: tuple[int, int] | None, is_another: bool
) -> None:
    assert shows_another(replace(PROXY, size=size), shown) is is_another
