"""The filters of sound that was recorded apart, exact to the sample, and of a mix. Pure.

Measured: `-ss` with whole seconds finds the exact sample of a WAV, and spares reading what lies
before; the rest of a second is counted by `atrim`.
"""

from __future__ import annotations

from fractions import Fraction

from proxx_engine.planning.laying import decides_by_numbers, lay, stream_of
from proxx_engine.spec.job_spec import Target, TargetAudio
from proxx_engine.spec.laid_sound import Mix
from proxx_engine.spec.media import AudioStream, Source

_SIDES = ("mono", "stereo")
_MOST_SECONDS_HELD = 120
"""Silence is held in memory: two minutes of six channels at 96 kHz are 280 MB."""


def is_altered(audio: TargetAudio) -> bool:
    """Whether a track is not the source's sound as it is: laid under the picture, or mixed."""
    return audio.laid is not None or audio.mix is not None


def any_altered(target: Target) -> bool:
    """Whether any track needs filters of its own."""
    return any(map(is_altered, target.audio))


def laid_chain(audio: TargetAudio, stream: AudioStream, *, beyond: Fraction) -> list[str]:
    """Return the filters that lay a track under the picture; `beyond` seconds of silence follow."""
    assert audio.laid is not None
    laying, rate = lay(audio.laid, stream), stream.sample_rate
    length = audio.laid.samples + -(-beyond * rate // 1)
    return [
        *([f"atrim=start_sample={laying.cut}", "asetpts=PTS-STARTPTS"] if laying.cut else []),
        *([f"adelay=delays={laying.before}S:all=1"] if laying.before else []),
        *_with_first_second(audio, laying.before, rate),
        f"apad=whole_len={length}",
        f"atrim=end_sample={length}",
        # Left to itself, FFmpeg may resample before the samples are counted (measured).
        *([f"aformat=sample_rates={rate}"] if audio.sample_rate != rate else []),
    ]


def _with_first_second(audio: TargetAudio, before: int, rate: int) -> list[str]:
    """Return what hands on the silence before a recording only with a second of its sound.

    Silence alone is made without reading; FFmpeg then stops one output, which stops the reading
    for all of them, and so the one that measures a second at a time (measured: it waits for ever).
    """
    measured = audio.bit_rate is not None
    held = measured and 0 < before <= _MOST_SECONDS_HELD * rate
    return [f"asetnsamples=n={before + rate}:p=0"] if held else []


def as_read(
    inputs: list[str], source: Source, target: Target, *, name: str, all_of_them: bool
) -> tuple[str, ...]:
    """The outputs that hash what FFmpeg reads of each recording, as it stands in the file.

    `all_of_them`: also of those whose laid samples are compared one by one.
    """
    return tuple(
        part
        for track, (audio, input_) in enumerate(zip(target.audio, inputs, strict=True))
        if audio.laid is not None and (all_of_them or not decides_by_numbers(source, audio))
        for part in _as_read(audio, stream_of(source, audio), input_, name.format(track))
    )


def _as_read(audio: TargetAudio, stream: AudioStream, input_: str, name: str) -> tuple[str, ...]:
    assert audio.laid is not None
    part = lay(audio.laid, stream)
    return (
        *("-map", input_, "-af", f"atrim=start_sample={part.cut}:end_sample={part.read}"),
        *("-c:a", stream.codec, "-flags:a", "+bitexact"),
        *("-f", "streamhash", "-hash", "sha256", f"file:{name}"),
    )


def mixed(mix: Mix | None) -> list[str]:
    """Return the filter that mixes channels by the stated coefficients."""
    if mix is None:
        return []
    sides = "|".join(f"c{number}={_sum(parts)}" for number, parts in enumerate(mix))
    return [f"pan={_SIDES[len(mix) - 1]}|{sides}"]


def _sum(parts: tuple[Fraction, ...]) -> str:
    terms = [f"{float(part)!r}*c{channel}" for channel, part in enumerate(parts) if part]
    return "+".join(terms) or "0*c0"
