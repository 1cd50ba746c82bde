"""What is said in a talk with Resolve: objects that live there, refusals, steps of a walk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

from proxx_engine import ProxxError

NOT_ASKED = "not_asked"
"""The kind of a refusal where a talk was held by files, and this was not in them."""


class TalkError(ProxxError):
    """Resolve was asked and there is no value."""


class HostGone(TalkError):
    """The host in Resolve has ended, or Resolve itself."""


class HostSilent(TalkError):
    """The host gave no answer in time: a dialog may be open, or Resolve is busy."""


class HostRefused(TalkError):
    """The host made no call, or the call threw; what a call that fails usually says is a value."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(kind, text)
        self.kind = kind
        """One of the kinds that the host's protocol names."""
        self.text = text

    def __str__(self) -> str:
        return f"{self.text} [{self.kind}]"


class Speaker(Protocol):
    """Whoever can have a method of a remote object called."""

    def call(self, on: RemoteObject, method: str, args: Sequence[Any]) -> Any:
        """Return what the method answered."""

    def forget(self, number: int) -> None:
        """Take note that nobody here holds a handle any more."""


class RemoteObject:
    """An object of Resolve's API, as a script inside Resolve would hold it.

    Each name in capitals is a method; whether Resolve has it shows when it is called. Two of them
    may be one object: compare what GetUniqueId answers.
    """

    __slots__ = ("_number", "_speaker")

    def __init__(self, speaker: Speaker, number: int) -> None:
        self._speaker = speaker
        self._number = number

    @property
    def number(self) -> int:
        """The handle's number."""
        return self._number

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if not name[0].isupper():
            raise AttributeError(name)
        return lambda *args: self._speaker.call(self, name, args)

    def __repr__(self) -> str:
        return f"<object {self._number} of Resolve>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a handle cannot be copied")

    def __del__(self) -> None:
        self._speaker.forget(self._number)


@dataclass(frozen=True, slots=True)
class ArgsBy:
    """Arguments that go by what another method of the same object answers."""

    method: str
    args: Mapping[str, tuple[Any, ...]]
    """By that answer; where it is none of these, nothing is called."""
    with_args: tuple[Any, ...] = ()
    """The other method's own arguments."""

    def told(self) -> dict[str, Any]:
        """Return them as they are sent."""
        given = {"with": to_json(self.with_args)} if self.with_args else {}
        return {"method": self.method, **given, "args": to_json(self.args)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a walk; the host's protocol tells what each field does."""

    name: str
    on: RemoteObject | str | None = None
    each: str | None = None
    method: str | None = None
    args: tuple[Any, ...] = ()
    args_each: tuple[tuple[Any, ...], ...] | None = None
    args_by: ArgsBy | None = None
    flatten: bool = False
    distinct: str | None = None

    def told(self) -> dict[str, Any]:
        """Return the step as it is sent."""
        step: dict[str, Any] = {"as": self.name}
        if isinstance(self.on, RemoteObject):
            step["on"] = self.on.number
        elif self.on is not None:
            step["on"] = self.on
        if self.each is not None:
            step["each"] = self.each
        if self.method is not None:
            step["method"] = self.method
        if self.args_each is not None:
            step["args_each"] = to_json(self.args_each)
        elif self.args_by is not None:
            step["args_by"] = self.args_by.told()
        elif self.args:
            step["args"] = to_json(self.args)
        if self.flatten:
            step["flatten"] = True
        if self.distinct is not None:
            step["distinct"] = self.distinct
        return step


def to_json(value: Any) -> Any:
    """Return an argument as it is sent. Raises: TypeError for what cannot be."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case RemoteObject():
            return {"$h": value.number}
        case Mapping():
            return {_key(key): to_json(one) for key, one in value.items()}
        case list() | tuple():
            return [to_json(one) for one in value]
        case _:
            raise TypeError(f"Resolve cannot be given a {type(value).__name__}")


def from_json(value: Any, speaker: Speaker) -> Any:
    """Return a value as it was meant: objects, refusals within a walk, everything else as it is."""
    match value:
        case list():
            return [from_json(one, speaker) for one in value]
        case {"$h": int(number), **more} if not more:
            return RemoteObject(speaker, number)
        case {"$e": {"kind": str(kind), "text": str(text)}, **more} if not more:
            return HostRefused(kind, text)
        case dict():
            return {key: from_json(one, speaker) for key, one in value.items()}
        case _:
            return value


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"Resolve cannot be given a name that is {key!r}")
    return key
