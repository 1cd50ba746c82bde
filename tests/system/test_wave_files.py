"""WAV files are looked at without trust: whatever stands in one, it is read or refused."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proxx_engine.creation.sound.recordings import Recording, recording_of
from proxx_engine.spec.model import MAX_TEXT
from proxx_engine.system.wave_files import UnreadableWave, read_samples, read_wave
from tests.waves import Wave, with_ixml

GOOD = Wave(begins=172_800_000, samples=40, channels=3, names=["A", "B é", "C"]).bytes()


def look(path: Path) -> Recording | str:
    """Return what one file is, as `--sound` asks."""
    try:
        return recording_of(path, read_wave(path))
    except UnreadableWave as error:
        return str(error)


def test_a_recorders_file_says_when_how_long_and_what(tmp_path: Path) -> None:
    for form in (b"RIFF", b"RF64", b"BW64"):
        wave = Wave(172_800_000, 40, channels=3, names=["A", "B é", "C"], form=form)
        found = look(wave.write(tmp_path / "T01.WAV"))
        assert isinstance(found, Recording)
        assert (found.begins, found.samples, found.channels) == (172_800_000, 40, 3)
        assert found.name == "A, B é, C"
        assert found.date == "2026-11-27"
        assert found.problem is None


@given(
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=12),
    st.integers(0, len(GOOD)),
    st.binary(max_size=40),
)
@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_do_more_than_be_refused(
    tmp_path: Path, changes: list[tuple[int, int]], kept: int, more: bytes
) -> None:
    data = bytearray(GOOD)
    for place, value in changes:
        data[place] = value
    path = tmp_path / "T01.WAV"
    path.write_bytes(bytes(data[:kept]) + more if kept % 2 else bytes(data) + more)
    found = look(path)
    if isinstance(found, Recording) and found.problem is None:
        assert found.samples > 0
        assert 1000 <= found.sample_rate <= 768_000


def test_the_first_sound_of_a_file_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "T01.WAV"
    path.write_bytes(GOOD + b"data" + struct.pack("<I", 9) + b"x" * 10)
    found = look(path)
    assert isinstance(found, Recording)
    assert found.samples == 40


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "is no WAV file", id="empty"),
        pytest.param(b"RIFF\x04\0\0\0AVI ", "is no WAV file", id="AVI"),
        pytest.param(b"RIFF\x04\0\0\0WAVE", "does not say what its sound is", id="no chunk"),
        pytest.param(
            GOOD.replace(b"\xfe\xff", b"\x55\x00", 1), "otherwise than as PCM", id="MP3 in WAV"
        ),
        pytest.param(GOOD.replace(b"data", b"junk"), "has no sound", id="no data"),
        pytest.param(
            GOOD.replace(struct.pack("<Q", 172_800_000), b"\xff" * 8),
            "no moment of a day",
            id="late",
        ),
    ],
)
def test_what_is_no_recording_is_told(data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "T01.WAV"
    path.write_bytes(data)
    found = look(path)
    assert isinstance(found, str)
    assert words in found


def test_a_header_that_was_never_finished_is_told(tmp_path: Path) -> None:
    found = look(Wave(5, 100, stated_samples=0).write(tmp_path / "T01.WAV"))
    assert isinstance(found, Recording)
    assert found.problem is not None
    assert "never finished" in found.problem


@pytest.mark.parametrize(
    ("date", "time", "made"),
    [
        ("2026-11-27", "19:30:05", "2026-11-27T19:30:05"),
        ("2026:11:27", "19-30-05", "2026-11-27T19:30:05"),
        ("2026-11-27", "", "2026-11-27T01:00:00"),
        ("2026-02-31", "19:30:05", None),
        ("0000-00-00", "00:00:00", None),
        ("0001-01-01", "00:00:00", None),
        ("", "19:30:05", None),
    ],
)
def test_a_recorder_tells_its_own_day_and_time(
    date: str, time: str, made: str | None, tmp_path: Path
) -> None:
    found = look(Wave(3600 * 48000, 40, date=date, time=time).write(tmp_path / "T01.WAV"))
    assert isinstance(found, Recording)
    assert (found.made and found.made.isoformat()) == made


def test_a_moment_that_is_counted_at_another_rate_than_the_samples_is_told(tmp_path: Path) -> None:
    # What converters leave behind that change a file's rate, and not what it says of its time.
    speed = "<TIMESTAMP_SAMPLE_RATE>96000</TIMESTAMP_SAMPLE_RATE>"
    found = look(Wave(5, 100, speed=speed).write(tmp_path / "T01.WAV"))
    assert isinstance(found, Recording)
    assert "counted at 96000 samples a second, its sound at 48000" in str(found.problem)
    same = look(Wave(5, 100, speed=speed.replace("96", "48")).write(tmp_path / "T02.WAV"))
    assert isinstance(same, Recording)
    assert same.problem is None


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "T01.WAV"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="regular file"):
        read_wave(pipe)


def test_samples_are_read_as_they_stand_there(tmp_path: Path) -> None:
    wave = Wave(0, 100, channels=2)
    path = wave.write(tmp_path / "T01.WAV")
    assert b"".join(read_samples(path, 7, 50, at_a_time=9)) == wave.data()[42 : 42 + 300]
    with pytest.raises(UnreadableWave, match="ends before"):
        list(read_samples(path, 60, 50))


@pytest.mark.parametrize("size", [2**62, 2**63 - 1, 2**63, 2**64 - 1])
def test_a_length_beyond_every_file_is_a_recording_cut_short(size: int, tmp_path: Path) -> None:
    data = Wave(5, 40, form=b"RF64").bytes()
    at = data.index(b"ds64") + 16
    path = tmp_path / "T01.WAV"
    path.write_bytes(data[:at] + struct.pack("<Q", size) + data[at + 8 :])
    found = look(path)
    assert isinstance(found, Recording)
    assert "cut short" in str(found.problem)


def named(path: Path, track_list: str, *, encoding: str = "utf-8", channels: int = 2) -> Recording:
    """Return what a file is of which iXML says this."""
    ixml = f'<?xml version="1.0" encoding="UTF-8"?><BWFXML>{track_list}</BWFXML>'.encode(encoding)
    path.write_bytes(with_ixml(Wave(5, 40, channels=channels), ixml))
    found = look(path)
    assert isinstance(found, Recording)
    return found


def track(name: str, index: str) -> str:
    return f"<TRACK><INTERLEAVE_INDEX>{index}</INTERLEAVE_INDEX><NAME>{name}</NAME></TRACK>"


def test_a_number_of_thousands_of_digits_names_no_channel(tmp_path: Path) -> None:
    tracks = f"<TRACK_LIST>{track('Boom', '9' * 5000)}{track('Lav', '2')}</TRACK_LIST>"
    assert named(tmp_path / "T01.WAV", tracks).names == ("", "Lav")


def test_names_in_an_old_recorders_own_letters_are_read(tmp_path: Path) -> None:
    tracks = f"<TRACK_LIST>{track('Müller', '1')}{track('Åsa', '2')}</TRACK_LIST>"
    found = named(tmp_path / "T01.WAV", tracks, encoding="latin-1")
    assert found.names == ("Müller", "Åsa")


def test_a_list_of_more_tracks_than_the_file_has_names_none(tmp_path: Path) -> None:
    whole_take = "".join(track(name, "1") for name in ("Boom", "Anna", "Ben"))
    found = named(tmp_path / "T01_1.WAV", f"<TRACK_LIST>{whole_take}</TRACK_LIST>", channels=1)
    assert found.name is None


def test_names_of_many_channels_together_are_no_longer_than_a_jobspec_takes(tmp_path: Path) -> None:
    tracks = "".join(track("N" * 300, str(number)) for number in range(1, 65))
    found = named(tmp_path / "T01.WAV", f"<TRACK_LIST>{tracks}</TRACK_LIST>", channels=64)
    assert found.name is not None
    assert found.name.count("N, N") == 63
    assert len(found.name) <= MAX_TEXT
