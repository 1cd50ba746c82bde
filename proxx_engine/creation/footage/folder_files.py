"""The files of one folder → clips, each with what belongs to it, and what is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from proxx_engine.creation.footage.cards.layouts import Layout, maker_of
from proxx_engine.creation.footage.cards.single_clips import join_files
from proxx_engine.creation.footage.file_kinds import (
    extension_of,
    is_unknown,
    load_file_kinds,
    stem_of,
    why_no_footage,
)
from proxx_engine.creation.footage.found import Entry, Found, LeftOut
from proxx_engine.creation.footage.listing import File, Folder
from proxx_engine.creation.footage.sequences import Numbered, group_numbered
from proxx_engine.spec.media import ImageSequence

MAX_FILES = 100_000
"""The most files that one clip may have."""
_ALWAYS_CLIPS = frozenset({"ari", "arx"})
_MARK_OF_A_SIDE_FILE = re.compile(r"(_?[A-Z][0-9]{2}|_THMB|_PROXY)?", re.IGNORECASE)
# JEITA CP-3461: DCIM/100MEDIA/DJI_0001; the raw photos of drones and phones are DNG as well.
_DCF_FOLDER = re.compile(r"[0-9]{3}[A-Za-z0-9_]{5}")
_DCF_FILE = re.compile(r"[A-Za-z0-9_]{4}[0-9]{4}")
# GL010001.LRV is the proxy of GX010001.MP4 (GoPro, "file naming convention").
_GOPRO_CLIP = re.compile(r"g[a-z]([0-9]{6})")


def sort_files(
    folder: Folder,
    files: Iterable[File],
    layouts: tuple[Layout, ...] = (),
    *,
    named: frozenset[str] = frozenset(),
) -> Iterator[Entry]:
    """Yield what the files of a folder are, in the order of their names.

    `named` are the files that a person asked for by name: of those only what is known to be no
    footage is left out.
    """
    footage: list[str] = []
    pictures: list[str] = []
    beside: list[str] = []
    entries: list[Entry] = []
    kinds = load_file_kinds()
    of_pictures = kinds.pictures_if_named & {extension_of(name) for name in named}
    of_pictures |= kinds.pictures
    for file in files:
        reason = _why_not(file, named, of_pictures)
        if reason is None and extension_of(file.name) in of_pictures:
            pictures.append(file.name)
        elif reason is None:
            footage.append(file.name)
        elif extension_of(file.name) in kinds.of_clip and not file.problem:
            beside.append(file.name)
        else:
            entries.append(LeftOut(folder.path / file.name, reason))
    entries += join_files(folder, footage, layouts)
    entries += _picture_clips(folder, pictures, layouts)
    yield from sorted(_with_side_files(folder, entries, beside), key=lambda entry: entry.path.name)


def side_file_owner(name: str, clips: dict[str, str]) -> str | None:
    """Return the clip that a side file belongs to; `clips` is stem in lower case → clip."""
    stem = stem_of(name).lower()
    for candidate in (stem, stem_of(stem)):
        for length in range(len(candidate), 0, -1):
            rest = candidate[length:]
            if len(rest) > len("_proxy"):
                break
            if candidate[:length] in clips and _MARK_OF_A_SIDE_FILE.fullmatch(rest):
                return clips[candidate[:length]]
    return None


def _why_not(file: File, named: frozenset[str], of_pictures: frozenset[str]) -> str | None:
    by_name = file.name in named
    if file.name.startswith(".") and not by_name:
        return "hidden file"
    taken = extension_of(file.name) in of_pictures or (by_name and is_unknown(file.name))
    return (None if taken else why_no_footage(file.name)) or file.problem


def _is_photo(folder: Folder, name: str) -> bool:
    """Whether folder and file are named as the standard for photo cameras (DCF) names them."""
    home, place = folder.path.parent.name, folder.path.name
    if home.upper() != "DCIM" or not _DCF_FOLDER.fullmatch(place):
        return False
    return _DCF_FILE.fullmatch(stem_of(name)) is not None


def _picture_clips(
    folder: Folder, names: list[str], layouts: tuple[Layout, ...]
) -> Iterator[Entry]:
    photos = {name for name in names if _is_photo(folder, name)}
    sequences, alone = group_numbered(name for name in names if name not in photos)
    for name in (*alone, *photos):
        path = folder.path / name
        if extension_of(name) in _ALWAYS_CLIPS:
            yield Found(path, folder.below, stem_of(name), (path,), card=maker_of(name, layouts))
        else:
            yield LeftOut(path, "a still picture")
    for sequence in sequences:
        yield _sequence_clip(folder, sequence, layouts)


def _sequence_clip(folder: Folder, numbered: Numbered, layouts: tuple[Layout, ...]) -> Entry:
    files = tuple(folder.path / name for name in numbered.names)
    count = f"{len(files):,} numbered pictures"
    if numbered.gaps:
        return LeftOut(files[0], f"{count}, but {numbered.describe_gaps()}", files)
    if len(files) > MAX_FILES:
        return LeftOut(files[0], f"{count}; at most {MAX_FILES:,} can be one clip", files)
    try:
        sequence = ImageSequence(
            prefix=numbered.prefix,
            digits=numbered.digits,
            first=numbered.first,
            suffix=numbered.suffix,
        )
    except ValidationError:
        return LeftOut(files[0], f"{count} of a name with characters that are no text", files)
    return Found(
        path=files[0],
        subdirectory=folder.below,
        name=numbered.stem or folder.path.name or "pictures",
        files=files,
        sequence=sequence,
        card=maker_of(numbered.names[0], layouts),
    )


def _with_side_files(folder: Folder, entries: list[Entry], beside: list[str]) -> Iterator[Entry]:
    """Name the clip in the reason of each side file, and its metadata in the clip."""
    clips: dict[str, str] = {}
    for entry in entries:
        if isinstance(entry, Found) and entry.sequence is None:
            for name in (entry.name, *(path.name for path in entry.files)):
                clips |= {name.lower(): entry.name, stem_of(name).lower(): entry.name}
            if number := _GOPRO_CLIP.fullmatch(entry.name.lower()):
                clips[f"gl{number[1]}"] = entry.name
    described: dict[str, list[Path]] = {}
    for name in beside:
        owner = side_file_owner(name, clips)
        reason = why_no_footage(name) or ""
        yield LeftOut(folder.path / name, f"{reason} of {owner}" if owner else reason)
        if owner and extension_of(name) in load_file_kinds().describing:
            described.setdefault(owner, []).append(folder.path / name)
    for entry in entries:
        if isinstance(entry, Found) and entry.name in described:
            yield replace(entry, metadata=(*entry.metadata, *described[entry.name]))
        else:
            yield entry
