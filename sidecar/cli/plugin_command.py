"""`proxx plugin`: what the menu inside DaVinci Resolve starts, and what is said of it by hand."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sidecar.cli.outcome import REQUEST_WRONG, Outcome
from sidecar.resolve.settings import settings_path

MENU: Mapping[str, str] = MappingProxyType(
    {
        "make-proxies": "sidecar.resolve.export.exporting:make_proxies",
        "render-raw": "sidecar.cli.plugin_rendering:render_raw",
        "link-proxies": "sidecar.resolve.linking.linking:link_proxies",
        "review": "sidecar.cli.plugin_review:review",
        "stop-rendering": "sidecar.cli.plugin_rendering:stop_rendering",
    }
)
"""What a menu file starts: each an Action."""
BY_HAND: Mapping[str, str] = MappingProxyType(
    {
        "settings": "sidecar.cli.plugin_settings:settings",
        "record": "sidecar.cli.plugin_settings:record",
        "exchange": "sidecar.cli.plugin_exchange:exchange",
    }
)
"""What a person types: each takes the settings' file and the words, and returns an Outcome."""
_WORDS = (
    "settings: KEY=VALUE edits, KEY= takes the default; record: a FILE for talks, or off; "
    "exchange: the folder, where it is not the one beside the settings"
)
WITHOUT_PROJECT = ("review", "stop-rendering")
"""What can be done while no project is open."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add(
        "action",
        choices=(*MENU, *BY_HAND),
        help=f"{', '.join(BY_HAND)}; the others only Resolve's menu starts",
    )
    add("words", nargs="*", metavar="WORD", help=_WORDS)
    place = f"default {settings_path()}"
    add("--settings", type=Path, metavar="FILE", default=settings_path(), help=place)
    add("--answers", type=Path, metavar="FOLDER", help="where a host in Lua writes its answers")


def execute(arguments: argparse.Namespace) -> Outcome:
    """Do what the menu asks for over a talk with its host, or what a person asks for by hand."""
    action: str = arguments.action
    settings: Path = arguments.settings.absolute()
    if action in BY_HAND:
        outcome: Outcome = _find(BY_HAND[action])(settings, arguments.words)
        return outcome
    if arguments.words:
        return _refuse(f"proxx plugin {action}: takes no {arguments.words[0]!r}")
    if _is_alone(arguments.answers):
        return _refuse(
            f"proxx plugin {action} is started by DaVinci Resolve: Workspace > Scripts > Proxx.",
            "`python3 install plugin` puts it there; without Resolve: `proxx create`, `proxx run`.",
        )
    from sidecar.cli.plugin_talk import act

    code = act(
        action,
        lambda: _find(MENU[action]),
        settings=settings,
        answers=arguments.answers,
        in_project=action not in WITHOUT_PROJECT,
    )
    return Outcome(code, {"exit_code": code})


def _is_alone(answers: Path | None) -> bool:
    """Whether no host started this process: one reads what is printed, and answers."""
    streams = (sys.stdout, sys.stdin) if answers is None else (sys.stdout,)
    return any(stream is None or stream.isatty() for stream in streams)


def _find(door: str) -> Callable[..., Any]:
    module, name = door.split(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def _refuse(*complaints: str) -> Outcome:
    return Outcome(REQUEST_WRONG, {"error": " ".join(complaints)}, complaints=complaints)
