"""How a source's code values are read, where its file does not say or says it wrong. Pure."""

from __future__ import annotations

from types import MappingProxyType

from proxx_engine.errors import ProbeError
from proxx_engine.spec.job_spec import ResolveClip
from proxx_engine.spec.media import ColorRange, VideoStream
from proxx_engine.spec.profile import DataLevel, Look

RANGES: MappingProxyType[DataLevel, ColorRange] = MappingProxyType({"video": "tv", "full": "pc"})
"""A level → FFmpeg's word for it."""
_SAID: MappingProxyType[str, DataLevel | None] = MappingProxyType(
    {"auto": None, "": None, "video": "video", "full": "full"}
)


def level_to_read(
    video: VideoStream, look: Look | None, said: ResolveClip | None
) -> DataLevel | None:
    """Return the level that a look sets; None: as the file says, or RGB, which is full as it is.

    `said` is what Resolve says of the clip. Raises: ProbeError where it cannot be set.
    """
    level = look.data_level if look else None
    if look is not None and look.data_level_from == "resolve" and said is not None:
        level = _said_by_resolve(said) or level
    if video.color.matrix == "gbr" and level == "video":
        detail = "its picture is RGB, whose values are always full; no data level video"
        raise ProbeError("SOURCE_UNREADABLE", detail)
    return None if video.color.matrix == "gbr" else level


def _said_by_resolve(said: ResolveClip) -> DataLevel | None:
    word = (said.data_level or "").strip().casefold()
    if word not in _SAID:
        detail = f"Resolve says Data Level {said.data_level!a}, expected Auto, Video or Full"
        raise ProbeError("SOURCE_UNREADABLE", detail)
    return _SAID[word]
