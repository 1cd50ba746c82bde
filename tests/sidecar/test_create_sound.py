"""`proxx create --sound`: what a person reads, what is refused, and that nothing is guessed."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.recorded_apart import ONE_O_CLOCK
from tests.sidecar.calling import Proxx
from tests.sidecar.sound_scene import Shoot, create, shoot
from tests.sidecar.test_create import jobs
from tests.waves import Wave

__all__ = ["shoot"]


def test_what_lies_under_each_clip_is_told_and_frozen(proxx: Proxx, shoot: Shoot) -> None:
    shoot()
    shoot("B002.mov", timecode="02:00:00:00")
    wave = Wave(ONE_O_CLOCK + 480, 40_000, names=["Boom"])
    wave.write(proxx.folder / "sound" / "day 1" / "T01.WAV")
    Wave(7 * 3600 * 48000).write(proxx.folder / "sound" / "T09.WAV")
    Wave(None).write(proxx.folder / "sound" / "no time.wav")
    said = create(proxx)
    assert said.code == 0, said.err
    text = " ".join(said.out.split())
    assert "sound that was recorded apart: 1 A001.mov T01.WAV from its sample 0 on; " in text
    silence = "silence for the first 480 samples (0.010 s); silence for the last 17120 samples"
    assert silence in text
    assert "no sound that was recorded apart: 1 B002.mov no recording has its timecode" in text
    assert "Premiere Pro does not attach them" in text
    assert "DaVinci Resolve not known" in text
    assert "Link Finished Proxies does not link them" in text
    assert "T09.WAV sound that was recorded apart, under no clip" in text
    assert "no time.wav sound without a timecode (no bext)" in text
    first = next(job for job in jobs(proxx) if job["label"] == "A001")["clips"][0]
    assert first["target"]["audio"][1]["laid"] == {"begins": 480, "samples": 57600}
    assert first["target"]["audio"][1]["name"] == "Boom"
    assert [Path(path).name for path in first["source"]["files"]] == ["A001.mov", "T01.WAV"]
    assert proxx("run", "out").code == 0


def test_clips_without_a_recording_are_refused_where_it_is_required(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot()
    shoot("B002.mov", timecode="02:00:00:00")
    Wave(5 * ONE_O_CLOCK).write(proxx.folder / "sound" / "T01.WAV")
    said = create(proxx, "--sound-required")
    assert said.code != 0
    assert "A001.mov" in said.err
    assert "B002.mov" in said.err
    assert create(proxx).code == 0


@pytest.mark.parametrize(
    ("wave", "words"),
    [
        pytest.param(
            {"stated_samples": 60_000, "samples": 50_000},
            "cut short: 60000 samples promised, 50000 there",
            id="cut short",
        ),
        pytest.param(
            {
                "speed": "<FILE_SAMPLE_RATE>48000</FILE_SAMPLE_RATE>"
                "<DIGITIZER_SAMPLE_RATE>48048</DIGITIZER_SAMPLE_RATE>"
            },
            "recorded at 48048 samples a second to be played at 48000",
            id="a pull",
        ),
    ],
)
def test_a_recording_that_cannot_be_used_is_never_passed_over(
    wave: dict[str, Any], words: str, proxx: Proxx, shoot: Shoot
) -> None:
    shoot()
    made = Wave(**({"begins": ONE_O_CLOCK, "samples": 60_000} | wave))
    made.write(proxx.folder / "sound" / "T01.WAV")
    said = create(proxx)
    assert said.code == 2
    assert words in " ".join(said.err.split())
    assert "T01.WAV" in said.err


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_recording_whose_name_is_no_text_is_told_by_name(proxx: Proxx, shoot: Shoot) -> None:
    shoot()
    Wave(ONE_O_CLOCK, 60_000).write(proxx.folder / "sound" / os.fsdecode(b"T\xff.WAV"))
    said = create(proxx)
    assert said.code == 2
    assert "its name is not UTF-8; rename it" in " ".join(said.err.split())


def test_a_recorder_that_counts_at_another_rate_is_told(proxx: Proxx, shoot: Shoot) -> None:
    shoot()
    rate = "<TIMECODE_RATE>24/1</TIMECODE_RATE>"
    Wave(ONE_O_CLOCK, 60_000, speed=rate).write(proxx.folder / "sound" / "T01.WAV")
    said = create(proxx)
    assert "its recorder counted 24/1 frames a second, the clip 25/1" in said.out


def test_camera_raw_is_refused_by_name(proxx: Proxx, shoot: Shoot) -> None:
    shoot()
    raw = proxx.folder / "footage" / "A001.braw"
    raw.write_bytes(b"raw" * 1000)
    (proxx.folder / "sound").mkdir()
    for more in ((), ("--downmix", "mono")):
        said = create(proxx, *more)
        assert said.code == 2
        assert "A001.braw" in said.err
        assert "needs Resolve" in said.err


def test_a_clip_without_a_timecode_goes_as_it_is_and_is_told(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    Wave(0, 60_000).write(proxx.folder / "sound" / "T01.WAV")
    said = create(proxx)
    assert said.code == 0, said.err
    assert "it has no timecode" in said.out


def test_what_goes_with_sound_alone_needs_it(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    said = proxx("create", "footage", "--out", "out", "--sound-only")
    assert said.code == 2
    assert "--sound" in said.err
    said = proxx("create", "footage", "--out", "out", "--sound", "nowhere")
    assert said.code == 2
    assert "nowhere does not exist" in said.err


def test_sound_among_the_footage_is_told_once(proxx: Proxx, shoot: Shoot) -> None:
    shoot()
    Wave(ONE_O_CLOCK, 60_000).write(proxx.folder / "footage" / "T01.WAV")
    Wave(None).write(proxx.folder / "footage" / "other.wav")
    said = proxx("create", "footage", "--out", "out", "--sound", "footage", "--json")
    told = json.loads(said.out)
    assert [Path(entry["path"]).name for entry in told["left_out"]] == ["other.wav"]
    assert [Path(file).name for file in told["sound"][0]["files"]] == ["T01.WAV"]


def test_in_the_place_of_a_clips_own_sound_as_many_channels_trouble_no_program(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot()
    Wave(ONE_O_CLOCK, 60_000).write(proxx.folder / "sound" / "T01.WAV")
    said = create(proxx, "--sound-only")
    assert said.code == 0
    assert "Premiere" not in said.out


def test_a_folder_that_is_not_looked_into_is_told(proxx: Proxx, shoot: Shoot) -> None:
    shoot()
    Wave(ONE_O_CLOCK, 60_000).write(proxx.folder / "elsewhere" / "T01.WAV")
    (proxx.folder / "sound").mkdir()
    (proxx.folder / "sound" / "day 1").symlink_to(proxx.folder / "elsewhere")
    said = create(proxx)
    assert "a link to a folder; name that folder itself" in said.out
    said = proxx("create", "footage", "--out", "out2", "--sound", "sound", "elsewhere")
    assert "T01.WAV from its sample 0 on" in " ".join(said.out.split())


def test_one_file_may_be_named(proxx: Proxx, shoot: Shoot) -> None:
    shoot()
    one = Wave(ONE_O_CLOCK, 60_000).write(proxx.folder / "sound" / "T01.WAV")
    Wave(ONE_O_CLOCK, 60_000).write(proxx.folder / "sound" / "T02.WAV")
    said = proxx("create", "footage", "--out", "out", "--sound", one)
    assert said.code == 0, said.err
    assert "T01.WAV" in said.out
