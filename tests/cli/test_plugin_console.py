"""Render Camera Raw where only the Console fails, and what it says where nothing was rendered."""

from __future__ import annotations

import errno
import json
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from sidecar.cli.plugin_rendering import render_raw
from sidecar.folders.stopping import StopLevel
from sidecar.resolve.session import Session
from sidecar.resolve.settings import PluginSettings
from tests.fakes.conftest import fake as fake
from tests.fakes.conftest import footage as footage
from tests.fakes.conftest import start as start
from tests.fakes.resolve import Answers, FakeResolve
from tests.faults.scenes import wait_until
from tests.resolve.inner_talk import Answer, talk_with
from tests.watch.looking import homes
from tests.watch.raw_scene import RawScene


@pytest.fixture
def raw(fake: FakeResolve, tmp_path: Path) -> RawScene:
    return RawScene(fake, tmp_path)


def settings_of(raw: RawScene) -> PluginSettings:
    """The settings that lead to the scene's folders."""
    return PluginSettings(
        out=raw.out, ffmpeg_jobs=raw.path / "ffmpeg", resolve_jobs=raw.folder.root
    )


def refuses(answer: Answer) -> Answer:
    """A host that can do all but print."""

    def refused(line: bytes) -> bytes | None:
        request = json.loads(line)
        if request["op"] != "say":
            return answer(line)
        problem = {"kind": "raised", "text": "print: no Console"}
        return json.dumps({"v": 1, "id": request["id"], "error": problem}).encode()

    return refused


def is_silent(answer: Answer) -> Answer:
    """A host that never comes back from printing."""
    return lambda line: None if json.loads(line)["op"] == "say" else answer(line)


@pytest.mark.parametrize("fails", [refuses, pytest.param(is_silent, marks=pytest.mark.slow)])
def test_rendering_goes_on_where_only_the_console_fails(
    raw: RawScene, fails: Callable[[Answer], Answer]
) -> None:
    raw.submit("A.braw", "B.braw")
    console, log = list[str](), list[str]()
    talk = talk_with(raw.fake, "py", console, around=fails, answer_seconds=0.3)
    assert render_raw(Session(talk, settings_of(raw), log.append)) == 0
    assert homes(raw.folder, "completed") == ["A", "B"]
    assert console == []
    assert [line for line in log if "COMPLETED" in line]
    assert "Proxx: 2 jobs of this project, 2 completed" in log


def rendered(raw: RawScene) -> tuple[int, str]:
    """The exit code of a click, and what stood in the Console."""
    console = list[str]()
    talk = talk_with(raw.fake, "py", console)
    code = render_raw(Session(talk, settings_of(raw), lambda _line: None))
    return code, "\n".join(console)


def test_a_job_that_is_still_being_copied_is_no_lack_of_jobs(raw: RawScene) -> None:
    (spec,) = raw.submit("A.braw")
    (whole,) = raw.folder.pending.iterdir()
    whole.write_bytes(whole.read_bytes()[:-100])
    _, said = rendered(raw)
    assert "no camera raw of this project waits" not in said
    assert spec.label in said


def test_a_job_that_cannot_be_moved_is_no_lack_of_jobs(
    raw: RawScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw.submit("A.braw")

    def fails(*_given: object, **_named: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("sidecar.watch.line.take_job", fails)
    code, said = rendered(raw)
    assert code == 3
    assert "TROUBLE: " in said
    assert "no camera raw of this project waits" not in said


@pytest.mark.parametrize("state", ["idle", "blocked"])
def test_a_click_ends_no_watch_that_waits(
    raw: RawScene, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    if state == "blocked":
        raw.submit("A.braw")
        raw.fake.rendering.seconds_per_job = 60.0
        raw.fake.user_renders()
    monkeypatch.setattr("sidecar.cli.plugin_rendering._ONE_CLICK", timedelta(0))
    watch = threading.Thread(target=raw.watch, kwargs={"once": False}, daemon=True)
    watch.start()
    beats = raw.folder.workers
    wait_until(lambda: any(f'"{state}"' in path.read_text() for path in beats.glob("*.json")))
    code, said = rendered(raw)
    time.sleep(1)
    assert watch.is_alive()
    raw.wish.level = StopLevel.SOFT
    watch.join(30)
    assert code == 0
    assert said.startswith(f"Proxx takes the jobs of this folder already: it is {state} since ")
    assert ("\na job waits: " in said) == ("[RENDER_USER_RENDERS]" in said) == (state == "blocked")
    assert "5 Stop Rendering ends it" in said


def test_what_the_user_has_to_set_right_is_said_where_the_render_fails_too(raw: RawScene) -> None:
    raw.submit("A.braw")
    raw.fake.quirks.presets_hold_the_place = False
    raw.fake.faults.always("StartRendering", Answers(False))
    _, said = rendered(raw)
    assert "RENDER_START_REFUSED" in said
    assert "choose before the next render" in said
