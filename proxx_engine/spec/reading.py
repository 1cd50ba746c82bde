"""Bytes → JSON values: bounded before anything is built, and what JSON readers let through found.

The order is that of the measured recipe: size, encoding, number of values, JSON, keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

from proxx_engine.errors import Issue

MAX_BYTES = 64 * 1024 * 1024
"""A JobSpec of the most clips allowed stays below; checked before a byte is read."""
MAX_DEPTH = 16
MAX_VALUES = 2_500_000
"""Commas in the text: bounds memory before anything is built."""
MAX_KEYS = 256
"""In one object: many times what any object of ours has."""
MAX_ENTRIES = 100_000
"""In one list: the longest of ours, the files of an image sequence."""
_MAX_DIGITS = 20
_DIGITS_KEPT = 100
_LONGEST_SHOWN = 80

Location = tuple[int | str, ...]


class Refused(Exception):
    """The text as a whole cannot be read; `code` is a key of failures.toml."""

    def __init__(self, code: str, sentence: str, *, path: str = "") -> None:
        self.issue = Issue(code, path, sentence)
        super().__init__(code, sentence)


@dataclass(frozen=True, slots=True)
class Reading:
    """A JSON value that was read."""

    value: Any
    suspicious: bool
    """Whether `find_oddities` may find what a class would not notice."""


def read_json(data: bytes) -> Reading:
    """Read one JSON value. Raises: Refused."""
    _check_bytes(data)
    hooks = _Hooks()
    try:
        value = json.loads(
            data,
            object_pairs_hook=hooks.read_object,
            parse_constant=hooks.read_constant,
            parse_float=hooks.read_float,
            parse_int=hooks.read_int,
        )
    except UnicodeDecodeError as bad:
        sentence = f"byte {bad.start} is not UTF-8 (found 0x{data[bad.start]:02x})"
        raise Refused("SPEC_ENCODING", sentence) from None
    except json.JSONDecodeError as bad:
        code = "SPEC_ENCODING" if "control character" in bad.msg else "SPEC_NOT_JSON"
        where = f"line {bad.lineno}, column {bad.colno}"
        raise Refused(code, f"{where}: {bad.msg}; expected JSON") from None
    except RecursionError:
        raise Refused("SPEC_TOO_DEEP", f"brackets nest deeper than {MAX_DEPTH}") from None
    return Reading(value, hooks.suspicious)


def find_oddities(value: object, loc: Location = ()) -> Iterator[Issue]:
    """Yield what is no good JSON in any file of ours, each with its place."""
    if isinstance(value, dict | list) and len(loc) >= MAX_DEPTH:
        sentence = f"found brackets {len(loc) + 1} deep, at most {MAX_DEPTH}"
        yield Issue("SPEC_TOO_DEEP", location_text(loc), sentence)
    elif isinstance(value, dict):
        if isinstance(value, _Twice):
            sentence = f"found the key {shown(value.key)} twice in one object, allowed once"
            yield Issue("SPEC_DUPLICATE_KEY", location_text((*loc, value.key)), sentence)
        for key, inner in value.items():
            yield from find_oddities(key, (*loc, key))
            yield from find_oddities(inner, (*loc, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from find_oddities(inner, (*loc, position))
    elif isinstance(value, str) and not _is_unicode(value):
        sentence = f"found {shown(value)}: half of a surrogate pair is no character"
        yield Issue("SPEC_BAD_TEXT", location_text(loc), sentence)
    elif isinstance(value, float) and not isfinite(value):
        sentence = f"found {value}, expected a finite number"
        yield Issue("SPEC_NOT_FINITE", location_text(loc), sentence)
    elif isinstance(value, _MinusZero):
        yield Issue("SPEC_OUT_OF_RANGE", location_text(loc), "found -0, expected 0")


def location_text(loc: Location) -> str:
    """Return a place as people write it: `clips[3].target.width`."""
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    path = path if path.isprintable() else ascii(path)[1:-1]
    return path if len(path) <= 4 * _LONGEST_SHOWN else f"{path[: 4 * _LONGEST_SHOWN]}…"


def shown(value: object) -> str:
    """Return a value as it stands in JSON, cut where it is long."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = json.dumps(value[:_LONGEST_SHOWN] if isinstance(value, str) else value)
    whole = len(text) <= _LONGEST_SHOWN and not (
        isinstance(value, str) and len(value) > _LONGEST_SHOWN
    )
    return text if whole else f"{text[: _LONGEST_SHOWN - 1]}…"


def _check_bytes(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise Refused("SPEC_TOO_LARGE", f"found {len(data):,} bytes, at most {MAX_BYTES:,}")
    if not data:
        raise Refused("SPEC_EMPTY", "found 0 bytes, expected JSON")
    if data.startswith(b"\xef\xbb\xbf"):
        raise Refused("SPEC_BOM", "found a byte order mark, expected UTF-8 without one")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data:
        raise Refused("SPEC_ENCODING", "found UTF-16 or NUL bytes, expected UTF-8")
    values = data.count(b",")
    if values > MAX_VALUES:
        raise Refused("SPEC_TOO_MANY", f"found {values:,} values, at most {MAX_VALUES:,}")


class _Twice(dict[str, Any]):
    """An object in which a key stands twice."""

    key: str


class _MinusZero(float):
    """A whole number written `-0`."""


class _Hooks:
    """What the reader is asked on its way; remembers whether anything was odd."""

    def __init__(self) -> None:
        self.suspicious = False

    def read_object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        loaded = dict(pairs)
        if len(loaded) != len(pairs):
            loaded = _Twice(pairs)
            keys = [key for key, _value in pairs]
            loaded.key = next(key for key in keys if keys.count(key) > 1)
            self.suspicious = True
        if len(loaded) > MAX_KEYS:
            sentence = f"found an object of {len(loaded):,} fields, at most {MAX_KEYS}"
            raise Refused("SPEC_TOO_MANY", sentence)
        for key, value in pairs:
            if type(value) is list and len(value) > MAX_ENTRIES:
                sentence = f"found {len(value):,} entries, at most {MAX_ENTRIES:,} in any list"
                raise Refused("SPEC_TOO_MANY", sentence, path=location_text((key,)))
        return loaded

    def read_constant(self, text: str) -> float:
        self.suspicious = True
        return float(text)

    def read_float(self, text: str) -> float:
        value = float(text)
        self.suspicious |= not isfinite(value)
        return value

    def read_int(self, text: str) -> int | float:
        if text == "-0":
            self.suspicious = True
            return _MinusZero(text)
        # Longer numbers are outside every range of ours; the rest of their digits costs time only.
        return int(text) if len(text) <= _MAX_DIGITS else int(text[:_DIGITS_KEPT])


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
