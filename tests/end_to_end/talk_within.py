"""A talk within one process: the Python host in a thread of its own, actions in the test's."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from resolve_scripts.proxx_host.calls import Host
from resolve_scripts.proxx_host.host import ALLOWED
from sidecar.cli.plugin_talk import act_in
from sidecar.resolve.session import Action
from sidecar.resolve.settings import PluginSettings
from sidecar.resolve.talk.channels import PipeChannel
from sidecar.resolve.talk.talking import Talk


@dataclass
class Acted:
    """What came of one action."""

    code: int = -1
    console: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """All that stood in the Console."""
        return "\n".join(self.console)


@contextmanager
def talk_with(handle: Any, console: list[str]) -> Iterator[Talk]:
    """Talk with a Resolve through the host that stands in its menu."""
    asked, requests = os.pipe()
    answers, answered = os.pipe()
    host = Host(handle, ALLOWED, lambda text: console.extend(text.splitlines()))

    def serve() -> None:
        with os.fdopen(asked, "rb") as lines, os.fdopen(answered, "wb", 0) as out:
            for line in lines:
                answer = host.answer(line)
                if host.ended:
                    return
                if answer is not None:
                    out.write(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    talk = Talk(PipeChannel(requests, answers))
    try:
        yield talk
    finally:
        talk.close()
        thread.join(10)


def act(action: Action, handle: Any, settings: PluginSettings) -> Acted:
    """Do what an entry of the menu does."""
    acted = Acted()
    with talk_with(handle, acted.console) as talk:
        log = acted.log.append
        acted.code = act_in(talk, log, lambda: action, settings, in_project=True)
    return acted
