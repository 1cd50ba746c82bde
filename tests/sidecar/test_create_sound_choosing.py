"""Which recording lies under a clip where several could: by moment and day, never guessed."""

from __future__ import annotations

from pathlib import Path

from tests.recorded_apart import ONE_O_CLOCK
from tests.sidecar.calling import Proxx
from tests.sidecar.sound_scene import Shoot, create, shoot
from tests.sidecar.test_create import jobs
from tests.waves import Wave

__all__ = ["shoot"]


def test_several_recordings_of_one_moment_are_refused_by_name_all_at_once(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot()
    shoot("B002.mov", timecode="02:00:00:00")
    for folder in ("copy 1", "copy 2"):
        for name, hour in (("T01.WAV", 1), ("T02.WAV", 2)):
            Wave(hour * ONE_O_CLOCK, 60_000).write(proxx.folder / "sound" / folder / name)
    said = create(proxx)
    assert said.code == 2
    assert said.err.count("2 recordings have its timecode") == 2
    for folder in ("copy 1", "copy 2"):
        for name in ("T01.WAV", "T02.WAV"):
            assert f"{folder}/{name}" in said.err
    assert not (proxx.folder / "out").exists()


def test_the_day_decides_only_where_both_tell_it_and_is_told(proxx: Proxx, shoot: Shoot) -> None:
    shoot("D003.mov", options=("-metadata", "creation_time=2026-11-26T10:00:00Z"))
    for day in ("2026-11-25", "2026-11-26"):
        wave = Wave(ONE_O_CLOCK, 60_000, date=day)
        wave.write(proxx.folder / "sound" / day / "T01.WAV")
    said = create(proxx)
    assert said.code == 0, said.err
    text = " ".join(said.out.split())
    assert "chosen by the day; not" in text
    assert "2026-11-25/T01.WAV (2026-11-25)" in text


MADE = ("-metadata", "creation_time=2026-11-26T10:00:00Z")
"""A clip that was taken at 10:00 UTC; recorders of these tests tell 12:00, wherever that was."""


def test_a_recording_of_another_day_for_all_of_the_picture_is_not_taken_for_the_days_own(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot("D003.mov", options=MADE)
    sound = proxx.folder / "sound"
    Wave(ONE_O_CLOCK, 60_000, date="2026-11-25").write(sound / "day 1" / "T01.WAV")
    Wave(ONE_O_CLOCK + 480, 60_000, date="2026-11-26").write(sound / "day 2" / "T09.WAV")
    said = create(proxx)
    assert said.code == 0, said.err
    files = jobs(proxx)[0]["clips"][0]["source"]["files"]
    assert [Path(path).name for path in files] == ["D003.mov", "T09.WAV"]
    text = " ".join(said.out.split())
    assert "chosen by the day; not" in text
    assert "day 1/T01.WAV (2026-11-25)" in text


def test_where_the_clip_tells_no_day_a_part_of_another_day_may_be_what_is_meant(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot()
    sound = proxx.folder / "sound"
    Wave(ONE_O_CLOCK, 60_000, date="2026-11-25").write(sound / "day 1" / "T01.WAV")
    Wave(ONE_O_CLOCK + 480, 60_000, date="2026-11-26").write(sound / "day 2" / "T09.WAV")
    said = create(proxx)
    assert said.code == 2
    assert "2 recordings have its timecode" in said.err


def test_an_evening_in_america_is_the_next_day_in_a_camera_that_counts_utc(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot("D003.mov", options=("-metadata", "creation_time=2026-11-27T03:00:00Z"))
    for day in ("2026-11-26", "2026-11-27"):
        wave = Wave(ONE_O_CLOCK, 60_000, date=day, time="19:00:00")
        wave.write(proxx.folder / "sound" / day / "T01.WAV")
    said = create(proxx)
    assert said.code == 0, said.err
    assert "chosen by the day; not" in " ".join(said.out.split())
    files = jobs(proxx)[0]["clips"][0]["source"]["files"]
    assert Path(files[1]).parent.name == "2026-11-26"


def test_a_recording_without_a_day_is_not_passed_over_for_one_of_the_day(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot("D003.mov", options=MADE)
    for day in ("", "2026-11-26"):
        wave = Wave(ONE_O_CLOCK, 60_000, date=day)
        wave.write(proxx.folder / "sound" / f"of {day}" / "T01.WAV")
    said = create(proxx)
    assert said.code == 2
    assert "2 recordings have its timecode" in said.err


def test_the_only_recording_is_told_where_it_is_of_another_day(proxx: Proxx, shoot: Shoot) -> None:
    shoot("D003.mov", options=MADE)
    Wave(ONE_O_CLOCK, 60_000, date="2026-11-24").write(proxx.folder / "sound" / "T01.WAV")
    said = create(proxx)
    assert said.code == 0, said.err
    other = "recorded on 2026-11-24, while the clip says that it was made 2026-11-26 10:00:00 UTC"
    assert other in " ".join(said.out.split())


def test_a_recording_for_all_of_the_picture_stands_before_one_for_a_part(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot()
    Wave(ONE_O_CLOCK, 60_000).write(proxx.folder / "sound" / "T01.WAV")
    Wave(ONE_O_CLOCK + 30_000, 60_000).write(proxx.folder / "sound" / "T02.WAV")
    said = create(proxx)
    assert said.code == 0
    assert "T02.WAV (2026-11-27), which has sound for a part" in " ".join(said.out.split())
    files = jobs(proxx)[0]["clips"][0]["source"]["files"]
    assert [Path(path).name for path in files] == ["A001.mov", "T01.WAV"]


def test_two_recordings_for_a_part_each_are_refused(proxx: Proxx, shoot: Shoot) -> None:
    shoot()
    Wave(ONE_O_CLOCK, 30_000).write(proxx.folder / "sound" / "T01.WAV")
    Wave(ONE_O_CLOCK + 30_000, 60_000).write(proxx.folder / "sound" / "T02.WAV")
    said = create(proxx)
    assert said.code == 2
    assert "T01.WAV" in said.err
    assert "T02.WAV" in said.err
