"""Sony's NonRealTimeMeta (C0001M01.XML): the start timecode, and the clip's unique number.

The change table's value is SMPTE ST 12-1 time of day, packed as four bytes FF SS MM HH of
binary-coded decimals: bit 6 of FF is the drop-frame flag, bit 7 of SS (30 and 24 based) or of HH
(25 based) the field mark, which above 30 frames a second tells the two frames of one count apart.
Checked against a Sony FDR-AX100's own file (halfStep, 210 frames from 40000000 to 54830000) and an
ILCE-6700's (67212901, 29.97p): the last value is then the first plus the frames between.
"""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree import ElementTree

from proxx_engine.creation.footage.cards.xml_files import local_name
from proxx_engine.spec.media import Timecode
from proxx_engine.spec.timecode import timecode_problem

_DROP_FRAME = 0x40
_FIELD_MARK = 0x80
_RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)([pi]?)(?:sf)?", re.IGNORECASE)
_PLAIN = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}[:;][0-9]{2,3}")


def is_sony_metadata(root: ElementTree.Element) -> bool:
    """Whether a document is Sony's description of one clip."""
    return local_name(root) == "NonRealTimeMeta"


def sony_timecode(root: ElementTree.Element) -> Timecode | None:
    """Return the timecode of a clip's first frame; None where none, or none that can be, stands."""
    table = root.find("{*}LtcChangeTable")
    if table is None:
        return None
    first = next((c for c in table.iterfind("{*}LtcChange") if c.get("frameCount") == "0"), None)
    value = first.get("value", "") if first is not None else ""
    base = _whole(table.get("tcFps", ""))
    if base is None:
        return None
    if _PLAIN.fullmatch(value):
        return make_timecode(value, drop_frame=";" in value, nominal=base)
    packed = _unpack(value)
    if packed is None:
        return None
    (hours, minutes, seconds, frames), drop_frame, marks = packed
    per_count = _frames_per_count(root, table, base)
    marked = bool(marks[1] if base == 25 else marks[0])
    frames = frames * per_count + (per_count // 2 if marked and per_count > 1 else 0)
    separator = ";" if drop_frame else ":"
    text = f"{hours:02d}:{minutes:02d}:{seconds:02d}{separator}{frames:02d}"
    return make_timecode(text, drop_frame=drop_frame, nominal=base * per_count)


def material_number(umid: str) -> str:
    """Return the part of a UMID that names the material, whatever copy of it is meant."""
    return umid.rpartition(":")[2].upper()[32:64]


def clip_umid(root: ElementTree.Element) -> str | None:
    """Return the unique number of the clip that is described."""
    target = root.find("{*}TargetMaterial")
    return target.get("umidRef") if target is not None else None


def make_timecode(text: str, *, drop_frame: bool, nominal: int) -> Timecode | None:
    """Return a card's timecode, None when there is no such moment of a day."""
    rate = Fraction(nominal * 1000, 1001) if drop_frame else Fraction(nominal)
    if timecode_problem(text, drop_frame=drop_frame, rate=rate):
        return None
    return Timecode.model_validate({"start": text, "drop_frame": drop_frame, "from": "sidecar_xml"})


def nominal_rate_of(text: str) -> int | None:
    """Return the whole frames a second of `59.94p` (60) or `59.94i` (30), None if it is no rate."""
    match = _RATE.fullmatch(text.strip())
    if match is None:
        return None
    pictures = round(float(match[1]))
    return pictures // 2 if match[2].lower() == "i" else pictures


def _frames_per_count(root: ElementTree.Element, table: ElementTree.Element, base: int) -> int:
    frame = root.find("{*}VideoFormat/{*}VideoFrame")
    played = nominal_rate_of(frame.get("formatFps", "")) if frame is not None else None
    if played and played % base == 0:
        return played // base
    return 2 if table.get("halfStep") == "true" else 1


def _unpack(value: str) -> tuple[tuple[int, ...], bool, tuple[int, int]] | None:
    """Return hours to frames, whether drop-frame, and the field mark from its two places."""
    if not re.fullmatch(r"[0-9A-Fa-f]{8}", value):
        return None
    frames, seconds, minutes, hours = bytes.fromhex(value)
    packed = (hours & 0x3F, minutes & 0x7F, seconds & 0x7F, frames & 0x3F)
    numbers = tuple(number for byte in packed if (number := _decimal(byte)) is not None)
    if len(numbers) < len(packed):
        return None
    return numbers, bool(frames & _DROP_FRAME), (seconds & _FIELD_MARK, hours & _FIELD_MARK)


def _decimal(byte: int) -> int | None:
    tens, ones = divmod(byte, 16)
    return tens * 10 + ones if tens < 10 and ones < 10 else None


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,2}", text) else None
