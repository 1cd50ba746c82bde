"""The talk with Resolve: Proxx asks, the host that started it answers.

The protocol is told in `resolve_scripts/proxx_host/host.py`. One question at a time is on its way,
whichever thread asks; a thread of our own sends the beats.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sidecar.resolve.talk.channels import Channel, FileChannel, PipeChannel, take_streams
from sidecar.resolve.talk.values import (
    HostGone,
    HostRefused,
    HostSilent,
    RemoteObject,
    Step,
    from_json,
    to_json,
)

PROTOCOL = 1
BEAT_SECONDS = 1.0
ANSWER_SECONDS = 300.0
AFTER_SILENCE_SECONDS = 10.0
"""How long an answer may take after one that never came, until one comes again."""
_LOOK_SECONDS = 0.2
_FREED_AT_LEAST = 64
"""So many handles are worth a message."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the host says of itself, and of the Resolve around it."""

    language: str
    runtime: str
    host_version: str
    product: str | None
    version: tuple[Any, ...]
    """Empty where it is not known."""


class RemoteResolve(RemoteObject):
    """Resolve itself, of which whoever knows no talk can ask many things at once."""

    __slots__ = ("_talk",)

    def __init__(self, talk: Talk) -> None:
        super().__init__(talk, 0)
        self._talk = talk

    def walk(self, steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return what steps came to, by their names; each is given as the fields of a Step."""
        return self._talk.walk([Step(**step) for step in steps])


class Talk:
    """An open talk. Every method may raise HostGone, HostSilent or HostRefused."""

    def __init__(
        self,
        channel: Channel,
        *,
        beat_seconds: float = BEAT_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        """Greet the host; `answer_seconds` is how long an answer may take."""
        self.project: str | None = None
        """While this is set, nothing is called unless the project with this id is open."""
        self._channel = channel
        self._answer_seconds = answer_seconds
        self._silent = False
        self._numbers = 0
        self._asking = threading.RLock()
        self._sending = threading.Lock()
        self._unused: deque[int] = deque()
        self._gone = threading.Event()
        self._closed = threading.Event()
        threading.Thread(target=self._beat, args=(beat_seconds,), daemon=True).start()
        try:
            told = self._ask("hello")
        except BaseException:
            self.close()
            raise
        self.resolve: Any = RemoteResolve(self) if told["resolve"] else None
        """Resolve's own object, or None where the host found none."""
        self.greeting = Greeting(
            language=told["language"],
            runtime=told["runtime"],
            host_version=told["host_version"],
            product=told["product"],
            version=tuple(told["version"] or ()),
        )

    @property
    def gone(self) -> bool:
        """Whether the host has ended; known within about a second, without a question."""
        return self._gone.is_set()

    def call(self, on: RemoteObject, method: str, args: Sequence[Any] = ()) -> Any:
        """Return what a method answers; a call that failed often says None or False."""
        return self._ask("call", on=on.number, method=method, args=to_json(args), **self._meant())

    def walk(self, steps: Sequence[Step]) -> dict[str, Any]:
        """Return what the steps came to, by their names; a HostRefused in it is one call's."""
        told = [step.told() for step in steps]
        found: dict[str, Any] = self._ask("walk", steps=told, **self._meant())
        return found

    def say(self, text: str) -> None:
        """Print in Resolve's Console."""
        self._ask("say", text=text)

    @contextlib.contextmanager
    def scope(self) -> Iterator[None]:
        """Let go at the end of all objects that were got within."""
        number = self._ask("open_scope")
        try:
            yield
        finally:
            with contextlib.suppress(HostGone):  # its handles are gone with it
                self._ask("close_scope", scope=number)

    @contextlib.contextmanager
    def in_project(self, project_id: str) -> Iterator[None]:
        """Refuse every call within while another project is open."""
        before, self.project = self.project, project_id
        try:
            yield
        finally:
            self.project = before

    def forget(self, number: int) -> None:
        """Take note that a handle is not used any more; Resolve itself stays."""
        if number:
            self._unused.append(number)

    def close(self) -> None:
        """Say bye; the host ends."""
        self._closed.set()
        # A beat that cannot be written holds this for as long as the host does not read.
        if self._sending.acquire(timeout=1.0):
            try:
                with contextlib.suppress(OSError):
                    self._channel.send(_line({"v": PROTOCOL, "id": self._numbers + 1, "op": "bye"}))
            finally:
                self._channel.close()
                self._sending.release()

    def _meant(self) -> dict[str, str]:
        return {} if self.project is None else {"project": self.project}

    def _ask(self, op: str, **fields: Any) -> Any:
        with self._asking:
            if len(self._unused) >= _FREED_AT_LEAST:
                handles = [self._unused.popleft() for _ in range(len(self._unused))]
                self._exchange("free", {"handles": handles})
            return from_json(self._exchange(op, fields), self)

    def _exchange(self, op: str, fields: dict[str, Any]) -> Any:
        self._numbers += 1
        number = self._numbers
        self._send({"v": PROTOCOL, "id": number, "op": op} | fields)
        most = AFTER_SILENCE_SECONDS if self._silent else self._answer_seconds
        seconds = min(most, self._answer_seconds)
        ends = time.monotonic() + seconds
        while True:
            answer = self._receive(number)
            self._silent = self._silent and answer is None
            if answer is None:
                if time.monotonic() > ends:
                    self._silent = True
                    raise HostSilent(
                        f"Resolve did not answer within {seconds:g} seconds; a dialog may be open "
                        "in it"
                    )
            elif answer["id"] != number:
                continue  # to a question that nobody waited for to the end, or to no question
            elif "error" in answer:
                raise HostRefused(answer["error"]["kind"], answer["error"]["text"])
            else:
                return answer["value"]

    def _send(self, request: dict[str, Any]) -> None:
        line = _line(request)
        with self._sending:
            try:
                if self._closed.is_set():
                    raise BrokenPipeError("the talk was ended")
                self._channel.send(line)
            except OSError as error:
                self._gone.set()
                raise HostGone("the host in Resolve has ended") from error

    def _receive(self, number: int) -> dict[str, Any] | None:
        try:
            line = self._channel.receive(number, _LOOK_SECONDS)
        except OSError as error:
            self._gone.set()
            raise HostGone("the host in Resolve has ended") from error
        if line is None:
            if self.gone:
                raise HostGone("the host in Resolve has ended")
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _beat(self, seconds: float) -> None:
        while not self._closed.wait(seconds):
            try:
                self._send({"v": PROTOCOL, "id": 0, "op": "beat"})
            except HostGone:
                return


@contextlib.contextmanager
def open_talk(
    answers: Path | None = None,
    *,
    around: Callable[[Channel], Channel] = lambda channel: channel,
    beat_seconds: float = BEAT_SECONDS,
    answer_seconds: float = ANSWER_SECONDS,
) -> Iterator[Talk]:
    """Talk with the host that started this process, over its standard streams.

    `answers`: the folder that a Lua host named with `--answers`; it is made here, and taken away.
    `around`: what the talk's lines go through, such as one that records them.
    Raises: HostGone, HostSilent, HostRefused; OSError: the folder cannot be made.
    """
    sent, received = take_streams()
    channel: Channel
    channel = PipeChannel(sent, received) if answers is None else FileChannel(sent, answers)
    talk = Talk(around(channel), beat_seconds=beat_seconds, answer_seconds=answer_seconds)
    try:
        yield talk
    finally:
        talk.close()


def _line(request: dict[str, Any]) -> bytes:
    return json.dumps(request, allow_nan=False).encode("ascii") + b"\n"
