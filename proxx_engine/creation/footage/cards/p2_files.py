"""A P2 clip's description (CONTENTS/CLIP/0001AB.XML): its sound files, its span, its timecode.

Elements as Adobe's XMP Toolkit SDK reads them (XMPFiles/source/FormatSupport/P2_Support.cpp): the
root is P2Main in one of several namespaces; Relation/Connection holds Top, Previous and Next.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from proxx_engine.creation.footage.cards.sony import make_timecode, nominal_rate_of
from proxx_engine.creation.footage.cards.xml_files import (
    UnreadableCardFile,
    local_name,
    read_xml,
    text_at,
)
from proxx_engine.spec.media import Timecode

_HIGHEST_PLAIN_RATE = 30
_TRUE = ("true", "1", "drop", "df")


@dataclass(frozen=True, slots=True)
class P2Clip:
    """What the card says of one of its clips."""

    has_picture: bool
    sound_count: int
    """Sound files that the clip has in AUDIO; those within the picture file are not counted."""
    global_id: str | None
    top_id: str | None
    """The first part of the clip, where it goes over several."""
    next_id: str | None
    next_name: str | None
    """The next part, as `clip 0002CD on card ABD06C0058`."""
    user_clip_name: str | None
    timecode: Timecode | None


def read_p2_clip(path: Path) -> P2Clip:
    """Read a P2 clip's XML. Raises: UnreadableCardFile."""
    clip = p2_clip_of(read_xml(path))
    if clip is None:
        raise UnreadableCardFile("is no description of a P2 clip")
    return clip


def p2_clip_of(root: ElementTree.Element) -> P2Clip | None:
    """Return what a document says of a P2 clip, None when it is about something else."""
    content = root.find("{*}ClipContent")
    if local_name(root) != "P2Main" or content is None:
        return None
    video = content.find("{*}EssenceList/{*}Video")
    within = video is not None and video.get("ValidAudioFlag", "").lower() in _TRUE
    connection = "Relation/Connection"
    return P2Clip(
        has_picture=video is not None,
        sound_count=0 if within else len(content.findall("{*}EssenceList/{*}Audio")),
        global_id=text_at(content, "GlobalClipID"),
        top_id=text_at(content, f"{connection}/Top/GlobalClipID"),
        next_id=text_at(content, f"{connection}/Next/GlobalClipID"),
        next_name=_part_name(content, f"{connection}/Next"),
        user_clip_name=text_at(content, "ClipMetadata/UserClipName"),
        timecode=_timecode(video) if video is not None else None,
    )


def _part_name(content: ElementTree.Element, path: str) -> str | None:
    name, card = text_at(content, f"{path}/ClipName"), text_at(content, f"{path}/P2SerialNo.")
    if name is None and card is None:
        return None
    return " on card ".join(part for part in (f"clip {name}" if name else "", card) if part)


def _timecode(video: ElementTree.Element) -> Timecode | None:
    """Return the start; None above 30 frames a second, where P2 may count frames or pairs."""
    start = text_at(video, "StartTimecode")
    rate = video.find("{*}FrameRate")
    nominal = nominal_rate_of((rate.text or "") if rate is not None else "")
    if start is None or rate is None or nominal is None or nominal > _HIGHEST_PLAIN_RATE:
        return None
    flags = (
        rate.get("DropFrameFlag"),
        video.get("DropFrameFlag"),
        text_at(video, "DropFrameFlag"),
        text_at(video, "TimecodeType"),
    )
    drop_frame = ";" in start or any(flag and flag.lower() in _TRUE for flag in flags)
    head, _separator, frames = start.replace(";", ":").rpartition(":")
    text = f"{head}{';' if drop_frame else ':'}{frames}"
    return make_timecode(text, drop_frame=drop_frame, nominal=nominal)
