"""Listed folders → clips as an editing system sees them, and why everything else is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from proxx_engine.creation.footage.cards import p2
from proxx_engine.creation.footage.cards.layouts import Layout
from proxx_engine.creation.footage.cards.spans import join_spans
from proxx_engine.creation.footage.cards.takes import find_takes
from proxx_engine.creation.footage.file_kinds import extension_of, load_file_kinds, stem_of
from proxx_engine.creation.footage.folder_files import side_file_owner, sort_files
from proxx_engine.creation.footage.found import Entry, LeftOut
from proxx_engine.creation.footage.listing import Folder, Tree

_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "proxies": "the camera's own low-resolution proxy",
        "thumbnails": "a thumbnail",
        "metadata": "camera metadata",
        "takes": "camera metadata",
    }
)
_NOBODY: Mapping[Path, frozenset[str]] = MappingProxyType({})


def sort_tree(tree: Tree, *, named: Mapping[Path, frozenset[str]] = _NOBODY) -> list[Entry]:
    """Return what all files of a tree are; reads the metadata of the cards in it.

    Every file is in just one entry. `named` are the files that a person asked for, by folder.
    """
    entries: list[Entry] = []
    parts: list[p2.P2Part] = []
    cards = _p2_cards(tree)
    for folder in tree.folders:
        entries += folder.left_out
        layouts = tree.layouts(folder.path)
        if layouts and layouts[0].role == "p2":
            card = cards.get(folder.path.parent, ())
            if card and card[0].path == folder.path:
                its_entries, its_parts = p2.assemble_card(card)
                entries += its_entries
                parts += its_parts
            if card:
                continue
            layouts = ()
        if layouts and layouts[0].role in _ROLES:
            entries += _side_folder(tree, folder, layouts[0])
        else:
            asked = named.get(folder.path, frozenset())
            entries += sort_files(folder, folder.files, layouts, named=asked)
    return join_spans(entries, [*p2.find_spans(parts), *find_takes(tree, entries)])


def _p2_cards(tree: Tree) -> dict[Path, tuple[Folder, ...]]:
    """Return the folders of each P2 card, by the folder that they lie in."""
    cards: dict[Path, tuple[Folder, ...]] = {}
    for folder in tree.folders:
        if any(layout.role == "p2" for layout in tree.layouts(folder.path)):
            home = folder.path.parent
            cards[home] = (*cards.get(home, ()), folder)
    return {home: card for home, card in cards.items() if p2.is_p2(card)}


def _side_folder(tree: Tree, folder: Folder, layout: Layout) -> Iterator[LeftOut]:
    kinds = load_file_kinds()
    clips = {
        stem_of(file.name).lower(): stem_of(file.name)
        for near in (tree.near(folder.path, layout.of) if layout.of else ())
        for file in near.files
        if extension_of(file.name) in kinds.footage
    }
    for file in folder.files:
        path = folder.path / file.name
        owner = side_file_owner(file.name, clips)
        if file.name.startswith("."):
            yield LeftOut(path, "hidden file")
        else:
            reason = _ROLES[layout.role]
            yield LeftOut(path, f"{reason} of {owner}" if owner else reason)
