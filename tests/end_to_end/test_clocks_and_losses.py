"""Clocks that containers bend, and what a proxy cannot hold of its source: seen, and said."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import pytest

from proxx_engine import Tools
from tests.end_to_end.conftest import Footage
from tests.end_to_end.looking import look
from tests.support import MakeClip, RunClip, make_job

TONE = "sine=r=48000:d=1"
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-bf", "0")


@pytest.mark.parametrize("rate", ["60000/1001", "48000/1001", "24000/1001", "120000/1001"])
def test_a_rate_that_nanoseconds_bend_is_proven_in_webm(
    rate: str, make_clip: MakeClip, run_clip: RunClip
) -> None:
    picture = f"testsrc2=s=320x180:r={rate},trim=end_frame=24"
    ran = run_clip(make_clip("a.mov", "-f", "lavfi", "-i", picture, *X264), profile="vp9")
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert ran.check("frame_rate") == "equal"
    seen = look(ran.proxy).times
    assert abs((seen[-1] - seen[0]) - 23 / Fraction(rate)) < Fraction(1, 500)


def test_pictures_that_an_avi_dropped_are_no_damage(make_clip: MakeClip, run_clip: RunClip) -> None:
    clip = make_clip(
        "gap.avi",
        *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1,select='not(between(n,8,10))'"),
        *("-fps_mode", "passthrough", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p"),
    )
    ran = run_clip(clip)
    assert ran.result.status == "COMPLETED", ran.result.failure
    video = ran.spec.clips[0].source.video
    assert video is not None
    assert (video.variable_frame_rate, video.promised_frames.count) == (True, 22)
    times = look(ran.proxy).times
    assert len(times) == 22
    assert max(b - a for a, b in pairwise(times)) == Fraction(4, 25)


def test_a_cut_avi_is_still_seen(make_clip: MakeClip, run_clip: RunClip, tmp_path: Path) -> None:
    whole = make_clip(
        "whole.avi", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", "-c:v", "mjpeg"
    )
    cut = tmp_path / "cut.avi"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    ran = run_clip(cut)
    assert ran.result.status == "FAILED"
    assert ran.result.failure is not None
    assert ran.result.failure.code.startswith("SOURCE_")


def test_the_alpha_of_a_palette_is_kept(make_clip: MakeClip, run_clip: RunClip) -> None:
    clip = make_clip(
        "palette.mov",
        *("-f", "lavfi", "-i", "color=green@0.0:s=320x180:r=25:d=0.2,format=rgba"),
        *("-vf", "split[a][b];[a]palettegen=reserve_transparent=1[p];[b][p]paletteuse"),
        *("-c:v", "png"),
    )
    ran = run_clip(clip, profile="prores_4444")
    assert ran.result.status == "COMPLETED", ran.result.failure
    target = ran.spec.clips[0].target
    assert target is not None
    assert target.alpha
    assert look(ran.proxy).pixel_format.startswith("yuva444p1")


def test_anamorphic_hd_becomes_a_raster_that_dnxhd_has(
    make_clip: MakeClip, run_clip: RunClip
) -> None:
    clip = make_clip(
        "hdv.mov",
        *("-f", "lavfi", "-i", "testsrc2=s=1440x1080:r=25:d=0.2,setsar=4/3"),
        *("-c:v", "mpeg2video", "-b:v", "20M", "-pix_fmt", "yuv420p"),
    )
    ran = run_clip(clip, profile="dnxhd")
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert look(ran.proxy).size == (1920, 1080)
    assert ran.check("pixel_aspect_ratio") == "planned"


@pytest.mark.parametrize(
    ("codec", "profile", "verdict"),
    [
        pytest.param("pcm_f32le", "prores_proxy", "planned", id="floating point into 24 bit"),
        pytest.param("pcm_s24le", "h264", "planned", id="24 bit into 16"),
        pytest.param("pcm_s24le", "prores_proxy", "equal", id="24 bit into 24"),
        pytest.param("pcm_s16le", "prores_proxy", "equal", id="16 bit into 24"),
    ],
)
def test_samples_that_are_rounded_off_are_said_to_be(
    codec: str, profile: str, verdict: str, footage: Footage, run_clip: RunClip
) -> None:
    sound = ("-c:a", codec)
    ran = run_clip(footage("a.mov", *sound, sounds=(TONE,)), profile=profile)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert ran.check("audio.0.content") == verdict


@pytest.mark.parametrize(
    ("codec", "profile", "stated"),
    [
        pytest.param("pcm_s16le", "prores_proxy", "any_cpu", id="PCM"),
        pytest.param("alac", "prores_proxy", "any_cpu", id="ALAC"),
        pytest.param("aac", "prores_proxy", "same_cpu", id="AAC"),
        pytest.param("pcm_s16le", "h264_mp4", "same_cpu", id="PCM into AAC"),
    ],
)
def test_what_equal_bytes_need_is_stated_for_each_clip(
    codec: str, profile: str, stated: str, footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    sound = ("-c:a", codec)
    clip = footage("a.mov", *sound, sounds=(TONE,))
    target = make_job(clip, tmp_path / "out", tools, profile=profile).clips[0].target
    assert target is not None
    assert target.determinism == stated


def test_microphones_without_names_are_no_surround(footage: Footage, run_clip: RunClip) -> None:
    six = "|".join(f"0.1*sin({tone}*t)" for tone in range(2000, 8000, 1000))
    clip = footage(
        "six.mxf",
        *("-c:a", "pcm_s24le"),
        sounds=(f"aevalsrc='{six}':s=48000:d=1:c=6c",),
        codec=("-c:v", "mpeg2video"),
    )
    ran = run_clip(clip)
    assert ran.result.status == "COMPLETED", ran.result.failure
    with av.open(str(ran.proxy)) as container:
        assert container.streams.audio[0].codec_context.layout.name == "6 channels"
