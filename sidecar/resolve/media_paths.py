"""Paths of media as Resolve writes them → keys that are equal where one file is meant. Pure."""

from __future__ import annotations

import posixpath
import re
import unicodedata

_WINDOWS = re.compile(r"[A-Za-z]:/|//")
_RANGE = re.compile(r"\[(\d+)-\d+\](?=[^\[\]/\\]*$)")


def path_key(path: str) -> str:
    r"""Return a key that is equal for two ways of writing one path.

    macOS may tell letters decomposed, Windows turns slashes and knows no case. A backslash in a
    name that is not of Windows is taken for a slash too: Resolve does not tell which it means.
    """
    whole = unicodedata.normalize("NFC", path.replace("\\", "/"))
    if _WINDOWS.match(whole):
        whole = unicodedata.normalize("NFC", whole.casefold())
    return posixpath.normpath(whole) if whole else ""


def first_picture(path: str) -> str:
    """Return the file of a sequence's first picture; any other path as it is.

    Resolve writes a sequence as `dir/plate.[0001-1008].exr`.
    """
    return _RANGE.sub(r"\1", path)


def source_key(path: str) -> str:
    """Return the key of the file that stands for a clip: a sequence's first picture."""
    return path_key(first_picture(path))
