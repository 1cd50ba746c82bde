"""One clip and the take that belongs to it → its source with both, its target, and what is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

from proxx_engine.creation.footage.found import Found
from proxx_engine.creation.sound.matching import Under, choose
from proxx_engine.creation.sound.mixes import Downmix, mix_of
from proxx_engine.creation.sound.shelf import SoundWish
from proxx_engine.creation.sources.facts import find_tag, sound_streams
from proxx_engine.errors import CreationError, Issue, ProbeError
from proxx_engine.planning.laid_rules import why_not_laid
from proxx_engine.spec.job_spec import Target, TargetAudio
from proxx_engine.spec.laid_sound import LaidSound
from proxx_engine.spec.media import MAX_FILES, AudioStream, Source
from proxx_engine.spec.model import format_rational
from proxx_engine.spec.timecode import nominal_rate
from proxx_engine.system.files import hash_samples, total_size
from proxx_engine.system.probe import Facts, Prober
from proxx_engine.system.timecode_tracks import counted_rate

_MOST_STREAMS = 64
_EARLIEST, _LATEST = timedelta(hours=-14), timedelta(hours=12)
"""UTC, less the time of day anywhere: clocks on Earth are up to 14 h before it and 12 h behind."""
_AT_ONCE = Fraction(1, 1000)
"""A picture that begins so much after the file's first sound begins with it."""


@dataclass(frozen=True, slots=True)
class SoundOfClip:
    """What was found of sound for one clip."""

    files: tuple[Path, ...] = ()
    """The take's; empty where there is none."""
    begins: int = 0
    """From the first picture to the take's first sample, in its samples."""
    length: int = 0
    names: tuple[str | None, ...] = ()
    """The take's name for each of its files."""
    said: str = ""
    """Why there is none, or what a person should know of the choice."""


def lay_sound(
    source: Source, found: Found, wish: SoundWish, prober: Prober
) -> tuple[Source, SoundOfClip]:
    """Return the clip's source with the files of its take, and what is told of them.

    Raises: CreationError where a person must decide: several takes, one that is cut short, none
    where one is required; OSError.
    """
    if problem := _refusal(source):
        raise _refused("SPEC_NOT_SUPPORTED", found, problem)
    if wish.takes is None:
        return source, SoundOfClip()
    counts = _counts(source, found)
    known = _is_known(source, counts)
    candidates = wish.takes.under(source, counts=counts) if known else ()
    problem = why_not_laid(source)
    if candidates and problem:
        raise _refused("SPEC_NOT_SUPPORTED", found, f"{problem}; create it apart, without --sound")
    if not candidates:
        why = _why_none(source, counts)
        if wish.required:
            raise _refused("SOURCE_SOUND_MISSING", found, why)
        return source, SoundOfClip(said=why)
    facts = prober.probe(found.path, still=source.sequence is not None)
    only, told = _decide(candidates, facts, found)
    if only.take.problem:
        raise _refused("SOURCE_SOUND_UNUSABLE", found, only.take.problem)
    if problem := _late_picture(facts, source):
        raise _refused("SPEC_NOT_SUPPORTED", found, problem)
    with_files = _with_files(source, found, only, prober)
    names = tuple(file.name for file in only.take.files)
    said = "; ".join((*told, *_other_counting(only, source)))
    return with_files, SoundOfClip(only.take.paths, only.begins, only.length, names, said)


def heard_source(source: Source, sound: SoundOfClip, wish: SoundWish) -> Source:
    """Return the source with those streams that become tracks, of so many channels as these get."""
    apart = _first_index(source, sound)
    streams = [s for s in source.audio if not (wish.only and sound.files) or s.file_index >= apart]
    return source.model_copy(update={"audio": tuple(_mixed(s, wish.downmix) for s in streams)})


def lay_target(target: Target, source: Source, sound: SoundOfClip, wish: SoundWish) -> Target:
    """Return the target, its tracks laid under the picture, named and mixed."""
    apart = _first_index(source, sound)
    streams = {(s.file_index, s.stream_index): s for s in source.audio}

    def dressed(audio: TargetAudio) -> TargetAudio:
        index = audio.source_file_index
        stream = streams[index, audio.source_stream_index]
        more: dict[str, object] = {}
        if wish.downmix is not None:
            more["mix"] = mix_of(stream.layout, stream.channels, wish.downmix)
        if sound.files and index >= apart:
            more["laid"] = LaidSound(begins=sound.begins, samples=sound.length)
            more["name"] = sound.names[index - apart]
        return audio.model_copy(update=more)

    tracks = tuple(map(dressed, target.audio))
    update: dict[str, object] = {"audio": tracks}
    if any(track.mix is not None for track in tracks):
        update["determinism"] = "same_cpu"  # mixed in floating point
    return target.model_copy(update=update)


def _first_index(source: Source, sound: SoundOfClip) -> int:
    return len(source.files) - len(sound.files)


def _mixed(stream: AudioStream, downmix: Downmix | None) -> AudioStream:
    if downmix is None or mix_of(stream.layout, stream.channels, downmix) is None:
        return stream
    channels = 2 if downmix == "stereo" else 1
    return stream.model_copy(update={"channels": channels, "layout": downmix})


def _refusal(source: Source) -> str | None:
    if source.video is None:
        return "it needs Resolve, which neither lays sound nor mixes it; create it without"
    return None


