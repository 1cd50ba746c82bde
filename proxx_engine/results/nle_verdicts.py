"""Would an NLE attach this proxy, and if not, why: a table over the checks and what is planned.

Never part of a status. A verdict is `attaches`, `attaches by hand`, `no` or `unknown`, then a
colon and every reason.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import PurePath, PurePosixPath, PureWindowsPath

from proxx_engine.results.checks import PROVEN, VerificationReport
from proxx_engine.results.nle_support import Naming, Nle, Support, Weight, nle_table
from proxx_engine.spec.job_spec import ClipSpec
from proxx_engine.spec.media import Source
from proxx_engine.spec.model import format_rational

NOT_COMPARED = "unknown: not compared"
_ALWAYS = ("file", "plays", "container", "codec", "streams")
_MAX_VALUE = 80
_SAME_SHAPE = Fraction(1, 100)
"""Rounding to even sides bends a picture by so much at most before it is called another."""

Reason = tuple[Weight, str]


def judge_nles(
    report: VerificationReport, clip: ClipSpec, *, codec: str | None, output_path: str
) -> dict[str, str]:
    """Return one sentence for each NLE, by its key in nle_support.toml.

    `codec` is FFmpeg's name of the proxy's picture codec, None where it was not decided here.
    """
    table = nle_table()
    if all(check.name == "file" for check in report.checks):
        return dict.fromkeys(table.nle, NOT_COMPARED)
    container = clip.output_name.rpartition(".")[2]
    differences = tuple(_differences(report, clip, container))
    verdicts = {}
    for key, nle in table.nle.items():
        reasons = (
            *_from_checks(report, nle),
            *_from_formats(nle, clip, codec, container),
            *((nle.differs[what], why) for what, why in differences if what in nle.differs),
            *_from_naming(nle.naming, clip.source, output_path),
        )
        verdicts[key] = _sentence(reasons)
    return verdicts


def _sentence(reasons: Iterable[Reason]) -> str:
    said = tuple(dict.fromkeys(reasons))
    by_weight = {
        weight: [why for each, why in said if each == weight]
        for weight in ("no", "unknown", "hand", "limit")
    }
    if by_weight["no"]:
        doubts = [f"and not known: {why}" for why in by_weight["unknown"]]
        return f"no: {'; '.join(by_weight['no'] + doubts)}"
    if by_weight["unknown"]:
        return f"unknown: {'; '.join(by_weight['unknown'])}"
    if by_weight["hand"]:
        return f"attaches by hand: {'; '.join(by_weight['hand'] + by_weight['limit'])}"
    return f"attaches: {'; '.join(by_weight['limit'])}" if by_weight["limit"] else "attaches"


def _from_checks(report: VerificationReport, nle: Nle) -> Iterator[Reason]:
    for check in report.checks:
        name = check.name.split(".")[0]
        if check.verdict in PROVEN or name not in (*_ALWAYS, *nle.compares):
            continue
        if check.verdict == "unknown":
            yield "unknown", f"{check.name} was not seen"
        else:
            found, wanted = check.actual[:_MAX_VALUE], check.expected[:_MAX_VALUE]
            yield "no", f"{check.name} is {found}, expected {wanted}"


def _from_formats(nle: Nle, clip: ClipSpec, codec: str | None, container: str) -> Iterator[Reason]:
    sounds = {audio.codec for audio in clip.target.audio} if clip.target else set()
    asked = [(nle.reads, codec), *((nle.hears, sound) for sound in sorted(sounds))]
    for rows, name in asked:
        if name is None:
            yield "unknown", "the proxy's codec is not known"
        elif reason := _support(rows, name, container, nle):
            yield reason


def _support(rows: tuple[Support, ...], codec: str, container: str, nle: Nle) -> Reason | None:
    for row in rows:
        if codec in row.codecs and container in row.containers:
            return row.reason()
    called = nle_table().words.get(codec, codec)
    return "unknown", f"no source says whether {nle.name} reads {called} in .{container}"


def _from_naming(naming: Naming, source: Source, output_path: str) -> Iterator[Reason]:
    original, proxy = _pure(source.path), _pure(output_path)
    folder = original.parent if naming.folder is None else original.parent / naming.folder
    found = (
        source.sequence is None
        and proxy.stem == original.stem + naming.suffix
        and proxy.suffix.lstrip(".") in naming.extensions
        and (naming.folder is None or proxy.parent == folder)
    )
    if naming.always:
        yield "hand", naming.always
    if not found:
        yield "hand", naming.otherwise


def _pure(path: str) -> PurePath:
    # A Mac writes names apart (NFD), we write them together; to an NLE they are one.
    plain = unicodedata.normalize("NFC", path)
    return PurePosixPath(plain) if plain.startswith("/") else PureWindowsPath(plain)


def _differences(
    report: VerificationReport, clip: ClipSpec, container: str
) -> Iterator[tuple[str, str]]:
    """Yield what differs from the original on purpose: its key in `differs`, and a sentence."""
    yield from _picture_differences(clip)
    yield from _sound_differences(clip)
    yield from _timecode_differences(clip.source, container)
    if clip.source.sequence is not None:
        yield "sequence", "the original is an image sequence"
    if any(c.name == "pixel_format" and c.verdict == "planned" for c in report.checks):
        yield "alpha", "it shows no alpha, which the original has"


def _picture_differences(clip: ClipSpec) -> Iterator[tuple[str, str]]:
    video, target = clip.source.video, clip.target
    if video is None or target is None:
        return
    if target.variable_frame_rate == "keep":
        yield "varying_rate", "the frame rate varies, in the original and in the proxy"
    elif target.variable_frame_rate is not None:
        rate = format_rational(target.frame_rate)
        yield "conformed", f"the original's frame rate varies, the proxy's is {rate} throughout"
    elif video.frame_rate != target.frame_rate:
        before, after = format_rational(video.frame_rate), format_rational(target.frame_rate)
        yield "rate", f"the original has {before} frames a second, the proxy {after}"
    if video.field_order not in (target.field_order, "unknown"):
        before, after = (
            order.replace("_", " field ") for order in (video.field_order, target.field_order)
        )
        yield "fields", f"the original is {before}, the proxy {after}"
    if video.rotation != target.rotation:
        turn = f"the original is turned by {video.rotation} degrees for display"
        yield "turned", f"{turn}, the proxy is stored as shown"
        return
    pixels, shape = Fraction(video.width, video.height), Fraction(target.width, target.height)
    bent = shape * target.pixel_aspect_ratio / (pixels * video.pixel_aspect_ratio)
    if target.framing is not None and abs(bent - 1) > _SAME_SHAPE:
        own, made = pixels * video.pixel_aspect_ratio, shape * target.pixel_aspect_ratio
        yield "shape", f"the original is shown {float(own):.2f}:1, the proxy {float(made):.2f}:1"
    if video.height % target.height or abs(bent - 1) > _SAME_SHAPE:
        size = f"{target.width}x{target.height}"
        yield "raster", f"{size} is no whole fraction of {video.width}x{video.height}"


def has_other_sound(clip: ClipSpec) -> bool:
    """Whether a proxy has other audio channels than its original."""
    before, after = _channels(clip)
    return before != after


def _channels(clip: ClipSpec) -> tuple[list[int], list[int]]:
    """Return the channels of each of the clip's own streams, and of each of its proxy's."""
    tracks = clip.target.audio if clip.target else ()
    apart = {audio.source_file_index for audio in tracks if audio.laid is not None}
    own = [stream.channels for stream in clip.source.audio if stream.file_index not in apart]
    return own, [track.channels for track in tracks] if clip.target else own


def takes_of_other_sound() -> tuple[tuple[str, str], ...]:
    """Return each NLE that looks at it, and what it does with proxies whose sound has other
    channels than their originals'.
    """
    return _takes_of("sound")


def takes_of_other_shapes() -> tuple[tuple[str, str], ...]:
    """Return each NLE that looks at it, and what it does with proxies of another shape."""
    return _takes_of("shape")


def _takes_of(difference: str) -> tuple[tuple[str, str], ...]:
    words = {"no": "does not attach them", "unknown": "not known", "hand": "attaches them by hand"}
    looking = (nle for nle in nle_table().nle.values() if nle.differs.get(difference) in words)
    return tuple((nle.name, words[nle.differs[difference]]) for nle in looking)


def has_another_shape(clip: ClipSpec) -> bool:
    """Whether a look gives the proxy of a clip another shape than its original has."""
    return any(key == "shape" for key, _words in _picture_differences(clip))


def _sound_differences(clip: ClipSpec) -> Iterator[tuple[str, str]]:
    dropped = sum(stream.kind == "audio" for stream in clip.source.left_out)
    if dropped:
        streams = "1 audio stream" if dropped == 1 else f"{dropped} audio streams"
        yield "sound", f"{streams} of the original left out"
    if has_other_sound(clip):
        channels = (" + ".join(map(str, each)) or "no" for each in _channels(clip))
        yield "sound", "the original has {} audio channels, the proxy {}".format(*channels)


def _timecode_differences(source: Source, container: str) -> Iterator[tuple[str, str]]:
    timecode = source.timecode
    if timecode is None:
        if container == "mxf":
            yield "made_timecode", "the original has no timecode, and an MXF always has one"
        return
    if container in ("mkv", "webm"):
        yield "timecode_as_tag", f"in .{container} the timecode is a tag, not a track"
    if container == "mxf":
        yield "timecode_in_mxf", "an MXF proxy with timecode was refused in one report"
    if timecode.source == "csv":
        given = f"first give the original the timecode {timecode.start}, which only a list says"
        yield "timecode_from_list", given
    if timecode.source == "sidecar_xml":
        yield "timecode_from_card", "only where the card's XML was read, which holds the timecode"
