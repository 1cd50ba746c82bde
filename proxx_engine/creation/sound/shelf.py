"""Folders of sound → the takes in them, each file's header read once; and what no take is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from proxx_engine.creation.footage.file_kinds import extension_of
from proxx_engine.creation.footage.found import LeftOut
from proxx_engine.creation.footage.listing import File, Folder, list_tree, stat_file
from proxx_engine.creation.sound.matching import Takes
from proxx_engine.creation.sound.mixes import Downmix
from proxx_engine.creation.sound.recordings import Recording, recording_of
from proxx_engine.creation.sound.takes import group_takes
from proxx_engine.errors import CreationError, Issue
from proxx_engine.system.wave_files import UnreadableWave, read_wave

WAVE_EXTENSIONS = frozenset({"wav", "bwf", "rf64"})
_NOWHERE = Path("/")


@dataclass(frozen=True)
class SoundWish:
    """What a person asks for of sound."""

    takes: Takes | None = None
    """What was recorded apart; None where nothing is to be laid under pictures."""
    left_out: tuple[LeftOut, ...] = ()
    """What of it can lie under no picture."""
    required: bool = False
    """Whether a clip without a take is refused."""
    only: bool = False
    """Whether the clip's own sound is left out where there is a take."""
    downmix: Downmix | None = None
    """To how few channels each track is mixed that has more."""


def read_sound(
    roots: tuple[Path, ...],
    *,
    required: bool = False,
    only: bool = False,
    downmix: Downmix | None = None,
) -> SoundWish | None:
    """Return what is asked for of sound, None where nothing is; every WAV below the roots is read.

    Raises: CreationError where a root is not there.
    """
    missing = [
        Issue("SOURCE_MISSING", "--sound", f"{path} does not exist")
        for path in roots
        if not path.exists()
    ]
    if missing:
        raise CreationError(tuple(missing))
    if not roots:
        return SoundWish(downmix=downmix) if downmix else None
    folders = list(_folders(roots))
    named = frozenset(root for root in roots if not root.is_dir())
    files = {
        folder.path / file.name: file.problem
        for folder in folders
        for file in folder.files
        if _is_sound(file) or folder.path / file.name in named
    }
    found = {path: problem or _read(path) for path, problem in sorted(files.items())}
    recordings = [each for each in found.values() if isinstance(each, Recording)]
    left_out = [LeftOut(path, why) for path, why in found.items() if isinstance(why, str)]
    left_out += (entry for folder in folders for entry in folder.left_out)
    return SoundWish(Takes(group_takes(recordings)), tuple(left_out), required, only, downmix)


def _folders(roots: Iterable[Path]) -> Iterator[Folder]:
    for root in roots:
        if root.is_dir():
            yield from list_tree(root, "", out=_NOWHERE)
        else:
            yield Folder(root.parent, "", (stat_file(root),))


def _is_sound(file: File) -> bool:
    return extension_of(file.name) in WAVE_EXTENSIONS and not file.name.startswith(".")


def _read(path: Path) -> Recording | str:
    try:
        return recording_of(path, read_wave(path))
    except UnreadableWave as error:
        return f"sound that {error}"
    except OSError as error:
        return error.strerror or str(error)
