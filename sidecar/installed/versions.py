"""Version numbers as far as they are known: (21,) is some 21, (20, 1) some 20.1; pure."""

from __future__ import annotations

import re

Version = tuple[int, ...]

_NUMBERS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}")
_NAMED = 3
"""Numbers that a release has in its name, as 18.6.5; what comes after counts builds."""


def parse_version(text: str) -> Version | None:
    """Return the numbers that a text begins with, at most four: 18.5.0b.0025 has (18, 5, 0)."""
    match = _NUMBERS.match(text.strip())
    return tuple(int(number) for number in match[0].split(".")) if match else None


def is_at_least(version: Version | None, bound: Version) -> bool | None:
    """Whether a version is `bound` or later; None: too little of it is known.

    Some 21 is at least 21, later than 20.3, and cannot be compared with 21.1.
    """
    if version is None:
        return None
    known, asked = version[: len(bound)], bound[: len(version)]
    if known != asked:
        return known > asked
    return True if not any(bound[len(version) :]) else None


def is_same_release(one: Version, other: Version) -> bool:
    """Whether two versions can be of one release, as far as both are known; builds may differ."""
    length = min(len(one), len(other), _NAMED)
    return one[:length] == other[:length]


def version_text(version: Version) -> str:
    """Return a version as people write it: the build is left out."""
    return ".".join(map(str, version[:_NAMED]))
