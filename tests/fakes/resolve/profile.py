"""Decides which Resolve the double plays: its version, edition, platform and language, and what
follows from them by itself (what the API had by then, which codecs are listed, which scripts a
menu shows).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

Version = Literal["18.6", "19.1", "20.3", "21.0.4", "21.1"]
Edition = Literal["free", "studio"]
Platform = Literal["mac", "windows", "linux"]
Locale = Literal["en", "de", "zh", "it", "es", "pt", "ru"]

VERSIONS: tuple[Version, ...] = ("18.6", "19.1", "20.3", "21.0.4", "21.1")
LOCALES: tuple[Locale, ...] = ("en", "de", "zh", "it", "es", "pt", "ru")

_TABLES = Path(__file__).with_name("tables")


@cache
def table(name: str) -> dict[str, Any]:
    """One of the tables beside this file."""
    return tomllib.loads((_TABLES / f"{name}.toml").read_text(encoding="utf-8"))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One Resolve as it is installed somewhere."""

    version: Version = "21.0.4"
    edition: Edition = "studio"
    platform: Platform = "linux"
    locale: Locale = "en"
    headless: bool = False
    """Started with -nogui: no page can be opened, and there is none."""

    def has(self, since: str) -> bool:
        """Whether this version has what came with another."""
        return _numbers(self.version) >= _numbers(since)

    def has_method(self, name: str) -> bool:
        """Whether this version has a method, named as `Class.Method`."""
        return self.has(table("versions")["methods"].get(name, "0"))

    def has_page(self, name: str) -> bool:
        since = table("versions")["pages"].get(name)
        return since is not None and self.has(since)

    def word(self, key: str) -> str:
        """A word of the window in this language."""
        return str(table("languages")[self.locale][key])

    @property
    def build(self) -> list[Any]:
        """What GetVersion answers: [major, minor, patch, build, suffix]."""
        return list(table("versions")["builds"][self.version])

    @property
    def version_string(self) -> str:
        major, minor, patch, build, suffix = self.build
        return f"{major}.{minor}.{patch}{suffix}.{build}"

    @property
    def product_name(self) -> str:
        return "DaVinci Resolve" + (" Studio" if self.edition == "studio" else "")

    @property
    def scripts_from_outside(self) -> bool:
        """Whether a program outside of Resolve gets the object; never in the free edition."""
        return self.edition == "studio"

    @property
    def lists_python_scripts(self) -> bool:
        """Whether Workspace > Scripts shows .py files; .lua files are always shown."""
        return self.edition == "studio" or not self.has("21.1")

    def formats(self) -> dict[str, str]:
        """What GetRenderFormats answers: name → id."""
        return {name: entry["id"] for name, entry in table("formats")["formats"].items()}

    def suffix(self, format_id: str) -> str:
        """How the files of a format end."""
        entries = table("formats")["formats"].values()
        return next(str(entry["suffix"]) for entry in entries if entry["id"] == format_id)

    def codecs(self, format_id: str) -> dict[str, str]:
        """What GetRenderCodecs answers for a format's id: description → id."""
        return {
            ("Avid " if entry.get("avid") and self.has("21.0") else "") + entry["label"]: codec_id
            for codec_id, entry in table("formats")["codecs"].items()
            if format_id in entry["formats"] and self._lists(entry)
        }

    def _lists(self, codec: dict[str, Any]) -> bool:
        since = codec["platforms"].get(self.platform)
        allowed = self.edition == "studio" or not codec.get("studio_only", False)
        return since is not None and self.has(since) and allowed
