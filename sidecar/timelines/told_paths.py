"""Where a timeline says that media lie → paths to look at on this machine. Pure.

It was written on another machine as a rule, and by anyone: a path that climbs (`..`), holds control
characters or is of another scheme than `file` is not followed; its name may still be searched for.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from proxx_engine import PathMap, is_foreign, local_path

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_DRIVE = re.compile(r"/*([A-Za-z])(?::|%3[Aa])(?=[/\\]|$)")
_RANGE = re.compile(r"\[(\d+)-\d+\](?=\.[^\[\]/\\.]*$)")
_LONGEST = 4096


def told_paths(url: str, *, beside: Path, maps: tuple[PathMap, ...] = ()) -> tuple[Path, ...]:
    """Return the paths that are meant, the likeliest first; none where it is not to be followed.

    `beside` is the timeline's folder: a path that is not absolute begins there.
    """
    found: list[Path] = []
    spellings = list(_spellings(url))
    for written in spellings if all(map(_is_sound, spellings)) else ():
        local = local_path(first_picture(written), maps)
        if is_foreign(local):
            continue
        path = Path(local) if os.path.isabs(local) else beside / local
        found.append(Path(os.path.abspath(path)))
    return tuple(dict.fromkeys(found))


def is_beside(url: str) -> bool:
    """Whether a place is only told from the timeline's own folder on."""
    return not (_SCHEME.match(url) or _DRIVE.match(url) or url.startswith(("/", "\\")))


def first_picture(path: str) -> str:
    """Return the first picture of a sequence that is written as `shot.[0001-0100].exr`."""
    return _RANGE.sub(r"\1", path)


def _is_sound(path: str) -> bool:
    parts = re.split(r"[/\\]", path)
    plain = path.isprintable() or not any(letter < " " or letter == "\x7f" for letter in path)
    return bool(path) and len(path) <= _LONGEST and plain and ".." not in parts


def _spellings(url: str) -> Iterator[str]:
    scheme = _SCHEME.match(url)
    if scheme is None or _DRIVE.match(url):
        yield url
        if "%" in url:
            yield unquote(url)
        return
    if scheme[1].casefold() != "file":
        return
    # Not every program escapes what it writes: a name may hold a bare "%".
    for rest in dict.fromkeys((unquote(url[5:]), url[5:])):
        yield from _of_file_url(rest)


def _of_file_url(rest: str) -> Iterator[str]:
    host, path = "", rest
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        path = slash + path
    if drive := _DRIVE.fullmatch(host):
        yield f"{drive[1]}:{path}"
    elif host and host.casefold() not in ("localhost", "127.0.0.1"):
        yield f"//{host}{path}"
    elif drive := _DRIVE.match(path):
        yield f"{drive[1]}:{path[drive.end() :]}"
    else:
        if path.startswith("//"):
            yield path
        yield "/" + path.lstrip("/")
