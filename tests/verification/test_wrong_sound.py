"""Sound coded with loss, and sound that MXF cuts: each way in which it may be wrong is seen."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from proxx_engine import Tools
from proxx_engine.results.checks import PROVEN
from tests.support import MakeClip, Ran, run_one_clip

SOUNDS = (
    "aevalsrc=0.3*sin(2000*t)|0.1*sin(9000*t):s=48000:d=3",
    "sine=f=440:r=48000:d=3",
    "sine=f=660:r=48000:d=3",
)
_SWAP = "pan=stereo|c0=c1|c1=c0"
_MUXERS = {"h264_mp4": "mp4", "vp9": "webm", "dnxhr_lb_mxf": "mxf"}

_STAND_IN = """
import subprocess, sys
from pathlib import Path
real, sound, remux, muxer = {real!r}, {sound!r}, {remux!r}, {muxer!r}
words = sys.argv[1:]
sinks = [word for word in words if word.startswith("[f=")]
if sinks and sound:
    at = words.index("-c:a")
    words[at:at] = sound
code = subprocess.run([real, *words]).returncode
if code == 0 and sinks and remux:
    proxy = Path(sinks[0].split("file:", 1)[1].split("|")[0])
    wrong = proxy.with_name("wrong")
    command = [real, "-v", "error", "-nostdin", "-y", "-i", f"file:{{proxy}}", "-map", "0:v"]
    command += ["-c", "copy", *remux, "-fflags", "+bitexact", "-f", muxer, f"file:{{wrong}}"]
    code = subprocess.run(command).returncode
    wrong.replace(proxy)
