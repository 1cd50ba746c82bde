"""What every contract class shares: strict, frozen to the leaf, and small value types.

A value type refuses a wrong value under the failure code that a person will read.
"""

from __future__ import annotations

import re
from datetime import datetime
from fractions import Fraction
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

MAX_TEXT = 4096
"""Longest text in a contract, in characters: the longest path a POSIX system takes."""

_RATIONAL = re.compile(r"(0|[1-9][0-9]{0,11})/([1-9][0-9]{0,11})")
_WRONG_RATIONAL = 'expected a fraction as text, such as "24000/1001"'
_SHARE = r"\\\\(?![?.]\\)[^\\/?]+\\[^\\/]+"
_WINDOWS_ABSOLUTE = re.compile(rf"[A-Za-z]:[\\/]|{_SHARE}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.,-]+:")


class FrozenModel(BaseModel):
    """Base of every contract class: unknown keys refused, nothing coerced, nothing changed."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        serialize_by_alias=True,
    )


def refuse(code: str, sentence: str) -> PydanticCustomError:
    """Return the error that a value type raises; `code` is a key of failures.toml."""
    return PydanticCustomError(code, "{sentence}", {"sentence": sentence})


def parse_rational(value: Any) -> Fraction:
    """Read "24000/1001"; a Fraction passes. Raises: PydanticCustomError."""
    if not isinstance(value, str):
        if isinstance(value, Fraction) and value.numerator >= 0:
            return value
        raise refuse("SPEC_WRONG_TYPE", _WRONG_RATIONAL)
    match = _RATIONAL.fullmatch(value)
    if match is None:
        raise refuse("SPEC_OUT_OF_RANGE", _WRONG_RATIONAL)
    denominator = int(match[2])
    fraction = Fraction(int(match[1]), denominator)
    if fraction.denominator != denominator:
        raise refuse("SPEC_OUT_OF_RANGE", f'expected lowest terms, "{format_rational(fraction)}"')
    return fraction


def format_rational(value: Fraction) -> str:
    """Return "numerator/denominator", in lowest terms."""
    return f"{value.numerator}/{value.denominator}"


_NTSC = MappingProxyType(
    {"23.98": 24, "23.976": 24, "29.97": 30, "47.95": 48, "47.952": 48, "59.94": 60, "119.88": 120}
)


def parse_rate(text: str) -> Fraction:
    """Read a frame rate as people write it: 25, 24000/1001; 23.976 means 24000/1001.

    Raises: ValueError with a sentence.
    """
    if text in _NTSC:
        return Fraction(_NTSC[text] * 1000, 1001)
    found = re.fullmatch(r"([1-9][0-9]{0,6})(?:/([1-9][0-9]{0,4}))?", text)
    rate = Fraction(int(found[1]), int(found[2] or 1)) if found else Fraction(0)
    if not 1 <= rate <= 1000:
        named = ", ".join(_NTSC)
        raise ValueError(f"found {text!r}, expected 24, 24000/1001 or one of {named}")
    return rate


def _parse_positive(value: Any) -> Fraction:
    fraction = parse_rational(value)
    if fraction.numerator == 0:
        raise refuse("SPEC_OUT_OF_RANGE", "expected more than 0")
    return fraction


Rational = Annotated[
    Fraction,
    PlainValidator(parse_rational),
    PlainSerializer(format_rational, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^(0|[1-9][0-9]{0,11})/[1-9][0-9]{0,11}$"}),
]
"""A fraction of 0 or more in lowest terms, as text: 24000/1001."""
PositiveRational = Annotated[
    Fraction,
    PlainValidator(_parse_positive),
    PlainSerializer(format_rational, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,11}/[1-9][0-9]{0,11}$"}),
]


def _utc_time(value: str) -> str:
    try:
        datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError as error:
        raise refuse("SPEC_OUT_OF_RANGE", f"not a moment in time: {error}") from error
    return value


UtcTime = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$"
    ),
    AfterValidator(_utc_time),
]
"""A moment in UTC, ISO 8601, such as 2026-02-13T20:15:00Z."""

Uuid = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

_PRINTED = r"^[^\x00-\x1f\x7f]*$"
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT, pattern=_PRINTED)]
"""Text that we write or show: no control characters."""
NewName = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=_PRINTED)]
"""A name that we create; `planning.naming` knows which are safe on every system."""
Word = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_.+-]*$")]
"""A name out of the FFmpeg vocabulary."""


def is_absolute(path: str) -> bool:
    """Tell whether `path` is absolute on POSIX or on Windows."""
    return (path.startswith("/") and not path.startswith("//")) or bool(
        _WINDOWS_ABSOLUTE.match(path)
    )


def _absolute_path(value: str) -> str:
    if "\x00" in value:
        raise refuse("SPEC_BAD_TEXT", "holds a NUL character, which no file name can")
    if is_absolute(value):
        parts = re.split(r"[\\/]", value) if value[:1] != "/" else value.split("/")
        if ".." in parts or "." in parts:
            raise refuse("SPEC_OUTSIDE_ROOT", 'holds "." or ".."; write the plain absolute path')
        return value
    if value == "-" or _SCHEME.match(value):
        raise refuse(
            "SPEC_BAD_SCHEME", "is an address, not a file; expected an absolute path on a disk"
        )
    raise refuse("SPEC_BAD_PATH", "expected an absolute path")


AbsolutePath = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_TEXT),
    AfterValidator(_absolute_path),
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_TEXT,
            "pattern": rf"^(/(?!/)|[A-Za-z]:[\\/]|{_SHARE})",
        }
    ),
]
"""An absolute path, POSIX or Windows, without "." and ".."."""

Count = Annotated[int, Field(ge=0, le=10**12)]
StreamIndex = Annotated[int, Field(ge=0, le=4095)]
