"""`proxx intake`: a folder that footage is copied into; what is whole becomes jobs by itself."""

from __future__ import annotations

import argparse
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from proxx_engine import (
    RULES_BY_NAME,
    CreatedBy,
    CreationRequest,
    PlaceError,
    __version__,
    naming_template,
    now_utc,
)
from sidecar.cli.creation_arguments import (
    MOST_SIDE_BY_SIDE,
    add_act,
    add_destinations,
    add_kind,
    add_rule,
    add_sequence_rate,
    chosen_profile,
    positive,
)
from sidecar.cli.intake_told import JsonTale, Tale
from sidecar.cli.outcome import DONE, PLACE_MISSING, REQUEST_WRONG, STOPPED, Outcome, gravest
from sidecar.cli.paths import plain_path
from sidecar.intake.hold import IntakeOrder
from sidecar.intake.loop import IntakeOutcome, run_intake
from sidecar.intake.shares import (
    QUIET_SECONDS,
    QUIET_SECONDS_ON_SHARES,
    quiet_seconds_for,
)
from sidecar.intake.stillness import Patience

_OTHER_EVERY_TIME = ("{job_id}", "{date}", "{time}", "{index}")
_EPILOG = """\
A card, folder or file that is copied into FOLDER is taken once it is whole: nothing of it changed
over --looks looks and --quiet-seconds, no name says that it is still being written, every container
reaches to its end, and every file that an MHL or a list of checksums names is there and agrees.
What is not whole after twelve times the quiet seconds is told, and waited for. Each file becomes
one job, once, also when this is ended and started again; a file that changes is told, and made
again only where its proxy's name is free. Nothing in FOLDER is moved or changed. A network share
that is not known as one needs --quiet-seconds 60: sizes and times that it shows may be that old."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("folder", type=Path, metavar="FOLDER", help="where footage is copied into")
    add_destinations(parser, out_help="where proxies go, in the folders of FOLDER", into=True)
    add_act(parser, batch_help="of all jobs; default: one for each folder that arrives")
    add_kind(parser)
    places = parser.add_argument_group("names and places")
    add_rule(places)
    add_sequence_rate(places)
    _add_patience(parser.add_argument_group("how long to wait"))


def _add_patience(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    usual = Patience()
    add(
        "--poll-seconds",
        type=_seconds,
        default=5.0,
        metavar="S",
        help="how often to look; default 5",
    )
    add(
        "--looks",
        type=positive,
        default=usual.looks,
        metavar="N",
        help=f"looks in a row that must see the same; default {usual.looks}",
    )
    add(
        "--quiet-seconds",
        type=_seconds,
        metavar="S",
        help=f"and for how long; default {QUIET_SECONDS:g}, where FOLDER lies on a network share "
        f"{QUIET_SECONDS_ON_SHARES:g}",
    )
    add(
        "--no-checksums",
        action="store_true",
        help="do not read files to compare checksums in lists; presence and size are looked at",
    )
    add("--once", action="store_true", help="take what is whole now, then end")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0.01 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"expected 0.01 to 86400 seconds, found {text!r}")
    return seconds


def execute(arguments: argparse.Namespace) -> Outcome:
    """Take from the folder; say each thing as it happens."""
    with JsonTale() if arguments.json else Tale() as tale:
        try:
            outcome = run_intake(_order(arguments), teller=tale)
        except KeyboardInterrupt:
            data = {"time": now_utc(), "event": "ended", "stopped": True, **tale.count()}
            return Outcome(STOPPED, data, (tale.sum_up(),), ("proxx: stopped",), one_line=True)
    data = {
        "time": now_utc(),
        "event": "ended",
        "stopped": False,
        **tale.count(),
        "refused": list(outcome.refused),
        "waiting": list(outcome.waiting),
        "trouble": outcome.trouble,
    }
    return Outcome(gravest(_codes(outcome)), data, (tale.sum_up(),), one_line=True)


def _codes(outcome: IntakeOutcome) -> Iterator[int]:
    yield DONE
    if outcome.refused:
        yield REQUEST_WRONG
    if outcome.trouble is not None:
        yield PLACE_MISSING


def _order(arguments: argparse.Namespace) -> IntakeOrder:
    out = plain_path(arguments.out)
    if out.exists() and not out.is_dir():
        raise PlaceError("STORAGE_NOT_WRITABLE", f"{out} is a file, not a folder")
    rule = RULES_BY_NAME[arguments.rule]
    template = naming_template(rule, arguments.name)
    # What was proven before needs no job; it can be found by its name where that stays the same.
    by_name = not any(token in template for token in _OTHER_EVERY_TIME)
    request = CreationRequest(
        paths=(),
        out=out,
        profile=chosen_profile(arguments, rule),
        created_by=CreatedBy(tool="proxx intake", version=__version__, host=socket.gethostname()),
        naming_template=template,
        clips_per_job=arguments.clips_per_job,
        batch=arguments.batch,
        verification=arguments.verification,
        rule=rule.name,
        sequence_rate=arguments.sequence_rate,
        skip_done="proven" if by_name else None,
        side_by_side=min(MOST_SIDE_BY_SIDE, 2 * (os.cpu_count() or 1)),
    )
    folder, resolve = plain_path(arguments.folder), arguments.into_resolve
    quiet_seconds = arguments.quiet_seconds or quiet_seconds_for(folder)
    return IntakeOrder(
        folder=folder,
        request=request,
        into=plain_path(arguments.into),
        into_resolve=plain_path(resolve) if resolve else None,
        patience=Patience(arguments.looks, quiet_seconds),
        poll_seconds=arguments.poll_seconds,
        with_checksums=not arguments.no_checksums,
        once=arguments.once,
    )
