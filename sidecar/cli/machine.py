"""What every command that uses tools can be told of this machine; flags stand above the file."""

from __future__ import annotations

import argparse
import ntpath
import os
import posixpath
import sys
from pathlib import Path
from typing import Any

from proxx_engine import (
    Issue,
    PathMap,
    PlaceError,
    RequestError,
    Tools,
    find_tools,
    is_foreign,
    path_here,
    root_problem,
)
from sidecar.cli.paths import plain_path
from sidecar.config import Config, parse_path_map, read_config
from sidecar.folders.resolve_place import FindResolve

_OTHERS_PATHS = ntpath if sys.platform != "win32" else posixpath


def add_machine(
    parser: argparse.ArgumentParser, *, threads: bool = True, ffmpeg: bool = True
) -> None:
    """Declare the arguments that say what jobs are run with; none changes what they mean."""
    group = parser.add_argument_group("this machine")
    add = group.add_argument
    if ffmpeg:
        add("--ffmpeg", type=Path, metavar="PATH", help="default: the embedded one")
    if threads:
        add("--threads", type=_threads, metavar="N", help="where bytes do not depend on it")
    add(
        "--path-map",
        action="append",
        type=path_map,
        default=[],
        metavar="FROM=TO",
        help="how a root that jobs name is called here; may be given again",
    )
    add("--config", type=Path, metavar="FILE.toml", help="all of these, out of one file")


def _threads(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= 256:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 to 256, found {text!r}")
    return number


def path_map(text: str) -> PathMap:
    """Read FROM=TO."""
    try:
        return parse_path_map(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def read_machine(arguments: argparse.Namespace) -> Config:
    """Return what was said of this machine. Raises: RequestError."""
    config = read_config(arguments.config) if arguments.config is not None else Config()
    return config.under(
        ffmpeg=getattr(arguments, "ffmpeg", None),
        threads=getattr(arguments, "threads", None),
        path_maps=tuple(arguments.path_map),
    )


def named_here(arguments: argparse.Namespace, maps: tuple[PathMap, ...]) -> argparse.Namespace:
    """Return the arguments with every path as it is called on this machine.

    A person may name a root as jobs do; without maps nothing is another.
    Raises: RequestError for a path of another system that no map covers.
    """
    if not maps:
        return arguments

    def here(value: Any) -> Any:
        if isinstance(value, list):
            return [here(each) for each in value]
        return _path_here(value, maps) if isinstance(value, Path) else value

    named = {name: here(value) for name, value in vars(arguments).items()}
    if (profile := named.get("profile")) and profile.endswith(".toml"):
        named["profile"] = str(_path_here(Path(profile), maps))
    return argparse.Namespace(**named)


def _path_here(path: Path, maps: tuple[PathMap, ...]) -> Path:
    # On Windows a Path turns the slashes of what a POSIX system wrote.
    text = str(path) if path.drive else path.as_posix()
    whole = _OTHERS_PATHS.normpath(text)
    if not is_foreign(text) or root_problem(whole) is not None:
        return Path(path_here(str(plain_path(path)), maps))
    found = path_here(whole, maps)
    if not is_foreign(found):
        return plain_path(Path(found))
    if os.path.lexists(path):  # a file of this machine may be called like one of another
        return plain_path(path)
    sentence = "is a path of another system, and no path map covers it"
    raise RequestError((Issue("SPEC_BAD_PATH", text, sentence),))


def refuse_unmounted(places: tuple[Path | None, ...], maps: tuple[PathMap, ...]) -> None:
    """Raises: PlaceError where a place would be made below a mapped root that is away."""
    for path_map in maps:
        root = Path(path_map.local)
        if any(place and root in (place, *place.parents) for place in places) and not root.is_dir():
            detail = f"{root}, which jobs call {path_map.written}, is not there"
            raise PlaceError("STORAGE_OUTPUT_MISSING", detail)


def open_tools(config: Config) -> Tools:
    """Find the tools of this machine. Raises: PlaceError."""
    return find_tools(ffmpeg=config.ffmpeg, threads=config.threads, path_maps=config.path_maps)


def resolve_finder() -> FindResolve:
    """Return what finds the Resolve of this machine from outside; imported for raw jobs alone."""
    from sidecar.resolve.external import find_resolve

    return find_resolve
