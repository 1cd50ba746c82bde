"""MXF holds sound for every picture: where a source's ends before, silence follows it."""

from __future__ import annotations

import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest

from proxx_engine import Tools
from proxx_engine.results.checks import PROVEN
from tests.altered_profiles import conforming, run
from tests.end_to_end.looking import look
from tests.support import MakeClip, Ran, run_one_clip

_TONE = "aevalsrc=0.4*sin(2*PI*1000*t):s=48000:d={}"
_UNEVEN = r"select='not(eq(mod(n\,7)\,3))'"


def _clip(
    make_clip: MakeClip,
    name: str,
    sounds: tuple[str, ...],
    *options: str,
    rate: str = "25",
    pictures: int = 40,
) -> Path:
    inputs = [part for end in sounds for part in ("-f", "lavfi", "-i", _TONE.format(end))]
    maps = [part for number in range(len(sounds) + 1) for part in ("-map", str(number))]
    return make_clip(
        name,
        *("-f", "lavfi", "-i", f"testsrc2=s=320x180:r={rate}", *inputs, *maps),
        *("-frames:v", str(pictures), "-c:v", "libx264", "-preset", "ultrafast", "-bf", "0"),
        *("-pix_fmt", "yuv420p", "-c:a", "pcm_s24le", *options),
    )


def _samples(path: Path, track: int) -> list[int]:
    with av.open(str(path)) as file:
        blocks = list(file.decode(audio=track))
    return [
        sample
        for block in blocks
        for sample in memoryview(bytes(block.planes[0])).cast("i")[: block.samples]
    ]


def _holds_its_sound_and_then_silence(ran: Ran, source: Path, tracks: int, end: Fraction) -> None:
    for track in range(tracks):
        own, proxy = _samples(source, track), _samples(ran.proxy, track)
        assert proxy[: len(own)] == own[: len(proxy)]
        assert not any(proxy[len(own) :])
        assert abs(len(proxy) - 48000 * end) <= 1


@pytest.mark.parametrize(
    ("rate", "sounds", "planned"),
    [
        pytest.param("25", ("0.8",), ("planned",), id="half as long"),
        pytest.param("25", ("1.51",), ("planned",), id="two pictures and a bit short"),
        pytest.param("25", ("1.59",), ("equal",), id="less than a picture short"),
        pytest.param("25", ("1.6", "0.8"), ("equal", "planned"), id="only the second track"),
        pytest.param("25", ("0.5", "0.8"), ("planned", "planned"), id="both, each otherwise"),
        pytest.param("30000/1001", ("0.8",), ("planned",), id="29.97"),
        pytest.param("24000/1001", ("1.66", "0.3"), ("equal", "planned"), id="23.976"),
    ],
)
def test_sound_that_ends_before_the_picture_is_followed_by_silence(
    rate: str,
    sounds: tuple[str, ...],
    planned: tuple[str, ...],
    make_clip: MakeClip,
    tools: Tools,
    tmp_path: Path,
) -> None:
    name = f"{rate.replace('/', '_')} {' '.join(sounds)}.mov"
    source = _clip(make_clip, name, sounds, rate=rate)
    ran = run_one_clip(source, tmp_path, tools, profile="dnxhr_lb_mxf")
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert look(ran.proxy).frames == 40
    for check in ("length", "content"):
        assert tuple(ran.check(f"audio.{n}.{check}") for n in range(len(sounds))) == planned
    _holds_its_sound_and_then_silence(ran, source, len(sounds), 40 / Fraction(rate))


def test_the_report_says_where_silence_begins(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    ran = run_one_clip(
        _clip(make_clip, "short.mov", ("0.8",)), tmp_path, tools, profile="dnxhr_lb_mxf"
    )
    report = ran.result.clips[0].verification
    assert report is not None
    said = {check.name: check.expected for check in report.checks}
    why = " (source has 38400; silence follows, to the last picture)"
    assert said["audio.0.length"] == f"76800 samples{why}"
    assert said["audio.0.content"] == (
        f"every sample that goes with 20 pictures, silence with 20{why}"
    )


def test_sound_that_begins_late_and_ends_early_has_silence_on_both_sides(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    whole = _clip(make_clip, "short.mov", ("0.8",))
    late = make_clip(
        "late.mov",
        *("-i", str(whole), "-itsoffset", "0.3", "-i", str(whole)),
        *("-map", "0:v", "-map", "1:a", "-c", "copy"),
    )
    ran = run_one_clip(late, tmp_path, tools, profile="dnxhr_lb_mxf")
    assert ran.result.status == "COMPLETED", ran.result.failure
    samples, own = _samples(ran.proxy, 0), _samples(whole, 0)
    assert samples == [0] * 14400 + own + [0] * (76800 - 14400 - len(own))


def test_a_conformed_clip_has_sound_for_every_picture(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    options = ("-vf", _UNEVEN, "-fps_mode:v", "passthrough")
    source = _clip(make_clip, "uneven.mov", ("0.8",), *options, rate="60", pictures=100)
    asked = conforming("25", profile="dnxhr_lb_mxf")
    ran = run(source, tmp_path, tools, asked)
    assert ran.result.status == "COMPLETED", ran.result.failure
    frames = look(ran.proxy).frames
    assert frames > 45
    _holds_its_sound_and_then_silence(ran, source, 1, Fraction(frames, 25))


_STAND_IN = """
import subprocess, sys
words = sys.argv[1:]
if any(word.startswith("[f=") for word in words):
    at = words.index("-af") + 1
    words[at] += {filters!r}
sys.exit(subprocess.run([{real!r}, *words]).returncode)
"""


@pytest.mark.parametrize(
    "filters",
    [
        pytest.param(",aeval=val(0)+0.001*gt(t\\,1.2)*sin(2000*t)", id="a tone in the silence"),
        pytest.param(",volume=0:enable=between(t\\,0.7\\,0.9)", id="silence that begins too early"),
    ],
)
def test_what_follows_instead_of_silence_is_seen(
    filters: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    program = tmp_path / "ffmpeg"
    body = _STAND_IN.format(real=str(tools.ffmpeg), filters=filters)
    program.write_text(f"#!{sys.executable} -IS{body}")
    program.chmod(0o755)
    source = _clip(make_clip, "short.mov", ("0.8",))
    spoilt = replace(tools, ffmpeg=program)
    ran = run_one_clip(source, tmp_path, spoilt, profile="dnxhr_lb_mxf")
    report = ran.result.clips[0].verification
    assert report is not None, ran.result.failure
    failing = {check.name for check in report.checks if check.verdict not in PROVEN}
    assert failing == {"audio.0.content"}
    assert not ran.proxy.exists()
