"""How the proxy's sound differs from the source's on purpose. Pure."""

from __future__ import annotations

import re

from proxx_engine.planning.laying import lay, stream_of
from proxx_engine.spec.job_spec import Target, TargetAudio
from proxx_engine.spec.media import AudioStream, Source
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.spec.sound_codecs import UNNAMED_SOUND, finer_samples


def planned_sound(source: Source, target: Target, profile: ProfileSpec) -> dict[str, str]:
    """Return check name → the difference."""
    planned = {}
    for number, audio in enumerate(target.audio):
        at, stream = f"audio.{number}", stream_of(source, audio)
        if stream.sample_rate != audio.sample_rate:
            planned[f"{at}.sample_rate"] = f"source has {stream.sample_rate}"
        if audio.mix is not None:
            planned[f"{at}.channels"] = f"source has {stream.channels}; mixed"
        if audio.name is not None and profile.container in UNNAMED_SOUND:
            planned[f"{at}.name"] = f"recorder says {audio.name}; {profile.container} holds none"
        if content := "; ".join(_content(source, audio, stream)):
            planned[f"{at}.content"] = content
    if streams := _streams(source, target):
        planned["streams"] = streams
    return planned


def laid_in_words(source: Source, audio: TargetAudio) -> str:
    """Return which part of which file lies under the picture, and where silence goes with it."""
    assert audio.laid is not None
    stream = stream_of(source, audio)
    part, rate = lay(audio.laid, stream), stream.sample_rate
    first = part.skipped_seconds * rate + part.cut
    silence = [
        f"{samples} samples of silence {where}"
        for samples, where in ((part.before, "before"), (part.after, "after"))
        if samples
    ]
    name = file_name(source.files[audio.source_file_index])
    return ", ".join((f"{name} from its sample {first} on", *silence))


def file_name(path: str) -> str:
    """Return the last name of a path of any system."""
    return path.rpartition("/")[2] if path.startswith("/") else re.split(r"[\\/]", path)[-1]


def _content(source: Source, audio: TargetAudio, stream: AudioStream) -> list[str]:
    said = [] if audio.laid is None else [laid_in_words(source, audio)]
    finer = finer_samples(stream.codec, audio.codec)
    return [*said, f"source has {finer}"] if finer is not None else said


def _streams(source: Source, target: Target) -> str | None:
    """Return how many streams are recorded apart, and which of the clip's own are not taken."""
    apart = {a.source_file_index for a in target.audio if a.laid is not None}
    if not apart:
        return None
    taken = {(a.source_file_index, a.source_stream_index) for a in target.audio}
    own = [s for s in source.audio if s.file_index not in apart]
    left = sum((s.file_index, s.stream_index) not in taken for s in own)
    said = f"source has {len(own)} audio; {len(target.audio) - len(own) + left} recorded apart"
    return f"{said}, its own left out" if left else said
