"""Folders of sound → the takes in them, each file's header read once; and what no take is."""

from __future__ import annotations

from collections.abc import Iterable
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
    recordings: list[Recording] = []
    left_out: list[LeftOut] = []
    for path, problem in sorted(dict(_files(roots)).items()):
        found = problem or _read(path)
        if isinstance(found, Recording):
            recordings.append(found)
        else:
            left_out.append(LeftOut(path, found))
    takes = Takes(group_takes(recordings))
    return SoundWish(takes, tuple(left_out), required, only, downmix)


def _files(roots: Iterable[Path]) -> Iterable[tuple[Path, str | None]]:
    for root in roots:
        if root.is_dir():
            folders: Iterable[Folder] = list_tree(root, "", out=_NOWHERE)
        else:
            folders = (Folder(root.parent, "", (stat_file(root),)),)
        for folder in folders:
            for file in folder.files:
                if _is_sound(file) or not root.is_dir():
                    yield folder.path / file.name, file.problem


def _is_sound(file: File) -> bool:
    return extension_of(file.name) in WAVE_EXTENSIONS and not file.name.startswith(".")


def _read(path: Path) -> Recording | str:
    try:
        return recording_of(path, read_wave(path))
    except UnreadableWave as error:
        return f"sound that {error}"
    except OSError as error:
        return error.strerror or str(error)
