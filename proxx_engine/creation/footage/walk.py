"""Files, folders and cards as a person names them → the clips in them, and what is left out."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from proxx_engine.creation.footage.cards.layouts import layouts_of
from proxx_engine.creation.footage.found import Entry
from proxx_engine.creation.footage.found import Found as Found
from proxx_engine.creation.footage.found import LeftOut as LeftOut
from proxx_engine.creation.footage.grouping import sort_tree
from proxx_engine.creation.footage.listing import Folder, Tree, list_folder, list_tree, stat_file
from proxx_engine.creation.footage.own_proxies import set_aside_proxies
from proxx_engine.creation.footage.roots import mirror_path, name_roots


def walk_footage(
    paths: tuple[Path, ...], *, out: Path, mirrored_from: tuple[Path, ...] | None = None
) -> Iterator[Found | LeftOut]:
    """Yield every clip below `paths` in a fixed order, each once, and all else with its reason.

    A file stands for the clip that it is a part of: any picture of a sequence, any part of a span.
    A folder inside a card is seen as a part of that card. Proxies mirror the tree as it is, below
    the name of each folder where several are named; of a file that is named, those of its folders
    that lie below one of the roots `mirrored_from` (all of them where none holds it). `out` and
    what Proxx made is passed by, but a proxy that is named itself.
    """
    asked = tuple(dict.fromkeys(path.absolute() for path in paths))
    tops = [path for path in asked if os.path.isdir(path)]
    below = _walk_folders(tops, out)
    files = _Files([path for path in asked if path not in below], out, mirrored_from)
    told: set[Path] = set()
    for path in asked:
        for entry in below[path] if path in below else [files.entry(path)]:
            if entry.path not in told:
                told.add(entry.path)
                yield entry


def _walk_folders(tops: list[Path], out: Path) -> dict[Path, list[Entry]]:
    """Return what lies in each folder; all are seen together, as a clip may go over two cards."""
    several = len(tops) > 1
    roots = name_roots(tops) if several else dict.fromkeys(tops, "")
    own: dict[Path, tuple[Folder, Path]] = {}
    around: dict[Path, Folder] = {}
    for top in tops:
        for folder in list_tree(top, roots[top], out=out):
            own.setdefault(folder.path, (folder, top))
        if (card := _card_above(top)) is not None:
            beside = list_tree(card, "", out=out, card_folders_only=True)
            around |= {folder.path: folder for folder in beside}
    tree = [folder for folder, _top in own.values()]
    tree += (folder for path, folder in around.items() if path not in own)
    entries: dict[Path, list[Entry]] = {top: [] for top in tops}
    for entry in sort_tree(Tree.of(set_aside_proxies(tree))):
        homes = [home for path in _files_of(entry) for home in (path.parent, path) if home in own]
        if not homes:
            continue
        top = own[homes[0]][1]
        if isinstance(entry, Found) and entry.path.parent not in own:
            entry = replace(entry, subdirectory=roots[top])
        entries[top].append(entry)
    return entries


def _card_above(folder: Path) -> Path | None:
    """Return the folder that must be seen to know the clips in this one; None when it is enough."""
    up = max((layout.up for layout in layouts_of(folder)), default=0)
    return folder.parents[up - 1] if up else None


def _files_of(entry: Entry) -> tuple[Path, ...]:
    return entry.files or (entry.path,)


class _Files:
    """Files that were asked for by name, each looked up among those that it lies with."""

    def __init__(
        self, paths: list[Path], out: Path, mirrored_from: tuple[Path, ...] | None
    ) -> None:
        self._out = out
        self._mirrored_from = mirrored_from
        self._asked: dict[Path, set[str]] = defaultdict(set)
        self._seen: dict[tuple[Path | None, Path], dict[Path, Entry]] = {}
        for path in paths:
            self._asked[path.parent].add(path.name)

    def entry(self, path: Path) -> Entry:
        """Return the clip that a file is a part of, or why it is none."""
        if not os.path.lexists(path):
            return LeftOut(path, "does not exist")
        card = _card_above(path.parent)
        place = (card, card or path.parent)
        if place not in self._seen:
            self._seen[place] = self._see(*place)
        # A name in another case, or one that its folder does not list, stands for itself.
        entry = self._seen[place].get(path) or self._alone(path)
        if not isinstance(entry, Found):
            return entry
        roots = self._mirrored_from
        below = "" if roots is None else mirror_path(entry.path.parent, roots)
        return replace(entry, subdirectory=below)

    def _see(self, card: Path | None, home: Path) -> dict[Path, Entry]:
        if card is None:
            listed = [list_folder(home, out=self._out)]
        else:
            listed = list(list_tree(card, "", out=self._out, card_folders_only=True))
        return self._by_file(Tree.of(set_aside_proxies(listed, named=self._asked)))

    def _alone(self, path: Path) -> Entry:
        folder = Folder(path.parent, "", (stat_file(path),))
        return self._by_file(Tree.of([folder]))[path]

    def _by_file(self, tree: Tree) -> dict[Path, Entry]:
        named = {folder: frozenset(names) for folder, names in self._asked.items()}
        return {path: entry for entry in sort_tree(tree, named=named) for path in _files_of(entry)}
