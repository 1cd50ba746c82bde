"""Decides whether the engine's files are the ones that passed the laws: a manifest of hashes, and
its comparison.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

MANIFEST_PLACE = "phase1_lock/manifest.json"
"""Where the manifest lies, relative to the package."""
_VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Difference:
    """One file that is not as it was when the laws were checked."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def hash_file(path: Path) -> str:
    """The sha256 of one source, as the manifest keeps it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def source_files(package: Path) -> tuple[Path, ...]:
    """Every Python source of an installed package; compiled files are Python's own."""
    return tuple(sorted(path for path in package.rglob("*.py") if "__pycache__" not in path.parts))


def write_manifest(hashes: Mapping[str, str]) -> str:
    """The manifest's text: the paths are relative to the package, with forward slashes."""
    return (
        json.dumps({"manifest_version": _VERSION, "files": dict(sorted(hashes.items()))}, indent=1)
        + "\n"
    )


def read_manifest(text: bytes) -> dict[str, str]:
    """The hashes by path.

    Raises:
        ValueError: the text is no manifest of this version.
    """
    content = json.loads(text)
    files = content.get("files") if isinstance(content, dict) else None
    if not isinstance(files, dict) or content.get("manifest_version") != _VERSION:
        raise ValueError(f"not a manifest of version {_VERSION}")
    return {str(path): str(digest) for path, digest in files.items()}


def compare(package: Path, expected: Mapping[str, str]) -> tuple[Difference, ...]:
    """Every file that was changed, is missing, or was added since the manifest was written."""
    actual = {
        path.relative_to(package).as_posix(): hash_file(path) for path in source_files(package)
    }
    return tuple(_differences(actual, expected))


def _differences(actual: Mapping[str, str], expected: Mapping[str, str]) -> Iterable[Difference]:
    for path in sorted(actual.keys() | expected.keys()):
        if path not in actual:
            yield Difference(path, "missing")
        elif path not in expected:
            yield Difference(path, "added")
        elif actual[path] != expected[path]:
            yield Difference(path, "changed")
