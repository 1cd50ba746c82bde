"""A recorder's WAV lies under the picture by timecode, exact to the sample, in every container."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import pytest

from proxx_engine import CreationRequest, Tools, create_jobs, find_profile
from proxx_engine.creation.sound.shelf import read_sound
from tests.support import CREATED_BY, MakeClip, Ran, execute
from tests.waves import Wave

MIDNIGHT_AT_25 = 3600 * 48000


def make_picture(
    make_clip: MakeClip,
    name: str = "A001.mov",
    *,
    rate: str = "25",
    timecode: str = "01:00:00:00",
    pictures: int = 30,
    sound: bool = True,
) -> Path:
    tone = ("-f", "lavfi", "-i", "sine=r=48000:d=10") if sound else ()
    codec = ("-c:a", "pcm_s16le", "-shortest") if sound else ()
    return make_clip(
        name,
        *("-f", "lavfi", "-i", f"testsrc2=s=320x180:r={rate}", *tone),
        *("-frames:v", str(pictures), "-c:v", "mpeg4", *codec, "-timecode", timecode),
    )


def run(
    clip: Path,
    sound: Path,
    folder: Path,
    tools: Tools,
    *,
    profile: str = "prores_proxy",
    **wish: object,
) -> Ran:
    out = folder / "out"
    out.mkdir()
    request = CreationRequest((clip,), out, find_profile(profile), CREATED_BY)
    request = replace(request, sound=read_sound((sound,), **wish))  # type: ignore[arg-type]
    creation = create_jobs(request, prober=tools.prober)
    assert len(creation.jobs) == 1, creation.left_out
    return execute(creation.jobs[0].spec, out, tools)


def pcm(path: Path, track: int) -> bytes:
    """Return a track's samples as they stand in 24 bit."""
    with av.open(str(path)) as file:
        blocks = list(file.decode(audio=track))
    made = bytearray()
    for block in blocks:
        data = bytes(block.planes[0])[: block.samples * block.layout.nb_channels * 4]
        whole = bytearray(len(data) // 4 * 3)
        for byte in range(3):
            whole[byte::3] = data[byte + 1 :: 4]
        made += whole
    return bytes(made)


def laid(wave: Wave, begins: int, length: int) -> bytes:
    block = wave.width * wave.channels
    under = bytes(max(0, begins) * block) + wave.data()[max(0, -begins) * block :]
    return under[: length * block].ljust(length * block, b"\0")


@pytest.mark.parametrize(
    "begins",
    [0, 1, -1, 47999, -47999, -48000, -48001, 12345, -100_001, 57599, -143_999],
)
@pytest.mark.parametrize("channels", [1, 8])
def test_each_sample_lies_where_its_timecode_says(
    begins: int, channels: int, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    wave = Wave(begins=MIDNIGHT_AT_25 + begins, samples=144_000, channels=channels)
    wave.write(tmp_path / "sound" / "T01.WAV")
    ran = run(make_picture(make_clip), tmp_path / "sound", tmp_path, tools)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert pcm(ran.proxy, 1) == laid(wave, begins, 57600)
    assert ran.check("audio.1.content") == "planned"
    assert ran.check("audio.0.content") == "equal"
