"""Decides whether Phase 1 is kept: by the rules, over sources; by the manifest, over an installed
engine.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from .manifest import MANIFEST_PLACE, compare, read_manifest
from .rules import RULES, SourceModule, Violation, judge


class Phase1ViolationError(Exception):
    """The code is not the code that keeps the laws; the message names every place."""

    def __init__(self, headline: str, found: Iterable[object]) -> None:
        self.found = tuple(str(one) for one in found)
        super().__init__("\n".join([headline, *self.found]))

    def __reduce__(self) -> tuple[type[Phase1ViolationError], tuple[str, tuple[str, ...]]]:
        # The message is made of two parts; an error that crosses a process keeps both.
        return type(self), (str(self).split("\n")[0], self.found)


class ComplianceState(Enum):
    """How it is known that the laws are kept."""

    VERIFIED = "every installed source is the one that passed the laws"
    SOURCE_CHECKOUT = "source checkout: the tests run the rules"


@dataclass(frozen=True, slots=True)
class Compliance:
    """What `proxx doctor` shows of the lock."""

    state: ComplianceState
    files: int = 0
    """The sources compared with the manifest."""
    manifest_sha256: str | None = None


def check_module_compliance(path: Path, *, root: Path | None = None) -> tuple[Violation, ...]:
    """What the laws find in one file.

    Args:
        path: the file.
        root: the folder that holds `proxx_engine`, `sidecar` and the rest; found in the path when
        it is not given.

    Raises:
        ValueError: the file lies in no folder that the laws hold for.
        SyntaxError: the file is not Python.
    """
    place = root.resolve() if root else _root_of(path.resolve())
    relative = path.resolve().relative_to(place).as_posix()
    return judge(SourceModule.parse(path.read_bytes(), path=relative, root=place))


def check_tree(root: Path) -> tuple[Violation, ...]:
    """What the laws find in every governed file below a root, in the order of the paths.

    Raises:
        SyntaxError: one of the files is not Python.
    """
    files = (
        path for folder in _governed_folders() for path in sorted((root / folder).rglob("*.py"))
    )
    return tuple(
        violation for path in files for violation in check_module_compliance(path, root=root)
    )


@functools.cache
def assert_phase1_compliance() -> Compliance:
    """Make sure, once per process, that the engine which runs is the one that passed the laws.

    Raises:
        Phase1ViolationError: an installed source was changed, is missing or was added.
    """
    return compare_with_manifest(Path(__file__).resolve().parents[1])


def compare_with_manifest(package: Path) -> Compliance:
    """Compare one package folder with the manifest that was built into it.

    Raises:
        Phase1ViolationError: a source was changed, is missing or was added, or an installed package
        has no manifest.
    """
    manifest = package / MANIFEST_PLACE
    if not manifest.is_file():
        # Only a checkout may lack it; otherwise removing the manifest would be the way round it.
        if (package.parent / "pyproject.toml").is_file():
            return Compliance(ComplianceState.SOURCE_CHECKOUT)
        raise Phase1ViolationError(
            "The installed engine has no manifest of the sources that passed the laws:", [manifest]
        )
    text = manifest.read_bytes()
    try:
        expected = read_manifest(text)
    except ValueError as error:
        raise Phase1ViolationError(
            "The manifest of the engine's sources cannot be read:", [f"{manifest}: {error}"]
        ) from error
    differences = compare(package, expected)
    if differences:
        raise Phase1ViolationError(
            "The installed engine is not the one that passed the laws:", differences
        )
    return Compliance(ComplianceState.VERIFIED, len(expected), hashlib.sha256(text).hexdigest())


def _governed_folders() -> tuple[str, ...]:
    return tuple(dict.fromkeys(folder for rule in RULES for folder in rule.holds_for))


def _root_of(path: Path) -> Path:
    folders = {folder.rstrip("/") for folder in _governed_folders()}
    for parent in path.parents:
        # A package inside another, or a checkout that is called like one, is told by what lies
        # around it.
        if parent.name in folders and not (parent.parent / "__init__.py").exists():
            return parent.parent
    raise ValueError(
        f"{path} lies in none of the folders that the laws hold for: {', '.join(sorted(folders))}"
    )
