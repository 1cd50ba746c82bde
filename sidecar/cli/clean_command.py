"""`proxx clean`: takes away what processes that are gone left hidden; proxies are never touched."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from proxx_engine import Leaving, PlaceError, find_leavings, remove_leaving
from sidecar.cli.outcome import DONE, PLACE_MISSING, Outcome, align, format_bytes, plural
from sidecar.cli.paths import plain_path
from sidecar.farm.leavings import find_half_bundles, remove_half_bundle
from sidecar.folders.layout import MARKER, find_watch_folder
from sidecar.folders.leavings import find_worker_leavings, remove_worker_leaving

_Remove = Callable[[Leaving], bool]


@dataclass(frozen=True)
class _Done:
    leaving: Leaving
    word: str
    """What came of it."""
    reason: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="FOLDER", help="output or watch folders")
    add("--dry-run", action="store_true", help="only show what would be removed")


def execute(arguments: argparse.Namespace) -> Outcome:
    """Judge each by its owner; remove what nobody needs."""
    folders = [plain_path(path) for path in arguments.paths]
    for folder in folders:
        if not folder.is_dir():
            raise PlaceError("STORAGE_OUTPUT_MISSING", str(folder))
    # All are judged before any is removed: a lock that goes would change what another means.
    found: list[tuple[Leaving, _Remove]] = [
        (leaving, remove_leaving) for leaving in find_leavings(folders)
    ]
    for folder in folders:
        if os.path.lexists(folder / MARKER):
            watched = find_watch_folder(folder)
            remove = partial(remove_worker_leaving, watched)
            found += [(leaving, remove) for leaving in find_worker_leavings(watched)]
    halves = {half.path: half for folder in folders for half in find_half_bundles(folder)}
    found += [(half, remove_half_bundle) for half in halves.values()]
    done = [_deal_with(leaving, remove, dry_run=arguments.dry_run) for leaving, remove in found]
    failed = [entry for entry in done if entry.word == "FAILED"]
    data = {
        "dry_run": arguments.dry_run,
        "leavings": [
            {
                "path": str(entry.leaving.path),
                "kind": entry.leaving.kind,
                "verdict": entry.leaving.verdict,
                "reason": entry.reason,
                "size_bytes": entry.leaving.size_bytes,
                "done": entry.word,
            }
            for entry in done
        ],
    }
    code = PLACE_MISSING if failed else DONE
    return Outcome(code, data, tuple(_lines(done, dry_run=arguments.dry_run)))


def _deal_with(leaving: Leaving, remove: _Remove, *, dry_run: bool) -> _Done:
    if leaving.verdict == "cannot be looked at":
        return _Done(leaving, "FAILED", f"{leaving.verdict}: {leaving.reason}")
    if leaving.verdict != "abandoned":
        return _Done(leaving, "left", f"{leaving.verdict}: {leaving.reason}")
    if dry_run:
        return _Done(leaving, "would go", leaving.reason)
    try:
        gone = remove(leaving)
    except OSError as error:
        return _Done(leaving, "FAILED", error.strerror or str(error))
    return (
        _Done(leaving, "removed", leaving.reason)
        if gone
        else _Done(leaving, "left", "in use: somebody took it over meanwhile")
    )


def _lines(done: list[_Done], *, dry_run: bool) -> Iterator[str]:
    rows = [(e.word, e.leaving.kind, format_bytes(e.leaving.size_bytes)) for e in done]
    for line, entry in zip(align(rows, padded=True), done, strict=True):
        yield f"{line}  {entry.leaving.path}"
        yield f"    {entry.reason}"
    gone = [e.leaving.size_bytes for e in done if e.word in ("removed", "would go")]
    left = sum(entry.word == "left" for entry in done)
    failed = sum(entry.word == "FAILED" for entry in done)
    word = "would be removed" if dry_run else "removed"
    if not done:
        yield "nothing was left behind"
    else:
        counts = f"{plural(len(gone), 'leaving')} {word} ({format_bytes(sum(gone))}), {left} left"
        yield f"{counts}, {failed} FAILED" if failed else counts
