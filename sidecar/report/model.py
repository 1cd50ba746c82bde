"""What a page shows, ready to be printed. Pure: whoever has it needs no disk and no clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["good", "warn", "bad", "quiet"]
"""How much a person must care: proven, exists only, anything that lacks, what counts no more."""


@dataclass(frozen=True, slots=True)
class Headline:
    """What of all clips, in words that cannot mislead."""

    tone: Tone
    sentence: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many rows are in one state; a filter of the page."""

    state: str
    words: str
    tone: Tone
    count: int
    clips: int
    """How many clips these rows stand for, as the headline counts them."""


@dataclass(frozen=True, slots=True)
class FailureLine:
    """Why a clip failed, in the words of its result."""

    code: str
    stage: str
    sentence: str
    next_step: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One comparison of a proxy with what its source promises."""

    name: str
    expected: str
    actual: str
    verdict: str
    """equal, planned, different or unknown."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of source and proxy, side by side; '' where nothing tells it."""

    name: str
    source: str
    proxy: str


@dataclass(frozen=True, slots=True)
class NleLine:
    """Whether one editing program attaches the proxy."""

    name: str
    verdict: str
    """attaches, attaches by hand, no or unknown."""
    reasons: str


@dataclass(frozen=True, slots=True)
class PicturePair:
    """The same picture of source and proxy, as `data:` URIs; '' where it could not be read."""

    number: int
    """Of the picture, from 0."""
    source: str
    proxy: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of quality over the pictures that were compared."""

    name: str
    """PSNR, SSIM, VMAF."""
    unit: str
    """dB, or ''."""
    numbers: tuple[int, ...]
    """Of the pictures, from 0."""
    values: tuple[float, ...]
    """One for each picture; equal pictures have the measure's own highest value."""
    lowest: float
    mean: float


@dataclass(frozen=True, slots=True)
class QualityView:
    """What `proxx qc` measured of one proxy."""

    told: str
    """Which pictures were compared, when and with what."""
    measures: tuple[Measure, ...]
    pictures: tuple[PicturePair, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClipView:
    """One row: a clip's try, a job without a result, or a file that cannot be read."""

    key: str
    """Unique on the page: letters, digits and hyphens."""
    kind: Literal["clip", "job", "file"]
    state: str
    words: str
    """The state as a person reads it."""
    tone: Tone
    name: str
    folder: str
    batch: str
    label: str
    job: str
    """The job's first 8 digits, '' where there is none."""
    engine: str
    """ffmpeg, resolve or ''."""
    worker: str
    told: str
    """A few words: how many checks, or the code of the failure."""
    failure: FailureLine | None
    remarks: tuple[str, ...]
    source: str
    """Path of the source; '' for what is no clip."""
    proxy: str
    size_bytes: int | None
    source_bytes: int | None
    seconds: float | None
    """How long it took."""
    media_seconds: float | None
    """How long the clip is."""
    ended: str
    """UTC, 2026-02-13 20:15:07Z; '' where it has not ended."""
    checks: tuple[CheckLine, ...]
    facts: tuple[Fact, ...]
    nle: tuple[NleLine, ...]
    command: str
    """What was run, quoted for a shell; of a Resolve job its render settings, one a line."""
    messages: str
    """The engine's own words, shortened; '' where the clip is proven."""
    links: tuple[str, ...]
    files: tuple[str, ...]
    """The results that tell this."""
    quality: QualityView | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """One clip on a worker's line, from 0 (the night's begin) to 1 (its end)."""

    key: str
    name: str
    begin: float
    end: float
    tone: Tone


@dataclass(frozen=True, slots=True)
class Lane:
    """What one worker did, in order of time."""

    worker: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment on an axis, or a value: where it stands, from 0 to 1, and its words."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Night:
    """All clips on one axis of time, a lane for each worker."""

    told: str
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class SpeedBar:
    """How many clips were made at a speed: 2 is twice as fast as the clip plays."""

    words: str
    count: int
    height: float
    """From 0 to 1, where 1 is the highest bar."""


@dataclass(frozen=True, slots=True)
class Speeds:
    """Encode speed against real time."""

    told: str
    bars: tuple[SpeedBar, ...]


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the sources weigh, and the proxies."""

    told: str
    source_bytes: int
    proxy_bytes: int
    proxy_share: float
    """Of the sources' size, from 0 to 1 or above."""


@dataclass(frozen=True, slots=True)
class ReportView:
    """Everything on the page."""

    title: str
    made_at: str
    """UTC."""
    made_by: str
    """Proxx and its version."""
    looked_at: tuple[str, ...]
    """The paths that were given."""
    headline: Headline
    counts: tuple[StateCount, ...]
    """In order of gravity, only what there is."""
    engines: tuple[str, ...]
    batches: tuple[str, ...]
    clips: tuple[ClipView, ...]
    """The gravest first, then by batch, folder and name."""
    hidden: int
    """Of these, how many another job did again or replaced; not shown at first."""
    night: Night | None
    speeds: Speeds | None
    sizes: Sizes | None
