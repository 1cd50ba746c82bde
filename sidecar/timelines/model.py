"""What a timeline uses, whatever program wrote it. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter

TrackKind = Literal["video", "audio"]
REFERENCE_KEY = "proxx_proxy"
"""The name that a proxy has among the media references of a clip."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Timecodes(_Value):
    """A used range in timecode, of which the clip's own rate tells what it counts."""

    start: str
    """HH:MM:SS:FF of the first frame, with ";" before the frames where it counts drop-frame."""
    end: str
    """Of the first frame after the last; equal to `start` where only that one is sure."""


class Frames(_Value):
    """A used range in frames since 00:00:00:00, as the clip's own timecode counts."""

    start: Fraction
    count: Fraction
    """0 where only the first frame is sure."""
    rate: Fraction
    """Frames a second that both are counted in; it need not be the clip's."""


class Used(_Value):
    """One place of a timeline where media are used, or why there are none."""

    event: Annotated[str, BeforeValidator(lambda text: text[-300:])]
    """Where it stands, in words of the timeline: `event 003`, `V1 clip 4`."""
    names: tuple[str, ...] = ()
    """What the media are called: files before clips, the surest first."""
    url: str | None = None
    """Where they were for the program that wrote it, as it wrote it."""
    reel: str | None = None
    span: Timecodes | Frames | None = None
    """None where the timeline does not say it in terms of the media's own timecode."""
    kind: TrackKind = "video"
    sequence: bool = False
    """Whether the file is the first of numbered pictures."""
    no_media: str | None = None
    """Why there is nothing to look for: a title, a generator, a gap that is named."""
    clip: int | None = None
    """Its number among the clips of a timeline that OpenTimelineIO reads whole."""

    @property
    def name(self) -> str:
        """What it is called to a person."""
        return next((name for name in (*self.names, self.reel, self.url) if name), "without a name")


class TimelineRefused(ValueError):
    """A timeline that is not taken; its text says why."""


USED = TypeAdapter(tuple[Used, ...])
"""The list as it goes from one process to another."""
MAX_EVENTS = 200_000
_LONGEST_NAME = 1000


def distinct(*names: str | None) -> tuple[str, ...]:
    """Return the names that are any, each once, in their order, and no longer than one can be."""
    cut = (name[:_LONGEST_NAME].strip() for name in names if name)
    return tuple(dict.fromkeys(name for name in cut if name))


def base_name(path: str) -> str:
    """Return the last name of a path in either system's writing."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]
