"""Roots that jobs may use, and what lies below them; all paths as jobs write them. Pure."""

from __future__ import annotations

import re

from proxx_engine import PathMap, local_path

_NOWHERE = "/\x01"


def is_below(path: str, roots: tuple[str, ...]) -> bool:
    r"""Whether a path as jobs write it is one of the roots or lies below one, by whole names.

    `P:\Shoot` holds `p:/shoot/A.mov`. The path has no "." and "..", as in any decoded JobSpec.
    """
    # Windows cuts dots and spaces off the ends of names: "P:\shoot\.. \x" would be "P:\x".
    windows = not path.startswith("/")
    if windows and any(name and not name.strip(". ") for name in re.split(r"[\\/]", path)):
        return False
    maps = (PathMap(written=root, local=_NOWHERE) for root in roots)
    return any(local_path(path, (each,)) != path for each in maps)


class Roots:
    """The roots; a folder that was asked about is remembered, as sequences have many files."""

    def __init__(self, roots: tuple[str, ...]) -> None:
        self._roots = roots
        self._folders: dict[str, bool] = {}

    def hold(self, path: str) -> bool:
        """Whether a path lies below one of them."""
        folder = re.sub(r"[^/\\]*$", "", path) if not path.startswith("/") else _above(path)
        if folder not in self._folders:
            self._folders[folder] = is_below(folder, self._roots)
        # A name of dots and spaces may be a way up.
        plain = bool(path[len(folder) :].strip(". "))
        return (plain and self._folders[folder]) or is_below(path, self._roots)


def _above(path: str) -> str:
    return path[: path.rindex("/") + 1]
