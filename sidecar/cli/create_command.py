"""`proxx create`: footage → JobSpecs, and a list of everything that was left out."""

from __future__ import annotations

import argparse
import os
import socket
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from proxx_engine import (
    DEFAULT_PROFILE,
    DEFAULT_RULE,
    RULES_BY_NAME,
    CreatedBy,
    CreationRequest,
    OutputRule,
    PlaceError,
    Prober,
    ProfileSpec,
    __version__,
    adjust_profile,
    create_jobs,
    find_profile,
    naming_template,
    profile_name,
    read_lut,
    read_timecode_list,
)
from sidecar.cli.creation_told import tell_creation
from sidecar.cli.outcome import REQUEST_WRONG, Outcome
from sidecar.cli.progress import counting
from sidecar.cli.writing import find_pending, plain_path, write_all

_MOST_SIDE_BY_SIDE = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="PATH", help="footage: files, folders, cards")
    add("--out", required=True, type=Path, metavar="DIR", help="where proxies and jobs go")
    add("--into", type=Path, metavar="WATCHFOLDER", help="put FFmpeg jobs into its pending/")
    add("--into-resolve", type=Path, metavar="WATCHFOLDER", help="likewise for Resolve jobs")
    add("--clips-per-job", type=_positive, default=1, metavar="N", help="default 1")
    add("--batch", metavar="LABEL", help="ties the jobs of this act together")
    _add_kind(parser.add_argument_group("kind of proxy"))
    _add_places(parser.add_argument_group("names and places"))
    _add_sources(parser.add_argument_group("what files do not say themselves"))


def _add_kind(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--profile", metavar="NAME|FILE", help=f"default {DEFAULT_PROFILE}, for avid dnxhr_lb_mxf")
    add(
        "--variable-frame-rate",
        choices=("keep", "conform", "refuse"),
        help="keep each picture's time; repeat or drop pictures to a constant rate; leave out",
    )
    add(
        "--conform-rate",
        type=_rate,
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


def _add_places(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    rules = "; ".join(f"{rule.name}: {rule.summary}" for rule in RULES_BY_NAME.values())
    add("--rule", choices=tuple(RULES_BY_NAME), default=DEFAULT_RULE, help=rules)
    add("--name", metavar="TEMPLATE", help="default {source_name}, for premiere with _Proxy")
    add(
        "--skip-done",
        action="store_true",
        help="leave out clips whose proxy was proven before and still has its sha256, or that a "
        "waiting job will make",
    )
    add("--trust", action="store_true", help="with --skip-done: size and time instead of sha256")
    add(
        "--replace",
        action="store_true",
        help="make proxies anew that Proxx made; each stays until the new one is proven",
    )


def _add_sources(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add(
        "--sequence-rate",
        type=_rate,
        metavar="RATE",
        help="pictures a second of DPX, EXR, TIFF and DNG sequences, such as 24 or 24000/1001",
    )
    add(
        "--timecode-from",
        type=Path,
        metavar="FILE",
        help="an .ale or .csv with the start timecode of each clip",
    )


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, found {text!r}")
    return number


def _rate(text: str) -> Fraction:
    """Read 24, 23.976 or 24000/1001; what people write for NTSC rates means the exact one."""
    from proxx_engine import parse_rate

    try:
        return parse_rate(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def execute(arguments: argparse.Namespace) -> Outcome:
    """Look at the footage, freeze it into JobSpecs, write them."""
    out = plain_path(arguments.out)
    if out.exists() and not out.is_dir():
        raise PlaceError("STORAGE_NOT_WRITABLE", f"{out} is a file, not a folder")
    if arguments.trust and not arguments.skip_done:
        complaint = "proxx create: --trust says how --skip-done looks; it needs --skip-done"
        return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))
    homes = {
        "ffmpeg": find_pending(arguments.into) or out,
        "resolve": find_pending(arguments.into_resolve) or out,
    }
    rule = RULES_BY_NAME[arguments.rule]
    listed = arguments.timecode_from
    request = CreationRequest(
        paths=tuple(plain_path(path) for path in arguments.paths),
        out=out,
        profile=_profile(arguments, rule),
        created_by=CreatedBy(tool="proxx create", version=__version__, host=socket.gethostname()),
        naming_template=naming_template(rule, arguments.name),
        clips_per_job=arguments.clips_per_job,
        batch=arguments.batch,
        verification=arguments.verification,
        rule=rule.name,
        sequence_rate=arguments.sequence_rate,
        timecodes=read_timecode_list(plain_path(listed)) if listed else None,
        skip_done=("trusted" if arguments.trust else "proven") if arguments.skip_done else None,
        replace=arguments.replace,
        job_folders=tuple(dict.fromkeys((out, *homes.values()))),
        side_by_side=min(_MOST_SIDE_BY_SIDE, 2 * (os.cpu_count() or 1)),
    )
    with Prober() as prober, counting("inspecting") as show:
        creation = create_jobs(replace(request, inspected=show), prober=prober)
    if creation.jobs:
        out.mkdir(parents=True, exist_ok=True)
    written = write_all([(job, homes[job.engine]) for job in creation.jobs])
    return tell_creation(creation, written, request)


def _profile(arguments: argparse.Namespace, rule: OutputRule) -> ProfileSpec:
    """Return the profile with what the command line says otherwise, checked as a whole."""
    profile = find_profile(profile_name(rule, arguments.profile, default=DEFAULT_PROFILE))
    lut = read_lut(plain_path(arguments.lut), arguments.lut_range) if arguments.lut else None
    return adjust_profile(
        profile,
        variable_frame_rate=arguments.variable_frame_rate,
        conform_frame_rate=arguments.conform_rate,
        lut=lut,
    )
