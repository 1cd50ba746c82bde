"""A variable rate that is kept: each picture at its time, and the last one as long as it was."""

from __future__ import annotations

import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest

from proxx_engine import ProfileSpec, Tools, find_profile
from proxx_engine.results.checks import PROVEN
from tests.altered_profiles import run
from tests.support import MakeClip, Ran, run_one_clip

_TICK = {"mkv": Fraction(1, 1000), "webm": Fraction(1, 1000)}


def _uneven(make_clip: MakeClip, container: str, *, last: int) -> Path:
    """Return 25 pictures, one gap, and a last one that is shown `last` times as long."""
    held = rf"setts=duration=if(eq(N\,24)\,{last}*DURATION\,DURATION):ts=TS+if(gt(N\,5)\,100\,0)"
    return make_clip(
        f"last_{last}.{container}",
        *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", "-c:v", "libx264", "-bf", "0"),
        *("-preset", "ultrafast", "-pix_fmt", "yuv420p", "-bsf:v", held),
        *("-enc_time_base:v", "1/12800", "-video_track_timescale", "12800"),
    )


def _keeping(profile: str, container: str) -> ProfileSpec:
    pcm = find_profile("prores_proxy").audio
    named = find_profile(profile)
    changes = {"container": container} | ({"audio": pcm} if container == "mkv" else {})
    return named.model_copy(update={"variable_frame_rate": "keep", **changes})


def _shown(path: Path) -> Fraction:
    """Return how long pictures are shown, from the first to the end of the last, in seconds."""
    with av.open(str(path)) as file:
        packets = [packet for packet in file.demux(video=0) if packet.size]
    last = packets[-1]
    assert last.time_base is not None
    return (last.pts + last.duration - packets[0].pts) * last.time_base


def _said(ran: Ran) -> dict[str, str]:
    report = ran.result.clips[0].verification
    assert report is not None, ran.result.failure
    return {check.name: check.actual for check in report.checks if check.verdict not in PROVEN}


@pytest.mark.parametrize("last", [1, 75], ids=["as long as all", "shown for 3 s"])
@pytest.mark.parametrize("footage", ["mov", "mkv"])
@pytest.mark.parametrize(
    ("profile", "container"),
    [
        ("prores_proxy", "mov"),
        ("dnxhr_lb", "mov"),
        ("h264", "mov"),
        ("h264_mp4", "mp4"),
        ("h264", "mkv"),
        ("h265", "mov"),
        ("vp9", "webm"),
    ],
)
def test_the_last_picture_is_kept_as_long_as_it_was(
    profile: str,
    container: str,
    footage: str,
    last: int,
    make_clip: MakeClip,
    tools: Tools,
    tmp_path: Path,
) -> None:
    source = _uneven(make_clip, footage, last=last)
    ran = run(source, tmp_path, tools, _keeping(profile, container))
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert ran.check("end") == "equal"
    ticks = _TICK.get(container, Fraction(1, 12800)) + _TICK.get(footage, Fraction(1, 12800))
    assert abs(_shown(ran.proxy) - _shown(source)) <= ticks


@pytest.mark.parametrize("container", ["mp4", "mkv"])
def test_av1_says_no_lengths_and_so_keeps_an_ordinary_last_picture_and_no_other(
    container: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    for last, status in ((1, "COMPLETED"), (75, "FAILED")):
        folder = tmp_path / str(last)
        folder.mkdir()
        source = _uneven(make_clip, "mov", last=last)
        ran = run(source, folder, tools, _keeping("av1", container))
        assert ran.result.status == status, ran.result.failure
    assert ran.result.failure is not None
    assert ran.result.failure.code == "VERIFY_TIMES"
    assert _said(ran).keys() == {"end"}
    assert not ran.proxy.exists()


def test_a_constant_rate_has_no_end_of_its_own(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-bf", "0")
    source = make_clip("even.mov", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", *coded)
    ran = run_one_clip(source, tmp_path, tools)
    report = ran.result.clips[0].verification
    assert report is not None
    assert "end" not in {check.name for check in report.checks}


_STAND_IN = """
import subprocess, sys
from pathlib import Path
real = {real!r}
code = subprocess.run([real, *sys.argv[1:]]).returncode
sinks = [word for word in sys.argv if word.startswith("[f=")]
if code == 0 and sinks:
    proxy = Path(sinks[0].split("file:", 1)[1].split("|")[0])
    wrong = proxy.with_name("wrong.mov")
    length = "setts=duration=if(eq(N\\\\,24)\\\\,{times}*DURATION\\\\,DURATION)"
    command = [real, "-v", "error", "-nostdin", "-y", "-i", f"file:{{proxy}}", "-map", "0"]
    command += ["-c", "copy", "-bsf:v", length, "-fflags", "+bitexact", f"file:{{wrong}}"]
    code = subprocess.run(command).returncode
    wrong.replace(proxy)
sys.exit(code)
"""


@pytest.mark.parametrize("times", ["0.5", "2"], ids=["half as long", "twice as long"])
def test_a_last_picture_of_another_length_is_seen_by_its_end_alone(
    times: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    program = tmp_path / "ffmpeg"
    body = _STAND_IN.format(real=str(tools.ffmpeg), times=times)
    program.write_text(f"#!{sys.executable} -IS{body}")
    program.chmod(0o755)
    source = _uneven(make_clip, "mov", last=1)
    asked = _keeping("prores_proxy", "mov")
    ran = run(source, tmp_path, replace(tools, ffmpeg=program), asked)
    assert _said(ran).keys() == {"end"}
    assert ran.result.failure is not None
    assert ran.result.failure.code == "VERIFY_TIMES"
