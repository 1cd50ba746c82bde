"""Resolve from outside: the Studio edition lets programs of its machine in, this one asks to be.

The module DaVinciResolveScript that comes with Resolve connects to the one that runs. Where it lies
is told by RESOLVE_SCRIPT_API, else it is where Resolve is installed (Blackmagic Design, README.txt
of Developer/Scripting). The library that it loads is its own business: it reads RESOLVE_SCRIPT_LIB,
and knows the usual places.

Not covered: a call that never returns while a dialog stands open in Resolve holds this process up,
for the library runs in it and cannot be interrupted; so does a library that crashes end it.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psutil

from proxx_engine import ResolveHost

MODULE = "DaVinciResolveScript"
_API = "RESOLVE_SCRIPT_API"
# The second is Blackmagic's own image of Linux.
_LINUX = ("/opt/resolve/Developer/Scripting", "/home/resolve/Developer/Scripting")
_PLACES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "darwin": (
            "/Library/Application Support/Blackmagic Design/DaVinci Resolve/Developer/Scripting",
            # From the App Store there is nothing outside of the application.
            "/Applications/DaVinci Resolve Studio.app/Contents/Resources/Developer/Scripting",
        ),
        "win32": (r"%PROGRAMDATA%\Blackmagic Design\DaVinci Resolve\Support\Developer\Scripting",),
        "linux": _LINUX,
    }
)
"""Where the folder Modules with the module is, unless the environment says otherwise."""
_PROGRAMS = frozenset({"resolve", "resolve.exe", "davinci resolve"})
"""What the process of Resolve is called, in small letters."""


def find_resolve() -> tuple[ResolveHost | None, str]:
    """Return the Resolve that runs on this machine, or why it cannot be had, in words.

    May be asked again: a Resolve that was started meanwhile is found.
    """
    module, why_not = _find_module()
    if module is None:
        return None, why_not
    try:
        found = module.scriptapp("Resolve")
    except Exception as error:  # what a library of C throws is nowhere said
        return None, f"{MODULE} does not work: {type(error).__name__}: {error}"
    if found is not None:
        return found, ""
    if not is_running():
        return None, "DaVinci Resolve does not run on this machine"
    return None, (
        "DaVinci Resolve runs, and lets no program in: in the Studio edition set Preferences > "
        "System > General > External scripting using to Local; the free edition has none, use its "
        "menu Workspace > Scripts"
    )


def _find_module() -> tuple[Any, str]:
    if MODULE in sys.modules:
        return sys.modules[MODULE], ""
    looked = [*_candidates()]
    there = [path for path in looked if path.is_file()]
    spec = (
        importlib.util.spec_from_file_location(MODULE, there[0])
        if there
        else importlib.util.find_spec(MODULE)
    )
    if spec is None or spec.loader is None:
        return None, f"there is no {MODULE}.py; looked for {', '.join(map(str, looked))}"
    module = importlib.util.module_from_spec(spec)
    sys.modules[MODULE] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # some versions end the program where a file is gone
        del sys.modules[MODULE]
        return None, f"{spec.origin} cannot be loaded: {type(error).__name__}: {error}"
    # It puts the library that it loaded in its own place.
    return sys.modules[MODULE], ""


def _candidates() -> Iterator[Path]:
    said = os.environ.get(_API)
    for place in (said,) if said else _PLACES.get(sys.platform, _LINUX):
        yield Path(os.path.expandvars(place)) / "Modules" / f"{MODULE}.py"


def is_running() -> bool:
    """Whether a Resolve runs on this machine, as far as its processes may be seen."""
    for process in psutil.process_iter():
        try:
            if process.name().lower() in _PROGRAMS:
                return True
        except psutil.Error:
            continue
    return False
