"""A recorder's WAV lies under the picture by timecode, exact to the sample, whatever its form."""

from __future__ import annotations

from array import array
from dataclasses import replace
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import av
import pytest

from proxx_engine import Tools
from tests.recorded_apart import ONE_O_CLOCK, create, laid, make_picture, pcm, run
from tests.support import MakeClip, execute
from tests.waves import Wave, ramp


@pytest.mark.parametrize(
    "begins",
    [0, 1, -1, 47999, -47999, -48000, -48001, 12345, -100_001, 57599, -143_999],
)
@pytest.mark.parametrize("channels", [1, 8])
def test_each_sample_lies_where_its_timecode_says(
    begins: int, channels: int, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    wave = Wave(begins=ONE_O_CLOCK + begins, samples=144_000, channels=channels)
    wave.write(tmp_path / "sound" / "T01.WAV")
    ran = run(make_picture(make_clip), tmp_path / "sound", tmp_path, tools)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert pcm(ran.proxy, 1) == laid(wave, begins, 57600)
    assert ran.check("audio.1.content") == "planned"
    assert ran.check("audio.0.content") == "equal"


@pytest.mark.parametrize(
    ("rate", "timecode", "frames", "pictures"),
    [
        pytest.param("30000/1001", "01:00:00;02", 107_894, 31, id="29.97 drop-frame"),
        pytest.param("30000/1001", "01:00:00:00", 108_000, 31, id="29.97 non-drop"),
        pytest.param("24000/1001", "01:00:00:01", 86_401, 25, id="23.976"),
        pytest.param("24", "01:00:00:01", 86_401, 25, id="24"),
        pytest.param("60000/1001", "23:59:59;59", 5_178_815, 61, id="59.94 at midnight"),
    ],
)
def test_a_moment_is_frames_over_rate_whatever_the_rate_and_the_counting(
    rate: str,
    timecode: str,
    frames: int,
    pictures: int,
    make_clip: MakeClip,
    tools: Tools,
    tmp_path: Path,
) -> None:
    start = frames / Fraction(rate) * 48000
    begins = floor(start + Fraction(1, 2)) - 24_000
    wave = Wave(begins=begins, samples=96_000)
    wave.write(tmp_path / "sound" / "T01.WAV")
    name = f"{rate} {timecode}.mov".replace("/", "_").replace(":", "").replace(";", "d")
    clip = make_picture(make_clip, name, rate=rate, timecode=timecode, pictures=pictures)
    ran = run(clip, tmp_path / "sound", tmp_path, tools)
    assert ran.result.status == "COMPLETED", ran.result.failure
    exact = begins - start
    length = round(pictures * 48000 / Fraction(rate))
    assert pcm(ran.proxy, 1) == laid(wave, floor(exact + Fraction(1, 2)), length)


@pytest.mark.parametrize(
    "wave",
    [
        pytest.param({"width": 2}, id="16 bit"),
        pytest.param({"width": 4}, id="32 bit"),
        pytest.param({"width": 4, "float_samples": True}, id="floating point"),
        pytest.param({"form": b"RF64"}, id="RF64"),
        pytest.param({"form": b"BW64", "channels": 6}, id="BW64"),
        pytest.param({"sample_rate": 96000}, id="96 kHz"),
        pytest.param({"sample_rate": 44100}, id="44.1 kHz"),
    ],
)
def test_whatever_form_a_wave_has_every_sample_is_kept(
    wave: dict[str, Any], make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    rate = wave.get("sample_rate", 48000)
    made = Wave(begins=3600 * rate - 12345, samples=100_000, **wave)
    made.write(tmp_path / "sound" / "T01.WAV")
    ran = run(make_picture(make_clip), tmp_path / "sound", tmp_path, tools)
    assert ran.result.status == "COMPLETED", ran.result.failure
    kept = replace(made, width=3, float_samples=False)
    if made.width == 2:
        kept = replace(kept, pattern=lambda number, channel: ramp(number, channel) & 0x7FFF00)
    assert pcm(ran.proxy, 1) == laid(kept, -12345, rate * 6 // 5)


def hiss(number: int, channel: int) -> int:
    return (number * number * 40_503 + channel * 977) % 0x400000 - 0x200000 & 0xFFFFFF


@pytest.mark.parametrize("rate", [44100, 96000])
@pytest.mark.parametrize("begins", [30_000, -30_000])
def test_samples_are_counted_before_a_codec_makes_others_of_them(
    begins: int, rate: int, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    made = Wave(3600 * rate + begins, 200_000, sample_rate=rate, pattern=hiss)
    made.write(tmp_path / "sound" / "T01.WAV")
    ran = run(make_picture(make_clip), tmp_path / "sound", tmp_path, tools, profile="vp9")
    assert ran.result.status == "COMPLETED", ran.result.failure
    with av.open(str(ran.proxy)) as file:
        heard = [max(array("f", bytes(block.planes[0]))) for block in file.decode(audio=1)]
    first = next(number for number, loudest in enumerate(heard) if loudest > 0.1)
    # Opus has 20 ms in a block.
    assert abs(first - max(0, begins) / rate * 50) <= 1


@pytest.mark.parametrize("begins", [35, 952, 14_236, 40_000])
def test_a_late_recording_does_not_stop_ffmpeg_where_each_second_is_measured(
    begins: int, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    made = Wave(3600 * 44100 + begins, 60_000, channels=2, sample_rate=44100, pattern=hiss)
    made.write(tmp_path / "sound" / "T01.WAV")
    clip = make_picture(make_clip, "late.mov", rate="24", pictures=38)
    sound, out = (tmp_path / "sound",), tmp_path / "out"
    spec = create((clip,), sound, out, tools, profile="h264_mp4").jobs[0].spec
    soon = spec.execution.model_copy(update={"clip_timeout_seconds": 30})
    ran = execute(spec.model_copy(update={"execution": soon}), out, tools)
    assert ran.result.status == "COMPLETED", ran.result.failure


def test_a_proxy_of_16_bit_keeps_the_upper_bits(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    Wave(begins=ONE_O_CLOCK - 99, samples=40_000).write(tmp_path / "sound" / "T01.WAV")
    ran = run(make_picture(make_clip), tmp_path / "sound", tmp_path, tools, profile="h264")
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert "source has samples of 24 bit" in ran.said("audio.1.content")


def test_files_that_hold_a_channel_each_become_a_track_each(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    waves = [Wave(ONE_O_CLOCK - 5, 90_000, names=[name]) for name in ("Boom", 'Lav é, "2"')]
    waves = [
        replace(wave, pattern=lambda number, _channel, plus=plus: ramp(number, plus))
        for plus, wave in enumerate(waves)
    ]
    for number, wave in enumerate(waves, start=1):
        wave.write(tmp_path / "sound" / f"T01_{number}.WAV")
    ran = run(make_picture(make_clip), tmp_path / "sound", tmp_path, tools)
    assert ran.result.status == "COMPLETED", ran.result.failure
    for track, wave in enumerate(waves, start=1):
        assert pcm(ran.proxy, track) == laid(wave, -5, 57600)
    assert ran.check("audio.1.name") == ran.check("audio.2.name") == "equal"
    with av.open(str(ran.proxy)) as file:
        names = [stream.metadata.get("name") for stream in file.streams.audio]
    assert names == [None, "Boom", 'Lav é, "2"']


def test_a_picture_without_sound_gets_what_was_recorded_apart(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    wave = Wave(begins=ONE_O_CLOCK, samples=20_000)
    wave.write(tmp_path / "sound" / "T01.WAV")
    clip = make_picture(make_clip, "silent.mov", sound=False)
    ran = run(clip, tmp_path / "sound", tmp_path, tools)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert pcm(ran.proxy, 0) == laid(wave, 0, 57600)
    assert "37600 samples of silence after" in ran.said("audio.0.content")


def test_the_clips_own_sound_is_left_out_only_where_it_is_asked_for(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    wave = Wave(begins=ONE_O_CLOCK, samples=60_000)
    wave.write(tmp_path / "sound" / "T01.WAV")
    ran = run(make_picture(make_clip), tmp_path / "sound", tmp_path, tools, only=True)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert pcm(ran.proxy, 0) == laid(wave, 0, 57600)
    assert "its own left out" in ran.said("streams")
    verdicts = ran.result.clips[0].nle_verdicts
    assert "the original has 1 audio channels" not in verdicts["premiere"]


@pytest.mark.parametrize("profile", ["prores_proxy", "dnxhr_lb_mxf", "h264_mp4"])
def test_the_same_job_twice_gives_the_same_bytes(
    profile: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    wave = Wave(begins=ONE_O_CLOCK - 480_123, samples=500_000)
    wave.write(tmp_path / "sound" / "T01.WAV")
    clip = make_picture(make_clip)
    hashes = set()
    for folder in ("one", "two", "three"):
        (tmp_path / folder).mkdir()
        ran = run(clip, tmp_path / "sound", tmp_path / folder, tools, profile=profile)
        assert ran.result.status == "COMPLETED", ran.result.failure
        hashes.add(ran.result.clips[0].output_sha256)
    assert len(hashes) == 1


def test_a_recording_of_a_day_is_found_far_behind_four_gigabytes(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    hours, first = 12, 10 * 3600 * 48000 + 4321
    part = Wave(samples=100_000)
    head = Wave(begins=0, samples=0, form=b"RF64", stated_samples=hours * 3600 * 48000).bytes()
    long = tmp_path / "sound" / "DAY.WAV"
    long.parent.mkdir()
    with open(long, "wb") as file:
        file.write(head)
        file.seek(len(head) + first * 3)
        file.write(part.data())
        file.truncate(len(head) + hours * 3600 * 48000 * 3)
    clip = make_picture(make_clip, "ten.mov", timecode="10:00:00:01")
    ran = run(clip, tmp_path / "sound", tmp_path, tools)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert pcm(ran.proxy, 1) == laid(part, first - 10 * 3600 * 48000 - 1920, 57600)
    assert ran.result.clips[0].duration_seconds < 20
