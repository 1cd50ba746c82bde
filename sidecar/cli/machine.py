"""What every command that uses tools can be told of this machine; flags stand above the file."""

from __future__ import annotations

import argparse
from pathlib import Path

from proxx_engine import PathMap, Tools, find_tools
from sidecar.config import Config, parse_path_map, read_config
from sidecar.folders.resolve_place import FindResolve


def add_machine(parser: argparse.ArgumentParser, *, threads: bool = True) -> None:
    """Declare the arguments that say what jobs are run with; none changes what they mean."""
    group = parser.add_argument_group("this machine")
    add = group.add_argument
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
        ffmpeg=arguments.ffmpeg,
        threads=getattr(arguments, "threads", None),
        path_maps=tuple(arguments.path_map),
    )


def open_tools(config: Config) -> Tools:
    """Find the tools of this machine. Raises: PlaceError."""
    return find_tools(ffmpeg=config.ffmpeg, threads=config.threads, path_maps=config.path_maps)


def resolve_finder() -> FindResolve:
    """Return what finds the Resolve of this machine from outside; imported for raw jobs alone."""
    from sidecar.resolve.external import find_resolve

    return find_resolve
