"""Where sound that was recorded apart is cut, and where silence goes with it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from proxx_engine.spec.job_spec import Target, TargetAudio
from proxx_engine.spec.laid_sound import LaidSound
from proxx_engine.spec.media import AudioStream, Source

WHOLE_NUMBERS = MappingProxyType({"pcm_s16le": 2, "pcm_s24le": 3, "pcm_s32le": 4})
"""PCM in whole numbers, the lowest byte first → bytes a sample."""


@dataclass(frozen=True, slots=True)
class Laying:
    """One track, in samples of its file: silence, sound, silence."""

    skipped_seconds: int
    """Whole seconds at the file's beginning that are never read."""
    cut: int
    """Samples behind those that are read and dropped; less than a second of them."""
    before: int
    """Silence up to the file's first sample."""
    taken: int
    after: int
    """Silence behind the file's last sample."""

    @property
    def read(self) -> int:
        """How many samples must be read of the file."""
        return self.cut + self.taken


def lay(laid: LaidSound, stream: AudioStream) -> Laying:
    """Return how a stream of sound goes under the picture; `taken` is 0 where it does not."""
    skipped = max(0, -laid.begins)
    before = min(laid.samples, max(0, laid.begins))
    taken = max(0, min((stream.samples or 0) - skipped, laid.samples - before))
    seconds, cut = divmod(skipped, stream.sample_rate)
    return Laying(seconds, cut, before, taken, laid.samples - before - taken)


def stream_of(source: Source, audio: TargetAudio) -> AudioStream:
    """Return the source's stream that a track of the proxy is made of. Raises: StopIteration."""
    wanted = (audio.source_file_index, audio.source_stream_index)
    return next(s for s in source.audio if (s.file_index, s.stream_index) == wanted)


def decides_by_numbers(source: Source, audio: TargetAudio) -> bool:
    """Whether a track's PCM follows from the file's alone: whole numbers, and nothing mixed."""
    codecs = {stream_of(source, audio).codec, audio.codec}
    return audio.mix is None and codecs <= WHOLE_NUMBERS.keys()


def laid_files(source: Source, target: Target) -> dict[int, Laying]:
    """Return how each of the source's files of sound that was recorded apart is read."""
    return {
        audio.source_file_index: lay(audio.laid, stream_of(source, audio))
        for audio in target.audio
        if audio.laid is not None
    }
