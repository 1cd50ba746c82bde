"""Which timecode a clip has: a person's list, else Resolve, the file, the card's description."""

from __future__ import annotations

from types import MappingProxyType

from proxx_engine.creation.footage.found import Found
from proxx_engine.creation.timecodes.cards import read_card_timecode
from proxx_engine.creation.timecodes.lists import TimecodeEntry, TimecodeList
from proxx_engine.errors import CreationError, Issue
from proxx_engine.spec.job_spec import ResolveClip
from proxx_engine.spec.media import Source, Timecode
from proxx_engine.spec.timecode import nominal_rate, timecode_problem


def settle_timecode(
    source: Source, found: Found, listed: TimecodeList | None, told: ResolveClip | None = None
) -> Source:
    """Return the source with its one timecode, and what another source says otherwise.

    Raises: CreationError where a person's list gives what is no timecode at the clip's rate, or
    counts at another.
    """
    entry = listed.find(found) if listed else None
    given = entry.timecode if entry else None
    other_rate = _other_rate(source, entry) if entry else None
    if entry is not None and other_rate and entry.rate_is_its_own:
        sentence = (
            f"{found.path.name}: the list {other_rate}; give {entry.timecode.start} in line "
            f"{entry.line} as the clip counts it"
        )
        raise CreationError((Issue("SPEC_BAD_TIMECODE", "--timecode-from", sentence),))
    if given is not None and (problem := _problem(source, given)):
        sentence = f"{found.path.name}: found {given.start}, which {problem}"
        raise CreationError((Issue("SPEC_BAD_TIMECODE", "--timecode-from", sentence),))
    card = read_card_timecode(found)
    if card is not None and _problem(source, card):
        card = None
    resolve = _resolve_timecode(told)
    impossible = resolve and _problem(source, resolve)
    claims = (given, None if impossible else resolve, source.timecode, card)
    said = [timecode for timecode in claims if timecode is not None]
    reel = (entry.reel if entry else None) or source.reel
    # In a heading stands the project's rate, which need not be that of every clip.
    noted = [f"list {other_rate}"] if other_rate else []
    noted += [f"Resolve says {resolve.start}, which {impossible}"] if resolve and impossible else []
    return source.model_copy(update={"timecode": _first_of(said, noted), "reel": reel})


def _resolve_timecode(told: ResolveClip | None) -> Timecode | None:
    if told is None or told.start_timecode is None:
        return None
    start = told.start_timecode
    return Timecode.model_validate({"start": start, "drop_frame": ";" in start, "from": "resolve"})


def _other_rate(source: Source, entry: TimecodeEntry) -> str | None:
    """Return in words that the list counts at another rate than the clip, None where it does not
    or either is not known.
    """
    if source.video is None or entry.nominal is None:
        return None
    nominal = nominal_rate(source.video.frame_rate)
    if nominal == entry.nominal:
        return None
    return f"counts {entry.nominal} frames a second, the clip {nominal}"


def _problem(source: Source, timecode: Timecode) -> str | None:
    if source.video is None:
        return None
    rate = source.video.frame_rate
    return timecode_problem(timecode.start, drop_frame=timecode.drop_frame, rate=rate)


def _first_of(said: list[Timecode], noted: list[str]) -> Timecode | None:
    if not said:
        return None
    first, *others = said
    differing = [
        f"{_WHO[other.source]} says {other.start}" for other in others if other.start != first.start
    ]
    return first.model_copy(update={"differs": "; ".join([*differing, *noted]) or None})


_WHO = MappingProxyType(
    {"file": "file", "sidecar_xml": "card", "csv": "list", "resolve": "Resolve"}
)
