"""Final Cut Pro's XML (FCPXML 1.5 to 1.13) → what its projects use. Pure.

Times in it are seconds as exact fractions. Each element that refers to an asset is a use of it,
wherever it nests; a compound or multicam clip stands for what is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from sidecar.timelines.model import MAX_EVENTS, Frames, TimelineRefused, Used, base_name, distinct

_SECONDS = re.compile(r"(-?\d{1,18})(?:/(\d{1,18}))?s")
_PLACES = ("clip", "asset-clip", "video", "audio", "ref-clip", "mc-clip", "sync-clip", "title")
_REEL = "com.apple.proapps.studio.reel"
_RETIMED = ("timeMap", "conform-rate")


@dataclass(frozen=True, slots=True)
class _Asset:
    name: str
    url: str | None
    start: Fraction
    end: Fraction
    rate: Fraction | None
    """Pictures a second; None of sound and stills."""
    still: bool
    has_video: bool
    reel: str | None


def read_fcpxml(root: Element) -> tuple[Used, ...]:
    """Return what the projects use, else the clips of the events. Raises: TimelineRefused."""
    if root.tag != "fcpxml":
        raise TimelineRefused(f"begins with <{root.tag[:40]}>, not with <fcpxml>")
    return tuple(_Reading(root).all())


class _Reading:
    """One document; each compound clip is gone into once."""

    def __init__(self, root: Element) -> None:
        self._root = root
        formats = {e.get("id", ""): _format_rate(e) for e in root.findall("resources/format")}
        stills = {e.get("id", "") for e in root.findall("resources/format") if _is_still_format(e)}
        self._assets = {
            e.get("id", ""): _asset(e, formats, stills) for e in root.findall("resources/asset")
        }
        self._media = {e.get("id", ""): e for e in root.findall("resources/media")}
        self._entered: set[tuple[str, str]] = set()
        self._count = 0

    def all(self) -> Iterator[Used]:
        projects = list(self._root.iter("project"))
        for project in projects:
            for sequence in project.findall("sequence"):
                yield from self._below(sequence, project.get("name") or "project")
        if not projects:
            # An export of clips alone: each stands for itself.
            for top in (self._root, *self._root.iter("event")):
                yield from self._below(top, top.get("name") or "event")

    def _below(self, parent: Element, where: str, *, connected: bool = False) -> Iterator[Used]:
        for child in parent:
            if child.tag in ("resources", "project", "library", "event"):
                continue
            if connected and not child.get("lane"):
                continue
            # Of an audition, the first is the one that is picked.
            picked = next(iter(child), child) if child.tag == "audition" else child
            yield from self._below_one(picked, where, parent)

    def _below_one(self, element: Element, where: str, parent: Element) -> Iterator[Used]:
        off = element.tag in _PLACES and element.get("enabled") == "0"
        if off:
            yield self._used(element, where, no_media="is disabled in the timeline")
        elif element.tag in _PLACES:
            yield from self._of_place(element, where, parent)
        # What is connected to a clip stays when that is disabled.
        yield from self._below(element, where, connected=off)

    def _of_place(self, element: Element, where: str, parent: Element) -> Iterator[Used]:
        tag, ref = element.tag, element.get("ref", "")
        if tag == "title":
            yield self._used(element, where, no_media="a title")
        elif tag == "ref-clip":
            yield from self._of_compound(element, ref, where)
        elif tag == "mc-clip":
            yield from self._of_multicam(element, ref, where)
        elif tag in ("video", "audio", "asset-clip"):
            asset = self._assets.get(ref)
            if asset is None:
                kind = "a generator" if tag == "video" else "an asset that it does not describe"
                yield self._used(element, where, no_media=kind)
            elif asset.still:
                yield self._used(element, where, asset, no_media="a still picture")
            else:
                sounds = (
                    tag == "audio" or not asset.has_video or element.get("srcEnable") == "audio"
                )
                yield self._used(element, where, asset, parent=parent, sounds=sounds)

    def _of_compound(self, element: Element, ref: str, where: str) -> Iterator[Used]:
        media = self._media.get(ref)
        if media is None:
            yield self._used(element, where, no_media="a compound clip that it does not describe")
        elif (ref, "") not in self._entered:
            self._entered.add((ref, ""))
            for sequence in media.findall("sequence"):
                yield from self._below(
                    sequence, f"{where} > {media.get('name') or 'compound clip'}"
                )

    def _of_multicam(self, element: Element, ref: str, where: str) -> Iterator[Used]:
        media = self._media.get(ref)
        angles = media.findall("multicam/mc-angle") if media is not None else []
        used = {
            source.get("angleID", "")
            for source in element.findall("mc-source")
            if source.get("srcEnable") != "none"
        }
        if not angles:
            yield self._used(element, where, no_media="a multicam clip that it does not describe")
        for angle in angles:
            own = angle.get("angleID", "")
            if (own in used or not used) and (ref, own) not in self._entered:
                self._entered.add((ref, own))
                yield from self._below(angle, f"{where} > {angle.get('name') or 'angle'}")

    def _used(
        self,
        element: Element,
        where: str,
        asset: _Asset | None = None,
        *,
        parent: Element | None = None,
        sounds: bool = False,
        no_media: str | None = None,
    ) -> Used:
        self._count += 1
        if self._count > MAX_EVENTS:
            raise TimelineRefused(f"has more than {MAX_EVENTS:,} clips")
        name = element.get("name") or (asset.name if asset else "")
        file = base_name(asset.url) if asset and asset.url else ""
        return Used(
            event=f"{where} clip {self._count}",
            names=distinct(unquote(file), asset.name if asset else None, name),
            url=asset.url if asset else None,
            reel=asset.reel if asset else None,
            span=_span(element, asset, parent) if asset and not no_media else None,
            kind="audio" if sounds else "video",
            no_media=no_media,
        )


def _span(element: Element, asset: _Asset, parent: Element | None) -> Frames | None:
    """Return the used range; under a change of speed only that the clip begins where it does."""
    rate = asset.rate
    if rate is None:
        return None
    retimed = any(
        each.find(tag) is not None
        for each in (element, parent)
        if each is not None
        for tag in _RETIMED
    )
    start, length = asset.start, Fraction(0)
    if not retimed and element.tag == "asset-clip":
        start = _seconds(element.get("start")) or (
            asset.start if element.get("start") is None else Fraction(0)
        )
        length = _seconds(element.get("duration")) or Fraction(0)
    elif not retimed and parent is not None and parent.tag == "clip":
        # In a <clip>, its <video> lies at `offset` of the clip's own time.
        own = element.get("start")
        begin = asset.start if own is None else _seconds(own) or Fraction(0)
        offset = _seconds(element.get("offset")) or Fraction(0)
        shown = _seconds(parent.get("start")) or Fraction(0)
        length = _seconds(parent.get("duration")) or Fraction(0)
        start = begin + shown - offset
        # Some writers count a clip's own time as the media's, whatever the offset says.
        if start >= asset.end and asset.start <= shown < asset.end:
            start = shown
    return Frames(start=start * rate, count=length * rate, rate=rate)


def _asset(element: Element, formats: dict[str, Fraction | None], stills: set[str]) -> _Asset:
    representations = element.findall("media-rep")
    originals = [e for e in representations if e.get("kind", "original-media") == "original-media"]
    url = element.get("src") or next((e.get("src") for e in originals if e.get("src")), None)
    form = element.get("format", "")
    start = _seconds(element.get("start")) or Fraction(0)
    has_video = element.get("hasVideo") == "1"
    return _Asset(
        name=element.get("name", ""),
        url=url,
        start=start,
        end=start + (_seconds(element.get("duration")) or Fraction(0)),
        rate=formats.get(form) if has_video else None,
        still=form in stills or (has_video and element.get("duration") == "0s"),
        has_video=has_video,
        reel=next((e.get("value") for e in element.iter("md") if e.get("key") == _REEL), None),
    )


def _format_rate(element: Element) -> Fraction | None:
    length = _seconds(element.get("frameDuration"))
    return 1 / length if length and length > 0 else None


def _is_still_format(element: Element) -> bool:
    return element.get("name") == "FFVideoFormatRateUndefined"


def _seconds(text: str | None) -> Fraction | None:
    match = _SECONDS.fullmatch(text or "")
    if match is None or (match[2] and not int(match[2])):
        return None
    return Fraction(int(match[1]), int(match[2] or 1))
