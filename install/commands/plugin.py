"""`python3 install plugin`: puts Proxx into the menu of DaVinci Resolve.

A second run brings what is there to the version of these sources.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ..environment import ROOT, Environment
from ..installation import Mode, ready_installation
from ..plugin_files import Places, find_places, plugin_files
from ..steps import SetupError, ask, shell_line, step
from .command import Command

_SYSTEM = sys.platform
_SOURCES = ROOT / "resolve_scripts"
_OURS = (".py", ".lua")
_FOLDERS = {"out": "Proxies", "ffmpeg_jobs": "FFmpeg jobs", "resolve_jobs": "Camera-raw jobs"}
"""Below `Proxx` in the user's home, until they say otherwise."""


@dataclass(frozen=True, kw_only=True)
class _Asked:
    scripts: Path | None
    dry_run: bool


def run(arguments: Sequence[str]) -> int:
    """Install Proxx, copy the plugin, make settings where there are none; say what to click."""
    asked = _read(arguments)
    places = find_places(_SYSTEM, os.environ, scripts=asked.scripts)
    if places is None:
        raise SetupError(
            "It is not known where DaVinci Resolve looks for scripts here.",
            cure="Name the folder Fusion/Scripts with --scripts.",
        )
    files = partial(plugin_files, _SYSTEM, places, sources=read_sources(_SOURCES))
    if asked.dry_run:
        print("Nothing is written. These files would be:")
        named = files(command=(), log=Path(), files=None)
        print("\n".join(f"  {path}" for path, _ in named))
        return 0
    environment = ready_installation(Mode.NORMAL)
    command = [str(environment.python), "-I", "-m", "sidecar.cli.main", "plugin"]
    settings = _ready_settings(environment, command)
    with step("the plugin for DaVinci Resolve") as current:
        there = places.menu.is_dir()
        log = Path(settings["log"])
        for folder in (log.parent, places.answers):
            folder.mkdir(parents=True, exist_ok=True)
        start = [*command, "--settings", settings["path"]]
        _write(dict(files(command=start, log=log, files=Path(settings["exchange"]))))
        current.outcome = "brought up" if there else "installed"
    print(_ending(environment, places, settings))
    return 0


def read_sources(folder: Path) -> dict[str, bytes]:
    """The files that go into Resolve's folders, by their names below this one."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.glob("*/*"))
        if path.suffix in _OURS
    }


def _read(arguments: Sequence[str]) -> _Asked:
    words = list(arguments)
    dry_run = "--dry-run" in words
    if dry_run:
        words.remove("--dry-run")
    if not words:
        return _Asked(scripts=None, dry_run=dry_run)
    if len(words) == 2 and words[0] == "--scripts":
        return _Asked(scripts=Path(words[1]).expanduser().absolute(), dry_run=dry_run)
    raise SetupError(
        f"plugin takes no '{words[0]}'.",
        cure=f"Usage: python3 install {COMMAND.usage}",
        exit_code=2,
    )


def _ready_settings(environment: Environment, command: Sequence[str]) -> dict[str, Any]:
    """What Proxx says of its settings; they are made where there are none, and never changed."""
    told = _ask(environment, [*command, "settings", "--json"])
    if told["settings"] is None:
        folders = {key: Path.home() / "Proxx" / name for key, name in _FOLDERS.items()}
        for folder in folders.values():
            folder.mkdir(parents=True, exist_ok=True)
        words = [f"{key}={folder}" for key, folder in folders.items()]
        told = _ask(environment, [*command, "settings", *words, "--json"])
    return told


def _ask(environment: Environment, command: Sequence[str]) -> dict[str, Any]:
    answer = ask(command, cwd=environment.folder)
    if answer is None:
        raise SetupError(
            "Proxx does not tell the plugin's settings.",
            cure=f"What is wrong with them says: {environment.program('proxx')} plugin settings",
        )
    told: dict[str, Any] = json.loads(answer)
    return told


def _write(files: Mapping[Path, bytes]) -> None:
    """Write each file whole, and take away ours that are not among them any more."""
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        hidden = path.with_name(f".{path.name}.new")
        hidden.write_bytes(data)
        hidden.replace(path)
    for folder in {path.parent for path in files}:
        for path in folder.iterdir():
            if path.suffix in _OURS and path not in files:
                path.unlink()  # of a version that had another menu, or another host


def _ending(environment: Environment, places: Places, settings: dict[str, Any]) -> str:
    proxx = str(environment.program("proxx"))
    jobs = settings["settings"]["ffmpeg_jobs"]
    return "\n".join(
        [
            "",
            f"The menu is in\n  {places.menu}",
            "Restart DaVinci Resolve. Then: Workspace > Scripts > Proxx > 1 Make Proxies",
            "What it says stands in Workspace > Console, and in",
            f"  {settings['log']}",
            "What it makes, and where, is shown and changed by",
            f"  {shell_line([proxx, 'plugin', 'settings'])}",
            "Jobs for FFmpeg are run by",
            f"  {shell_line([proxx, 'watch', jobs])}",
        ]
    )


COMMAND = Command(
    name="plugin",
    usage="plugin [OPTION]",
    summary="install Proxx and put it into the menu of DaVinci Resolve",
    description=(
        "Makes the environment .venv, installs Proxx, and copies its menu, in Python and in Lua,\n"
        "into the folder in which DaVinci Resolve looks for your scripts. Settings are made where\n"
        "there are none, and never changed.\n\n"
        "  --scripts DIR  another folder Fusion/Scripts\n"
        "  --dry-run      only name the files that would be written"
    ),
    run=run,
)
