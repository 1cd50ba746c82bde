"""What is counted in the picture is counted right: each timecode and each number, to the pixel."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from proxx_engine import Tools
from proxx_engine.spec.timecode import frames_of, timecode_at
from tests.altered_profiles import conforming, create, run
from tests.counted_tracks import count_otherwise
from tests.end_to_end.burnt_in import drawn_alone, still
from tests.end_to_end.look_pictures import NOTHING, chain_of, filtered, looking, plan_of
from tests.support import MakeClip


@pytest.mark.parametrize(
    ("rate", "start", "frames"),
    [
        pytest.param("30000/1001", "00:00:59;25", 10, id="29.97 DF, a minute"),
        pytest.param("30000/1001", "00:09:59;25", 10, id="29.97 DF, the tenth minute"),
        pytest.param("30000/1001", "09:59:59;25", 10, id="29.97 DF, an hour"),
        pytest.param("30000/1001", "23:59:59;25", 10, id="29.97 DF, midnight"),
        pytest.param("30000/1001", "00:00:59:25", 10, id="29.97 NDF, a minute"),
        pytest.param("60000/1001", "00:00:59;55", 12, id="59.94 DF, a minute"),
        pytest.param("60000/1001", "00:09:59;55", 12, id="59.94 DF, the tenth minute"),
        pytest.param("60000/1001", "01:00:59;57", 8, id="59.94 DF, after an hour"),
        pytest.param("60000/1001", "00:00:59:55", 12, id="59.94 NDF, a minute"),
        pytest.param("24000/1001", "00:59:59:20", 8, id="23.976, an hour"),
        pytest.param("24", "10:00:00:20", 8, id="24"),
        pytest.param("25", "23:59:59:20", 8, id="25, midnight"),
        pytest.param("50", "01:00:59:45", 8, id="50"),
        pytest.param("60", "01:00:59:55", 8, id="60"),
        pytest.param("100", "01:00:59:96", 8, id="100"),
        pytest.param("120", "01:00:59:096", 8, id="120"),
        pytest.param("120000/1001", "00:00:59;116", 8, id="119.88 DF, a minute"),
        pytest.param("48000/1001", "00:59:59:44", 8, id="47.952, an hour"),
        pytest.param("15", "00:59:59:12", 8, id="15, an hour"),
    ],
)
def test_every_picture_shows_the_timecode_that_arithmetic_gives_it(
    rate: str, start: str, frames: int, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = still(make_clip, rate, frames, "-timecode", start)
    profile = looking(burn_in=("timecode@bottom:20%",))
    shown = filtered(source, tools, tmp_path, profile)
    chain = chain_of(plan_of(source, tools, tmp_path, profile))
    exact, drop = Fraction(rate), ";" in start
    first = frames_of(start, rate=exact)
    assert len(shown) == frames
    assert len(set(shown)) == frames
    for number, raw in enumerate(shown):
        wanted = timecode_at(first + number, drop_frame=drop, rate=exact)
        wanted = wanted[:9] + wanted[9:].zfill(len(start) - 9)  # above 100 a second, three digits
        assert raw == drawn_alone(source, wanted, chain, tools, tmp_path), (number, wanted)


@pytest.mark.slow
def test_a_long_clip_never_loses_count(make_clip: MakeClip, tools: Tools, tmp_path: Path) -> None:
    """Ten minutes of drop-frame: the pictures at each minute, and some between, are right."""
    drawn = ("-f", "lavfi", "-i", "color=0x808080:s=192x32:r=30000/1001")
    codec = ("-c:v", "ffv1", "-pix_fmt", "yuv420p", "-timecode", "00:59:58;10")
    source = make_clip("long.mov", *drawn, "-frames:v", "18200", *codec)
    profile = looking("h264", burn_in=("timecode@top:25%",))
    shown = filtered(source, tools, tmp_path, profile)
    chain = chain_of(plan_of(source, tools, tmp_path, profile))
    rate = Fraction(30000, 1001)
    first = frames_of("00:59:58;10", rate=rate)
    minutes = [50 + 1798 * n for n in range(1, 10)]
    for number in sorted({*range(0, 18200, 2995), *minutes, *(m + 1 for m in minutes), 18199}):
        wanted = timecode_at(first + number, drop_frame=True, rate=rate)
        assert shown[number] == drawn_alone(source, wanted, chain, tools, tmp_path), wanted


def test_frames_are_counted_from_0(make_clip: MakeClip, tools: Tools, tmp_path: Path) -> None:
    source = still(make_clip, "25", 12)
    profile = looking(burn_in=("frame@top-right:20%",))
    shown = filtered(source, tools, tmp_path, profile)
    chain = chain_of(plan_of(source, tools, tmp_path, profile))
    for number, raw in enumerate(shown):
        assert raw == drawn_alone(source, f"{number:06d}", chain, tools, tmp_path)


@pytest.mark.parametrize("rate", ["15", "12", "48000/1001", "120000/1001", "100"])
def test_a_rate_that_is_rare_is_counted_too(
    rate: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = still(make_clip, rate, 12, "-timecode", "01:00:00:05")
    ran = run(source, tmp_path, tools, looking(burn_in=("timecode@bottom:20%",)))
    assert ran.result.status == "COMPLETED", ran.result.failure


@pytest.mark.parametrize(("first", "fits"), [(12, False), (0, True)])
def test_a_timecode_that_counts_every_other_picture_is_not_burnt_in_as_if_it_counted_each(
    first: int, fits: bool, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    """12 of 25 are half a second; burnt in as 12 of 50 they would be a quarter."""
    source = still(make_clip, "50", 4, "-timecode", "01:00:00:00")
    told = tmp_path / "told.mov"
    told.write_bytes(count_otherwise(source, pictures=50, counts=25, start=3600 * 25 + first))
    made = create(told, tmp_path / "out", tools, looking(burn_in=("timecode@bottom",)))
    assert len(made.jobs) is int(fits)
    why = (
        "its timecode 01:00:00:12 counts 25 frames a second, the proxy 50: it cannot be burnt in; "
        "burn in frame instead"
    )
    assert [left.reason for left in made.left_out] == ([] if fits else [why])


def test_a_conformed_clip_counts_the_pictures_that_it_has_then(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = make_clip(
        "uneven.mov",
        *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=60:d=1", "-fps_mode", "passthrough"),
        *("-vf", r"select='not(eq(mod(n\,7)\,3))*not(between(n\,30\,44))'"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
    )
    look_of = NOTHING.model_copy(update={"burn_in": ("timecode-or-zero@bottom",)})
    ran = run(source, tmp_path, tools, conforming("25", look=look_of))
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert "timecode_rate=25/1" in " ".join(ran.result.clips[0].invocation.command or ())
    kept = conforming("25", look=look_of).model_copy(
        update={"variable_frame_rate": "keep", "conform_frame_rate": None}
    )
    [left] = create(source, tmp_path / "kept", tools, kept).left_out
    assert (
        "its frame rate varies, and a timecode counts the frames of a constant one" in left.reason
    )
