"""`python3 install sidecar | plugin | all`: Proxx in a home of its own, and what it puts beside it.

A second run brings what is there to the version of these sources.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ..applying import apply, read, refuse_early
from ..building import only_one
from ..extras import joined_extras, lines_of_extras, read_extras
from ..facts import (
    STORE_CURE,
    STORE_UNSUPPORTED,
    FoundResolve,
    find_resolves,
    menu_languages,
)
from ..facts import manifest as installed
from ..machine import Machine
from ..options import Options
from ..parts import (
    PLUGIN,
    SIDECAR,
    PluginAsked,
    joined,
    plugin_places,
    plugin_plan,
    settings_folders,
    settings_plan,
    sidecar_plan,
)
from ..plan import Action, Plan, foresee, lines_of
from ..product import Product, product_of, ready_product
from ..steps import SetupError, shell_line, step
from .command import Command

_MENUS = {"py": ("py",), "lua": ("lua",), "both": ("py", "lua")}
_SETTINGS = ("plugin", "settings")
_BLANKS = ("out=DIR", "ffmpeg_jobs=DIR", "resolve_jobs=DIR")
_CURE = "Mend its permissions; with --all-users run this as root or as administrator."
_EACH = """\
  --with NAMES   more of Proxx: timelines (OTIO and AAF), mhl (ASC MHL), service (the job service),
                 farm (bundles run here), opencue (outlines); several with commas.
                 Later runs keep them
  --all-users    for everybody on this machine; asks for root or an administrator
  --dry-run      only say what would be written, and what becomes of files that are there"""
_OF_MENU = """\
  --scripts DIR  another folder Fusion/Scripts
  --menu WHICH   py, lua or both; without it what the Resolve that is found lists"""


def run(parts: Collection[str], usage: str, arguments: Sequence[str], machine: Machine) -> int:
    """Install the parts. Raises: SetupError."""
    options = Options(usage)
    options.add_argument("--all-users", action="store_true")
    options.add_argument("--dry-run", action="store_true")
    options.add_argument(
        "--with", dest="extras", type=read_extras, action="extend", default=[], metavar="NAMES"
    )
    if PLUGIN in parts:
        options.add_argument("--scripts", type=Path)
        options.add_argument("--menu", choices=_MENUS)
    asked = options.read(arguments)
    product = product_of(machine, "all" if asked.all_users else "user")
    if product.scope == "all":
        os.umask(0o022)  # whoever installs it, everybody reads it
    menu = None
    if PLUGIN in parts:
        found = find_resolves(machine.system, machine.variables, root=machine.root)
        menu = PluginAsked(
            scripts=asked.scripts and asked.scripts.expanduser().absolute(),
            languages=_MENUS[asked.menu] if asked.menu else menu_languages(found),
            found=found,
        )
    plan = partial(_plan, product, parts, menu)
    draft = plan(None)
    refuse_early(draft, cure=_CURE)
    if asked.dry_run:
        _foretell(product, plan, asked.extras)
        return 0
    ready_product(product, asked.extras)
    settings = _settings(product) if menu is not None and product.scope == "user" else None
    whole = plan(settings)
    if settings is not None and settings["settings"] is None:
        made, data = _make_settings(product)
        whole = joined([whole, settings_plan(Path(settings["path"]), data)])
        settings |= {"settings": made["settings"]}
    refuse_early(whole, cure=_CURE, so_far="Nothing but Proxx itself was written.")
    with only_one(product.home), step(" and ".join(sorted(parts))) as current:
        actions = apply(whole, product.home)
        current.outcome = _outcome(actions)
    print("\n".join(_ending(product, actions, menu, settings)))
    return 0


def _plan(
    product: Product,
    parts: Collection[str],
    menu: PluginAsked | None,
    settings: dict[str, Any] | None,
) -> Plan:
    plans = [Plan(parts=frozenset(), folders=(product.home,))]
    plans += [sidecar_plan(product)] if SIDECAR in parts else []
    plans += [plugin_plan(product, menu, settings)] if menu is not None else []
    return joined(plans)


def _settings(product: Product) -> dict[str, Any]:
    """Return what Proxx tells of the plugin's settings. Raises: SetupError."""
    told = product.ask(_SETTINGS)
    if told is None:
        raise SetupError(
            "Proxx does not tell the plugin's settings.",
            cure=f"What is wrong with them says: {shell_line([*product.command, *_SETTINGS])}",
        )
    return told


def _make_settings(product: Product) -> tuple[dict[str, Any], bytes]:
    """Return what Proxx tells of the settings of somebody who has none, and their file."""
    words = [f"{key}={folder}" for key, folder in settings_folders(product).items()]
    with tempfile.TemporaryDirectory(prefix="proxx-") as aside:
        path = Path(aside, "plugin.toml")
        asked = ("plugin", "--settings", str(path), "settings", *words)
        made = product.ask(asked)
        if made is None:
            raise SetupError(
                "The plugin's settings could not be made.",
                cure=f"What is wrong with them says: {shell_line([*product.command, *asked])}",
            )
        return made, path.read_bytes()


