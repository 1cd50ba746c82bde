"""Containers and streams of every kind: what is frozen into the JobSpec, and that it is proven."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from proxx_engine import CreationRequest, Tools, create_jobs, find_profile
from tests.end_to_end.conftest import Footage
from tests.end_to_end.looking import look
from tests.support import CREATED_BY, MakeClip, RunClip

UNEVEN = "settb=1/1000,setpts=N*40+mod(N\\,4)*7"
KEEP = ("-fps_mode", "passthrough", "-enc_time_base:v", "1/1000", "-bf", "0")
FRAGMENTS = ("-movflags", "+frag_keyframe+empty_moov", "-g", "5")
MPEG2 = ("-c:v", "mpeg2video", "-b:v", "8M", "-pix_fmt", "yuv420p")
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
MJPEG = ("-c:v", "mjpeg", "-q:v", "4", "-pix_fmt", "yuvj422p")


@pytest.mark.parametrize(
    ("name", "rate", "codec", "options", "basis", "count"),
    [
        pytest.param("a.mov", "24000/1001", X264, (), "index", 24, id="MOV"),
        pytest.param("b.mov", "24", X264, ("-bf", "3"), "index", 24, id="MOV with B-frames"),
        pytest.param("f.mp4", "25", X264, FRAGMENTS, None, 25, id="fragmented MP4"),
        pytest.param("c.mkv", "24000/1001", X264, (), "duration", 24, id="Matroska"),
        pytest.param("d.mkv", "60000/1001", X264, ("-bf", "3"), "duration", 60, id="59.94 with B"),
        pytest.param("t.ts", "25", X264, (), "unknown", 25, id="MPEG-TS"),
        pytest.param("u.ts", "30000/1001", MPEG2, ("-bf", "2"), "unknown", 30, id="TS of MPEG-2"),
        pytest.param("p.mpg", "25", MPEG2, (), "unknown", 25, id="MPEG-PS"),
        pytest.param("v.avi", "25", MJPEG, (), "index", 25, id="AVI"),
        pytest.param("o.mxf", "25", MPEG2, (), "duration", 25, id="MXF OP1a"),
        pytest.param("n.mxf", "30000/1001", MPEG2, (), "duration", 30, id="MXF at 29.97"),
    ],
)
def test_a_constant_rate_is_seen_in_every_container(
    name: str,
    rate: str,
    codec: tuple[str, ...],
    options: tuple[str, ...],
    basis: str | None,
    count: int,
    footage: Footage,
    run_clip: RunClip,
) -> None:
    picture = f"testsrc2=size=320x192:rate={rate},trim=end_frame={count}"
    ran = run_clip(footage(name, *options, picture=picture, codec=codec))
    assert ran.result.status == "COMPLETED", ran.result.failure
    video = ran.spec.clips[0].source.video
    assert video is not None
    assert (video.frame_rate, video.variable_frame_rate) == (Fraction(rate), False)
    promise = video.promised_frames
    assert basis is None or promise.basis == basis
    assert promise.count is None or count - 1 <= promise.count <= count
    assert look(ran.proxy).frames == count


@pytest.mark.parametrize("name", ["v.mov", "v.mp4", "v.mkv"])
def test_a_variable_rate_is_seen_in_every_container_that_can_hold_one(
    name: str, footage: Footage, run_clip: RunClip
) -> None:
    source = footage(name, *KEEP, filters=UNEVEN)
    ran = run_clip(source)
    video = ran.spec.clips[0].source.video
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert video is not None
    assert video.variable_frame_rate
    assert look(ran.proxy).times == look(source).times


def test_a_variable_rate_whose_average_is_its_nominal_rate_is_seen(
    footage: Footage, run_clip: RunClip
) -> None:
    # Every second frame 13 ms late: 25 frames a second on average and by name.
    source = footage("even.mkv", *KEEP, filters="settb=1/1000,setpts=N*40+mod(N\\,2)*13")
    ran = run_clip(source)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert look(ran.proxy).times == look(source).times


@pytest.mark.parametrize("name", ["one.mov", "one.mkv", "one.ts", "one.mxf"])
def test_a_clip_of_a_single_frame_is_proven(name: str, footage: Footage, run_clip: RunClip) -> None:
    codec = MPEG2 if name.endswith("mxf") else X264
    source = footage(name, "-frames:v", "1", codec=codec)
    ran = run_clip(source)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert look(ran.proxy).frames == 1


def test_tracks_of_different_rates_and_widths_stay_as_they_are(
    footage: Footage, run_clip: RunClip
) -> None:
    sounds = (
        "sine=r=44100:d=1",
        "sine=r=48000:d=1",
        "sine=r=96000:d=1",
        "anoisesrc=r=48000:d=1:seed=1,aformat=channel_layouts=5.1,pan=5.1|c0=c0|c3=0.5*c0",
    )
    ran = run_clip(footage("mixed.mov", "-c:a", "pcm_s24le", sounds=sounds))
    assert ran.result.status == "COMPLETED", ran.result.failure
    seen = [(sound.channels, sound.rate, sound.samples) for sound in look(ran.proxy).sounds]
    assert seen == [(1, 44100, 44100), (1, 48000, 48000), (1, 96000, 96000), (6, 48000, 48000)]


def test_packed_sound_is_whole_to_the_sample(footage: Footage, run_clip: RunClip) -> None:
    sounds = ("sine=r=44100:d=1", "anoisesrc=r=48000:d=1:seed=1,aformat=channel_layouts=5.1")
    ran = run_clip(footage("aac.mp4", "-c:a", "aac", sounds=sounds))
    assert ran.result.status == "COMPLETED", ran.result.failure
    # Neither what the encoder put before the first sample nor what fills its last packet.
    seen = [(sound.channels, sound.rate, sound.samples) for sound in look(ran.proxy).sounds]
    assert seen == [(1, 44100, 44100), (6, 48000, 48000)]


def test_cover_art_is_never_taken_for_the_picture(
    footage: Footage, run_clip: RunClip, make_clip: MakeClip
) -> None:
    clip = footage("film.mp4")
    art = make_clip("art.png", "-f", "lavfi", "-i", "color=size=64x64", "-frames:v", "1")
    source = make_clip(
        "covered.mp4",
        *("-i", f"file:{art}", "-i", f"file:{clip}", "-map", "0", "-map", "1", "-c", "copy"),
        *("-disposition:v:0", "attached_pic"),
    )
    ran = run_clip(source)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert look(ran.proxy).size == (160, 90)
    assert [s.reason for s in ran.spec.clips[0].source.left_out] == ["cover picture"]


def test_of_two_picture_tracks_the_first_is_taken_and_the_other_named(
    make_clip: MakeClip, run_clip: RunClip
) -> None:
    source = make_clip(
        "two.mov",
        *("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=1"),
        *("-f", "lavfi", "-i", "testsrc=size=640x360:rate=25:duration=1"),
        *("-map", "0", "-map", "1", *X264),
    )
    ran = run_clip(source)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert look(ran.proxy).size == (160, 90)
    (left_out,) = ran.spec.clips[0].source.left_out
    assert "stream 0 is taken" in left_out.reason


@pytest.mark.parametrize("profile", ["prores_proxy", "h264", "dnxhr_lb"])
@pytest.mark.parametrize(("scan", "order"), [("tff", "top_first"), ("bff", "bottom_first")])
def test_fields_are_seen_behind_a_first_picture_that_is_flagged_progressive(
    scan: str, order: str, profile: str, footage: Footage, run_clip: RunClip, make_clip: MakeClip
) -> None:
    woven = footage(
        "woven.m2v",
        *("-g", "1", "-flags:v", "+ildct+ilme"),
        picture="testsrc2=size=720x576:rate=50:duration=1",
        filters=f"interlace=scan={scan}",
        codec=MPEG2,
    )
    data = bytearray(woven.read_bytes())
    extension = data.index(b"\0\0\1\xb5", data.index(b"\0\0\1\0"))
    data[extension + 8] |= 0x80  # progressive_frame of the first picture, ISO 13818-2 6.2.3.1
    flagged = woven.with_name("flagged.m2v")
    flagged.write_bytes(data)
    source = make_clip("flagged.mov", "-r", "25", "-i", f"file:{flagged}", "-c", "copy")
    assert [look(source).interlaced[n] for n in (0, 1)] == [False, True]
    ran = run_clip(source, profile=profile)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert ran.spec.clips[0].source.video is not None
    assert ran.spec.clips[0].source.video.field_order == order
    assert set(look(ran.proxy).interlaced) == {profile != "dnxhr_lb"}


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        pytest.param("s.mov", ("-f", "lavfi", "-i", "sine=d=1"), "sound only", id="sound only"),
        pytest.param(
            "empty.mov",
            ("-f", "lavfi", "-i", "testsrc2=size=320x180", "-frames:v", "0", *X264),
            "",
            id="no frame at all",
        ),
    ],
)
def test_a_file_without_pictures_is_left_out_with_its_reason(
    name: str,
    arguments: tuple[str, ...],
    reason: str,
    make_clip: MakeClip,
    tools: Tools,
    tmp_path: Path,
) -> None:
    source = make_clip(name, *arguments)
    request = CreationRequest((source,), tmp_path, find_profile("prores_proxy"), CREATED_BY)
    creation = create_jobs(request, prober=tools.prober)
    assert creation.jobs == ()
    assert reason in str(creation.left_out[0])
