"""Sound that was recorded apart, read by ourselves: what FFmpeg laid must be just that."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType

from proxx_engine.planning.laying import Laying, lay, stream_of
from proxx_engine.spec.job_spec import Target, TargetAudio
from proxx_engine.spec.media import AudioStream, Source
from proxx_engine.spec.sound_codecs import SOUND_CODECS
from proxx_engine.system.wave_files import read_samples

_SILENCE_AT_A_TIME = 1 << 16
_WIDTHS = MappingProxyType({"pcm_s16le": 2, "pcm_s24le": 3, "pcm_s32le": 4})


def read_laid_hashes(source: Source, target: Target) -> dict[int, str]:
    """Return track → sha256 of its PCM, of those that whole numbers alone decide.

    Raises: OSError, ValueError where the file holds less than its JobSpec says.
    """
    hashes = {}
    for track, audio in enumerate(target.audio):
        if audio.laid is None or audio.mix is not None:
            continue
        stream = stream_of(source, audio)
        if stream.codec in _WIDTHS and audio.codec in _WIDTHS:
            path = Path(source.files[audio.source_file_index])
            hashes[track] = _hash(path, audio, stream, lay(audio.laid, stream))
    return hashes


def _hash(path: Path, audio: TargetAudio, stream: AudioStream, part: Laying) -> str:
    digest = hashlib.sha256()
    sample = audio.channels * (SOUND_CODECS[audio.codec].bytes_a_sample or 0)
    first = part.skipped_seconds * stream.sample_rate + part.cut
    convert = _conversion(_WIDTHS[stream.codec], _WIDTHS[audio.codec])
    for silence in _silence(part.before):
        digest.update(bytes(silence * sample))
    for data in read_samples(path, first, part.taken):
        digest.update(convert(data))
    for silence in _silence(part.after):
        digest.update(bytes(silence * sample))
    return digest.hexdigest()


def _silence(samples: int) -> Iterator[int]:
    for start in range(0, samples, _SILENCE_AT_A_TIME):
        yield min(_SILENCE_AT_A_TIME, samples - start)


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
