"""`proxx create`: footage → JobSpecs, and a list of everything that was left out."""

from __future__ import annotations

import argparse
import os
import socket
from dataclasses import replace
from pathlib import Path

from proxx_engine import (
    RULES_BY_NAME,
    CreatedBy,
    CreationRequest,
    PlaceError,
    Prober,
    __version__,
    check_request,
    create_jobs,
    naming_template,
    read_timecode_list,
)
from sidecar.cli.creation_arguments import (
    MOST_SIDE_BY_SIDE,
    add_act,
    add_destinations,
    add_kind,
    add_rule,
    add_sequence_rate,
    add_timelines,
    chosen_profile,
)
from sidecar.cli.creation_told import tell_creation
from sidecar.cli.machine import add_machine, named_here, read_machine, refuse_unmounted
from sidecar.cli.outcome import REQUEST_WRONG, Outcome
from sidecar.cli.paths import plain_path
from sidecar.cli.progress import counting
from sidecar.cli.sound_arguments import add_sound, misused_sound, wished_sound
from sidecar.folders.layout import make_watch_folder
from sidecar.folders.pending import open_job_folders
from sidecar.folders.submitting import submit_all
from sidecar.timelines.index import HowToLook
from sidecar.timelines.looking_up import TimelineMedia, look_up

_EPILOG = """\
Where footage, timelines and places have other names on the machines that run the jobs, --path-map
FROM=TO says so: all may be named either way, files are looked at as TO, and jobs hold FROM."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("paths", nargs="*", type=Path, metavar="PATH", help="footage: files, folders, cards")
    add_destinations(parser, out_help="where proxies and jobs go", into=False)
    add_act(parser, batch_help="ties the jobs of this act together")
    add_kind(parser)
    _add_places(parser.add_argument_group("names and places"))
    _add_sources(parser.add_argument_group("what files do not say themselves"))
    add_sound(parser)
    add_timelines(parser)
    add_machine(parser, threads=False, ffmpeg=False)


def _add_places(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add_rule(group)
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
    add_sequence_rate(group)
    add(
        "--timecode-from",
        type=Path,
        metavar="FILE",
        help="an .ale or .csv with the start timecode of each clip",
    )


def execute(arguments: argparse.Namespace) -> Outcome:
    """Look at the footage, freeze it into JobSpecs, write them."""
    maps = read_machine(arguments).path_maps
    arguments = named_here(arguments, maps)
    out = plain_path(arguments.out)
    refuse_unmounted((out, arguments.into, arguments.into_resolve), maps)
    if out.exists() and not out.is_dir():
        raise PlaceError("STORAGE_NOT_WRITABLE", f"{out} is a file, not a folder")
    if complaint := _misused(arguments):
        return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))
    doors = {"ffmpeg": arguments.into, "resolve": arguments.into_resolve}
    waiting = [place for door in doors.values() if door for place in open_job_folders(door)]
    rule = RULES_BY_NAME[arguments.rule]
    listed = arguments.timecode_from
    request = CreationRequest(
        paths=tuple(plain_path(path) for path in arguments.paths),
        out=out,
        profile=chosen_profile(arguments, rule),
        created_by=CreatedBy(tool="proxx create", version=__version__, host=socket.gethostname()),
        naming_template=naming_template(rule, arguments.name),
        clips_per_job=arguments.clips_per_job,
        batch=arguments.batch,
        verification=arguments.verification,
        rule=rule.name,
        sequence_rate=arguments.sequence_rate,
        timecodes=read_timecode_list(plain_path(listed)) if listed else None,
        sound=wished_sound(arguments),
        skip_done=("trusted" if arguments.trust else "proven") if arguments.skip_done else None,
        replace=arguments.replace,
        job_folders=tuple(dict.fromkeys((out, *waiting))),
        path_maps=maps,
        side_by_side=min(MOST_SIDE_BY_SIDE, 2 * (os.cpu_count() or 1)),
    )
    with Prober() as prober:
        timelines, request = _of_timelines(arguments, request, prober)
        with counting("inspecting") as show:
            creation = create_jobs(replace(request, inspected=show), prober=prober)
    if creation.jobs:
        out.mkdir(parents=True, exist_ok=True)
    homes = {
        engine: make_watch_folder(doors[engine], engine) if doors[engine] else out
        for engine in {job.engine for job in creation.jobs}
    }
    written = submit_all([(job, homes[job.engine]) for job in creation.jobs])
    outcome = tell_creation(creation, written, request)
    if timelines is None:
        return outcome
    return replace(
        outcome, data=outcome.data | timelines.data, lines=(*timelines.lines, *outcome.lines)
    )


def _misused(arguments: argparse.Namespace) -> str | None:
    """Return why these arguments do not go together."""
    if arguments.trust and not arguments.skip_done:
        return "proxx create: --trust says how --skip-done looks; it needs --skip-done"
    if bool(arguments.paths) == bool(arguments.timeline):
        return "proxx create: give either footage (PATH) or --timeline FILE"
    if not arguments.timeline and arguments.search:
        return "proxx create: --search finds the media of a --timeline; give one"
    return misused_sound(arguments)


def _of_timelines(
    arguments: argparse.Namespace, request: CreationRequest, prober: Prober
) -> tuple[TimelineMedia | None, CreationRequest]:
    """Return what the timelines use, and the request for it; the request as it is without any."""
    if not arguments.timeline:
        return None, request
    check_request(request)
    with counting("looking for media") as show:
        media = look_up(
            timelines=tuple(plain_path(path) for path in arguments.timeline),
            roots=tuple(plain_path(path) for path in arguments.search),
            maps=request.path_maps,
            out=request.out,
            how=HowToLook(
                prober=prober,
                sequence_rate=request.sequence_rate,
                timecodes=request.timecodes,
                side_by_side=request.side_by_side,
                inspected=show,
            ),
        )
    return media, replace(request, paths=media.found.files, mirrored_from=media.roots)
