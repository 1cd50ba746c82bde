"""What every command that makes jobs can be told of them, and the profile that comes of it."""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path

from proxx_engine import (
    DEFAULT_PROFILE,
    DEFAULT_RULE,
    RULES_BY_NAME,
    OutputRule,
    ProfileSpec,
    adjust_profile,
    find_profile,
    parse_rate,
    profile_name,
    read_lut,
)
from sidecar.cli.look_arguments import add_look, asked_look
from sidecar.cli.machine import path_map
from sidecar.cli.paths import plain_path

MOST_SIDE_BY_SIDE = 8
"""Files that are inspected at a time; more only wait for the disk."""


def add_destinations(parser: argparse.ArgumentParser, *, out_help: str, into: bool) -> None:
    """Declare where proxies and jobs go; `into`: whether there must be a watch folder."""
    add = parser.add_argument
    jobs = "put FFmpeg jobs into its pending/"
    add("--out", required=True, type=Path, metavar="DIR", help=out_help)
    add("--into", required=into, type=Path, metavar="WATCHFOLDER", help=jobs)
    add("--into-resolve", type=Path, metavar="WATCHFOLDER", help="likewise for Resolve jobs")


def add_act(parser: argparse.ArgumentParser, *, batch_help: str) -> None:
    """Declare how clips become jobs."""
    add = parser.add_argument
    add("--clips-per-job", type=positive, default=1, metavar="N", help="default 1")
    add("--batch", metavar="LABEL", help=batch_help)


def add_kind(parser: argparse.ArgumentParser) -> None:
    """Declare the kind of proxy."""
    group = parser.add_argument_group("kind of proxy")
    add = group.add_argument
    add("--profile", metavar="NAME|FILE", help=f"default {DEFAULT_PROFILE}, for avid dnxhr_lb_mxf")
    add(
        "--variable-frame-rate",
        choices=("keep", "conform", "refuse"),
        help="keep each picture's time; repeat or drop pictures to a constant rate; leave out",
    )
    add(
        "--conform-rate",
        type=rate,
        metavar="RATE",
        help="with conform, such as 25 or 30000/1001; default: each clip's nearest camera rate",
    )
    add("--lut", type=Path, metavar="FILE", help="apply a .cube file, pinned by its content")
    add(
        "--lut-range",
        choices=("pc", "tv"),
        default="pc",
        help="values that the LUT was made for: full (pc, the default) or legal (tv)",
    )
    add(
        "--verification",
        choices=("conform", "exists"),
        default="conform",
        help="exists: only look that the proxy is there; every view says so",
    )
    add_look(parser)


def add_rule(group: argparse._ArgumentGroup) -> None:
    """Declare where proxies go and what they are called."""
    add = group.add_argument
    rules = "; ".join(f"{rule.name}: {rule.summary}" for rule in RULES_BY_NAME.values())
    add("--rule", choices=tuple(RULES_BY_NAME), default=DEFAULT_RULE, help=rules)
    add("--name", metavar="TEMPLATE", help="default {source_name}, for premiere with _Proxy")


def add_timelines(parser: argparse.ArgumentParser) -> None:
    """Declare timelines in place of footage, and where their media are."""
    group = parser.add_argument_group("from timelines of other programs")
    add = group.add_argument
    add(
        "--timeline",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="in place of PATH: the media that an EDL, ALE, FCPXML, FCP7 XML, OTIO or AAF uses, "
        "each file whole and once; may be given again",
    )
    _add_roots(group)


def add_search(group: argparse._ArgumentGroup) -> None:
    """Declare where the media of timelines are, and how their roots are called here."""
    _add_roots(group)
    group.add_argument(
        "--path-map",
        action="append",
        type=path_map,
        default=[],
        metavar="FROM=TO",
        help="how a root that the timeline names is called here; may be given again",
    )


def _add_roots(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--search",
        action="append",
        type=Path,
        default=[],
        metavar="FOLDER",
        help="look below it, by name, reel and timecode, for what is not where the timeline says; "
        "proxies keep their folders below it; may be given again",
    )


def add_sequence_rate(group: argparse._ArgumentGroup) -> None:
    """Declare the rate of numbered pictures."""
    group.add_argument(
        "--sequence-rate",
        type=rate,
        metavar="RATE",
        help="pictures a second of DPX, EXR, TIFF and DNG sequences, such as 24 or 24000/1001",
    )


def positive(text: str) -> int:
    """Read a whole number from 1."""
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, found {text!r}")
    return number


def rate(text: str) -> Fraction:
    """Read 24, 23.976 or 24000/1001; what people write for NTSC rates means the exact one."""
    try:
        return parse_rate(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def chosen_profile(arguments: argparse.Namespace, rule: OutputRule) -> ProfileSpec:
    """Return the profile with what the command line says otherwise, checked as a whole."""
    profile = find_profile(profile_name(rule, arguments.profile, default=DEFAULT_PROFILE))
    lut = read_lut(plain_path(arguments.lut), arguments.lut_range) if arguments.lut else None
    return adjust_profile(
        profile,
        variable_frame_rate=arguments.variable_frame_rate,
        conform_frame_rate=arguments.conform_rate,
        lut=lut,
        look=asked_look(arguments),
    )
