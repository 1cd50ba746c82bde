"""What each part of Proxx puts on a machine: a plan for the sidecar, one for the plugin."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .environment import ROOT
from .facts import FoundResolve
from .plan import Plan, PlannedFile
from .plugin_files import PluginPlaces, find_places, plugin_files
from .product import Product, source_version
from .steps import SetupError

SIDECAR, PLUGIN, SETTINGS = "sidecar", "plugin", "settings"
_SOURCES = ROOT / "resolve_scripts"
_OURS = (".py", ".lua")
_FOLDERS = {"out": "Proxies", "ffmpeg_jobs": "FFmpeg jobs", "resolve_jobs": "Camera-raw jobs"}
"""Below `Proxx` in the user's home, until the settings say otherwise."""


@dataclass(frozen=True, kw_only=True)
class PluginAsked:
    """What a person said of the plugin."""

    scripts: Path | None = None
    """A folder Fusion/Scripts that is not the usual one."""
    languages: Collection[str]
    """Of the menu."""
    found: Sequence[FoundResolve] = ()
    """The Resolves of this machine."""


def sidecar_plan(product: Product) -> Plan:
    """Return the command `proxx` for a terminal, where this system has a folder for such."""
    folder = product.machine.programs(product.scope)
    if folder is None:
        return Plan(parts=frozenset({SIDECAR}))
    program = shlex.quote(str(product.environment.program("proxx")))
    text = f'#!/bin/sh\nexec {program} "$@"\n'
    file = PlannedFile(
        path=folder / "proxx",
        data=text.encode("utf-8", "surrogateescape"),
        part=SIDECAR,
        executable=True,
        yields=True,
    )
    return Plan(parts=frozenset({SIDECAR}), files=(file,))


def plugin_places(product: Product, asked: PluginAsked) -> PluginPlaces:
    """Return where the plugin goes. Raises: SetupError."""
    places = find_places(product.machine, product.scope, scripts=asked.scripts, found=asked.found)
    if places is None:
        raise SetupError(
            "It is not known where DaVinci Resolve looks for scripts here.",
            cure="Name the folder Fusion/Scripts with --scripts.",
        )
    return places


def plugin_plan(product: Product, asked: PluginAsked, told: Mapping[str, Any] | None) -> Plan:
    """Return the menu, the host and the locators; `told`: what Proxx says of the settings.

    Without it the places are right, and the locators name no settings. Raises: SetupError.
    """
    places = plugin_places(product, asked)
    # Resolve's Python keeps what it compiled beside the host.
    own = (places.answers, places.room / "proxx_host/__pycache__")
    command = (*product.command, "plugin")
    log = files = None
    if told is not None and product.scope == "user":
        log, files = Path(told["log"]), Path(told["exchange"])
        command = (*command, "--settings", told["path"])
        own = (*own, log.parent, files)
        if product.machine.system == "win32":  # where those are no places for Lua
            own = (*own, places.room / log.name, places.room / files.name)
    try:
        written = tuple(
            plugin_files(
                product.machine.system,
                places,
                sources=read_sources(_SOURCES),
                languages=asked.languages,
                version=source_version(),
                command=command,
                log=log,
                files=files,
            )
        )
    except ValueError as problem:
        raise SetupError(
            f"A path cannot be written down for Resolve: {problem}.",
            cure="Install Proxx where every folder's name is plain text.",
        ) from problem
    folders = tuple(path.parent for path in (log, files) if path is not None)
    mine = settings_folders(product).values() if product.scope == "user" else ()
    shared = product.scope == "all"
    return Plan(
        parts=frozenset({PLUGIN}),
        files=tuple(PlannedFile(path=path, data=data, part=PLUGIN) for path, data in written),
        folders=(*folders, *mine, *(() if shared else (places.answers,))),
        shared=(places.answers,) if shared else (),
        own=own,
    )


def settings_plan(path: Path, data: bytes) -> Plan:
    """Return the settings of somebody who has none."""
    file = PlannedFile(path=path, data=data, part=SETTINGS, yields=True, once=True)
    return Plan(parts=frozenset({SETTINGS}), files=(file,))


def settings_folders(product: Product) -> Mapping[str, Path]:
    """Return the folders that new settings name, by their keys."""
    home = product.machine.find((("HOME", ""), ("USERPROFILE", "")))
    if home is None:
        raise SetupError("No variable names the folder of this user (HOME or USERPROFILE).")
    return {key: home / "Proxx" / name for key, name in _FOLDERS.items()}


def read_sources(folder: Path) -> dict[str, bytes]:
    """Return the files that go into Resolve's folders, by their names below this one."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.glob("*/*"))
        if path.suffix in _OURS
    }


def joined(plans: Collection[Plan]) -> Plan:
    """Return one plan of several."""
    return Plan(
        parts=frozenset().union(*(plan.parts for plan in plans)),
        files=tuple(file for plan in plans for file in plan.files),
        folders=tuple(folder for plan in plans for folder in plan.folders),
        shared=tuple(folder for plan in plans for folder in plan.shared),
        own=tuple(path for plan in plans for path in plan.own),
    )
