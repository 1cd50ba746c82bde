"""Proxies that the results in a folder tell of, by their names and sizes: quick, and no proof."""

from __future__ import annotations

import json
import os
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from proxx_engine.result_store.reading import MAX_RESULT_BYTES
from proxx_engine.spec.file_names import RESULT
from proxx_engine.system.files import read_regular


@dataclass(frozen=True, slots=True)
class Made:
    """A proxy that a result calls completed."""

    size_bytes: int
    clip_fingerprint: str | None
    """Of what it was made of; None where the result does not say."""


class MadeBefore:
    """What the results in folders made there and below them; no result is read twice."""

    def __init__(self) -> None:
        self._read: set[str] = set()
        self._made: dict[str, list[Made]] = defaultdict(list)

    def __bool__(self) -> bool:
        return bool(self._made)

    def read(self, folder: Path, names: Iterable[str]) -> None:
        """Read the results among the files of a folder; one that cannot be read tells nothing."""
        for name in names:
            if name.endswith(RESULT) and not name.startswith("."):
                self._read_result(folder, name)

    def read_folder(self, folder: Path) -> None:
        """List a folder and read its results; one that cannot be listed tells nothing."""
        self.read(folder, sorted(os.listdir(folder)) if folder.is_dir() else ())

    def find(self, path: str) -> Made | None:
        """Return what made the file at `path`: a clip of its place and size, the latest read."""
        made = self._made.get(_key(path), ())
        if not made:
            return None
        try:
            size = os.stat(path).st_size
        except OSError:  # gone since its folder was listed
            return None
        return next((each for each in reversed(made) if each.size_bytes == size), None)

    def _read_result(self, folder: Path, name: str) -> None:
        path = f"{folder}{os.sep}{name}"
        if path in self._read:
            return
        self._read.add(path)
        for relative, made in _read(Path(path)):
            # Beside the proxies of one folder, else above them: a tree may have moved as a whole.
            for below in {relative, relative.rpartition("/")[2]}:
                self._made[_key(f"{folder}{os.sep}{below}")].append(made)


def _read(path: Path) -> list[tuple[str, Made]]:
    """Return each completed clip's path below the job's output folder, and what it made."""
    try:
        loaded = json.loads(read_regular(path, limit=MAX_RESULT_BYTES))
        return [
            (
                str(clip["output"]["relative_path"]),
                Made(int(clip["output_size_bytes"]), clip.get("clip_fingerprint")),
            )
            for clip in loaded["clips"]
            if clip["status"] == "COMPLETED"
        ]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return []


def _key(path: str) -> str:
    # A Mac may give a name back taken apart (NFD) that was written put together.
    return path if path.isascii() else unicodedata.normalize("NFC", path)
