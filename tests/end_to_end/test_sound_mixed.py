"""Channels are mixed only where it is asked for, by coefficients that stand in the JobSpec."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from proxx_engine import Tools
from proxx_engine.creation.sound.mixes import mix_of
from tests.recorded_apart import ONE_O_CLOCK, create, make_picture, pcm, run
from tests.support import MakeClip, execute
from tests.waves import Wave


def steady(number: int, channel: int) -> int:
    return 0x080000 * (channel + 1)


def samples(data: bytes) -> list[int]:
    return [
        int.from_bytes(data[at : at + 3], "little", signed=True) for at in range(0, len(data), 3)
    ]


@pytest.mark.parametrize("profile", ["prores_proxy", "dnxhr_lb_mxf"])
@pytest.mark.parametrize(("downmix", "channels"), [("mono", 1), ("stereo", 2)])
def test_a_mix_has_the_levels_that_its_coefficients_give(
    downmix: str, channels: int, profile: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    wave = Wave(ONE_O_CLOCK, 60_000, channels=4, pattern=steady, names=["A", "B", "C", "D"])
    wave.write(tmp_path / "sound" / "T01.WAV")
    clip = make_picture(make_clip)
    ran = run(clip, tmp_path / "sound", tmp_path, tools, profile=profile, downmix=downmix)
    assert ran.result.status == "COMPLETED", ran.result.failure
    track = ran.spec.clips[0].target.audio[1]  # type: ignore[union-attr]
    assert track.mix == ((Fraction(1, 4),) * 4,) * channels
    assert track.channels == channels
    assert ran.spec.clips[0].target.determinism == "same_cpu"  # type: ignore[union-attr]
    assert ran.check("audio.1.channels") == "planned"
    mean = 0x080000 * (1 + 2 + 3 + 4) // 4
    heard = samples(pcm(ran.proxy, 1))
    assert len(heard) == 57600 * channels
    assert all(abs(sample - mean) <= 2 for sample in heard[:-channels])


def test_named_channels_are_mixed_as_their_places_say(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    clip = make_clip(
        "surround.mov",
        *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1"),
        *("-f", "lavfi", "-i", "aevalsrc=0.5|0|0|0.5|0|0:c=5.1:s=48000:d=1"),
        *("-c:v", "mpeg4", "-c:a", "pcm_s24le"),
    )
    out = tmp_path / "out"
    creation = create((clip,), (), out, tools, downmix="stereo")
    ran = execute(creation.jobs[0].spec, out, tools)
    assert ran.result.status == "COMPLETED", ran.result.failure
    [track] = ran.spec.clips[0].target.audio  # type: ignore[union-attr]
    whole = Fraction(1000 + 707 + 707, 1000)
    assert track.mix is not None
    assert track.mix[0] == (
        *(Fraction(1 / whole * 10000 // 1, 10000), Fraction(0)),
        *(Fraction(Fraction(707, 1000) / whole * 10000 // 1, 10000), Fraction(0)),
        *(Fraction(Fraction(707, 1000) / whole * 10000 // 1, 10000), Fraction(0)),
    )
    heard = samples(pcm(ran.proxy, 0))
    assert abs(heard[2000] - float(track.mix[0][0]) * 0.5 * 2**23) < 3
    assert heard[2001] == 0


@pytest.mark.parametrize("layout", [None, "stereo", "5.1", "quad", "7.1", "4.0", "5.0(side)"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 6, 8, 64])
@pytest.mark.parametrize("downmix", ["mono", "stereo"])
def test_no_mix_clips(layout: str | None, channels: int, downmix: str) -> None:
    mix = mix_of(layout, channels, downmix)  # type: ignore[arg-type]
    assert (mix is None) is (channels <= (1 if downmix == "mono" else 2))
    for row in mix or ():
        assert len(row) == channels
        assert 0 < sum(row) <= 1


def test_a_track_that_has_no_more_channels_is_kept_as_it_is(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    Wave(ONE_O_CLOCK, 60_000).write(tmp_path / "sound" / "T01.WAV")
    creation = create(
        (make_picture(make_clip),), (tmp_path / "sound",), tmp_path / "out", tools, downmix="stereo"
    )
    target = creation.jobs[0].spec.clips[0].target
    assert target is not None
    assert [track.mix for track in target.audio] == [None, None]


def test_many_channels_go_into_a_codec_with_loss_only_as_a_mix(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    Wave(ONE_O_CLOCK, 60_000, channels=8, pattern=steady).write(tmp_path / "sound" / "T01.WAV")
    clip = make_picture(make_clip)
    sound = (tmp_path / "sound",)
    creation = create((clip,), sound, tmp_path / "none", tools, profile="h264_mp4")
    [left_out] = [entry for entry in creation.left_out if entry.path == clip]
    assert "8 channels without a layout, which aac cannot hold" in left_out.reason
    ran = run(clip, sound[0], tmp_path, tools, profile="h264_mp4", downmix="stereo")
    assert ran.result.status == "COMPLETED", ran.result.failure