sys.exit(code)
"""


@pytest.fixture
def clip(make_clip: MakeClip) -> Path:
    """Three seconds of picture with a stereo and two mono streams."""
    inputs = [part for sound in SOUNDS for part in ("-f", "lavfi", "-i", sound)]
    maps = [part for number in range(4) for part in ("-map", str(number))]
    picture = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=3")
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-bf", "0")
    return make_clip("sounds.mov", *picture, *inputs, *maps, *coded, "-c:a", "pcm_s16le")


@pytest.fixture
def wrong(tools: Tools, tmp_path: Path, clip: Path) -> Callable[..., Ran]:
    """Return a function that makes a proxy of the clip, and has it spoilt on the way."""

    def run(profile: str, *, sound: tuple[str, ...] = (), remux: tuple[str, ...] = ()) -> Ran:
        program = tmp_path / "ffmpeg"
        body = _STAND_IN.format(
            real=str(tools.ffmpeg), sound=list(sound), remux=list(remux), muxer=_MUXERS[profile]
        )
        program.write_text(f"#!{sys.executable} -IS{body}")
        program.chmod(0o755)
        spoilt = dataclasses.replace(tools, ffmpeg=program)
        return run_one_clip(clip, tmp_path, spoilt, profile=profile)

    return run


def failing(ran: Ran) -> set[str]:
    """Return the names of the checks that do not hold."""
    report = ran.result.clips[0].verification
    assert report is not None, ran.result.failure
    return {check.name for check in report.checks if check.verdict not in PROVEN}


@pytest.mark.parametrize("profile", _MUXERS)
def test_right_sound_is_proven(profile: str, wrong: Callable[..., Ran]) -> None:
    ran = wrong(profile)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert [ran.check(f"audio.{n}.content") for n in range(3)] == ["equal"] * 3


@pytest.mark.parametrize(
    ("profile", "stream", "filters"),
    [
        pytest.param("h264_mp4", 0, _SWAP, id="channels swapped"),
        pytest.param("vp9", 0, _SWAP, id="channels swapped, Opus"),
        pytest.param("h264_mp4", 0, "pan=stereo|c0=c0|c1=0*c1", id="a silent channel"),
        pytest.param("h264_mp4", 0, "pan=stereo|c0=c0|c1=c0", id="one channel on both sides"),
        pytest.param("h264_mp4", 1, "volume=0.7", id="3 dB too quiet"),
        pytest.param("h264_mp4", 1, "aeval=val(0)+0.3*sin(2*PI*20*t)", id="a hum added"),
        pytest.param("h264_mp4", 1, "volume=0:enable=between(t\\,1.2\\,1.5)", id="0.3 s muted"),
        pytest.param(
            "vp9", 1, "asetrate=72000,aresample=48000,apad,atrim=end=3", id="another sound"
        ),
    ],
)
def test_an_encoder_that_is_given_other_sound_is_seen_by_its_content_alone(
    profile: str, stream: int, filters: str, wrong: Callable[..., Ran]
) -> None:
    ran = wrong(profile, sound=(f"-filter:a:{stream}", filters))
    assert failing(ran) == {f"audio.{stream}.content"}
    assert ran.result.failure is not None
    assert ran.result.failure.code == "VERIFY_AUDIO"
    assert not ran.proxy.exists()


_AAC = ("-map", "0:a", "-c:a:0", "aac", "-b:a:0", "128k")


@pytest.mark.parametrize(
    ("profile", "remux", "checks"),
    [
        pytest.param("h264_mp4", _AAC, "audio.0.packets", id="coded once more"),
        pytest.param(
            "h264_mp4",
            (*_AAC, "-filter:a:0", "atrim=end=2.95"),
            "audio.0.length audio.0.packets",
            id="50 ms short",
        ),
        pytest.param(
            "h264_mp4",
            ("-map", "0:a:0", "-map", "0:a:2", "-map", "0:a:1"),
            "audio.1.content audio.1.packets audio.2.content audio.2.packets",
            id="streams swapped",
        ),
        pytest.param(
            "h264_mp4",
            ("-map", "0:a:0", "-map", "0:a:1"),
            "streams audio.2.codec audio.2.channels audio.2.sample_rate audio.2.length "
            "audio.2.content audio.2.packets",
            id="a stream missing",
        ),
        pytest.param(
            "h264_mp4",
            (*_AAC, "-ac:a:0", "1"),
            "audio.0.channels audio.0.content audio.0.packets",
            id="stereo made mono",
        ),
        pytest.param(
            "vp9",
            ("-map", "0:a", "-bsf:a:1", "noise=drop=eq(n\\,100)"),
            "audio.1.length audio.1.packets",
            id="an Opus packet lost",
        ),
        pytest.param(
            "dnxhr_lb_mxf",
            ("-map", "0:a", "-c:a:0", "pcm_s24le", "-filter:a:0", _SWAP),
            "audio.0.content",
            id="channels swapped in MXF",
        ),
        pytest.param(
            "dnxhr_lb_mxf",
            ("-map", "0:a", "-c:a:1", "pcm_s24le", "-filter:a:1", "volume=0.9999"),
            "audio.1.content",
            id="samples in MXF off by one bit",
        ),
    ],
)
def test_sound_in_the_file_that_is_not_what_the_encoder_wrote_is_seen(
    profile: str, remux: tuple[str, ...], checks: str, wrong: Callable[..., Ran]
) -> None:
    ran = wrong(profile, remux=remux)
    assert failing(ran) == set(checks.split())


def test_sound_that_begins_after_the_picture_is_led_in_by_silence(
    make_clip: MakeClip, clip: Path, tools: Tools, tmp_path: Path
) -> None:
    late = make_clip(
        "late.mov", *("-i", str(clip), "-map", "0", "-c", "copy"), *("-bsf:a", "setts=ts=TS+4800")
    )
    for profile, length in (("h264_mp4", 148_800), ("vp9", 144_000)):
        folder = tmp_path / profile
        folder.mkdir()
        ran = run_one_clip(late, folder, tools, profile=profile)
        assert ran.result.status == "COMPLETED", ran.result.failure
        report = ran.result.clips[0].verification
        assert report is not None
        actual = {check.name: check.actual for check in report.checks}
        assert actual["audio.0.length"] == f"{length} samples"
        assert actual["audio.0.start"].startswith("0.1")
