"""The whole way from timelines to files: read, find, tell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proxx_engine import Issue, PathMap, RequestError
from sidecar.timelines.finding import FoundMedia, find_media
from sidecar.timelines.index import HowToLook
from sidecar.timelines.reading import Timeline, read_timelines
from sidecar.timelines.telling import media_data, tell_media


@dataclass(frozen=True, slots=True)
class TimelineMedia:
    """Timelines, and the files that they use on this machine."""

    timelines: tuple[Timeline, ...]
    roots: tuple[Path, ...]
    """The folders that were searched; proxies keep their folders below these."""
    found: FoundMedia

    @property
    def lines(self) -> tuple[str, ...]:
        """What a person is told."""
        return tuple(tell_media(self.timelines, self.found))

    @property
    def data(self) -> dict[str, Any]:
        """What a program is told."""
        return media_data(self.found)


def look_up(
    *,
    timelines: tuple[Path, ...],
    roots: tuple[Path, ...],
    maps: tuple[PathMap, ...],
    out: Path,
    how: HowToLook,
) -> TimelineMedia:
    """Read timelines and find what they use; nothing is written.

    Raises: RequestError with every problem of the timelines, of the folders, or of uses that
    several files fit; PlaceError where what reads a timeline is not installed.
    """
    missing = [root for root in roots if not root.is_dir()]
    issues = [Issue("SOURCE_MISSING", f"--search {root}", "is no folder") for root in missing]
    try:
        read = read_timelines(timelines)
    except RequestError as error:
        raise RequestError((*error.issues, *issues)) from error
    if issues:
        raise RequestError(tuple(issues))
    return TimelineMedia(read, roots, find_media(read, roots=roots, maps=maps, out=out, how=how))
