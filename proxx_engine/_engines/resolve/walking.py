"""One method of many objects: asked one by one, or in a single walk where the host can walk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from proxx_engine._engines.resolve.asking import ask, ask_list, is_object
from proxx_engine._engines.resolve.host import ResolveHost
from proxx_engine.errors import EncodingFault

Answer = Callable[[], Any]
"""Gives what a call answered, or throws what it threw, to `ask` and its kin."""


def ask_all(
    host: ResolveHost, method: str, things: Iterable[Any], args: Sequence[tuple[Any, ...]] = ()
) -> Iterator[Answer]:
    """Yield the answer of each thing, in their order; what is no object answers None.

    `args`: the arguments of each. Without a walk nothing is called before its answer is looked at.
    Raises: EncodingFault where the walk as a whole failed.
    """
    walk = getattr(host, "walk", None)
    if callable(walk):  # some bridges say so of anything
        asked = list(things)
        if (told := _walked(walk, method, asked, args)) is not None:
            yield from told
            return
        things = asked
    for number, thing in enumerate(things):
        given = args[number] if args else ()
        yield partial(_call, thing, method, given)


def ask_lists(
    host: ResolveHost, method: str, things: Sequence[Any], faults: list[EncodingFault]
) -> list[Any]:
    """Return what is in the lists of all; of a list that cannot be had a fault is added.

    None is an empty list on some builds, and a call that failed: it is asked about once more.
    """
    found, silent = _lists_once(host, method, things, faults)
    more, _empty = _lists_once(host, method, silent, faults)
    return [*found, *more]


def _lists_once(
    host: ResolveHost, method: str, things: Sequence[Any], faults: list[EncodingFault]
) -> tuple[list[Any], list[Any]]:
    """Return what is in the lists, and what answered None."""
    found: list[Any] = []
    silent: list[Any] = []
    for thing, answer in zip(things, ask_all(host, method, things), strict=True):
        try:
            told = ask(method, answer)
            if told is None:
                silent.append(thing)
            else:
                found += ask_list(method, partial(_same, told))
        except EncodingFault as fault:
            faults.append(fault)
    return found, silent


def _walked(
    walk: Callable[..., Any], method: str, things: list[Any], args: Sequence[tuple[Any, ...]]
) -> list[Answer] | None:
    """Return all answers; None where the host cannot walk after all."""
    steps = [
        {"name": str(number), "on": thing, "method": method, "args": args[number] if args else ()}
        for number, thing in enumerate(things)
        if is_object(thing)
    ]
    told = ask(f"a walk of {method}", partial(walk, steps)) if steps else {}
    if not isinstance(told, Mapping):
        return None
    return [partial(_tell, told.get(str(number))) for number in range(len(things))]


def _call(thing: Any, method: str, args: tuple[Any, ...]) -> Any:
    return getattr(thing, method)(*args) if is_object(thing) else None


def _tell(told: Any) -> Any:
    if isinstance(told, Exception):
        raise told
    return told


def _same(told: Any) -> Any:
    return told