def _foretell(
    product: Product, plan: Callable[[dict[str, Any] | None], Plan], extras: Sequence[str]
) -> None:
    """Print what would be done; where Proxx is there already, with its own settings."""
    before = read(product.home)
    known = product.ask(_SETTINGS) if product.environment.python.is_file() else None
    actions = foresee(plan(known), before or installed.Manifest())
    print(f"Nothing is written. Proxx would be installed in\n  {product.home}")
    print(*lines_of_extras(joined_extras(before.extras if before else (), extras)), sep="", end="")
    print("and these files would be there:")
    print("\n".join(lines_of(actions)))


def _outcome(actions: Sequence[Action]) -> str:
    verbs = {action.verb for action in actions}
    if verbs <= {"leave as it is", "leave to its owner"}:
        return "unchanged"
    return "installed" if verbs <= {"write", "leave to its owner"} else "brought up"


def _ending(
    product: Product,
    actions: Sequence[Action],
    menu: PluginAsked | None,
    settings: dict[str, Any] | None,
) -> Iterator[str]:
    yield ""
    for action in actions:
        if action.verb in ("put aside", "leave to its owner"):
            yield f"somebody's own file: {action.verb}\n  {action.path}"
    away = dict.fromkeys(action.path.parent for action in actions if action.verb == "take away")
    yield from (f"files of an earlier run were taken away from\n  {folder}" for folder in away)
    program = _program(product, actions)
    if program != "proxx":
        folder = Path(program).parent
        yield f"Where {folder} is on the path, the command is `proxx`."
    yield f"What is installed, and what is missing, says\n  {shell_line([program, 'doctor'])}"
    if menu is not None:
        yield from _in_resolve(product, program, menu, settings)


def _program(product: Product, actions: Sequence[Action]) -> str:
    """Return what a person types to start Proxx."""
    search = product.machine.variables.get("PATH", "").split(os.pathsep)
    short = next((one.path for one in actions if one.part == SIDECAR and one.is_ours), None)
    if short is not None and str(short.parent) in search:
        return "proxx"
    return str(short or product.environment.program("proxx"))


def _in_resolve(
    product: Product, program: str, menu: PluginAsked, settings: dict[str, Any] | None
) -> Iterator[str]:
    words = " and ".join({"py": "Python", "lua": "Lua"}[one] for one in menu.languages)
    for one in menu.found:
        yield from _about(one)
    if not menu.found:
        yield "No DaVinci Resolve is found here; once there is one, run this again."
    yield f"The menu, in {words}, is in\n  {plugin_places(product, menu).menu}"
    yield "Restart DaVinci Resolve. Then: Workspace > Scripts > Proxx > 1 Make Proxies"
    command = [program, *_SETTINGS]
    if settings is None or settings["settings"] is None:
        yield "What it says stands in Workspace > Console."
        yield f"Each user says once what it makes, and where:\n  {shell_line([*command, *_BLANKS])}"
        return
    yield f"What it says stands in Workspace > Console, and in\n  {settings['log']}"
    yield f"What it makes, and where, is shown and changed by\n  {shell_line(command)}"
    jobs = settings["settings"]["ffmpeg_jobs"]
    yield f"Jobs for FFmpeg are run by\n  {shell_line([program, 'watch', jobs])}"


def _about(found: FoundResolve) -> Iterator[str]:
    yield f"It is for {found.name}"
    if found.store:
        yield f"  {STORE_UNSUPPORTED} {STORE_CURE}"
    elif found.untold:
        yield f"  {found.untold}"
    elif found.python is not None and found.python.trouble:
        yield f"  {found.python.trouble} {found.python.cure or ''}".rstrip()


def _command(name: str, parts: Collection[str], usage: str, summary: str, says: str) -> Command:
    options = f"{_OF_MENU}\n{_EACH}" if PLUGIN in parts else _EACH
    return Command(
        name=name,
        usage=usage,
        summary=summary,
        description=f"{says}\n\n{options}",
        run=partial(run, frozenset(parts), usage),
    )


SIDECAR_COMMAND = _command(
    "sidecar",
    [SIDECAR],
    "sidecar [OPTION]",
    "install Proxx with its FFmpeg, and the command `proxx`",
    "Makes a home for Proxx with an environment of its own, so that these sources are needed no\n"
    "more, and puts the command `proxx` where a terminal finds it.",
)
PLUGIN_COMMAND = _command(
    "plugin",
    [PLUGIN],
    "plugin [OPTION]",
    "install Proxx and put it into the menu of DaVinci Resolve",
    "Makes a home for Proxx with an environment of its own, and copies its menu into the folder\n"
    "in which DaVinci Resolve looks for scripts. Settings are made where there are none, and\n"
    "never changed.",
)
ALL_COMMAND = _command(
    "all",
    [SIDECAR, PLUGIN],
    "all [OPTION]",
    "install Proxx for a terminal and for DaVinci Resolve",
    "Does what `sidecar` and `plugin` do, in one home.",
)
