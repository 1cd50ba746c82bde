"""A bundle of one task whose worker is elsewhere, gone, or alive; and `proxx release` of it."""

from __future__ import annotations

import dataclasses
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from proxx_engine import (
    identify_process,
    place_of_job,
)
from sidecar.farm import releasing
from tests.farm.task_scenes import Bundle
from tests.sidecar.calling import Proxx, Said

ELSEWHERE = {"host": "blade7", "machine_id": "another"}
GONE: dict[str, Any] = {"process_mark": "1", "process_started": 1.0}
WHY = "its power supply burnt"


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releasing, "LISTEN_SECONDS", 0.2)
    monkeypatch.setattr(releasing, "_LOOK_SECONDS", 0.05)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy this machine is, what grows is seen to grow."""
    monkeypatch.setattr(releasing, "LISTEN_SECONDS", 30.0)


@pytest.fixture
def bundle(proxx: Proxx) -> Bundle:
    """A bundle of one task, which nobody has begun."""
    return one_task(proxx)


def one_task(proxx: Proxx, written: str | None = None) -> Bundle:
    proxx.shoot("A.mov")
    made = Bundle(proxx, written)
    made.make("A.mov")
    return made


def hold(bundle: Bundle, **owner: Any) -> None:
    """Let the task's lock be a process's that is like us, but for this."""
    who = dataclasses.asdict(identify_process()) | owner
    place = place_of_job(bundle.job(1))
    place.lock.write_text(json.dumps({"owner": who, "nonce": "n", "taken_at": "t"}))


def begin(bundle: Bundle, **owner: Any) -> None:
    """Leave the task as it is right after it was begun."""
    hold(bundle, **owner)
    note(bundle, "job_started", clips=1)
    note(bundle, "clip_started", index=0, work="")


def note(bundle: Bundle, event: str, **facts: Any) -> None:
    fact = {"time": "2026-02-13T20:15:00.000Z", "event": event, **facts}
    with place_of_job(bundle.job(1)).journal.open("a") as journal:
        journal.write(json.dumps(fact) + "\n")


def die_after_publishing(bundle: Bundle, **owner: Any) -> None:
    """Run the task, and take away what is written after its proxy has its name."""
    assert bundle.task(1).code == 0
    place = place_of_job(bundle.job(1))
    lines = place.journal.read_text().splitlines(keepends=True)
    last = next(n for n, line in enumerate(lines) if '"published"' in line)
    place.journal.write_text("".join(lines[: last + 1]))
    for result in (place.result, *(bundle.here / "out").glob("*.result.json")):
        result.unlink()
    hold(bundle, **owner)


def let_go(bundle: Bundle, *more: object) -> Said:
    return bundle.proxx("release", bundle.job(1), "--reason", WHY, *more)


@contextmanager
def soon(act: Callable[[], object]) -> Iterator[None]:
    def later() -> None:
        time.sleep(0.3)
        act()

    acting = threading.Thread(target=later)
    acting.start()
    yield
    acting.join()
