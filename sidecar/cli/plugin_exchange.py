"""`proxx plugin exchange`: takes what Resolve answered into files, leaves what it is asked next.

For a build of Resolve that lets a script in Lua start no program. The actions are those of the
menu: they hold their talk with a host that answered beforehand.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from proxx_engine import append_line, now_utc
from sidecar.cli.errors import explain_error
from sidecar.cli.outcome import (
    DONE,
    JOB_FAILED,
    PLACE_MISSING,
    REQUEST_WRONG,
    Outcome,
    gravest,
    plural,
)
from sidecar.cli.plugin_log import log_path
from sidecar.resolve.by_files.answers import AnswersBroken, Asked, Told
from sidecar.resolve.by_files.channel import FiledChannel
from sidecar.resolve.by_files.exchange import (
    LOOKS,
    Exchange,
    action_of,
    count_items,
    exchange_folder,
)
from sidecar.resolve.by_files.requests import plan_for
from sidecar.resolve.export.exporting import make_proxies
from sidecar.resolve.linking.linking import link_proxies
from sidecar.resolve.session import Action, Session
from sidecar.resolve.settings import PluginSettings, read_settings
from sidecar.resolve.talk.talking import Talk
from sidecar.resolve.talk.values import NOT_ASKED, HostRefused

_ACTIONS: Mapping[str, Action] = MappingProxyType(
    {"make-proxies": make_proxies, "link-proxies": link_proxies}
)
_ENTRIES: Mapping[str, str] = MappingProxyType(
    {"make-proxies": "1 Make Proxies", "link-proxies": "3 Link Finished Proxies"}
)
_MENU = "Workspace > Scripts > Proxx"
_PLANNED: Mapping[str, str] = MappingProxyType(
    {
        "make-proxies": "Resolve did not tell all of {clips} in {project}. With that project open, "
        f"choose {_ENTRIES['make-proxies']} once more ({_MENU}), {{then}}",
        "link-proxies": "Planned in {project}: {clips}. With that project open, choose "
        f"{_ENTRIES['link-proxies']} in Resolve ({_MENU}), {{then}}",
    }
)
"""What a person does next about a plan."""


@dataclass(frozen=True, slots=True)
class _Round:
    """What came of one file of answers."""

    file: str
    exit_code: int
    lines: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()


def exchange(settings: Path, words: Sequence[str]) -> Outcome:
    """Do one round in both directions; `words`: the folder, where the locator names another.

    Raises: RequestError for settings that are wrong, OSError for a folder that cannot be used.
    """
    if len(words) > 1:
        told = f"proxx plugin exchange: takes one folder, found {len(words)} words"
        return Outcome(REQUEST_WRONG, {"error": told}, complaints=(told,))
    folder = Exchange(Path(words[0]).absolute() if words else exchange_folder(settings))
    folder.make()
    plans = {action: folder.plans(action) for action in LOOKS}
    _ask(folder, plans)  # Resolve can be asked before there are settings
    rules = read_settings(settings)
    rounds = [_take(folder, path, rules, plans) for path in folder.arrived()]
    _ask(folder, plans)
    interrupted = tuple(
        f"{path}: an exchange ended while it took this. See whether its jobs are there; to take it "
        "once more, move it into the folder above."
        for path in folder.interrupted()
    )
    lines = [line for one in rounds for line in (f"{one.file}:", *_indented(one.lines))]
    data = {
        "folder": str(folder.root),
        "taken": [{"file": one.file, "exit_code": one.exit_code} for one in rounds],
        "planned": {action: dict(_waiting(of)) for action, of in plans.items()},
    }
    return Outcome(
        gravest([one.exit_code for one in rounds] + [JOB_FAILED] * bool(interrupted)),
        data,
        (*lines, *_next(rounds, plans), *_raw(rounds, rules)),
        (*(line for one in rounds for line in one.complaints), *interrupted),
    )


def _take(
    folder: Exchange,
    path: Path,
    settings: PluginSettings,
    plans: Mapping[str, dict[str, list[Told]]],
) -> _Round:
    """Take one file; what goes wrong with it is told, and keeps no other from being taken."""
    action = action_of(path)
    if action is None:
        return _left(path, "it is of no entry of the menu that works by files")
    try:
        with folder.take(path) as asked:
            return _act(path.name, action, asked, settings, plans[action])
    except Exception as error:
        again = f"choose {_ENTRIES[action]} in Resolve once more, and remove this file"
        match error:
            case AnswersBroken():
                return _left(path, f"{error}; {again}")
            case HostRefused(kind=kind) if kind == NOT_ASKED:
                return _left(path, f"it answers what another version of Proxx asked; {again}")
            case FileNotFoundError(filename=name) if name == str(path):
                return _Round(path.name, DONE, ("another exchange took it",))
        told = explain_error(error)
        return _left(path, "nothing was made of it", told.exit_code, told.complaints)


def _left(
    path: Path, why: str, exit_code: int = JOB_FAILED, complaints: tuple[str, ...] = ()
) -> _Round:
    return _Round(path.name, exit_code, complaints=(*complaints, f"{path} is left there: {why}"))


def _act(
    name: str,
    action: str,
    asked: tuple[Asked, ...],
    settings: PluginSettings,
    plans: dict[str, list[Told]],
) -> _Round:
    """Do an action with the answers, and plan what they left open."""
    said: list[str] = []
    channel = FiledChannel(asked, lambda text: said.extend(text.splitlines()))
    talk = Talk(channel)
    try:
        session = Session(talk, settings, _log)
        project = session.project
        if project is None:
            found = talk.resolve is not None
            why = "no project was open" if found else "the script was given no Resolve to work with"
            return _Round(name, REQUEST_WRONG if found else PLACE_MISSING, complaints=(why,))
        code = _ACTIONS[action](session)
    finally:
        talk.close()
    plans.pop(project.id, None)
    named = (project.id, project.name)
    if plan := plan_for(named, asked, channel.wanted, channel.items):
        plans[project.id] = plan
    nameless = "clips of which Resolve tells no id, so that by files nothing can be asked of them"
    complaints = [f"{nameless}: {len(channel.nameless)}"] if channel.nameless else []
    return _Round(name, gravest([code, JOB_FAILED * bool(complaints)]), tuple(said), (*complaints,))


def _next(rounds: Iterable[_Round], plans: Mapping[str, dict[str, list[Told]]]) -> Iterable[str]:
    """Yield what a person does next."""
    then = "then run `proxx plugin exchange` again."
    if not rounds:
        yield "Nothing has come from Resolve since."
    for action, words in _PLANNED.items():
        for project, count in _waiting(plans[action]):
            yield words.format(clips=plural(count, "clip"), project=project, then=then)
    if not rounds and not any(plans.values()):
        entries = " or ".join(_ENTRIES.values())
        yield f"In Resolve ({_MENU}) choose {entries}, {then}"


def _raw(rounds: Iterable[_Round], settings: PluginSettings) -> Iterable[str]:
    """Yield that what Make Proxies says comes next for camera raw cannot be had in such a build."""
    waits = any(settings.resolve_jobs.glob("pending/*.job.json"))
    if waits and any(action_of(Path(one.file)) == "make-proxies" for one in rounds):
        yield (
            "2 Render Camera Raw cannot run where Resolve lets a script start no program; choose "
            "it to read what else can be done with the jobs for Resolve."
        )


def _ask(folder: Exchange, plans: Mapping[str, dict[str, list[Told]]]) -> None:
    for action, planned in plans.items():
        folder.ask(action, planned)


def _waiting(plans: Mapping[str, list[Told]]) -> list[tuple[str, int]]:
    """Return the projects that something is planned for, and for how many clips."""
    return [(walks[0]["project_name"], count_items(walks)) for walks in plans.values()]


def _indented(lines: Iterable[str]) -> Iterable[str]:
    return (f"  {line}" for line in lines)


def _log(line: str) -> None:
    """Write into the plugin's log, where what a talk tells stands too."""
    path = log_path()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        told = f"{now_utc()} {os.getpid()} exchange: {line}"
        append_line(path, told.encode("utf-8", "backslashreplace"), durable=False)
