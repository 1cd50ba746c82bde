"""Reads the witness files that the argument lists of `planning.arguments` make FFmpeg write."""

from __future__ import annotations

import re
from array import array
from fractions import Fraction
from pathlib import Path

from proxx_engine._engines.contract import Packets, SoundTimes

_TIME_BASE = re.compile(r"#tb 0: (\d+)/(\d+)")
_HEADER = re.compile(r"#extradata 0, *\d+, *([0-9a-f]+)")
_HASH = re.compile(r"\d+,a,SHA256=([0-9a-f]{64})")
Times = tuple[Fraction, "array[int]"]


def read_times(path: Path) -> tuple[Times, Times]:
    """Return each picture's time on the source's clock and on the encoder's.

    Lines are `{tbi} {ptsi} {tb} {pts}`. Raises: OSError, ValueError.
    """
    source: array[int] = array("q")
    encoder: array[int] = array("q")
    bases: list[str] = ["1/1", "1/1"]
    with open(path, encoding="ascii") as lines:
        for line in lines:
            bases[0], source_time, bases[1], encoder_time = line.split()
            source.append(int(source_time))
            encoder.append(int(encoder_time))
    return (Fraction(bases[0]), source), (Fraction(bases[1]), encoder)


def read_packets(path: Path) -> Packets:
    """Return times and checksums out of a framehash file of one video stream.

    The checksum of the codec's header, which players read before any packet, stands last.

    Raises: OSError, ValueError.
    """
    times: array[int] = array("q")
    checksums: array[int] = array("Q")
    header, base = 0, Fraction(1)
    with open(path, encoding="ascii") as lines:
        for line in lines:
            if line.startswith("#"):
                extradata = _HEADER.match(line)
                header = int(extradata[1], 16) if extradata else header
                found = _TIME_BASE.match(line)
                if found:
                    base = Fraction(int(found[1]), int(found[2]))
                continue
            columns = line.split(",")
            times.append(int(columns[2]))
            checksums.append(int(columns[5], 16))
    checksums.append(header)
    return Packets(base, times, checksums)


def read_audio_hashes(path: Path) -> tuple[str, ...]:
    """Return the hash of each audio stream, in order. Raises: OSError."""
    return tuple(_HASH.findall(path.read_text("ascii")))


def read_sound_times(path: Path) -> SoundTimes:
    """Return the start of a stream's sound and its largest jump. Raises: OSError, ValueError.

    Lines are `{tb} {pts} {samp}`: the time of a block of samples, and how many they are.
    """
    start, jump, before, base = 0, 0, 0, Fraction(1)
    with open(path, encoding="ascii") as lines:
        for number, line in enumerate(lines):
            text, time, samples = line.split()
            if number == 0:
                base, start = Fraction(text), int(time)
            jump = max(jump, abs(int(time) - start - before))
            before += int(samples)
    return SoundTimes(start * base, jump * base)
