"""`proxx timeline`: a timeline of another program, with the proven proxies beside its media."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from proxx_engine import PlaceError, Prober, find_results, write_whole
from sidecar.cli.creation_arguments import MOST_SIDE_BY_SIDE, add_search
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome
from sidecar.cli.paths import plain_path
from sidecar.cli.progress import counting
from sidecar.timelines.attaching import attach
from sidecar.timelines.index import HowToLook
from sidecar.timelines.looking_up import look_up
from sidecar.timelines.model import REFERENCE_KEY
from sidecar.timelines.reading import check_takes_media
from sidecar.timelines.told_paths import is_beside
from sidecar.words import align, plural

_EPILOG = f"""\
Each clip whose proxy is proven gets it as a media reference called {REFERENCE_KEY}; the original
stays the one that is shown. Neither the timeline that is read nor a file at --out is changed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("timeline", type=Path, metavar="TIMELINE", help="an .otio or .aaf")
    add(
        "--results",
        nargs="+",
        required=True,
        type=Path,
        metavar="PATH",
        help="results, jobs, folders that tell of the proxies",
    )
    add("--out", required=True, type=Path, metavar="FILE.otio", help="what is written")
    add("--verify", action="store_true", help="read each proxy whole and compare its sha256")
    add_search(parser.add_argument_group("where the media are"))


def execute(arguments: argparse.Namespace) -> Outcome:
    """Read, find the media, find their proxies, write."""
    out = plain_path(arguments.out)
    if out.suffix.lower() != ".otio":
        return _wrong(f"proxx timeline: expected --out NAME.otio, found {out.name}")
    if os.path.lexists(out):
        return _wrong(f"proxx timeline: {out} is there already; nothing is overwritten")
    if not out.parent.is_dir():
        raise PlaceError("STORAGE_NOT_WRITABLE", f"{out.parent} is no folder")
    source = plain_path(arguments.timeline)
    check_takes_media(source)
    maps = tuple(arguments.path_map)
    results = find_results(path.absolute() for path in arguments.results)
    with Prober() as prober, counting("looking for media") as show:
        media = look_up(
            timelines=(source,),
            roots=tuple(plain_path(path) for path in arguments.search),
            maps=maps,
            out=out,
            how=HowToLook(
                prober=prober,
                side_by_side=min(MOST_SIDE_BY_SIDE, 2 * (os.cpu_count() or 1)),
                inspected=show,
            ),
        )
    [timeline] = media.timelines
    beside = [used.url for used in timeline.used if used.url and is_beside(used.url)]
    if beside and not out.parent.samefile(source.parent):
        return _wrong(
            f"proxx timeline: {source.name} tells where media lie from its own folder on, such as "
            f"{beside[0]}; write beside it: --out {source.with_name(out.name)}"
        )
    attached = attach(timeline, media.found, results, maps=maps, rehash=arguments.verify)
    data = {
        "attached": attached.count,
        "proxies": [str(path) for path in attached.proxies],
        "without": [
            {"name": name, "event": event, "reason": reason}
            for name, event, reason in attached.without
        ],
    }
    without = [f"without a proxy: {len(attached.without)}"] if attached.without else []
    without += align(attached.without, indent="  ")
    if not attached.count:
        complaint = "proxx timeline: no clip has a proven proxy in these results; nothing written"
        return Outcome(REQUEST_WRONG, data, tuple(without), (complaint,))
    write_whole(out, attached.otio.encode())
    made = len(attached.proxies)
    told = f"{plural(attached.count, 'clip')} with {made} {'proxy' if made == 1 else 'proxies'}"
    return Outcome(DONE, {"written": str(out)} | data, (f"{told} in {out}", *without))


def _wrong(complaint: str) -> Outcome:
    return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))
