"""One page written: gathered, shown, put in the place of an older page; no other file is replaced.

A page is a view of what lies on disk and can be made again at any moment: the one file of ours that
is replaced. What a person keeps under the name and no page of ours wrote is left.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import Issue, PathMap, RequestError, __version__, now_utc, replace_whole
from sidecar.report.gathering import Gathered, gather
from sidecar.report.page import render_page
from sidecar.report.rows import Inspecting, Row
from sidecar.report.view import view_of

PAGE = "proxx-report.html"
"""What a page is called if nobody says otherwise."""
_OURS = b'<meta name="generator" content="Proxx'
_HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Written:
    """A page that was written."""

    page: Path
    rows: tuple[Row, ...]
    """All that stands on it."""
    headline: str


def usual_place(paths: Sequence[Path]) -> Path:
    """Return where the page of some paths is written if nobody says otherwise."""
    first = paths[0]
    return (first if first.is_dir() else first.parent) / PAGE


def check_place(page: Path) -> None:
    """Refuse a place where no page can be, or another file is. Raises: RequestError."""
    told, real = None, _real(page)
    if real.is_dir():
        told = f"is a folder; name a file, such as {page / PAGE}"
    elif not real.parent.is_dir():
        told = f"its folder {real.parent} is not there"
    elif real.suffix.lower() not in (".html", ".htm"):
        told = f"expected a name like {PAGE}, which no source, proxy or result has"
    elif real.exists() and not _is_ours(real):
        told = "is there already and is no page of Proxx; name another file with --out"
    if told is not None:
        raise RequestError((Issue("OUTPUT_EXISTS", str(page), told),))


def _real(page: Path) -> Path:
    """Return the file that is written: a link to a page stays a link."""
    return Path(os.path.realpath(page))


def _is_ours(page: Path) -> bool:
    if not page.is_file():
        return False
    with open(page, "rb") as file:
        return _OURS in file.read(_HEAD_BYTES)


def write_report(
    paths: Sequence[Path],
    page: Path,
    *,
    inspecting: Inspecting,
    rehash: bool = False,
    path_maps: tuple[PathMap, ...] = (),
    batch: str | None = None,
) -> Written | None:
    """Write the page; None where nothing could be read. Raises: RequestError for its place."""
    check_place(page)
    gathered = [
        each
        for each in gather(paths, inspecting=inspecting, rehash=rehash, path_maps=path_maps)
        if each.row.is_of(batch)
    ]
    if all(each.row.kind == "file" for each in gathered):
        return None  # an older page tells more
    return write_page(gathered, paths, page)


def write_page(gathered: Sequence[Gathered], paths: Sequence[Path], page: Path) -> Written:
    """Write what was gathered. Raises: OSError."""
    view = view_of(
        gathered,
        paths=paths,
        made_at=f"{now_utc()[:19].replace('T', ' ')} UTC",
        made_by=f"Proxx {__version__}",
    )
    replace_whole(_real(page), render_page(view).encode("utf-8", "surrogatepass"))
    return Written(page, tuple(each.row for each in gathered), view.headline.sentence)
