"""`proxx profiles`: the kinds of proxy, as a list or as TOML to start one's own from."""

from __future__ import annotations

import argparse
from typing import Any

from proxx_engine import DEFAULT_PROFILE, ProfileSpec, find_profile, load_profiles
from sidecar.cli.outcome import DONE, REQUEST_WRONG, Outcome, align


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("action", choices=("list", "show"), nargs="?", default="list")
    parser.add_argument("name", nargs="?", metavar="NAME|FILE", help="for show")


def execute(arguments: argparse.Namespace) -> Outcome:
    """List the profiles, or show one."""
    if arguments.action == "show":
        if arguments.name is None:
            complaint = "proxx profiles show: name a profile; `proxx profiles list` shows them"
            return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))
        profile = find_profile(arguments.name)
        return Outcome(DONE, profile.model_dump(mode="json"), tuple(_toml(profile).splitlines()))
    profiles = load_profiles()
    rows = [
        (p.name, f"{p.codec} in {p.container}", p.size.mode, p.determinism, p.description)
        for p in profiles
    ]
    lines = [*align(rows), f"default: {DEFAULT_PROFILE}"]
    return Outcome(DONE, {"profiles": [p.model_dump(mode="json") for p in profiles]}, tuple(lines))


def _toml(profile: ProfileSpec) -> str:
    import tomli_w

    return tomli_w.dumps(_without_none(profile.model_dump(mode="json")))


def _without_none(value: Any) -> Any:
    """Drop what TOML cannot write: there, a value that is left out means none."""
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_none(inner) for inner in value]
    return value
