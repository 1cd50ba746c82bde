"""What files say of a DaVinci Resolve: its edition and version, read out of their contents; pure.

The editions are installed under the same names, and on macOS with the same bundle id (Installomator
and CommandPost each know one program for both). What tells them apart:

- `com.blackmagic-design.DaVinciResolveLite` and `…AppStore` are of the Mac App Store, free and
  Studio (the names of their containers, where plugins for them are installed).
- `ReadMe.html` in `Documents` (Windows) or `docs` (Linux) has the heading "About DaVinci Resolve
  Studio" where Studio is installed (a launcher for Windows and an updater for Linux on GitHub go by
  it).
- Every start writes `Running DaVinci Resolve Studio v21.1.0.0014` to the user's logs, or the same
  without "Studio" (reports to nixpkgs and ROCm on GitHub).

What does not: the licence folder is there in both; `DisplayVersion` in Windows' list of programs is
another number (3.66.5 for 18.6.6); `Welcome.txt` (Linux) tells no more than 20 of 20.1.
"""

from __future__ import annotations

import html
import plistlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .versions import Version, parse_version

Edition = Literal["free", "studio"]

_STORE_EDITIONS: Mapping[str, Edition] = {
    "com.blackmagic-design.DaVinciResolveLite": "free",
    "com.blackmagic-design.DaVinciResolveAppStore": "studio",
}
_FIRST_RELEASE = 9
"""The first that was on sale to everybody; a smaller number counts something else."""

_INLINE = re.compile(r"</?(?:a|b|em|font|i|small|span|strong|u)(?:\s[^<>]*)?>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_ABOUT = re.compile(
    r"About DaVinci Resolve(?P<studio> Studio)?"
    r"(?: (?P<version>[0-9][0-9.]*)(?: (?!.*Studio).{0,40})?)?"
)
_WELCOME = re.compile(r"\bDaVinci Resolve (?:Studio )?([0-9]{1,2}(?:\.[0-9]+)*)")
_RUNNING = re.compile(r"\| *Running DaVinci Resolve(?P<studio> Studio)? v(?P<version>[0-9][0-9.]*)")


@dataclass(frozen=True)
class Told:
    """What one file tells; None: not that."""

    edition: Edition | None = None
    version: Version | None = None
    store: bool = False
    """Whether it is a build of the Mac App Store."""


def release(version: Version | None) -> Version | None:
    """Return a version that can be one of Resolve's; None for what counts something else."""
    return version if version and version[0] >= _FIRST_RELEASE else None


def told_by_plist(data: bytes) -> Told:
    """Read the `Info.plist` of a Mac program; nothing is told where it is none."""
    try:
        found = plistlib.loads(data)
    # At a wrong file plistlib lets through whatever its parts raise: nine kinds are known.
    except Exception:
        return Told()
    if not isinstance(found, dict):
        return Told()
    identity = found.get("CFBundleIdentifier")
    text = found.get("CFBundleShortVersionString")
    edition = _STORE_EDITIONS.get(identity) if isinstance(identity, str) else None
    version = release(parse_version(text)) if isinstance(text, str) else None
    return Told(edition=edition, version=version, store=edition is not None)


def told_by_readme(data: bytes) -> Told:
    """Read a `ReadMe.html`: the heading that says what it is about; two that differ tell nothing.

    Only a heading counts: the text speaks of Studio in either edition.
    """
    lines = _lines_of_html(_decode(data))
    headings = {
        ("studio" if match["studio"] else "free", match["version"] or "")
        for line in lines
        if (match := _ABOUT.fullmatch(line))
    }
    if len(headings) != 1:
        return Told()
    ((edition, version),) = headings
    return Told(
        edition="studio" if edition == "studio" else "free",
        version=release(parse_version(version)),
    )


def told_by_welcome(data: bytes) -> Told:
    """Read a `Welcome.txt`, which tells the beginning of a version."""
    match = _WELCOME.search(" ".join(_decode(data).split()))
    return Told(version=release(parse_version(match[1]))) if match else Told()


def told_by_log(data: bytes) -> Told:
    """Read a log of Resolve: what was started last."""
    last = None
    for last in _RUNNING.finditer(data.decode("utf-8", "replace")):  # noqa: B007
        pass
    if last is None:
        return Told()
    version = release(parse_version(last["version"]))
    if version is None:
        return Told()
    return Told(edition="studio" if last["studio"] else "free", version=version)


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace")


def _lines_of_html(text: str) -> list[str]:
    """Return the text without its tags, in lines as they are shown."""
    flowing = _INLINE.sub("", " ".join(text.split()))
    shown = html.unescape(_TAG.sub("\n", flowing))
    return [" ".join(line.split()) for line in shown.split("\n")]
