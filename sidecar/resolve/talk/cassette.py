"""A talk with Resolve kept in a file, and held once more out of that file, without Resolve.

A cassette is JSON lines: first what it is; then each request as it was sent, and below it its
answer. Beats are left out. It holds what Resolve told: names and paths of somebody's project.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from proxx_engine import ProxxError, __version__, now_utc, read_regular
from sidecar.resolve.talk.channels import Channel
from sidecar.resolve.talk.values import TalkError

VERSION = 1
_WHAT = "a talk of Proxx with DaVinci Resolve: each request, and below it its answer"
_MAX_BYTES = 512 * 1024 * 1024
_UNHEARD = ("beat", "bye")
_OUR_OWN = ("say", "free")
"""What asks Resolve nothing: words hold the time of day, and handles are freed when Python does."""
_SHOWN = 80


class CassetteBroken(ProxxError):
    """The file is no cassette, or one of a version that is not known."""


class TalkDiffers(TalkError):
    """What is asked now is not what was asked when the talk was recorded."""


class RecordingChannel:
    """Another channel, of which each request with its answer is written down."""

    def __init__(self, channel: Channel, path: Path, trouble: Callable[[OSError], None]) -> None:
        """Write into `path`, or beside it with a number where there is one already.

        `trouble` is told once why nothing more is recorded; the talk itself goes on.
        """
        self._channel = channel
        self._path = path
        self._trouble = trouble
        self._file: BinaryIO | None = None
        self._ended = False
        self._asked = b""

    def send(self, line: bytes) -> None:
        """Write a line. Raises: OSError: nobody reads any more."""
        if json.loads(line)["op"] not in _UNHEARD:
            self._asked = line
        self._channel.send(line)

    def receive(self, number: int, seconds: float) -> bytes | None:
        """Return an answer. Raises: OSError: nobody writes any more."""
        answer = self._channel.receive(number, seconds)
        if answer is not None and not self._ended:
            try:
                self._keep(answer.rstrip(b"\n") + b"\n")
            except OSError as error:
                self._end()
                self._trouble(error)
        return answer

    def close(self) -> None:
        """Send nothing more."""
        self._channel.close()
        self._end()

    def _keep(self, answer: bytes) -> None:
        told = json.loads(answer)
        if told["id"] != json.loads(self._asked)["id"]:
            return  # to a question that nobody waits for any more
        if self._file is None:
            self._file = _open_new(self._path)
            self._file.write(json.dumps(_head(told.get("value"))).encode("ascii") + b"\n")
        self._file.write(self._asked + answer)
        self._file.flush()

    def _end(self) -> None:
        self._ended = True
        if self._file is not None:
            with suppress(OSError):  # what could not be written is tried once more, as in vain
                self._file.close()
            self._file = None


class ReplayChannel:
    """Answers each request as it was answered once; the number that a request has is all the same.

    Handles have the numbers that they had, as they come out of the answers.
    """

    def __init__(self, path: Path) -> None:
        """Read a cassette. Raises: CassetteBroken, OSError."""
        self._name = path.name
        self._left = _read(path)
        self._place = 0
        self._answers: dict[int, bytes] = {}
        self.said: list[str] = []
        """What would have stood in the Console."""

    def send(self, line: bytes) -> None:
        """Take a request. Raises: TalkDiffers: it is not the next that was recorded."""
        request = json.loads(line)
        op = request["op"]
        if op in _UNHEARD:
            return
        if op == "say":
            self.said.append(request["text"])
        answer = {"v": 1, "value": None} if op in _OUR_OWN else self._answer(request)
        self._answers[request["id"]] = json.dumps(answer | {"id": request["id"]}).encode("ascii")

    def receive(self, number: int, seconds: float) -> bytes | None:
        """Return the answer to a number."""
        return self._answers.pop(number, None)

    def close(self) -> None:
        """Do nothing: there is nobody on the other side."""

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        now = _asked(request)
        self._place += 1
        recorded, answer = next(self._left, ("", {}))
        if not recorded:
            raise TalkDiffers(
                f"{self._name} ends before question {self._place}, which is {now[:_SHOWN]}"
            )
        if recorded != now:
            same = next(
                (n for n, two in enumerate(zip(recorded, now, strict=False)) if two[0] != two[1]), 0
            )
            start = max(0, same - _SHOWN // 2)
            raise TalkDiffers(
                f"question {self._place} is not what it was in {self._name}: "
                f"then …{recorded[start : start + _SHOWN]}…, now …{now[start : start + _SHOWN]}…"
            )
        return answer


def _head(greeting: Any) -> dict[str, Any]:
    """Return the first line, of what the host says of itself."""
    told = greeting if isinstance(greeting, dict) else {}
    of_host = {key: told.get(key) for key in ("language", "runtime", "product", "version")}
    return {"what": _WHAT, "cassette": VERSION, "proxx": __version__, "at": now_utc()} | of_host


def _open_new(path: Path) -> BinaryIO:
    """Open a file that was not there: talk.jsonl, else talk.2.jsonl and so on. Raises: OSError."""
    number = 1
    while True:
        chosen = path if number == 1 else path.with_stem(f"{path.stem}.{number}")
        try:
            return chosen.open("xb")
        except FileExistsError:
            number += 1


def _read(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the questions that are asked of Resolve, with their answers.

    Raises: CassetteBroken, OSError.
    """
    try:
        # What follows the last line's end was cut off when the talk was.
        lines = read_regular(path, limit=_MAX_BYTES).split(b"\n")[:-1]
        head, *told = map(json.loads, lines)
        known = head["cassette"] == VERSION
        asked = [(_asked(request), request["op"]) for request in told[::2]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CassetteBroken(f"{path} is no cassette: {error!r}") from error
    if not known:
        raise CassetteBroken(f"{path} is a cassette of a version other than {VERSION}")
    pairs = zip(asked, told[1::2], strict=False)
    return ((question, answer) for (question, op), answer in pairs if op not in _OUR_OWN)


def _asked(request: dict[str, Any]) -> str:
    """Return text that is equal for requests that ask the same."""
    return json.dumps({k: v for k, v in request.items() if k not in ("v", "id")}, sort_keys=True)
