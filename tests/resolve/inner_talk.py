"""A talk without processes: each host, in this one, answers a line when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from resolve_scripts.proxx_host.calls import Host
from resolve_scripts.proxx_host.host import ALLOWED
from sidecar.resolve.talk.talking import Talk
from tests.fakes.resolve import FakeResolve
from tests.resolve_scripts.lua_world import LuaWorld

Answer = Callable[[bytes], bytes | None]


def python_host(fake: FakeResolve, console: list[str]) -> Answer:
    """The host as a menu file in Python starts it."""
    return Host(fake.handle, ALLOWED, console.append).answer  # type: ignore[no-untyped-call,no-any-return]


def lua_host(fake: FakeResolve, console: list[str]) -> Answer:
    """The host as a menu file in Lua starts it, under LuaJIT."""
    world = LuaWorld()
    served = world.host()[b"new"](
        world.to_lua(fake.handle), lambda text: console.append(text.decode())
    )

    def answer(line: bytes) -> bytes | None:
        told = served[b"answer"](line.rstrip(b"\n"))
        return told[1] if isinstance(told, tuple) else None

    return answer


HOSTS = {"py": python_host, "lua": lua_host}


class _Channel:
    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._waiting: list[bytes] = []

    def send(self, line: bytes) -> None:
        told = self._answer(line)
        if told is not None:
            self._waiting.append(told)

    def receive(self, number: int, seconds: float) -> bytes | None:
        return self._waiting.pop(0) if self._waiting else None

    def close(self) -> None:
        self._waiting.clear()


def talk_with(
    fake: FakeResolve,
    language: str = "py",
    console: list[str] | None = None,
    *,
    around: Callable[[Answer], Answer] = lambda answer: answer,
    answer_seconds: float = 300.0,
) -> Talk:
    """An open talk with a double; beats are too rare to be sent. `around`: what comes between."""
    answer: Any = HOSTS[language](fake, [] if console is None else console)
    return Talk(_Channel(around(answer)), beat_seconds=3600, answer_seconds=answer_seconds)