def _counts(source: Source, found: Found) -> int | None:
    """Return the frames of a second that a file's own timecode counts, where it says so."""
    timecode = source.timecode
    if timecode is None or timecode.source != "file" or "mov" not in source.container.split(","):
        return None
    stated = counted_rate(found.path)
    return nominal_rate(stated) if stated else None


def _is_known(source: Source, counts: int | None) -> bool:
    """Whether it is known when a picture was taken, and how long it is."""
    video = source.video
    if source.timecode is None or video is None or not video.promised_frames.count:
        return False
    return counts is None or nominal_rate(video.frame_rate) % counts == 0


def _why_none(source: Source, counts: int | None) -> str:
    if source.timecode is None:
        return "it has no timecode"
    if problem := why_not_laid(source):
        return problem
    if source.video is not None and not _is_known(source, counts):
        rate = format_rational(source.video.frame_rate)
        return f"its timecode counts {counts} frames a second, its picture {rate}"
    return "no recording has its timecode"


def _refused(code: str, found: Found, sentence: str) -> CreationError:
    return CreationError((Issue(code, str(found.path), sentence),))


def _decide(
    candidates: tuple[Under, ...], facts: Facts, found: Found
) -> tuple[Under, tuple[str, ...]]:
    """Return the one that is meant, and what a person should know of the choice.

    One of another day is passed over only for one that may be of the clip's own.
    """
    made = _made(facts)
    of_the_day = tuple(each for each in candidates if _may_be_of(each, made)) or candidates
    chosen = choose(of_the_day)
    if len(chosen) > 1:
        sentence = f"{len(chosen)} recordings have its timecode: {_named(chosen)}"
        raise _refused("SPEC_AMBIGUOUS_SOUND", found, sentence)
    [only] = chosen
    told = []
    if others := [each for each in candidates if each not in of_the_day]:
        told.append(f"chosen by the day; not {_named(others)}")
    if others := [each for each in of_the_day if each is not only]:
        told.append(f"not {_named(others)}, which has sound for a part")
    if made is not None and not _may_be_of(only, made):
        day = only.take.first.date
        told.append(f"recorded on {day}, while the clip says that it was made {made} UTC")
    return only, tuple(told)


def _made(facts: Facts) -> datetime | None:
    """Return when the file says that the clip was made: UTC, or what its camera takes for it."""
    try:
        return datetime.fromisoformat(find_tag(facts, "creation_time") or "").replace(tzinfo=None)
    except ValueError:
        return None


def _may_be_of(found: Under, made: datetime | None) -> bool:
    """Whether somewhere on Earth a clip's moment in UTC is the one that a recorder's clock says."""
    return made is None or found.made is None or _EARLIEST <= made - found.made <= _LATEST


def _named(found: Iterable[Under]) -> str:
    firsts = [each.take.first for each in found]
    return ", ".join(f"{one.path}{f' ({one.date})' if one.date else ''}" for one in firsts)


def _late_picture(facts: Facts, source: Source) -> str | None:
    """Return that the picture begins after the file: then no track that begins with it is exact."""
    video = source.video
    assert video is not None
    starts = {
        stream["index"]: stream["start_time"] * Fraction(stream["time_base"])
        for stream in facts["streams"]
        if stream["type"] in ("video", "audio") and stream["start_time"] is not None
    }
    own = starts.get(video.stream_index, Fraction(0))
    late = own - min(starts.values(), default=own)
    if late <= _AT_ONCE:
        return None
    return f"its picture begins {float(late):.3f} s after its own sound, which is not laid yet"


def _with_files(source: Source, found: Found, chosen: Under, prober: Prober) -> Source:
    paths = chosen.take.paths
    first = len(source.files)
    streams: list[AudioStream] = []
    for index, file in enumerate(chosen.take.files, start=first):
        try:
            own = tuple(sound_streams(prober.probe(file.path, sound=True), file_index=index))
        except ProbeError as error:
            raise _refused("SOURCE_SOUND_UNUSABLE", found, error.detail) from error
        if [(s.channels, s.sample_rate, s.samples) for s in own] != [
            (file.channels, file.sample_rate, file.samples)
        ]:
            sentence = f"{file.path}: its header says one thing, its sound another"
            raise _refused("SOURCE_SOUND_UNUSABLE", found, sentence)
        streams += own
    audio = (*source.audio, *streams)
    if first + len(paths) > MAX_FILES or len(audio) > _MOST_STREAMS:
        sentence = f"with {paths[0]} it has {len(audio)} tracks of {first + len(paths)} files"
        raise _refused("SPEC_NOT_SUPPORTED", found, f"{sentence}, which is too many")
    files = (*(Path(name) for name in source.files), *paths)
    return source.model_copy(
        update={
            "files": tuple(map(str, files)),
            "size_bytes": total_size(files),
            "sample_sha256": hash_samples(files),
            "audio": audio,
        }
    )


def _other_counting(chosen: Under, source: Source) -> tuple[str, ...]:
    counts, video = chosen.take.first.counts, source.video
    if counts is None or video is None or counts == video.frame_rate:
        return ()
    one, other = map(format_rational, (counts, video.frame_rate))
    return (f"its recorder counted {one} frames a second, the clip {other}",)
