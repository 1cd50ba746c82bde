"""WAV files are looked at without trust: whatever stands in one, it is read or refused."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proxx_engine.creation.sound.recordings import Recording, recording_of
from proxx_engine.system.wave_files import UnreadableWave, read_samples, read_wave
from tests.waves import Wave

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
