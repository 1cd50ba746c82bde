"""The table of deliberately wrong proxies: what is wrong → the checks that catch it.

Standard library only: the stand-in for FFmpeg imports it to look its own row up.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.verification.spoiling import (
    Spoil,
    cut_to,
    empty,
    flip_in_picture,
    keep,
    patch,
    remove,
    remux,
    rename_codec,
)


@dataclass(frozen=True)
class WrongProxy:
    """One wrong proxy, and who catches it."""

    what: str
    code: str
    failing: frozenset[str]
    spoil: Spoil
    profile: str = "prores_proxy"
    source: str = "plain"


def _row(what: str, code: str, failing: str, spoil: Spoil, **rest: str) -> WrongProxy:
    return WrongProxy(what, code, frozenset(failing.split()), spoil, **rest)


_X264 = ("-c:v", "libx264", "-bf", "0", "-g", "12")
_DROP_LAST = "noise=drop=eq(n\\,24)"
_HOLD_LAST = "setts=duration=if(eq(N\\,24)\\,2*DURATION\\,DURATION)"
_LATE_TENTH = "setts=ts=TS+if(eq(N\\,10)\\,128\\,0)"
_FULL_RANGE = "h264_metadata=video_full_range_flag=1"
_BT601 = "h264_metadata=matrix_coefficients=6"

_FILE = (
    _row("no file", "VERIFY_MISSING", "", remove),
    _row("file of 0 bytes", "VERIFY_MISSING", "", empty),
    _row("second half of the file missing", "VERIFY_PLAYS", "", cut_to(0.5)),
    _row("Matroska for MOV", "VERIFY_CONTAINER", "container", remux("-f", "matroska")),
    _row(
        "MP4 for MOV",
        "VERIFY_CONTAINER",
        "container",
        remux("-f", "mp4", reel=None),
        profile="h264",
        source="bare",
    ),
    _row(
        "uncompressed for ProRes",
        "VERIFY_CODEC",
        "codec codec_profile color.range packets",
        remux("-c:v", "v210", "-fps_mode", "passthrough"),
    ),
    _row("LT for Proxy", "VERIFY_CODEC", "codec_profile", rename_codec(b"apco", b"apcs")),
    _row(
        "4:2:2 for 4:2:0",
        "VERIFY_CODEC",
        "pixel_format packets",
        remux(*_X264, "-pix_fmt", "yuv422p"),
        profile="h264",
    ),
    _row("an audio stream too many", "VERIFY_STREAMS", "streams", remux("-map", "0:a:0")),
    _row(
        "an audio stream missing",
        "VERIFY_STREAMS",
        # A stream that is not there has no codec, channels, rate, length or content either.
        "streams audio.2.codec audio.2.channels audio.2.sample_rate audio.2.length audio.2.content",
        remux("-map", "-0:a:2"),
    ),
)

_TIME = (
    # A picture that is not there is not in the container, not played, and not a packet.
    _row(
        "a frame short",
        "VERIFY_FRAMES",
        "frames.muxed frames.played packets",
        remux("-bsf:v", _DROP_LAST),
    ),
    _row(
        "first frames hidden by an edit list",
        "VERIFY_FRAMES",
        "frames.muxed frames.played packets",
        patch(b"elst", 12, (2560).to_bytes(4, "big")),
    ),
    # Every picture but the first stands elsewhere: the rate is that fact in one number.
    _row(
        "24 for 25 frames a second",
        "VERIFY_TIMES",
        "frame_rate times",
        remux("-bsf:v", "setts=ts=N*12800/24"),
    ),
    _row("last frame held", "VERIFY_TIMES", "frame_rate", remux("-bsf:v", _HOLD_LAST)),
    _row("one frame 10 ms late", "VERIFY_TIMES", "times", remux("-bsf:v", _LATE_TENTH)),
    # The gap between picture and sound, from both sides.
    _row(
        "picture 5 frames late",
        "VERIFY_TIMES",
        "start audio.0.start audio.1.start audio.2.start",
        remux("-bsf:v", "setts=ts=TS+5*512"),
    ),
    _row("a byte flipped mid-file", "VERIFY_PACKETS", "packets", flip_in_picture(0, 1500)),
    _row(
        "a byte flipped in a message to H.264 decoders",
        "VERIFY_PLAYS",
        "plays packets",
        flip_in_picture(0, 7),
        profile="h264",
    ),
    _row(
        "timecode one frame late", "VERIFY_TIMECODE", "timecode", remux("-timecode", "01:00:00:01")
    ),
    _row(
        "timecode missing",
        "VERIFY_TIMECODE",
        "timecode",
        remux("-map_metadata", "-1", reel=None),
        source="drop",
    ),
    _row(
        "timecode though the source has none",
        "VERIFY_TIMECODE",
        "timecode",
        remux("-timecode", "01:00:00:00", reel=None),
        source="bare",
    ),
    _row(
        "drop-frame flag lost",
        "VERIFY_TIMECODE",
        "timecode",
        remux("-timecode", "01:00:00:00", reel=None),
        source="drop",
    ),
    _row("another reel", "VERIFY_REEL", "reel", remux(reel="B002")),
)

_SOUND = (
    _row("32-bit sound for 24-bit", "VERIFY_AUDIO", "audio.1.codec", remux("-c:a:1", "pcm_s32le")),
    _row(
        "stereo made mono",
        "VERIFY_AUDIO",
        # The hash is over samples of every channel.
        "audio.2.channels audio.2.content",
        remux("-c:a:2", "pcm_s24le", "-ac:a:2", "1"),
    ),
    _row(
        "sample rate misstated",
        "VERIFY_AUDIO",
        "audio.0.sample_rate",
        patch(b"in24", 24, (47952).to_bytes(2, "big")),
    ),
    _row(
        "half a frame of sound missing",
        "VERIFY_AUDIO",
        # Sound that is not there is in no hash.
        "audio.0.length audio.0.content",
        remux("-c:a:0", "pcm_s24le", "-filter:a:0", "atrim=end_sample=47040"),
    ),
    _row(
        "channels swapped",
        "VERIFY_AUDIO",
        "audio.2.content",
        remux("-c:a:2", "pcm_s24le", "-filter:a:2", "pan=stereo|c0=c1|c1=c0"),
    ),
    _row(
        "sound 200 ms late",
        "VERIFY_AUDIO",
        "audio.0.start",
        remux("-bsf:a:0", "setts=ts=TS+9600"),
    ),
    _row(
        "sound that jumps in its source",
        "VERIFY_AUDIO",
        "audio.0.step",
        keep,
        source="jumping",
    ),
    _row(
        "audio streams swapped",
        "VERIFY_AUDIO",
        "audio.0.content audio.1.content",
        remux("-map", "0:a:1", "-map", "0:a:0", "-map", "0:a:2", streams="v"),
    ),
)

_PICTURE = (
    _row(
        "twice the raster",
        "VERIFY_RASTER",
        "raster packets",
        remux(*_X264, "-vf", "scale=320:180"),
        profile="h264",
    ),
    # The shape of a pixel times the raster is the shape of the picture.
    _row(
        "pixels not square",
        "VERIFY_ASPECT",
        "pixel_aspect_ratio display_aspect_ratio",
        remux("-aspect", "4:3"),
    ),
    _row(
        "turned by 90 degrees",
        "VERIFY_ROTATION",
        "rotation",
        remux(before=("-display_rotation", "90")),
    ),
    _row("fields for frames", "VERIFY_FIELD_ORDER", "field_order", patch(b"fiel", 0, b"\x02\x09")),
    _row(
        "bottom first for top first",
        "VERIFY_FIELD_ORDER",
        "field_order",
        patch(b"fiel", 0, b"\x02\x0e"),
        source="fields",
    ),
    _row("BT.2020 primaries", "VERIFY_COLOR", "color.primaries", patch(b"colr", 4, b"\0\x09")),
    _row("HLG transfer", "VERIFY_COLOR", "color.transfer", patch(b"colr", 6, b"\0\x12")),
    _row("wrong matrix", "VERIFY_COLOR", "color.matrix", patch(b"colr", 8, b"\0\x06")),
    _row(
        "wrong matrix in the pictures only",
        "VERIFY_COLOR",
        "color.matrix packets",
        remux("-bsf:v", _BT601),
        profile="h264",
    ),
    # FFmpeg has a pixel format of its own for full range.
    _row(
        "full range for video range",
        "VERIFY_CODEC",
        "pixel_format color.range packets",
        remux("-bsf:v", _FULL_RANGE),
        profile="h264",
    ),
    _row(
        "full range in the container only",
        "VERIFY_COLOR",
        "color.range",
        patch(b"ACLRACLR", 8, b"\0\0\0\2"),
        profile="dnxhr_lb",
    ),
)

WRONG_PROXIES = (*_FILE, *_TIME, *_SOUND, *_PICTURE)

UNDECODABLE = _row(
    "a byte flipped in the length of H.264 data",
    "VERIFY_PLAYS",
    "plays",
    flip_in_picture(1, 0),
    profile="h264",
)
"""What fails beside `plays` depends on how far the run came, so it stands in no table."""
