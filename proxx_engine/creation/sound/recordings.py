"""What a recorder's file says of itself (bext, iXML) → when it begins, how long, its names. Pure.

bext: EBU Tech 3285, fields at fixed places. iXML: SPEED and TRACK_LIST as gallery.co.uk/ixml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

from proxx_engine.creation.footage.cards.xml_files import UnreadableCardFile, parse_xml, text_at
from proxx_engine.system.wave_files import WaveFile

_DATE = slice(320, 330)
_TIME = slice(330, 338)
_TIME_REFERENCE = slice(338, 346)
_DAY = re.compile(r"([12][0-9]{3})[-_:. ]?([0-9]{2})[-_:. ]?([0-9]{2})")
_CLOCK = re.compile(r"([0-9]{2})[^0-9]([0-9]{2})[^0-9]([0-9]{2})")
_RATE = re.compile(r"([1-9][0-9]{0,6})/([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[0-9]{1,6}")
_SECONDS_A_DAY = 24 * 3600
_MOST_CHANNELS = 64
_LONGEST_NAME = 60
"""In letters: the names of all channels together are one text of a JobSpec."""
_MOST_SECONDS = 2 * _SECONDS_A_DAY
_RATES = (1000, 768_000)


@dataclass(frozen=True, slots=True)
class Recording:
    """One file of a recorder."""

    path: Path
    channels: int
    sample_rate: int
    begins: int
    """Its first sample, counted from midnight."""
    samples: int
    made: datetime | None
    """When it begins, by the clock of its recorder, wherever on Earth that was."""
    names: tuple[str, ...]
    """What the recorder calls its channels, in order; empty where it names none."""
    counts: Fraction | None
    """Frames a second that its timecode counts, where the recorder says so."""
    problem: str | None
    """Why it cannot be used, though it says where it belongs."""

    @property
    def begins_seconds(self) -> Fraction:
        """When it begins, in real seconds since midnight."""
        return Fraction(self.begins, self.sample_rate)

    @property
    def ends_seconds(self) -> Fraction:
        """When it ends, likewise."""
        return Fraction(self.begins + self.samples, self.sample_rate)

    @property
    def date(self) -> str | None:
        """The day it was recorded on: 2026-11-27."""
        return self.made.date().isoformat() if self.made else None

    @property
    def name(self) -> str | None:
        """What the recorder calls its channels, as one name."""
        return ", ".join(self.names) if any(self.names) else None


def recording_of(path: Path, wave: WaveFile) -> Recording | str:
    """Return what one file is, or why it belongs nowhere."""
    bext = wave.metadata.get(b"bext", b"")
    if len(bext) < _TIME_REFERENCE.stop:
        return "sound without a timecode (no bext)"
    if not _RATES[0] <= wave.sample_rate <= _RATES[1]:
        return f"sound of {wave.sample_rate} samples a second"
    begins = int.from_bytes(bext[_TIME_REFERENCE], "little")
    if begins > _MOST_SECONDS * wave.sample_rate:
        return "sound whose timecode is no moment of a day"
    says = _ixml(wave.metadata.get(b"iXML", b""))
    return Recording(
        path=path,
        channels=wave.channels,
        sample_rate=wave.sample_rate,
        begins=begins,
        samples=min(wave.stated_samples, _MOST_SECONDS * wave.sample_rate),
        made=_made(bext, Fraction(begins, wave.sample_rate)),
        names=_names(says, wave.channels),
        counts=_rate(says),
        problem=_unusable_name(path) or _problem(wave, says),
    )


def _ixml(data: bytes) -> ElementTree.Element:
    """Return what the chunk says; nothing of one that is no XML: sound does not depend on it.

    Some recorders write names in Latin-1 into what they call UTF-8.
    """
    data = data.strip(b"\0 \r\n\t")
    for text in (data, data.decode("latin-1").encode()):
        try:
            return parse_xml(text)
        except UnreadableCardFile:
            continue
    return ElementTree.Element("BWFXML")


def _unusable_name(path: Path) -> str | None:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return "its name is not UTF-8; rename it"
    return None


def _problem(wave: WaveFile, says: ElementTree.Element) -> str | None:
    if wave.held_samples < wave.stated_samples:
        promised = f"{wave.stated_samples} samples promised, {wave.held_samples} there"
        return f"the file is cut short: {promised}"
    if not wave.stated_samples:
        return "its header says that it holds no sound: the recorder never finished it"
    if wave.channels > _MOST_CHANNELS:
        return f"it has {wave.channels} channels, at most {_MOST_CHANNELS} are taken"
    recorded, played, counted = (
        text_at(says, f"SPEED/{name}_SAMPLE_RATE") for name in ("DIGITIZER", "FILE", "TIMESTAMP")
    )
    if recorded and played and recorded != played:
        return f"it was recorded at {recorded} samples a second to be played at {played} (a pull)"
    if counted and _NUMBER.fullmatch(counted) and int(counted) != wave.sample_rate:
        said = f"its time is counted at {counted} samples a second, its sound at"
        return f"{said} {wave.sample_rate}: where it belongs is not known"
    return None


def _made(bext: bytes, since_midnight: Fraction) -> datetime | None:
    date, time = (bext[part].decode("ascii", "replace") for part in (_DATE, _TIME))
    day, clock = _DAY.match(date), _CLOCK.match(time)
    if day is None:
        return None
    seconds = int(since_midnight % _SECONDS_A_DAY)
    if clock is not None:
        hours, minutes, rest = map(int, clock.groups())
        seconds = (hours * 60 + minutes) * 60 + rest
    try:
        return datetime.fromisoformat("-".join(day.groups())) + timedelta(seconds=seconds)
    except ValueError:  # the 31st of February
        return None


def _rate(says: ElementTree.Element) -> Fraction | None:
    found = _RATE.fullmatch(text_at(says, "SPEED/TIMECODE_RATE") or "")
    return Fraction(int(found[1]), int(found[2])) if found else None


def _names(says: ElementTree.Element, channels: int) -> tuple[str, ...]:
    """Return the names by their channel's place in the file.

    A list of more tracks than the file has is of the whole take: which are this file's, nobody
    knows.
    """
    names = [""] * min(channels, _MOST_CHANNELS)
    tracks = says.findall("{*}TRACK_LIST/{*}TRACK")
    for number, track in enumerate(tracks if len(tracks) <= channels else (), start=1):
        place = text_at(track, "INTERLEAVE_INDEX") or str(number)
        at = int(place) if _NUMBER.fullmatch(place) else 0
        if 1 <= at <= len(names):
            names[at - 1] = _plain(text_at(track, "NAME") or "")
    return tuple(names) if any(names) else ()


def _plain(name: str) -> str:
    printed = "".join(letter if letter.isprintable() else " " for letter in name)
    return printed.strip()[:_LONGEST_NAME]
