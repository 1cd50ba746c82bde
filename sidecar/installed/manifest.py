"""What `python3 install` wrote on this machine: each file with the hash of what it holds.

    <home of Proxx>/installed.json

Beside each file stand all contents that are ours: more than one only while an installation is under
way, so that one that was interrupted can be run again or undone.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

NAME = "installed.json"
FORMAT = 1
SERVICE = "service "
"""What the part of a service begins with; its name follows."""

State = Literal["as installed", "edited", "gone", "unreadable"]


class ManifestBroken(Exception):
    """The manifest is there and tells nothing that can be relied on."""


@dataclass(frozen=True)
class InstalledFile:
    """One file that the installer wrote."""

    path: str
    part: str
    """What it belongs to: plugin, sidecar, or service and its name."""
    sha256: tuple[str, ...]
    """Of the contents that are ours."""
    version: str = ""
    """Of the Proxx that it came with."""


@dataclass(frozen=True)
class Manifest:
    """Everything that is installed in one home of Proxx."""

    version: str = ""
    """Of Proxx."""
    files: tuple[InstalledFile, ...] = ()
    folders: tuple[str, ...] = ()
    """Folders that were not there before, outermost first; they go when they are empty."""
    own: tuple[str, ...] = ()
    """Files and folders that Proxx writes into by itself, such as logs; they go as they are."""
    settled: bool = True
    """Whether the last installation came to its end."""
    extras: tuple[str, ...] = ()
    """What Proxx was installed with besides itself: the names in `proxx[…]`, sorted."""
    format: int = field(default=FORMAT)

    def parts(self) -> tuple[str, ...]:
        """Return the parts that have files here, in the order of their first."""
        return tuple(dict.fromkeys(file.part for file in self.files))

    def older(self, part: str) -> tuple[str, ...]:
        """Return the other versions of Proxx that files of a part came with."""
        versions = (file.version for file in self.files if file.part == part)
        return tuple(dict.fromkeys(one for one in versions if one not in ("", self.version)))


def read_manifest(home: Path) -> Manifest | None:
    """Return what is installed in a home; None: nothing is. Raises: ManifestBroken, OSError."""
    try:
        text = (home / NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        told: dict[str, Any] = json.loads(text)
        if told["format"] != FORMAT:
            raise ManifestBroken(f"{home / NAME} is of another version of Proxx.")
        return Manifest(
            version=str(told["version"]),
            files=tuple(
                InstalledFile(
                    path=str(one["path"]),
                    part=str(one["part"]),
                    sha256=tuple(map(str, one["sha256"])),
                    version=str(one["version"]),
                )
                for one in told["files"]
            ),
            folders=tuple(map(str, told["folders"])),
            own=tuple(map(str, told["own"])),
            settled=bool(told["settled"]),
            # Of earlier versions none tells any.
            extras=tuple(map(str, told.get("extras", ()))),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ManifestBroken(f"{home / NAME} cannot be read: {error}.") from error


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return the content of `installed.json`, the files by their paths."""
    files = tuple(sorted(manifest.files, key=lambda file: file.path))
    text = json.dumps(asdict(replace(manifest, files=files)), indent=1, ensure_ascii=True)
    return f"{text}\n".encode("ascii")


def hash_bytes(data: bytes) -> str:
    """Return the hash by which a content is known."""
    return hashlib.sha256(data).hexdigest()


def look(file: InstalledFile) -> State:
    """Return what is true of an installed file now."""
    try:
        data = Path(file.path).read_bytes()
    except OSError:
        # A link to what is away is no file that went: it is somebody's.
        return "unreadable" if os.path.lexists(file.path) else "gone"
    return "as installed" if hash_bytes(data) in file.sha256 else "edited"


def compare(manifest: Manifest) -> Iterator[tuple[InstalledFile, State]]:
    """Yield each installed file with what is true of it now."""
    for file in manifest.files:
        yield file, look(file)


def by_place(manifest: Manifest) -> Mapping[str, InstalledFile]:
    """Return the installed files by their places."""
    return {place(file.path): file for file in manifest.files}


def place(path: str | Path) -> str:
    """Return what a file is known by, whatever its folder is called: a home may be a link."""
    folder, name = os.path.split(path)
    return os.path.normcase(os.path.join(os.path.realpath(folder), name))


def mended_by(part: str) -> str:
    """Return the command that brings a part up."""
    if not part.startswith(SERVICE):
        return "python3 install all"
    # An intake is installed with its watch folder.
    kind = part.removeprefix(SERVICE).removeprefix("proxx-").partition("-")[0]
    return f"python3 install service --{kind if kind in ('worker', 'serve') else 'watch'} …"
