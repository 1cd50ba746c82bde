"""Sound that was recorded apart, in MXF, MKV, MP4 and WebM; names where they are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine import ProfileSpec, Tools, find_profile
from tests.recorded_apart import ONE_O_CLOCK, laid, make_picture, pcm, run
from tests.support import MakeClip
from tests.waves import Wave


def _in_mkv() -> ProfileSpec:
    settings = find_profile("h264").audio.model_copy(update={"codec": "pcm_s24le"})
    return find_profile("h264").model_copy(update={"container": "mkv", "audio": settings})


def tone(number: int, channel: int) -> int:
    """A beep of a kilohertz whose level tells the tenth of a second."""
    loud = 0x10000 * (1 + number // 4800 % 8 * 8)
    return (loud if number // 24 % 2 else -loud) % (1 << 24) if channel == 0 else 0


@pytest.mark.parametrize("begins", [0, 1, -1, -48_001, 30_001, -100_000])
@pytest.mark.parametrize("profile", ["dnxhr_lb_mxf", "mkv"])
def test_containers_of_pcm_hold_every_sample_where_it_belongs(
    begins: int, profile: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    wave = Wave(begins=ONE_O_CLOCK + begins, samples=120_000, channels=2, names=["Boom", "Lav"])
    wave.write(tmp_path / "sound" / "T01.WAV")
    asked = _in_mkv() if profile == "mkv" else profile
    ran = run(make_picture(make_clip), tmp_path / "sound", tmp_path, tools, profile=asked)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert pcm(ran.proxy, 1) == laid(wave, begins, 57600)
    named = {"mkv": "equal", "dnxhr_lb_mxf": "planned"}
    assert ran.check("audio.1.name") == named[profile]


@pytest.mark.parametrize("rate", ["30000/1001", "24000/1001"])
def test_mxf_holds_whole_pictures_of_it_at_uneven_rates(
    rate: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    begins = 3600 * 1001 * 48 if rate != "25" else 0
    wave = Wave(begins=begins - 777, samples=120_000)
    wave.write(tmp_path / "sound" / "T01.WAV")
    name = f"{rate.replace('/', '_')}.mov"
    clip = make_picture(make_clip, name, rate=rate, timecode="01:00:00:00", pictures=31)
    ran = run(clip, tmp_path / "sound", tmp_path, tools, profile="dnxhr_lb_mxf")
    assert ran.result.status == "COMPLETED", ran.result.failure
    made = pcm(ran.proxy, 1)
    assert made == laid(wave, -777, len(made) // 3)
    assert abs(len(made) // 3 - 31 * 1001 * 48000 / int(rate.split("/")[0])) < 1


@pytest.mark.parametrize("profile", ["h264_mp4", "vp9"])
def test_sound_with_loss_is_held_to_its_levels(
    profile: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    wave = Wave(ONE_O_CLOCK - 48_000, 200_000, pattern=tone, names=["Boom"])
    wave.write(tmp_path / "sound" / "T01.WAV")
    ran = run(make_picture(make_clip), tmp_path / "sound", tmp_path, tools, profile=profile)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert ran.check("audio.1.content") == "planned"
    assert ran.check("audio.1.name") == "equal"
    assert "from its sample 48000 on" in ran.said("audio.1.content")
