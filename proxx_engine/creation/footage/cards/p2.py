"""A P2 card → clips: picture and sound files of one name, spans as the XML declares them.

A clip 0001AB has its picture in VIDEO/0001AB.MXF (or whole in AVCLIP), its sound in one mono file a
channel, AUDIO/0001AB00.MXF to 15, its description in CLIP/0001AB.XML (Panasonic, "How to handle
data recorded on P2 cards").
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from proxx_engine.creation.footage.cards.p2_files import P2Clip, read_p2_clip
from proxx_engine.creation.footage.cards.spans import Span
from proxx_engine.creation.footage.cards.xml_files import UnreadableCardFile
from proxx_engine.creation.footage.file_kinds import extension_of, stem_of
from proxx_engine.creation.footage.folder_files import sort_files
from proxx_engine.creation.footage.found import Entry, Found, LeftOut
from proxx_engine.creation.footage.listing import Folder

_PICTURES = ("video", "avclip")
_MEDIA_FOLDERS = (*_PICTURES, "audio")
_SOUND = re.compile(r"(.+)([0-9]{2})")
_SIDE_FILES = (
    ("clip", "camera metadata"),
    ("icon", "a thumbnail"),
    ("proxy", "the camera's own low-resolution proxy"),
    ("voice", "a voice memo"),
)


@dataclass(frozen=True, slots=True)
class P2Part:
    """A clip of a card, or a part of one, with its description."""

    found: Found
    clip: P2Clip


@dataclass(frozen=True, slots=True)
class _Description:
    path: Path
    says: P2Clip | str
    """What the XML file says, or why it cannot be read."""


def is_p2(card: tuple[Folder, ...]) -> bool:
    """Whether folders of these names are a P2 card: they hold MXF files."""
    return any(folder.path.name.lower() in _MEDIA_FOLDERS and _mxf_names(folder) for folder in card)


def assemble_card(card: tuple[Folder, ...]) -> tuple[list[Entry], list[P2Part]]:
    """Return what lies on one card, and the clips that have a readable description."""
    entries: list[Entry] = []
    parts: list[P2Part] = []
    sounds = _sounds(card)
    descriptions = _descriptions(card)
    taken = {path for own in sounds.values() for path in own.values()}
    pictures: set[str] = set()
    for folder in _folders(card, *_PICTURES):
        for name in _mxf_names(folder):
            clip = stem_of(name).upper()
            pictures.add(clip)
            taken.add(folder.path / name)
            description = descriptions.get(clip)
            entry = _clip(folder, name, sounds.pop(clip, {}), description)
            entries.append(entry)
            if isinstance(entry, Found) and description and isinstance(description.says, P2Clip):
                parts.append(P2Part(entry, description.says))
    for own in sounds.values():
        entries += [LeftOut(path, "sound only") for path in own.values()]
    entries += _side_files(card, pictures, descriptions)
    for folder in _folders(card, *_MEDIA_FOLDERS):
        entries += sort_files(
            folder, [f for f in folder.files if folder.path / f.name not in taken]
        )
    return entries, parts


def find_spans(parts: Iterable[P2Part]) -> Iterator[Span]:
    """Yield the clips that go over several of these parts, on one card or on several."""
    spanned = [p for p in parts if p.clip.top_id and (p.clip.next_id or not _is_top(p))]
    by_id: dict[str | None, list[P2Part]] = defaultdict(list)
    for part in spanned:
        by_id[part.clip.global_id].append(part)
    placed: set[Path] = set()
    for top in filter(_is_top, spanned):
        chain, missing = [top], None
        while (wanted := chain[-1].clip.next_id) is not None:
            here = [p for p in by_id.get(wanted, ()) if p not in chain]
            if not here:
                missing = chain[-1].clip.next_name or "its next part"
                break
            chain.append(_nearest(here, chain[-1]))
        placed |= {part.found.path for part in chain}
        yield Span(tuple(part.found.path for part in chain), missing)
    headless: dict[str | None, list[P2Part]] = defaultdict(list)
    for part in spanned:
        if part.found.path not in placed:
            headless[part.clip.top_id].append(part)
    for group in headless.values():
        yield Span(tuple(part.found.path for part in group), "an earlier part")


def _clip(
    folder: Folder, name: str, sounds: dict[int, Path], description: _Description | None
) -> Entry:
    clip, path = stem_of(name), folder.path / name
    own = tuple(sounds[channel] for channel in sorted(sounds))
    files = (path, *own)
    if problem := next(file.problem for file in folder.files if file.name == name):
        return LeftOut(path, problem, files)
    says = description.says if description else None
    apart = folder.path.name.lower() != "avclip"
    expected = says.sound_count if isinstance(says, P2Clip) and apart else 0
    missing = [f"{clip}{n:02d}.MXF" for n in range(expected) if n not in sounds]
    if missing:
        return LeftOut(path, f"its sound is not whole: {', '.join(missing)} missing", files)
    metadata = (description.path,) if description and isinstance(says, P2Clip) else ()
    return Found(path, folder.below, clip, files, own, card="P2", metadata=metadata)


def _side_files(
    card: tuple[Folder, ...], pictures: set[str], descriptions: dict[str, _Description]
) -> Iterator[LeftOut]:
    for kind, reason in _SIDE_FILES:
        for folder in _folders(card, kind):
            for file in folder.files:
                path = folder.path / file.name
                stem = stem_of(file.name).upper()
                description = descriptions.get(stem)
                if file.name.startswith("."):
                    yield LeftOut(path, "hidden file")
                elif description and description.path == path:
                    yield LeftOut(path, f"{reason} of {stem}{_trouble(description, pictures)}")
                else:
                    owner = next((each for each in (stem, stem[:-2]) if each in pictures), None)
                    yield LeftOut(path, f"{reason} of {owner}" if owner else reason)


def _trouble(description: _Description, pictures: set[str]) -> str:
    if not isinstance(description.says, P2Clip):
        return f", which {description.says}"
    if description.says.has_picture and stem_of(description.path.name).upper() not in pictures:
        return ", whose picture file is missing"
    return ""


def _descriptions(card: tuple[Folder, ...]) -> dict[str, _Description]:
    """Return what the card says of its clips, by clip in upper case."""
    paths = [
        folder.path / file.name
        for folder in _folders(card, "clip")
        for file in folder.files
        if extension_of(file.name) == "xml" and not file.name.startswith(".")
    ]
    return {path.stem.upper(): _Description(path, _read(path)) for path in paths}


def _read(xml: Path) -> P2Clip | str:
    try:
        return read_p2_clip(xml)
    except UnreadableCardFile as error:
        return str(error)


def _sounds(card: tuple[Folder, ...]) -> dict[str, dict[int, Path]]:
    """Return the sound files of each clip by channel; empty ones are as good as missing."""
    sounds: dict[str, dict[int, Path]] = defaultdict(dict)
    for folder in _folders(card, "audio"):
        problems = {file.name: file.problem for file in folder.files}
        for name in _mxf_names(folder):
            match = _SOUND.fullmatch(stem_of(name))
            if match and not problems[name] and int(match[2]) not in sounds[match[1].upper()]:
                sounds[match[1].upper()][int(match[2])] = folder.path / name
    return {clip: own for clip, own in sounds.items() if own}


def _folders(card: tuple[Folder, ...], *names: str) -> Iterator[Folder]:
    return (folder for folder in card if folder.path.name.lower() in names)


def _mxf_names(folder: Folder) -> list[str]:
    return [
        file.name
        for file in folder.files
        if extension_of(file.name) == "mxf" and not file.name.startswith(".")
    ]


def _is_top(part: P2Part) -> bool:
    return part.clip.top_id == part.clip.global_id


def _nearest(candidates: list[P2Part], part: P2Part) -> P2Part:
    """Return the one that lies closest: of two copies of a card, the one beside."""
    here = str(part.found.path)
    return max(candidates, key=lambda p: len(os.path.commonpath([str(p.found.path), here])))
