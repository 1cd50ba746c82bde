"""A clip, and what a recorder took of it: made, run with `--sound`, and heard sample by sample."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av

from proxx_engine import (
    Creation,
    CreationRequest,
    ProfileSpec,
    Tools,
    create_jobs,
    find_profile,
    read_sound,
)
from tests.support import CREATED_BY, MakeClip, Ran, execute
from tests.waves import Wave

ONE_O_CLOCK = 3600 * 48000
"""01:00:00:00 at 25 frames a second, in samples since midnight."""


def make_picture(
    make_clip: MakeClip,
    name: str = "A001.mov",
    *,
    rate: str = "25",
    timecode: str = "01:00:00:00",
    pictures: int = 30,
    sound: bool = True,
    options: tuple[str, ...] = (),
) -> Path:
    """Make a clip with a timecode, with sound of its own unless told otherwise."""
    tone = ("-f", "lavfi", "-i", "sine=r=48000:d=10") if sound else ()
    codec = ("-c:a", "pcm_s16le", "-shortest") if sound else ()
    return make_clip(
        name,
        *("-f", "lavfi", "-i", f"testsrc2=s=320x180:r={rate}", *tone),
        *("-frames:v", str(pictures), "-c:v", "mpeg4", *codec, "-timecode", timecode, *options),
    )


def create(
    clips: tuple[Path, ...],
    sound: tuple[Path, ...],
    out: Path,
    tools: Tools,
    *,
    profile: str | ProfileSpec = "prores_proxy",
    **wish: object,
) -> Creation:
    """Return what creation makes of clips and the folders of their sound."""
    out.mkdir(exist_ok=True)
    spec = find_profile(profile) if isinstance(profile, str) else profile
    request = CreationRequest(clips, out, spec, CREATED_BY)
    wished = read_sound(sound, **wish)  # type: ignore[arg-type]
    return create_jobs(replace(request, sound=wished), prober=tools.prober)


def run(
    clip: Path,
    sound: Path,
    folder: Path,
    tools: Tools,
    *,
    profile: str | ProfileSpec = "prores_proxy",
    **wish: object,
) -> Ran:
    """Create and execute the job of one clip."""
    out = folder / "out"
    creation = create((clip,), (sound,), out, tools, profile=profile, **wish)
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
    """Return what a track must hold of a recording in 24 bit."""
    block = wave.width * wave.channels
    under = bytes(max(0, begins) * block) + wave.data()[max(0, -begins) * block :]
    return under[: length * block].ljust(length * block, b"\0")
