"""The texts of the files that the menu in Resolve finds Proxx by; pure, whoever writes them.

A menu file reads the locator beside it: `proxx_locator.json` in Python, `proxx_locator.lua` in Lua.
On Windows a script in Lua can start nothing but what its ANSI code page can name: there the command
in Lua's locator is a `.cmd` file at a path in ASCII, which holds the real one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Locator:
    """Where Proxx is, by absolute paths."""

    version: str
    """Of Proxx."""
    command: tuple[str, ...]
    """The words that start Proxx: a Python needs `-I`, for Resolve sets variables of its own."""
    host: str
    """The folder `proxx_host`."""
    log: str
    """A file for what Proxx writes on standard error; for Lua on Windows in ASCII."""
    answers: str
    """A folder that is there, with a path in ASCII, for the answers of a host in Lua."""
    files: str | None = None
    """A folder with a path in ASCII that `proxx plugin exchange` makes, for talks by files where
    a build lets a script in Lua start no program.
    """


def json_locator(locator: Locator) -> str:
    """Return the text of `proxx_locator.json`, to be written in UTF-8."""
    return json.dumps(asdict(locator), indent=2, ensure_ascii=False) + "\n"


def lua_locator(locator: Locator) -> str:
    """Return the text of `proxx_locator.lua`, to be written in UTF-8."""
    words = ", ".join(map(_lua_text, locator.command))
    places = {
        name: getattr(locator, name) for name in ("version", "host", "log", "answers", "files")
    }
    paths = [f"  {name} = {_lua_text(path)}," for name, path in places.items() if path is not None]
    return "\n".join(["return {", f"  command = {{ {words} }},", *paths, "}", ""])


def windows_command(words: tuple[str, ...]) -> str:
    """Return the text of the `.cmd` file that starts a command with further words.

    To be written in UTF-8, without a mark at its beginning. Raises: ValueError: no such file can
    hold the words.
    """
    if any(set(word) & set('"\r\n\0') for word in words):
        raise ValueError(f"a .cmd file cannot hold {words!r}")
    quoted = " ".join('"' + word.replace("%", "%%") + '"' for word in words)
    # By its whole path: a bare name is looked for in the current folder first, whose ever that is.
    in_utf8 = '"%SystemRoot%\\System32\\chcp.com" 65001 >nul'
    return f"@echo off\r\n{in_utf8}\r\n{quoted} %* <nul\r\n"


def _lua_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\0", "\\0") + '"'
