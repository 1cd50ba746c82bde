"""The footage files of one folder → clips: those of R3D and BRAW are joined, others stand alone.

RED splits a clip into files of 2 or 4 GB, all in the clip's own RDC folder, and its programs open
all by the first (REDCINE-X PRO operation guide 955-0004, "R3D File Structure"). Blackmagic cameras
that write to two cards at once put half of the frames into a .braw2 of the same name (URSA Cine
manual, "Card A + B": without it the clip plays at half its rate).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from proxx_engine.creation.footage.cards.layouts import Layout, maker_of
from proxx_engine.creation.footage.file_kinds import extension_of, stem_of
from proxx_engine.creation.footage.found import Entry, Found, LeftOut
from proxx_engine.creation.footage.listing import Folder

_PART = re.compile(r"(.+)_([0-9]{3})")
# Camera, reel, clip, date and random letters: so only RED names its files.
_RED_NAME = re.compile(r"[A-Z][0-9]{3}_[A-Z][0-9]{3}_[0-9A-Z]{6}(_.+)?_[0-9]{3}", re.IGNORECASE)


def join_files(folder: Folder, names: list[str], layouts: tuple[Layout, ...]) -> Iterator[Entry]:
    """Yield the clips of footage files that lie in one folder."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for name in names:
        extension = extension_of(name)
        by_kind[extension if extension in ("r3d", "braw", "braw2", "nev") else "other"].append(name)
    in_clip_folder = any(layout.card == "R3D" for layout in layouts)
    yield from _red(folder, by_kind["r3d"], in_clip_folder=in_clip_folder)
    yield from _blackmagic(folder, by_kind["braw"], by_kind["braw2"])
    nikon = {stem_of(name).lower() for name in by_kind["nev"]}
    for name in (*by_kind["nev"], *by_kind["other"]):
        path = folder.path / name
        if in_clip_folder and by_kind["r3d"]:
            yield LeftOut(path, "the camera's own proxy; the R3D beside it is taken")
        elif extension_of(name) in ("mp4", "mov") and stem_of(name).lower() in nikon:
            yield LeftOut(path, f"the camera's own low-resolution proxy of {stem_of(name)}")
        else:
            card = maker_of(name, layouts)
            yield Found(path, folder.below, stem_of(name), (path,), card=card)


def _red(folder: Folder, names: list[str], *, in_clip_folder: bool) -> Iterator[Entry]:
    clips: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for name in names:
        part = _PART.fullmatch(stem_of(name))
        if part and (in_clip_folder or _RED_NAME.fullmatch(stem_of(name))):
            clips[part[1], name[-4:]][int(part[2])] = name
        else:
            path = folder.path / name
            yield Found(path, folder.below, stem_of(name), (path,), card="R3D")
    for (clip, _extension), parts in clips.items():
        files = tuple(folder.path / parts[number] for number in sorted(parts))
        missing = sorted(set(range(1, max(parts) + 1)) - set(parts))
        if missing:
            lacking = ", ".join(f"{clip}_{number:03d}.R3D" for number in missing[:8])
            more = ", …" if len(missing) > 8 else ""
            yield LeftOut(files[0], f"{clip} is not whole: {lacking}{more} missing", files)
        else:
            yield Found(files[0], folder.below, clip, files, card="R3D", spanned=len(files) > 1)


def _blackmagic(folder: Folder, names: list[str], seconds: list[str]) -> Iterator[Entry]:
    taken: set[str] = set()
    for name in names:
        half = next((each for each in seconds if each.lower() == f"{name.lower()}2"), None)
        taken.add(half or "")
        files = tuple(folder.path / each for each in (name, half) if each)
        spanned = half is not None
        yield Found(files[0], folder.below, stem_of(name), files, card="BRAW", spanned=spanned)
    for name in seconds:
        if name not in taken:
            reason = f"the second half of the frames of {stem_of(name)}, whose .braw is missing"
            yield LeftOut(folder.path / name, reason)
