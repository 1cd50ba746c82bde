"""Every trouble that FFmpeg's defaults make, one test each: what is in the source is in the proxy.

The finished proxy is looked at by `looking.py`, not only by the engine's own report.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.end_to_end.conftest import Footage
from tests.end_to_end.looking import look
from tests.support import RunClip

MONO = tuple(f"sine=f={220 + 110 * track}:r=48000:d=1" for track in range(8))
PCM = ("-c:a", "pcm_s16le")
X264_444 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p")


def test_eight_mono_tracks_stay_eight(footage: Footage, run_clip: RunClip) -> None:
    ran = run_clip(footage("mono8.mov", *PCM, sounds=MONO))
    assert ran.result.status == "COMPLETED"
    sounds = look(ran.proxy).sounds
    assert [(s.channels, s.rate, s.samples) for s in sounds] == [(1, 48000, 48000)] * 8
    report = ran.result.clips[0].verification
    assert report is not None
    hashes = {check.actual for check in report.checks if check.name.endswith(".content")}
    assert len(hashes) == 8


def test_one_track_of_eight_channels_stays_one(footage: Footage, run_clip: RunClip) -> None:
    tones = "|".join(f"sin({300 * (n + 1)}*t)" for n in range(8))
    source = footage("wide.mov", *PCM, sounds=(f"aevalsrc={tones}:s=48000:d=1",))
    sounds = look(run_clip(source).proxy).sounds
    assert [(s.channels, s.samples) for s in sounds] == [(8, 48000)]


def test_a_variable_rate_keeps_every_frame_at_its_own_time(
    footage: Footage, run_clip: RunClip
) -> None:
    source = footage(
        "vfr.mov",
        *("-fps_mode", "passthrough", "-enc_time_base:v", "1/90000", "-bf", "0"),
        *("-video_track_timescale", "90000"),
        filters="settb=1/90000,setpts=N*3600+mod(N\\,3)*1117",
    )
    ran = run_clip(source)
    assert ran.result.status == "COMPLETED"
    assert ran.spec.clips[0].source.video is not None
    assert ran.spec.clips[0].source.video.variable_frame_rate
    assert look(ran.proxy).times == look(source).times
    assert len(set(look(ran.proxy).times)) == 25


def test_a_variable_rate_of_a_matroska_with_a_coarse_clock_is_kept(
    footage: Footage, run_clip: RunClip
) -> None:
    source = footage(
        "vfr.mkv",
        *("-fps_mode", "passthrough", "-enc_time_base:v", "1/1000", "-bf", "0"),
        filters="settb=1/1000,setpts=N*33+mod(N\\,4)*7",
    )
    ran = run_clip(source)
    assert ran.result.status == "COMPLETED"
    assert look(ran.proxy).times == look(source).times


@pytest.mark.parametrize("late", ["0.48", "0.0333", "1.5"])
def test_a_picture_that_begins_after_the_sound_is_not_padded(
    late: str, footage: Footage, run_clip: RunClip, make_clip: object
) -> None:
    source = footage(
        "late.mov",
        *("-output_ts_offset", "0", "-c:a", "pcm_s16le", "-bf", "0"),
        sounds=("sine=r=48000:d=2",),
        filters=f"setpts=PTS+{late}/TB",
        picture="testsrc2=size=320x180:rate=25:duration=1,settb=1/90000",
    )
    ran = run_clip(source)
    assert ran.result.status == "COMPLETED"
    before, after = look(source), look(ran.proxy)
    assert after.frames == before.frames == 25
    assert abs(after.times[0] - before.times[0]) <= Fraction(1, 50)


def test_only_what_an_edit_list_shows_is_in_the_proxy(
    footage: Footage, run_clip: RunClip, make_clip: object
) -> None:
    whole = footage("whole.mov", "-g", "10", "-timecode", "01:00:00:00")
    source = make_clip(  # type: ignore[operator]
        "trimmed.mov", "-ss", "0.6", "-i", f"file:{whole}", "-c", "copy", "-map", "0:v"
    )
    ran = run_clip(source)
    before, after = look(source), look(ran.proxy)
    assert ran.result.status == "COMPLETED"
    assert before.frames == after.frames < 25
    assert after.packets == after.frames


@pytest.mark.parametrize(
    ("rate", "start"),
    [
        pytest.param("25", "10:00:00:24", id="25 frames a second"),
        pytest.param("30000/1001", "00:59:58;28", id="29.97 drop-frame"),
        pytest.param("30000/1001", "00:59:58:28", id="29.97 non-drop"),
        pytest.param("60000/1001", "00:59:58;52", id="59.94 drop-frame"),
        pytest.param("24000/1001", "23:59:59:23", id="23.976, at midnight"),
        pytest.param("60", "01:00:00:59", id="60 frames a second"),
        pytest.param("25", None, id="none"),
    ],
)
@pytest.mark.parametrize("profile", ["prores_proxy", "h264"])
def test_timecode_is_carried_with_its_drop_frame_flag(
    rate: str, start: str | None, profile: str, footage: Footage, run_clip: RunClip
) -> None:
    stated = ("-timecode", start) if start else ()
    picture = f"testsrc2=size=320x180:rate={rate}:duration=1"
    ran = run_clip(footage("tc.mov", *stated, picture=picture), profile=profile)
    assert ran.result.status == "COMPLETED"
    assert look(ran.proxy).timecode == start


def test_the_reel_of_a_mov_is_carried(footage: Footage, run_clip: RunClip) -> None:
    stated = ("-timecode", "01:00:00:00", "-metadata:s:v:0", "reel_name=B007")
    ran = run_clip(footage("reel.mov", *stated))
    assert ran.result.status == "COMPLETED"
    assert look(ran.proxy).reel == "B007"


def test_an_mxf_of_four_mono_tracks_with_drop_frame_timecode_is_whole(
    footage: Footage, run_clip: RunClip
) -> None:
    source = footage(
        "xdcam.mxf",
        *(*PCM, "-timecode", "01:00:00;02", "-metadata", "reel_name=C003"),
        picture="testsrc2=size=1280x720:rate=30000/1001:duration=1",
        sounds=MONO[:4],
        codec=("-c:v", "mpeg2video", "-b:v", "20M", "-pix_fmt", "yuv422p"),
    )
    ran = run_clip(source)
    assert ran.result.status == "COMPLETED"
    seen = look(ran.proxy)
    assert seen.timecode == "01:00:00;02"
    assert [sound.channels for sound in seen.sounds] == [1] * 4
    assert seen.frames == look(source).frames
    assert seen.reel == ran.spec.clips[0].source.reel


def test_4_4_4_becomes_4_2_2_inside_a_proxy_of_4_2_2(footage: Footage, run_clip: RunClip) -> None:
    ran = run_clip(footage("444.mov", codec=X264_444))
    assert look(ran.proxy).pixel_format == "yuv422p10le"
    assert ran.check("pixel_format") == "equal"


def test_alpha_is_dropped_and_the_report_says_so(footage: Footage, run_clip: RunClip) -> None:
    source = footage("alpha.mov", codec=("-c:v", "prores_ks", "-pix_fmt", "yuva444p10le"))
    ran = run_clip(source)
    assert ran.result.status == "COMPLETED"
    assert ran.check("pixel_format") == "planned"
    assert look(ran.proxy).pixel_format == "yuv422p10le"


def test_odd_sizes_become_even(footage: Footage, run_clip: RunClip) -> None:
    picture = "testsrc2=size=641x361:rate=25:duration=1"
    ran = run_clip(footage("odd.mov", picture=picture, codec=X264_444))
    assert ran.result.status == "COMPLETED"
    assert look(ran.proxy).size == (320, 180)


def test_an_h264_proxy_has_neither_b_frames_nor_a_shifted_start(
    footage: Footage, run_clip: RunClip
) -> None:
    ran = run_clip(footage("b.mov", "-bf", "3", "-preset", "fast"), profile="h264")
    seen = look(ran.proxy)
    assert ran.result.status == "COMPLETED"
    assert seen.times == tuple(Fraction(frame, 25) for frame in range(25))


@pytest.mark.parametrize("profile", ["prores_proxy", "dnxhr_lb", "h264"])
def test_a_silent_clip_has_no_sound_and_no_word_about_it(
    profile: str, footage: Footage, run_clip: RunClip
) -> None:
    ran = run_clip(footage("mute.mov"), profile=profile)
    assert ran.result.status == "COMPLETED"
    assert look(ran.proxy).sounds == ()
    assert "-flags:a" not in " ".join(ran.result.clips[0].invocation.command or ())
    assert "[warning]" not in ran.result.clips[0].stderr.text
