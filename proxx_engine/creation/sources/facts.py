"""The probe's facts of a clip's files → its Source, or the reason to leave it out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from proxx_engine.creation.sources.pictures import INDEXED, picture_stream
from proxx_engine.errors import ProbeError
from proxx_engine.spec.media import (
    AudioStream,
    ImageSequence,
    LeftOutStream,
    PromisedFrames,
    Source,
    Timecode,
)
from proxx_engine.system.probe import Facts

_TIMECODE = re.compile(r"(\d{2}):(\d{2}):(\d{2})([:;.,])(\d{2,3})")


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the file system says of a clip's files."""

    paths: tuple[str, ...]
    """The one that is opened first."""
    size_bytes: int
    """All together."""
    modified_at: str
    """Of the one that is opened."""
    sample_sha256: str


def source_from_facts(
    file: FileFacts,
    facts: Facts,
    *,
    sounds: tuple[tuple[int, Facts], ...] = (),
    clean_aperture: bool = False,
) -> Source:
    """Return the source; `sounds` are the facts of files that hold only sound, by number.

    `clean_aperture`: whether the file says to show less than its raster.

    Raises: ProbeError with the reason to leave it out.
    """
    streams = facts["streams"]
    pictures = [
        s for s in streams if s["type"] == "video" and "attached_pic" not in s["disposition"]
    ]
    if not pictures:
        raise ProbeError("SOURCE_NO_PICTURE", _why_no_picture(streams))
    chosen = pictures[0]
    video = picture_stream(chosen, facts).model_copy(update={"clean_aperture": clean_aperture})
    audio = [_sound_stream(s, facts) for s in streams if _is_sound(s)]
    audio += [stream for index, more in sounds for stream in sound_streams(more, file_index=index)]
    return _source(
        file,
        container=facts["format"],
        duration_seconds=_duration(facts, chosen),
        video=video,
        audio=tuple(audio),
        left_out=tuple(
            _left_out(s, chosen) for s in streams if s is not chosen and not _is_sound(s)
        ),
        timecode=_timecode(find_tag(facts, "timecode")),
        reel=find_tag(facts, "reel_name"),
    )


def sequence_source(
    file: FileFacts, facts: Facts, sequence: ImageSequence, rate: Fraction
) -> Source:
    """Return the source of numbered pictures, of which `facts` tell the first.

    Raises: ProbeError with the reason to leave it out.
    """
    promised = PromisedFrames(count=len(file.paths), basis="index")
    video = picture_stream(facts["streams"][0], facts).model_copy(
        update={"frame_rate": rate, "variable_frame_rate": False, "promised_frames": promised}
    )
    return _source(
        file,
        container=facts["format"],
        duration_seconds=len(file.paths) / rate,
        video=video,
        timecode=_timecode(facts["first_picture"]["timecode"]),
        sequence=sequence,
    )


def sound_streams(facts: Facts, *, file_index: int) -> Iterator[AudioStream]:
    """Yield the streams of a file that holds only sound."""
    for stream in facts["streams"]:
        if _is_sound(stream):
            yield _sound_stream(stream, facts, file_index=file_index)


def raw_source(file: FileFacts, container: str) -> Source:
    """Return the source of a clip that only Resolve opens."""
    return _source(file, container=container, duration_seconds=None, video=None)


def _source(file: FileFacts, **rest: Any) -> Source:
    return Source(
        path=file.paths[0],
        files=file.paths,
        size_bytes=file.size_bytes,
        modified_at=file.modified_at,
        sample_sha256=file.sample_sha256,
        **({"audio": (), "left_out": ()} | rest),
    )


def find_tag(facts: Facts, name: str) -> str | None:
    """Return a tag from wherever containers keep it: picture, file, or any other stream."""
    streams = sorted(facts["streams"], key=lambda stream: stream["type"] != "video")
    places = [
        *(s["metadata"] for s in streams[:1]),
        facts["metadata"],
        *(s["metadata"] for s in streams),
    ]
    for metadata in places:
        for key, value in metadata.items():
            if key.casefold() == name and value:
                return str(value)
    return None


def _why_no_picture(streams: list[dict[str, Any]]) -> str:
    kinds = {stream["type"] for stream in streams}
    if "video" in kinds:
        return "only a cover picture"
    return "sound only" if "audio" in kinds else "neither picture nor sound"


def _duration(facts: Facts, stream: dict[str, Any]) -> Fraction | None:
    if facts["duration"]:
        return Fraction(facts["duration"], 1_000_000)
    if stream["duration"]:
        return Fraction(stream["duration"]) * Fraction(stream["time_base"])
    return None


def _is_sound(stream: dict[str, Any]) -> bool:
    return stream["type"] == "audio" and bool(stream.get("channels")) and bool(stream.get("codec"))


def _sound_stream(stream: dict[str, Any], facts: Facts, *, file_index: int = 0) -> AudioStream:
    return AudioStream(
        stream_index=stream["index"],
        codec=stream["codec"],
        channels=stream["channels"],
        layout=stream["layout"],
        sample_rate=stream["sample_rate"],
        samples=_samples(stream, facts),
        language=stream["metadata"].get("language"),
        file_index=file_index,
    )


def _samples(stream: dict[str, Any], facts: Facts) -> int | None:
    """Return what the container promises of a PCM track; packed sound starts and ends off the
    count, and in an MXF with pictures what is stated is the pictures' length.
    """
    counted = INDEXED in facts["format"].split(",") or len(facts["streams"]) == 1
    if not counted or not stream["codec"].startswith("pcm_") or not stream["duration"]:
        return None
    return int(stream["duration"] * Fraction(stream["time_base"]) * stream["sample_rate"])


def _left_out(stream: dict[str, Any], chosen: dict[str, Any]) -> LeftOutStream:
    kind = stream["type"]
    if "attached_pic" in stream["disposition"]:
        reason = "cover picture"
    elif kind == "video":
        reason = f"another picture track; stream {chosen['index']} is taken"
    elif kind == "audio":
        reason = "sound of an unknown codec"
    elif "timecode" in {key.casefold() for key in stream["metadata"]}:
        reason = "timecode track; carried over as timecode"
    elif kind == "subtitle":
        reason = "subtitles"
    else:
        reason = "neither picture nor sound"
    return LeftOutStream(stream_index=stream["index"], kind=kind or "unknown", reason=reason)


def _timecode(text: str | None) -> Timecode | None:
    found = _TIMECODE.fullmatch(text) if text else None
    if found is None:
        return None
    drop = found[4] != ":"
    start = f"{found[1]}:{found[2]}:{found[3]}{';' if drop else ':'}{found[5]}"
    return Timecode.model_validate({"start": start, "drop_frame": drop, "from": "file"})
