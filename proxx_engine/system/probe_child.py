"""Looks at media in a process of its own, so that a bad file can hang or crash only this.

Protocol, one JSON object a line: {"probe": PATH} → {"facts": {…}} or {"error": TEXT};
{"hash": PATH} → {"sha256": HEX} or {"error": TEXT}. End of input ends it.
Facts are what the libraries say; what they mean is decided by the caller.
"""

import hashlib
import json
import sys
from fractions import Fraction
from typing import Any

import av
import av.filter

MAX_PIXELS = 140_000_000
MEMORY_BYTES = 4 * 1024**3
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,mxf,matroska,webm,avi,mpegts,mpeg,dv,asf"
# Enough pictures to see one that decodes; open-GOP starts give none for a while.
_PACKETS_TO_FIRST_PICTURE = 300


def main() -> None:
    """Answer until the input ends."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    av.logging.set_level(av.logging.PANIC)
    for line in sys.stdin.buffer:
        sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
        sys.stdout.flush()


def _answer(request: dict[str, str]) -> dict[str, Any]:
    try:
        if "hash" in request:
            with open(request["hash"], "rb") as stream:
                return {"sha256": hashlib.file_digest(stream, "sha256").hexdigest()}
        return {"facts": _probe(request["probe"])}
    except (av.FFmpegError, OSError, ValueError, MemoryError, IndexError) as error:
        return {"error": f"{type(error).__name__}: {error}"}


def _probe(path: str) -> dict[str, Any]:
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    with av.open("file:" + path, options=options) as container:
        streams = [_stream(stream) for stream in container.streams]
        picture = None
        video = next(
            (s for s in container.streams.video if "attached_pic" not in _disposition(s)), None
        )
        if video is not None and video.width * video.height <= MAX_PIXELS:
            picture = _first_picture(container, video)
        return {
            "prober": f"PyAV {av.__version__}",
            "format": container.format.name,
            "duration": container.duration,
            "metadata": dict(container.metadata),
            "streams": streams,
            "first_picture": picture,
        }


def _disposition(stream: Any) -> list[str]:
    return [flag.name for flag in type(stream.disposition) if flag and flag in stream.disposition]


def _stream(stream: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "index": stream.index,
        "type": stream.type,
        "metadata": dict(stream.metadata),
        "disposition": _disposition(stream),
        "time_base": _text(stream.time_base),
        "start_time": stream.start_time,
        "duration": stream.duration,
        "frames": stream.frames,
    }
    context = stream.codec_context
    if context is None:
        return facts
    facts |= {"codec": context.name, "profile": context.profile, "tag": context.codec_tag}
    if stream.type == "video":
        facts |= _video(stream, context)
    elif stream.type == "audio":
        facts |= {
            "channels": context.channels,
            "layout": context.layout.name,
            "sample_rate": context.sample_rate,
        }
    return facts


def _video(stream: Any, context: Any) -> dict[str, Any]:
    return {
        "width": context.width,
        "height": context.height,
        "pixel_format": context.pix_fmt,
        "average_rate": _text(stream.average_rate),
        "base_rate": _text(stream.base_rate),
        "guessed_rate": _text(stream.guessed_rate),
        "sample_aspect_ratio": _text(stream.sample_aspect_ratio),
        "primaries": int(context.color_primaries),
        "transfer": int(context.color_trc),
        "matrix": int(context.colorspace),
        "range": int(context.color_range),
        "field_order": int(context.field_order),
        "entries": _entries(stream),
    }


def _entries(stream: Any) -> dict[str, Any]:
    """How many index entries are shown, and at which rates they would be evenly spaced."""
    times = sorted(entry.timestamp for entry in stream.index_entries if not entry.is_discard)
    candidates = {stream.average_rate, stream.base_rate, stream.guessed_rate} - {None}
    even = [_text(rate) for rate in sorted(candidates) if _evenly_spaced(times, stream, rate)]
    return {"shown": len(times), "even_rates": even}


def _evenly_spaced(times: list[int], stream: Any, rate: Fraction) -> bool:
    """Whether entry k stands at k / rate, to one tick of the file's own clock."""
    unit = stream.time_base * rate
    first = times[0] if times else 0
    return all(
        abs((time - first) * unit.numerator - frame * unit.denominator) <= unit.numerator
        for frame, time in enumerate(times)
    )


def _first_picture(container: Any, stream: Any) -> dict[str, Any] | None:
    for count, packet in enumerate(container.demux(stream)):
        for picture in packet.decode():
            return {
                "rotation": picture.rotation,
                "interlaced": bool(picture.interlaced_frame),
                "top_first": bool(picture.interlaced_frame) and _is_top_first(stream, picture),
                "range": int(picture.color_range),
                "matrix": int(picture.colorspace),
                "pixel_format": picture.format.name,
                "key": bool(picture.key_frame),
            }
        if count >= _PACKETS_TO_FIRST_PICTURE:
            break
    return None


def _is_top_first(stream: Any, picture: Any) -> bool:
    """Ask FFmpeg's `select` filter: the library does not expose which field comes first."""
    graph = av.filter.Graph()
    source = graph.add_buffer(template=stream, time_base=stream.time_base)
    select = graph.add("select", r"eq(interlace_type\,TOPFIRST)")
    sink = graph.add("buffersink")
    source.link_to(select)
    select.link_to(sink)
    graph.configure()
    graph.push(picture)
    graph.push(None)
    try:
        graph.pull()
    except (av.EOFError, av.BlockingIOError):
        return False
    return True


def _text(value: Fraction | None) -> str | None:
    return None if value is None else f"{value.numerator}/{value.denominator}"


if __name__ == "__main__":
    main()
