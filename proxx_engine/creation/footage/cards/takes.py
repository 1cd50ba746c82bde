"""Takes of an XDCAM card: lists that declare several of its clips to be one.

A camera cuts a long take every 4 GB into CLPR/709_0002_01, _02, …, and writes a list of them in
TAKR/709_0002/709_0002.SMI (Apple, Final Cut Pro user guide, "Working With Split and Spanned XDCAM
EX Clips"). A reference names the clip's file or its UMID, which its M01.XML states as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from proxx_engine.creation.footage.cards.sony import clip_umid, material_number
from proxx_engine.creation.footage.cards.spans import Span
from proxx_engine.creation.footage.cards.xml_files import UnreadableCardFile, local_name, read_xml
from proxx_engine.creation.footage.file_kinds import extension_of, stem_of
from proxx_engine.creation.footage.found import Entry, Found
from proxx_engine.creation.footage.listing import Tree


def find_takes(tree: Tree, entries: Iterable[Entry]) -> Iterator[Span]:
    """Yield the clips that go over several files of one card. Reads the lists."""
    clips: dict[Path, list[Found]] = defaultdict(list)
    for entry in entries:
        if isinstance(entry, Found) and entry.card == "XDCAM":
            for card in entry.path.parents[1:3]:
                clips[card].append(entry)
    takes: dict[Path, list[Path]] = defaultdict(list)
    for folder in tree.folders:
        layouts = tree.layouts(folder.path)
        if layouts and layouts[0].role == "takes":
            card = folder.path.parents[layouts[0].up - 1]
            takes[card] += (
                folder.path / file.name
                for file in folder.files
                if extension_of(file.name) == "smi" and not file.problem
            )
    for card, lists in takes.items():
        yield from _takes_of_a_card(lists, clips[card])


def _takes_of_a_card(lists: list[Path], clips: list[Found]) -> Iterator[Span]:
    references = {path: _references(path) for path in lists}
    by_name = {clip.path.stem.lower(): clip.path for clip in clips}
    asked = any("umid" in each for listed in references.values() for each in listed)
    by_material = _materials(clips) if asked else {}
    for path, listed in references.items():
        span = _take(stem_of(path.name), listed, by_name, by_material)
        if span is not None:
            yield span


def _references(path: Path) -> list[str]:
    try:
        root = read_xml(path)
    except UnreadableCardFile:  # then its parts stay clips of their own, as on a card without it
        return []
    return [element.get("src", "") for element in root.iter() if local_name(element) == "ref"]


def _take(
    name: str, references: list[str], by_name: dict[str, Path], by_material: dict[str, Path]
) -> Span | None:
    """Return the clip that a list declares; None where it is of one file, or of none here."""
    parts: list[Path] = []
    missing: str | None = None
    for number, reference in enumerate(references, start=1):
        part = (
            by_material.get(material_number(reference))
            or by_name.get(stem_of(reference.rpartition("/")[2]).lower())
            or by_name.get(f"{name}_{number:02d}".lower())
        )
        if part is None:
            missing = missing or f"part {number} of {len(references)}"
        elif part not in parts:
            parts.append(part)
    if not parts or len(parts) + bool(missing) < 2:
        return None
    return Span(tuple(parts), missing, name)


def _materials(clips: list[Found]) -> dict[str, Path]:
    materials: dict[str, Path] = {}
    for clip in clips:
        for path in clip.metadata:
            if number := material_number(_umid(path) or ""):
                materials[number] = clip.path
    return materials


def _umid(path: Path) -> str | None:
    if extension_of(path.name) != "xml":
        return None
    try:
        return clip_umid(read_xml(path))
    except UnreadableCardFile:  # the clip is then known by its name
        return None
