"""Rules over sound that was recorded apart, or mixed, that its types alone cannot tell. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from proxx_engine.errors import Issue
from proxx_engine.planning.arguments.laid import is_altered as is_altered
from proxx_engine.planning.laying import lay, stream_of
from proxx_engine.spec.job_spec import ClipSpec, Target, TargetAudio
from proxx_engine.spec.laid_sound import LaidSound
from proxx_engine.spec.media import AudioStream, Source


def why_not_laid(source: Source) -> str | None:
    """Return why no sound of other files goes under a clip's picture; None where it does."""
    video = source.video
    if video is None:
        return "it needs Resolve, which is given no sound of other files"
    if video.variable_frame_rate:
        return "its frame rate varies, so that its timecode tells no moment"
    if not video.promised_frames.count:
        return "its container does not say how long the picture is"
    return None


def samples_of_picture(source: Source, rate: int) -> int:
    """Return how many samples of `rate` a second last as long as the picture, rounded."""
    video = source.video
    if video is None or not video.promised_frames.count:
        raise ValueError("a source of unknown length")
    return round(video.promised_frames.count * rate / video.frame_rate)


def check_altered_sound(clip: ClipSpec, track: int, at: str) -> Iterator[Issue]:
    """Yield what is wrong with a track of a clip that has a target; `at` is its path."""
    assert clip.target is not None
    audio = clip.target.audio[track]
    stream = stream_of(clip.source, audio)
    if audio.mix is not None:
        yield from _check_mix(audio, stream, at)
    if audio.laid is not None:
        yield from _check_laid(clip.source, clip.target, track, audio.laid, f"{at}.laid")


def _check_mix(audio: TargetAudio, stream: AudioStream, at: str) -> Iterator[Issue]:
    assert audio.mix is not None
    if len(audio.mix) != audio.channels:
        sentence = f"found {len(audio.mix)} rows, expected one for each of {audio.channels}"
        yield Issue("SPEC_BAD_PAIR", f"{at}.mix", f"{sentence} channels")
    if any(len(row) != stream.channels for row in audio.mix):
        sentence = f"expected a coefficient for each of the source's {stream.channels} channels"
        yield Issue("SPEC_BAD_PAIR", f"{at}.mix", sentence)
    if any(sum(row) > 1 for row in audio.mix):
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}.mix", "a row's sum is more than 1 and would clip")


def _check_laid(
    source: Source, target: Target, track: int, laid: LaidSound, at: str
) -> Iterator[Issue]:
    audio = target.audio[track]
    stream = stream_of(source, audio)
    if problem := why_not_laid(source):
        yield Issue("SPEC_NOT_SUPPORTED", at, f"found sound of another file; {problem}")
        return
    if audio.source_file_index == 0:
        yield Issue("SPEC_BAD_PAIR", at, "found the picture's own file, expected another")
    others = (each.source_file_index for each in target.audio[:track])
    if audio.source_file_index in others:
        yield Issue("SPEC_BAD_PAIR", at, "found a file of sound that another track already has")
    if stream.samples is None:
        yield Issue("SPEC_MISSING_FIELD", at, "the source does not say how long the sound is")
    elif not lay(laid, stream).taken:
        yield Issue("SPEC_OUT_OF_RANGE", at, "no sample of the sound lies under the picture")
    expected = samples_of_picture(source, stream.sample_rate)
    if laid.samples != expected:
        sentence = f"found {laid.samples}, expected {expected}: as long as the picture"
        yield Issue("SPEC_OUT_OF_RANGE", f"{at}.samples", sentence)
