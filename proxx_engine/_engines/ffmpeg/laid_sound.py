"""Sound that was recorded apart, read by ourselves: what FFmpeg laid must be just that.

Of samples in whole numbers the whole track is; of those in floating point, of mixes and of sound
that is coded with loss, what FFmpeg read of the file.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import floor
from pathlib import Path
from zlib import crc32

from proxx_engine._engines.contract import HeardSound
from proxx_engine._engines.ffmpeg.witnesses import read_audio_hashes
from proxx_engine.planning.arguments.witnesses import LAID_SOUND
from proxx_engine.planning.laying import WHOLE_NUMBERS, decides_by_numbers, lay, stream_of
from proxx_engine.spec.job_spec import Target, TargetAudio
from proxx_engine.spec.media import Source
from proxx_engine.spec.sound_codecs import SOUND_CODECS
from proxx_engine.system.wave_files import read_samples

_SILENCE_AT_A_TIME = 1 << 16


def read_laid_hashes(source: Source, target: Target) -> dict[int, str]:
    """Return track → sha256 of its PCM, of those that whole numbers alone decide.

    Raises: OSError, ValueError where the file holds less than its JobSpec says.
    """
    return {track: _hash(_pcm(source, target.audio[track])) for track in _exact(source, target)}


def with_laid_pictures(heard: HeardSound, source: Source, target: Target) -> HeardSound:
    """Return the checksums of what goes with each picture, of those tracks as we read them.

    Raises: OSError, ValueError where the file holds less than its JobSpec says.
    """
    packets = list(heard.packets)
    for track in _exact(source, target):
        audio = target.audio[track]
        sample = _bytes_a_sample(audio)
        cuts = _cuts(Fraction(audio.sample_rate) / target.frame_rate, len(packets[track]) - 1)
        sizes = ((after - before) * sample for before, after in pairwise(cuts))
        own = array("Q", map(crc32, _in_pieces(_pcm(source, audio, endless=True), sizes)))
        packets[track] = own + packets[track][-1:]
    return replace(heard, packets=tuple(packets))


def check_what_was_read(source: Source, target: Target, folder: Path) -> None:
    """Compare what FFmpeg read of each recording with what stands in it, where it was written down.

    Raises: OSError, ValueError where it is something else.
    """
    for track, audio in enumerate(target.audio):
        written = folder / LAID_SOUND.format(track)
        if audio.laid is None or not written.exists():
            continue
        name = source.files[audio.source_file_index]
        first, taken = _part_of(source, audio)
        if read_audio_hashes(written) != (_hash(read_samples(Path(name), first, taken)),):
            raise ValueError(f"FFmpeg read other samples of {name} than stand there")


def _part_of(source: Source, audio: TargetAudio) -> tuple[int, int]:
    """Return the first sample of the file that is heard, and how many are."""
    assert audio.laid is not None
    stream = stream_of(source, audio)
    part = lay(audio.laid, stream)
    return part.skipped_seconds * stream.sample_rate + part.cut, part.taken


def _exact(source: Source, target: Target) -> Iterator[int]:
    for track, audio in enumerate(target.audio):
        if audio.laid is not None and decides_by_numbers(source, audio):
            yield track


def _bytes_a_sample(audio: TargetAudio) -> int:
    return audio.channels * (SOUND_CODECS[audio.codec].bytes_a_sample or 0)


def _cuts(samples_a_picture: Fraction, pictures: int) -> Iterator[int]:
    """Yield where the MXF muxer cuts: at the nearest sample."""
    for picture in range(pictures + 1):
        yield floor(picture * samples_a_picture + Fraction(1, 2))


def _hash(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _in_pieces(data: Iterator[bytes], sizes: Iterator[int]) -> Iterator[bytes]:
    held = bytearray()
    for size in sizes:
        while len(held) < size:
            held += next(data)
        yield bytes(held[:size])
        del held[:size]


def _pcm(source: Source, audio: TargetAudio, *, endless: bool = False) -> Iterator[bytes]:
    """Yield a track as PCM of the proxy's kind; `endless`: with silence for ever after."""
    assert audio.laid is not None
    stream = stream_of(source, audio)
    part, sample = lay(audio.laid, stream), _bytes_a_sample(audio)
    first, taken = _part_of(source, audio)
    convert = _conversion(WHOLE_NUMBERS[stream.codec], WHOLE_NUMBERS[audio.codec])
    yield from _silence(part.before, sample)
    for data in read_samples(Path(source.files[audio.source_file_index]), first, taken):
        yield convert(data)
    yield from _silence(part.after, sample)
    while endless:
        yield bytes(_SILENCE_AT_A_TIME * sample)


def _silence(samples: int, sample: int) -> Iterator[bytes]:
    for start in range(0, samples, _SILENCE_AT_A_TIME):
        yield bytes(min(_SILENCE_AT_A_TIME, samples - start) * sample)


def _conversion(before: int, after: int) -> Callable[[bytes], bytes]:
    """Return what keeps the upper bytes of little-endian samples, and fills up below with zeros."""
    if before == after:
        return lambda data: data
    kept = min(before, after)

    def convert(data: bytes) -> bytes:
        made = bytearray(len(data) // before * after)
        for byte in range(1, kept + 1):
            made[after - byte :: after] = data[before - byte :: before]
        return bytes(made)

    return convert
