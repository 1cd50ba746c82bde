"""FCP7 XML (xmeml 4 and 5), as Premiere Pro, Resolve and others export it → what it uses. Pure.

A file, sequence or multiclip is described where it is named first, by an id; later only that id
stands there. A nested sequence stands for what is in it, a multiclip for its active angles.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from proxx_engine import frames_of, timecode_problem
from sidecar.timelines.model import (
    MAX_EVENTS,
    Frames,
    TimelineRefused,
    TrackKind,
    Used,
    base_name,
    distinct,
)

_SHARED = ("file", "sequence", "multiclip", "clip", "clipitem")


def read_xmeml(root: Element) -> tuple[Used, ...]:
    """Return what the sequences use, else the clips of the bins. Raises: TimelineRefused."""
    return tuple(_Reading(root).all())


class _Reading:
    """One document; each nested sequence is gone into once."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._whole: dict[tuple[str, str], Element] = {}
        for element in root.iter():
            key = element.tag, element.get("id", "")
            if element.tag in _SHARED and key[1] and len(element):
                self._whole.setdefault(key, element)
        self._entered: set[str] = set()
        self._count = 0

    def all(self) -> Iterator[Used]:
        nested = {id(s) for item in self._root.iter("clipitem") for s in item.iter("sequence")}
        sequences = [each for each in self._root.iter("sequence") if id(each) not in nested]
        for sequence in sequences:
            yield from self._of_sequence(sequence, "")
        if not sequences:
            for clip in self._root.iter("clip"):
                yield from self._of_item(clip, "bin", "video", enabled=True)

    def _of_sequence(self, element: Element, around: str) -> Iterator[Used]:
        sequence = self._full(element)
        own = sequence.get("id", "")
        if own and own in self._entered:
            return
        self._entered.add(own)
        name = _text(sequence, "name") or "sequence"
        kinds: tuple[tuple[TrackKind, str], ...] = (("video", "V"), ("audio", "A"))
        for kind, letter in kinds:
            for number, track in enumerate(sequence.findall(f"media/{kind}/track"), start=1):
                enabled = _text(track, "enabled") != "FALSE"
                where = f"{around}{name} {letter}{number}"
                for item in track:
                    if item.tag == "clipitem":
                        yield from self._of_item(item, where, kind, enabled=enabled)
                    elif item.tag == "generatoritem":
                        made = _text(item, "effect/name") or _text(item, "name") or "generator"
                        yield self._used(item, where, kind, no_media=f"a generator: {made}")

    def _of_item(
        self, element: Element, where: str, kind: TrackKind, *, enabled: bool
    ) -> Iterator[Used]:
        item = self._full(element)
        if not enabled or _text(item, "enabled") == "FALSE":
            yield self._used(item, where, kind, no_media="is disabled in the timeline")
        elif (inner := item.find("sequence")) is not None:
            yield from self._of_sequence(inner, f"{where} > ")
        elif (cameras := item.find("multiclip")) is not None:
            angles = self._full(cameras).findall("angle")
            active = [angle for angle in angles if _is_active(angle)] or angles
            for clip in (clip for angle in active for clip in angle.findall("clip")):
                yield from self._of_item(clip, f"{where} > angle", kind, enabled=True)
        else:
            yield self._used(item, where, kind)

    def _used(
        self, item: Element, where: str, kind: TrackKind, *, no_media: str | None = None
    ) -> Used:
        self._count += 1
        if self._count > MAX_EVENTS:
            raise TimelineRefused(f"has more than {MAX_EVENTS:,} clips")
        named = item.find("file")
        file = self._full(named) if named is not None else None
        url = _text(file, "pathurl")
        if made := _text(file, "mediaSource"):
            no_media = no_media or f"a generator: {made}"
        return Used(
            event=f"{where} clip {self._count}",
            names=distinct(unquote(base_name(url or "")), _text(file, "name"), _text(item, "name")),
            url=url,
            reel=_text(file, "timecode/reel/name"),
            span=_span(item, file) if not no_media else None,
            kind=kind,
            no_media=no_media,
        )

    def _full(self, element: Element) -> Element:
        """Return what describes it: itself, else what was described by its id."""
        if len(element):
            return element
        return self._whole.get((element.tag, element.get("id", "")), element)


def _span(item: Element, file: Element | None) -> Frames | None:
    """Return the used range; under a change of speed only that the file begins where it does."""
    if file is None:
        return None
    own = _rate(item.find("rate"))
    rate = _rate(file.find("timecode/rate")) or _rate(file.find("rate")) or own
    first = _first_frame(file.find("timecode"), rate)
    if rate is None or first is None:
        return None
    begin, end = (_number(_text(item, name)) for name in ("in", "out"))
    if begin is None or end is None or begin < 0 or end <= begin or _is_retimed(item):
        return Frames(start=Fraction(first), count=Fraction(0), rate=rate)
    # A part of a frame that another rate leaves over must not exclude the file.
    scale = rate / (own or rate)
    start, stop = math.ceil(begin * scale), math.floor(end * scale)
    return Frames(start=Fraction(first + start), count=Fraction(max(0, stop - start)), rate=rate)


def _first_frame(timecode: Element | None, rate: Fraction | None) -> int | None:
    if timecode is None:
        return None
    frame = _number(_text(timecode, "frame"))
    if frame is not None and frame >= 0:
        return frame
    text = (_text(timecode, "string") or "").replace(".", ":")
    drop = _text(timecode, "displayformat") == "DF"
    written = f"{text[:8]}{';' if drop else ':'}{text[9:]}"
    if rate is None or timecode_problem(written, drop_frame=drop, rate=rate):
        return None
    return frames_of(written, rate=rate)


def _is_retimed(item: Element) -> bool:
    for effect in item.findall("filter/effect"):
        if (_text(effect, "effectid") or "").casefold() != "timeremap":
            continue
        said = {
            _text(each, "parameterid"): _text(each, "value") for each in effect.iter("parameter")
        }
        plain = (said.get("speed") or "100").partition(".")[0] == "100"
        if not plain or said.get("reverse") == "TRUE" or said.get("variablespeed") == "1":
            return True
    return False


def _is_active(angle: Element) -> bool:
    marks = (angle.find(name) for name in ("activevideoangle", "activeaudioangle"))
    return any(mark is not None and (mark.text or "").strip() != "FALSE" for mark in marks)


def _rate(element: Element | None) -> Fraction | None:
    base = _number(_text(element, "timebase"))
    if not base or base < 0:
        return None
    return Fraction(base * 1000, 1001) if _text(element, "ntsc") == "TRUE" else Fraction(base)


def _number(text: str | None) -> int | None:
    try:
        return int(text) if text is not None and len(text) <= 18 else None
    except ValueError:
        return None


def _text(element: Element | None, path: str) -> str | None:
    found = element.find(path) if element is not None else None
    return (found.text or "").strip() or None if found is not None else None
