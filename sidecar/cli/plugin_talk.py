"""One action of Resolve's menu, from its first word to its exit code; whatever befalls it is told.

In the Console stands one clear sentence, in the log all of it. When the host is gone nobody reads
the Console any more.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from proxx_engine import RequestError, __version__
from sidecar.cli.errors import explain_error
from sidecar.cli.outcome import DEFECT, PLACE_MISSING, REQUEST_WRONG
from sidecar.cli.plugin_log import open_log
from sidecar.resolve.session import Action, Log, Session, tell
from sidecar.resolve.settings import PluginSettings, read_settings
from sidecar.resolve.talk.cassette import RecordingChannel
from sidecar.resolve.talk.channels import Channel
from sidecar.resolve.talk.talking import Talk, open_talk
from sidecar.resolve.talk.values import HostGone, TalkError

Problem = RequestError | OSError
"""Why there are no settings; told once there is a Console."""


def act(
    name: str,
    find: Callable[[], Action],
    *,
    settings: Path,
    answers: Path | None,
    in_project: bool,
) -> int:
    """Hold the talk, and do in it what `find` returns; return the exit code.

    `answers`: the folder that a host in Lua named. `in_project`: whether a project must be open.
    """
    log = open_log(name)
    log(f"begins: Proxx {__version__}, settings {settings}")
    said = _read(settings)
    try:
        with open_talk(answers, around=lambda channel: _recorded(channel, said, log)) as talk:
            code = act_in(talk, log, find, said, in_project=in_project)
    except Exception as error:  # before there was a Console to tell in, or after
        told = explain_error(error)
        code = told.exit_code
        for line in told.complaints:
            log(line)
    log(f"ends with {code}")
    return code


def act_in(
    talk: Talk,
    log: Log,
    find: Callable[[], Action],
    said: PluginSettings | Problem,
    *,
    in_project: bool,
) -> int:
    """Do what `find` returns in an open talk, or tell why not; return the exit code.

    Raises: HostGone.
    """
    try:
        return _act(talk, log, find, said, in_project)
    except HostGone:
        raise
    except Exception as error:
        told = explain_error(error)
        lines = told.complaints
        if told.exit_code == DEFECT:
            for line in lines:
                log(line)
            lines = ("Proxx came upon a defect of its own, and ended. The log tells all of it.",)
        with suppress(TalkError):
            tell(talk, log, lines)
        return told.exit_code


def _read(settings: Path) -> PluginSettings | Problem:
    """Return the settings, or why there are none."""
    try:
        return read_settings(settings)
    except (RequestError, OSError) as error:
        return error


def _recorded(channel: Channel, said: PluginSettings | Problem, log: Log) -> Channel:
    """Return the channel, or one that records it where the settings say so."""
    if isinstance(said, Problem) or said.record is None:
        return channel
    log(f"is recorded in {said.record}, or beside it with a number")
    return RecordingChannel(channel, said.record, lambda error: log(f"is not recorded: {error}"))


def _act(
    talk: Talk,
    log: Log,
    find: Callable[[], Action],
    said: PluginSettings | Problem,
    in_project: bool,
) -> int:
    host = talk.greeting
    version = ".".join(str(part) for part in host.version if part != "")
    through = f"the host {host.host_version} in {host.runtime}"
    log(f"talks with {host.product or 'no Resolve'} {version} through {through}")
    if isinstance(said, Problem):
        raise said
    session = Session(talk, said, log)
    if in_project and session.project is None:
        found = talk.resolve is not None
        session.say(f"Proxx: {'no project is open' if found else 'Resolve is not to be found'}.")
        return REQUEST_WRONG if found else PLACE_MISSING
    return find()(session)
