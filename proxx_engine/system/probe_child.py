"""Looks at media in a process of its own, so that a bad file can hang or crash only this.

Protocol, one JSON object a line: {"probe": PATH} → {"facts": {…}} or {"error": TEXT}, likewise
{"probe_still": PATH} for a file that is one picture, {"probe_sound": PATH} for a WAV;
{"hash": PATH} → {"sha256": HEX} or {"error": TEXT}. End of input ends it.
Facts are what the libraries say; what they mean is decided by the caller.
"""

import hashlib
import json
import signal
import sys
from contextlib import suppress
from fractions import Fraction
from typing import Any

import av
import av.filter

_PR_SET_PDEATHSIG = 1
MAX_PIXELS = 140_000_000
MEMORY_BYTES = 4 * 1024**3
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,mxf,matroska,webm,avi,mpegts,mpeg,dv,asf"
_SOUNDS = "wav"
_STILLS = "image2"
# Enough pictures to see one that decodes; open-GOP starts give none for a while.
_PACKETS_TO_FIRST_PICTURE = 300
# Cameras flag single pictures of a still scene as progressive; in MPEG-2 nothing else tells.
_PICTURES_TO_FIRST_FIELDS = 25
# Enough times to see an uneven rate where no index lists them all; few enough to be read at once.
_PACKETS_TO_JUDGE_A_RATE = 120


class _RefusedError(Exception):
    """What was found needs no library's words."""


def main() -> None:
    """Answer until the input ends."""
    _limit_memory()
    if sys.platform == "linux":
        import ctypes

        # A child that hangs in a library never sees its input end; the kernel ends it (prctl(2)).
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    av.logging.set_level(av.logging.PANIC)
    for line in sys.stdin.buffer:
        sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
        sys.stdout.flush()


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        # macOS knows the limit and refuses it; a person may have set a lower one.
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _answer(request: dict[str, str]) -> dict[str, Any]:
    try:
        if "hash" in request:
            with open(request["hash"], "rb") as stream:
                return {"sha256": hashlib.file_digest(stream, "sha256").hexdigest()}
        if "probe_still" in request:
            return {"facts": _probe_still(request["probe_still"])}
        if "probe_sound" in request:
            return {"facts": _probe(request["probe_sound"], formats=_SOUNDS)}
        return {"facts": _probe(request["probe"])}
    except _RefusedError as error:
        return {"error": f"{error}"}
    except av.FFmpegError as error:
        log: Any = error.log  # level, where, and what the library said last
        said = log[2].strip() if log else ""
        return {"error": f"{error.strerror} ({said})" if said else f"{error.strerror}"}
    except (OSError, ValueError, MemoryError, IndexError) as error:
        return {"error": f"{type(error).__name__}: {error}"}


def _probe(path: str, *, formats: str = FORMATS) -> dict[str, Any]:
    options = {"format_whitelist": formats, "protocol_whitelist": "file"}
    with av.open("file:" + path, options=options) as container:
        streams = [_stream(stream) for stream in container.streams]
        picture = None
        video = next(
            (s for s in container.streams.video if "attached_pic" not in _disposition(s)), None
        )
        if video is not None and video.width * video.height <= MAX_PIXELS:
            picture = _first_picture(container, video)
        even_rates = None
        if video is not None and not (video.frames and "mov" in container.format.name):
            even_rates = _first_even_rates(path, options, video)
        return {
            "prober": f"PyAV {av.__version__}",
            "format": container.format.name,
            "duration": container.duration,
            "metadata": dict(container.metadata),
            "streams": streams,
            "first_picture": picture,
            "first_even_rates": even_rates,
        }


def _probe_still(path: str) -> dict[str, Any]:
    """Look at a file that is one picture; its name is no pattern, whatever stands in it."""
    options = {"pattern_type": "none", "format_whitelist": _STILLS, "protocol_whitelist": "file"}
    with av.open("file:" + path, format=_STILLS, container_options=options) as container:
        video = container.streams.video[0]
        small = video.width * video.height <= MAX_PIXELS
        return {
            "prober": f"PyAV {av.__version__}",
            "format": container.format.name,
            "duration": None,
            "metadata": {},
            "streams": [_stream(video)],
            "first_picture": _first_picture(container, video) if small else None,
            "first_even_rates": None,
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
    facts |= {
        "codec": context.codec.canonical_name,
        "profile": context.profile,
        "tag": context.codec_tag,
    }
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
    return {"shown": len(times), "even_rates": _even_rates(times, stream)}


def _first_even_rates(path: str, options: dict[str, str], stream: Any) -> list[str] | None:
    """The rates at which the first packets are evenly spaced; None where times are not stated."""
    times = []
    with av.open("file:" + path, options=options) as container:
        for packet in container.demux(container.streams[stream.index]):
            if packet.size:
                times.append(packet.pts)
            if len(times) >= _PACKETS_TO_JUDGE_A_RATE:
                break
    return None if None in times or not times else _even_rates(sorted(times), stream)


def _even_rates(times: list[int], stream: Any) -> list[str]:
    named = {stream.average_rate, stream.base_rate, stream.guessed_rate} - {None}
    # A coarse clock bends a rate: 60000/1001 comes as 19001/317 out of milliseconds.
    meant = {Fraction(round(rate) * 1000, over) for rate in named for over in (1000, 1001)}
    rates = sorted(rate for rate in named | meant if rate > 0)
    return [f"{r.numerator}/{r.denominator}" for r in rates if _evenly_spaced(times, stream, r)]


def _evenly_spaced(times: list[int], stream: Any, rate: Fraction) -> bool:
    """Whether entry k stands at k / rate, to one tick of the file's own clock."""
    unit = stream.time_base * rate
    first = times[0] if times else 0
    return all(
        abs((time - first) * unit.numerator - frame * unit.denominator) <= unit.numerator
        for frame, time in enumerate(times)
    )


def _first_picture(container: Any, stream: Any) -> dict[str, Any] | None:
    """The first picture; where fields are stated or may come late, the first that has them."""
    context = stream.codec_context
    may_have_fields = int(context.field_order) > 1 or context.name == "mpeg2video"
    patience = _PICTURES_TO_FIRST_FIELDS if may_have_fields else 1
    first = None
    # One thread: each more takes address space, of which a many-core machine would run out.
    stream.codec_context.thread_count = 1
    for count, packet in enumerate(container.demux(stream)):
        if packet.has_sidedata("encryption_info"):
            raise _RefusedError("its pictures are encrypted")
        for picture in packet.decode():
            first = first or picture
            patience -= 1
            if picture.interlaced_frame or patience <= 0:
                return _picture(picture if picture.interlaced_frame else first, stream)
        if count >= _PACKETS_TO_FIRST_PICTURE:
            break
    return first and _picture(first, stream)


def _picture(picture: Any, stream: Any) -> dict[str, Any]:
    return {
        "rotation": picture.rotation,
        "interlaced": bool(picture.interlaced_frame),
        "top_first": bool(picture.interlaced_frame) and _is_top_first(stream, picture),
        "primaries": int(picture.color_primaries),
        "transfer": int(picture.color_trc),
        "matrix": int(picture.colorspace),
        "range": int(picture.color_range),
        "pixel_format": picture.format.name,
        "key": bool(picture.key_frame),
        "timecode": picture.metadata.get("timecode"),
    }


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
    return f"{value.numerator}/{value.denominator}" if value else None


if __name__ == "__main__":
    main()
