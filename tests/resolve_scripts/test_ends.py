"""When one of the two dies, the other ends: at once, or within seconds."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from tests.resolve_scripts.stage import Stage

HELLO = '{"v": 1, "id": 1, "op": "hello"}'
ENDED = "Proxx ended before it was done. What it wrote is in "


def started_player(stage: Stage) -> psutil.Process:
    """The player, once it waits."""
    note = stage.folder / "got.pid"
    ends = time.monotonic() + 30
    while not (note.exists() and note.read_text()):
        assert time.monotonic() < ends
        time.sleep(0.02)
    return psutil.Process(int(note.read_text()))


def test_proxx_dies_between_two_requests(stage: Stage) -> None:
    stage.locate(stage.player([HELLO, "!die"]))
    host = stage.start()
    host.wait(30)
    left = list(stage.answers.iterdir())
    for folder in left:  # whoever dies cannot tidy up
        folder.rmdir()
    assert len(left) == (stage.language == "lua")
    assert stage.finish(host).console == [ENDED + str(stage.log)]


def test_proxx_is_killed_while_it_waits(stage: Stage) -> None:
    stage.locate(stage.player([HELLO, "!wait"]))
    host = stage.start()
    player = started_player(stage)
    player.send_signal(signal.SIGKILL)
    began = time.monotonic()
    host.wait(10)
    assert time.monotonic() - began < 5
    for folder in stage.answers.iterdir():
        folder.rmdir()
    assert stage.finish(host).console == [ENDED + str(stage.log)]


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
def test_resolve_is_killed(stage: Stage, by: signal.Signals) -> None:
    stage.locate(stage.player([HELLO, "!wait"]))
    host = stage.start()
    player = started_player(stage)
    os.kill(host.pid, by)
    began = time.monotonic()
    player.wait(10)
    assert time.monotonic() - began < 5
    assert host.wait(10) == -by
    assert host.stdout is not None
    host.stdout.close()


def test_an_answer_that_cannot_be_written_ends_the_host(stage: Stage, tmp_path: Path) -> None:
    """Proxx reads no more, or its folder is gone."""
    lines = [HELLO, '{"v": 1, "id": 2, "op": "bye"}']
    asks = f"printf '%s\\n' '{HELLO}'; exec <&-; sleep 0.3; printf '%s\\n' '{lines[1]}'"
    told = stage.run(["/bin/sh", "-c", asks])
    if stage.language == "py":  # its answer may fit into the pipe before that is seen to be closed
        assert told.console in ([ENDED + str(stage.log)], [])
    if stage.language == "lua":
        why, ended = told.console
        assert why.startswith("Proxx was not told what Resolve answered: ")
        assert why.endswith(": No such file or directory")
        assert ended == ENDED + str(stage.log)
