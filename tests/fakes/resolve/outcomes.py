"""How a render may end: what its file holds, and what Resolve says of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from .footage import MediaSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One render's end; as it stands: everything right."""

    says: Literal["complete", "failed", "cancelled"] = "complete"
    error: str = ""
    ends_at: float = 1.0
    """The share of its time after which it ends."""
    stalls_at: int | None = None
    """The percentage that it never goes past."""
    never_says_complete: bool = False
    """It is over and the file is whole, and its status stays at Rendering and 100 %."""
    file: Literal["whole", "torn", "empty", "none"] = "whole"
    """Torn: the first half of its bytes; none: nothing was written at all."""
    numbered: bool = False
    """The file's name got eight digits."""
    frames_more: int = 0
    timecode: str | None = None
    """Another start timecode than the one asked for."""
    without_timecode: bool = False
    rate: Fraction | None = None
    size: tuple[int, int] | None = None
    codec_id: str | None = None
    silent: bool = False

    def bent(self, spec: MediaSpec) -> MediaSpec:
        """What is written instead of what was asked for."""
        width, height = self.size or (spec.width, spec.height)
        return replace(
            spec,
            frames=max(1, spec.frames + self.frames_more),
            timecode=None if self.without_timecode else self.timecode or spec.timecode,
            rate=self.rate or spec.rate,
            width=width,
            height=height,
            codec_id=self.codec_id or spec.codec_id,
            channels=0 if self.silent else spec.channels,
        )


RIGHT = Outcome()
SHORT = Outcome(frames_more=-2)
LONG = Outcome(frames_more=1)
BAD_TIMECODE = Outcome(timecode="00:00:00:01")
NO_TIMECODE = Outcome(without_timecode=True)
WRONG_RATE = Outcome(rate=Fraction(30))
WRONG_SIZE = Outcome(size=(256, 144))
WRONG_CODEC = Outcome(codec_id="MPEG4")
SILENT = Outcome(silent=True)
EMPTY = Outcome(file="empty")
TORN = Outcome(file="torn")
MISSING = Outcome(file="none")
NUMBERED = Outcome(numbered=True)
FAILED = Outcome(says="failed", ends_at=0.5, error="The media could not be decoded", file="torn")
CANCELLED = Outcome(says="cancelled", ends_at=0.5, file="torn")
STALLED = Outcome(stalls_at=42)
NEVER_COMPLETE = Outcome(never_says_complete=True)
