"""`proxx stop`: a wish is noted before it is written; a log that cannot be kept leaves no wish."""

from __future__ import annotations

from typing import Any

import pytest

from proxx_engine import identify_process
from sidecar.folders import stopping
from sidecar.folders.actions import ActionLog, read_actions
from sidecar.folders.heartbeats import Heartbeat, write_heartbeat
from sidecar.folders.layout import WatchFolder
from sidecar.folders.stopping import StopLevel, read_stop
from tests.folders.scenes import make_folder
from tests.sidecar.calling import Proxx

AT = "2026-02-13T20:00:00.000Z"


@pytest.fixture
def folder(proxx: Proxx) -> WatchFolder:
    folder = make_folder(proxx.folder / "box")
    write_heartbeat(folder, Heartbeat("vm-1-1", identify_process(), AT, AT, 1, "idle", AT))
    return folder


def asked(folder: WatchFolder) -> list[dict[str, Any]]:
    return [line for line in read_actions(folder) if line["action"] == "stop_asked"]


def test_a_wish_is_noted_before_it_is_written(
    proxx: Proxx, folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[int] = []
    ask = stopping.ask_to_stop

    def look_then_ask(*arguments: Any, **named: Any) -> StopLevel:
        noted.append(len(asked(folder)))
        return ask(*arguments, **named)

    monkeypatch.setattr(stopping, "ask_to_stop", look_then_ask)
    assert proxx("stop", "box", "--drain").code == 0
    assert noted == [1]
    assert [(line["worker"], line["drain"]) for line in asked(folder)] == [("vm-1-1", True)]
    assert read_stop(folder, "vm-1-1") == StopLevel.DRAIN


def test_what_cannot_be_noted_is_not_asked(
    proxx: Proxx, folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ActionLog, "note", fail)
    assert proxx("stop", "box").code != 0
    assert read_stop(folder, "vm-1-1") == StopLevel.GO_ON
