"""`proxx profiles`: the kinds of proxy, and a person's own, written as TOML and checked."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from proxx_engine import (
    DEFAULT_PROFILE,
    ProfileError,
    ProfileSpec,
    adjust_profile,
    find_profile,
    load_profiles,
    profile_text,
    write_profile,
)
from sidecar.cli.look_arguments import add_look, asked_look
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome, align

ACTIONS = ("list", "show", "new", "check")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("action", choices=ACTIONS, nargs="?", default="list", help="default: list")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME|FILE",
        help="show: a profile; new: the new profile's name; check: profiles or TOML files",
    )
    parser.add_argument(
        "--from", dest="base", default=DEFAULT_PROFILE, metavar="NAME|FILE", help="new: start here"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", default=Path(), help="new: where to")
    add_look(parser)


def execute(arguments: argparse.Namespace) -> Outcome:
    """List the profiles, show one, start a new one, or check some."""
    names: list[str] = arguments.names
    if arguments.action == "list":
        return _list()
    if not names or (len(names) > 1 and arguments.action != "check"):
        wanted = "a profile" if arguments.action == "show" else "one name"
        wanted = "profiles or TOML files" if arguments.action == "check" else wanted
        complaint = f"proxx profiles {arguments.action}: expected {wanted}, found {len(names)}"
        return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))
    if arguments.action == "show":
        profile = find_profile(names[0])
        lines = tuple(profile_text(profile).splitlines())
        return Outcome(DONE, profile.model_dump(mode="json"), lines)
    if arguments.action == "new":
        base = adjust_profile(find_profile(arguments.base), look=asked_look(arguments))
        return _new(names[0], base, arguments.out)
    return _check(names)


def _list() -> Outcome:
    profiles = load_profiles()
    rows = [
        (p.name, f"{p.codec} in {p.container}", p.size.mode, p.determinism, p.description)
        for p in profiles
    ]
    lines = [*align(rows), f"default: {DEFAULT_PROFILE}"]
    return Outcome(DONE, {"profiles": [p.model_dump(mode="json") for p in profiles]}, tuple(lines))


def _new(name: str, base: ProfileSpec, folder: Path) -> Outcome:
    path = write_profile(base, name=name, folder=folder)
    lines = (
        f"{path}  from {base.name}; every field is explained in it",
        f"next: change it, then proxx profiles check {path}",
    )
    return Outcome(DONE, {"file": str(path), "from": base.name}, lines)


def _check(names: list[str]) -> Outcome:
    found: list[tuple[str, ProfileSpec]] = []
    wrong: list[tuple[str, ProfileError]] = []
    for name in names:
        try:
            found.append((name, find_profile(name)))
        except ProfileError as error:
            wrong.append((name, error))
    rows = [
        ("ok", name, f"{profile.codec} in {profile.container}, {profile.determinism}")
        for name, profile in found
    ]
    data: dict[str, Any] = {
        "valid": [name for name, _profile in found],
        "wrong": [
            {
                "file": name,
                "issues": [
                    {"code": issue.code, "path": issue.path, "sentence": issue.sentence}
                    for issue in error.issues
                ],
            }
            for name, error in wrong
        ],
    }
    complaints = tuple(line for _name, error in wrong for line in str(error).splitlines())
    return Outcome(REQUEST_WRONG if wrong else DONE, data, tuple(align(rows)), complaints)
