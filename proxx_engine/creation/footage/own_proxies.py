"""Proxies of an earlier act among the footage are none: a result near them tells of them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from proxx_engine.creation.footage.listing import File, Folder
from proxx_engine.creation.made_before import MadeBefore

_NOBODY: Mapping[Path, Set[str]] = MappingProxyType({})


def set_aside_proxies(
    folders: Sequence[Folder], *, named: Mapping[Path, Set[str]] = _NOBODY
) -> list[Folder]:
    """Return the folders, with a problem in each file that a result in or above its folder made.

    `named` are the files that a person asked for by name: those are left as they are.
    """
    made = MadeBefore()
    for folder in folders:
        made.read(folder.path, (file.name for file in folder.files))
    if not made:
        return list(folders)
    return [
        replace(
            folder,
            files=tuple(
                file
                if file.name in named.get(folder.path, ())
                else _judged(file, f"{folder.path}{os.sep}{file.name}", made)
                for file in folder.files
            ),
        )
        for folder in folders
    ]


def _judged(file: File, path: str, made: MadeBefore) -> File:
    if file.problem is not None or made.find(path) is None:
        return file
    return replace(file, problem="a proxy that Proxx made")
