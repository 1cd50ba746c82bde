"""`proxx plugin` typed by a person: outside Resolve, and what it says of its settings."""

from __future__ import annotations

import os
import pty
import subprocess

import pytest

from sidecar.cli.plugin_command import MENU
from tests.sidecar.calling import Proxx
from tests.sidecar.test_manners import program


@pytest.mark.parametrize("words", [(), ("--answers", "talk")], ids=["python", "lua"])
@pytest.mark.parametrize("action", MENU)
def test_at_a_terminal_it_says_what_it_is_for(
    proxx: Proxx, action: str, words: tuple[str, ...]
) -> None:
    master, terminal = pty.openpty()
    done = subprocess.run(
        **program("plugin", action, *words),  # type: ignore[call-overload]
        cwd=proxx.folder,
        stdin=terminal,
        stdout=terminal,
        stderr=subprocess.PIPE,
    )
    os.close(terminal)
    os.close(master)
    assert done.returncode == 2
    assert b"is started by DaVinci Resolve: Workspace > Scripts > Proxx" in done.stderr
    assert not (proxx.folder / "talk").exists()


def test_with_nobody_to_answer_it_ends_at_once(proxx: Proxx) -> None:
    done = subprocess.run(
        **program("plugin", "review"),  # type: ignore[call-overload]
        cwd=proxx.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
    )
    assert done.returncode == 3
    assert b"the host in Resolve has ended" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("plugin",), "arguments are required"),
        (("plugin", "revue"), "invalid choice: 'revue'"),
        (("plugin", "review", "all"), "takes no 'all'"),
    ],
)
def test_wrong_words_are_refused(proxx: Proxx, words: tuple[str, ...], told: str) -> None:
    said = proxx(*words)
    assert said.code == 2
    assert told in said.err
