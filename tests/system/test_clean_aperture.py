"""A clean aperture is found where it is, and a file that is no MOV is no trouble."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from proxx_engine.system.clean_aperture import shows_less
from tests.end_to_end.clean_apertures import with_clean_aperture
from tests.support import MakeClip


@pytest.fixture
def limited(make_clip: MakeClip, tmp_path: Path) -> bytes:
    plain = make_clip("plain.mov", "-f", "lavfi", "-i", "testsrc2=s=192x108:r=25:d=0.2")
    assert not shows_less(plain)
    made = with_clean_aperture(plain, tmp_path / "made.mov", width=180, height=108)
    assert shows_less(made)
    return made.read_bytes()


def test_it_is_found_behind_media_of_any_size(limited: bytes, tmp_path: Path) -> None:
    path, at = tmp_path / "long.mov", limited.index(b"mdat") - 4
    (size,) = struct.unpack_from(">I", limited, at)
    far = struct.pack(">I4sQ", 1, b"mdat", size + 8)
    path.write_bytes(limited[:at] + far + limited[at + 8 :])
    assert shows_less(path)


def test_a_file_that_ends_anywhere_or_says_anything_is_no_trouble(
    limited: bytes, tmp_path: Path
) -> None:
    path, chance = tmp_path / "broken.mov", random.Random(1)
    head = limited.rindex(b"moov")
    for end in range(0, len(limited), 97):
        path.write_bytes(limited[:end])
        assert not shows_less(path)
    for _turn in range(300):
        broken = bytearray(limited)
        for _byte in range(4):
            broken[chance.randrange(head - 4, len(broken))] = chance.choice((0, 1, 127, 255))
        path.write_bytes(broken)
        assert shows_less(path) in (True, False)
    path.write_bytes(struct.pack(">I4s", 8, b"free") * 100_000)
    assert not shows_less(path)


@pytest.mark.parametrize("name", ["apple_prores_lt.mov", "gopro_tmcd_gpmf.mp4", "dv_pal_i.mov"])
def test_real_clips_say_what_they_are_known_for(name: str, shared_media: Path) -> None:
    assert shows_less(shared_media / name) is (name == "dv_pal_i.mov")
