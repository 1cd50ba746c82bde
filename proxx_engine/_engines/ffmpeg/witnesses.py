"""Reads the witness files that the argument lists of `planning.arguments` make FFmpeg write."""

from __future__ import annotations

import math
import re
from array import array
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from proxx_engine._engines.contract import Packets, SoundLevels, SoundTimes

_TIME_BASE = re.compile(r"#tb 0: (\d+)/(\d+)")
_HEADER = re.compile(r"#extradata 0, *\d+, *([0-9a-f]+)")
_STREAM_HEADER = re.compile(r"#extradata (\d+), *\d+, *([0-9a-f]+)")
_LEVEL = re.compile(r"lavfi\.astats\.(\d+)\.RMS_(level|difference)=(\S+)")
_HASH = re.compile(r"\d+,a,SHA256=([0-9a-f]{64})")
_NO_TIME = -(2**63)
Times = tuple[Fraction, "array[int]"]


@dataclass(frozen=True, slots=True)
class EncodedTimes:
    """Of each picture that went to the encoder."""

    shown: array[int]
    """The number of the decoded picture that it is."""
    source: Times
    """Its time on the source's clock."""
    encoder: Times
    """Its time as given to the encoder."""


def read_times(path: Path) -> EncodedTimes:
    """Return what went to the encoder, and when.

    Lines are `{ni} {tbi} {ptsi} {tb} {pts}`. Raises: OSError, ValueError.
    """
    shown: array[int] = array("q")
    source: array[int] = array("q")
    encoder: array[int] = array("q")
    bases: list[str] = ["1/1", "1/1"]
    with open(path, encoding="ascii") as lines:
        for line in lines:
            number, bases[0], source_time, bases[1], encoder_time = line.split()
            shown.append(int(number))
            source.append(int(source_time))
            encoder.append(int(encoder_time))
    given = (Fraction(bases[1]), encoder)
    if _NO_TIME in source:
        # AVI with reordered pictures states none; then FFmpeg's own count is the only clock.
        return EncodedTimes(shown, given, given)
    return EncodedTimes(shown, (Fraction(bases[0]), source), given)


def read_decoded_pictures(path: Path) -> tuple[Times, int]:
    """Return each decoded picture's time, and when the last is over, out of a framehash file.

    Raises: OSError, ValueError.
    """
    times: array[int] = array("q")
    base, end = Fraction(1), 0
    with open(path, encoding="ascii") as lines:
        for line in lines:
            found = _TIME_BASE.match(line)
            if found:
                base = Fraction(int(found[1]), int(found[2]))
            if not line.startswith("#"):
                time, duration = (int(column) for column in line.split(",")[2:4])
                times.append(time)
                end = time + duration
    return (base, times), end


def read_packets(path: Path) -> Packets:
    """Return times and checksums out of a framehash file of one video stream.

    The checksum of the codec's header, which players read before any packet, stands last.

    Raises: OSError, ValueError.
    """
    times: array[int] = array("q")
    checksums: array[int] = array("Q")
    header, base, end = 0, Fraction(1), 0
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
            end = times[-1] + int(columns[3])
            checksums.append(int(columns[5], 16))
    checksums.append(header)
    return Packets(base, times, end, checksums)


def read_sound_packets(path: Path, *, streams: int) -> tuple[array[int], ...]:
    """Return each stream's checksums out of a framehash file, the header's last.

    Raises: OSError, ValueError.
    """
    checksums: list[array[int]] = [array("Q") for _ in range(streams)]
    headers = [0] * streams
    with open(path, encoding="ascii") as lines:
        for line in lines:
            header = _STREAM_HEADER.match(line)
            if header and int(header[1]) < streams:
                headers[int(header[1])] = int(header[2], 16)
            if not line.startswith("#"):
                columns = line.split(",")
                checksums[int(columns[0])].append(int(columns[5], 16))
    for stream, header_checksum in zip(checksums, headers, strict=True):
        stream.append(header_checksum)
    return tuple(checksums)


def read_sound_levels(path: Path) -> SoundLevels:
    """Return how a stream sounds, second by second. Raises: OSError, ValueError.

    Lines are those of FFmpeg's `ametadata`: `lavfi.astats.CHANNEL.RMS_level=-20.1`.
    """
    levels: dict[int, array[float]] = {}
    edges: dict[int, array[float]] = {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            found = _LEVEL.match(line)
            if found is None:
                continue
            channel, value = int(found[1]), float(found[3])
            if found[2] == "difference":
                decibels = 20 * math.log10(value) if value > 0 else -math.inf
                edges.setdefault(channel, array("d")).append(decibels)
            else:
                levels.setdefault(channel, array("d")).append(value)
    ordered = sorted(levels)
    return SoundLevels(tuple(levels[n] for n in ordered), tuple(edges[n] for n in ordered))


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
    return SoundTimes(start * base, jump * base, before)
