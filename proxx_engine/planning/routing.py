"""Which engine makes a clip's proxy: a table over what the source is, never over its name.

Only camera raw that no library here opens is told by its extension.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from proxx_engine.errors import Issue
from proxx_engine.spec.codecs import Engine
from proxx_engine.spec.job_spec import JobSpec
from proxx_engine.spec.media import Source

RAW_EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {
        "r3d": "RED",
        "braw": "Blackmagic RAW",
        "ari": "ARRIRAW",
        "arx": "ARRIRAW HDE",
        "crm": "Canon Cinema RAW Light",
        "rmf": "Canon RAW",
        "nev": "Nikon N-RAW",
        "vrw": "Panasonic V-RAW",
        "cine": "Phantom Cine",
    }
)
"""Camera raw that Resolve reads and FFmpeg does not, by extension in lower case."""

UNSUPPORTED_EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {"zraw": "Z CAM ZRAW", "krw": "Kinefinity KineRAW", "gpr": "GoPro RAW"}
)
"""Camera raw that neither engine reads."""

_RAW_CAPABLE = frozenset({"mov", "mxf"})


@dataclass(frozen=True, slots=True)
class SourceFormat:
    """What decides the route."""

    container: str
    codec: str | None
    profile: str | None
    tag: str | None


@dataclass(frozen=True, slots=True)
class Route:
    """The engine for one clip, and the row of the table that said so."""

    engine: Engine
    reason: str


@dataclass(frozen=True, slots=True)
class _Row:
    engine: Engine
    reason: str
    containers: frozenset[str] = frozenset()
    codecs: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    def fits(self, source: SourceFormat) -> bool:
        names = frozenset(source.container.split(","))
        return (
            (not self.containers or bool(self.containers & names))
            and (not self.codecs or (source.codec or "none") in self.codecs)
            and (not self.tags or (source.tag or "") in self.tags)
        )


SPANNED = "spanned"
"""The container of one clip over several picture files."""

_NO_CODEC = frozenset({"none", "unknown", "bin_data"})
_TABLE = (
    _Row(
        engine="resolve",
        reason="camera raw, which only Resolve decodes with the camera's own colour",
        containers=frozenset({*RAW_EXTENSIONS, "dng"}),
    ),
    _Row(
        engine="resolve",
        reason="ProRes RAW: FFmpeg would give undeveloped sensor data",
        tags=frozenset({"aprn", "aprh"}),
    ),
    _Row(
        engine="resolve",
        reason="ProRes RAW: FFmpeg would give undeveloped sensor data",
        codecs=frozenset({"prores_raw"}),
    ),
    _Row(
        engine="resolve",
        reason="one clip over several files, as its card says; Resolve joins them",
        containers=frozenset({SPANNED}),
    ),
    _Row(
        engine="resolve",
        reason="picture of a codec unknown to FFmpeg, in a container that holds camera raw",
        containers=_RAW_CAPABLE,
        codecs=_NO_CODEC,
    ),
    _Row(engine="ffmpeg", reason="FFmpeg decodes it"),
)


def source_format(source: Source) -> SourceFormat:
    """Return what of a source decides its route."""
    video = source.video
    if video is None:
        return SourceFormat(source.container, None, None, None)
    return SourceFormat(source.container, video.codec, video.profile, video.tag)


def route_source(source: SourceFormat) -> Route:
    """Return the engine for a source: the first row that fits."""
    row = next(row for row in _TABLE if row.fits(source))
    return Route(row.engine, row.reason)


def route_job(spec: JobSpec) -> tuple[Engine, list[Issue]]:
    """Return the one engine of a job, and what is wrong when its clips need two, or none does."""
    issues = [
        Issue(
            "ROUTE_UNSUPPORTED",
            f"clips[{position}].source.container",
            f"found {UNSUPPORTED_EXTENSIONS[clip.source.container]}, which neither engine reads",
        )
        for position, clip in enumerate(spec.clips)
        if clip.source.container in UNSUPPORTED_EXTENSIONS
    ]
    formats = [source_format(clip.source) for clip in spec.clips]
    routes = {each: route_source(each).engine for each in set(formats)}
    engines = [routes[each] for each in formats]
    if len(set(engines)) == 1:
        return engines[0], issues
    raw = [
        str(clip.index)
        for clip, engine in zip(spec.clips, engines, strict=True)
        if engine == "resolve"
    ]
    sentence = (
        f"{len(raw)} of {len(engines)} clips need Resolve (clips {', '.join(raw[:10])}"
        f"{', …' if len(raw) > 10 else ''}), the others FFmpeg; make one job for each engine"
    )
    return engines[0], [*issues, Issue("ROUTE_MIXED_ENGINES", "clips", sentence)]
