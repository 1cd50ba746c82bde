"""Decides whether the project keeps its laws: rules, vocabulary, layers and profile registry, each
asked on its own.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from proxx_engine.phase1_lock import check_tree

from .vocabulary import scan_tree

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question about the project came to."""

    question: str
    broken: tuple[str, ...]


def audit(root: Path = ROOT) -> tuple[Answer, ...]:
    """Ask everything; one broken law does not hide the next."""
    questions: tuple[tuple[str, Callable[[Path], tuple[str, ...]]], ...] = (
        ("rules", lambda place: tuple(map(str, check_tree(place)))),
        ("vocabulary", lambda place: tuple(map(str, scan_tree(place)))),
        ("layers", check_layers),
        ("profiles", check_profiles),
    )
    return tuple(Answer(name, ask(root)) for name, ask in questions)


def check_layers(root: Path) -> tuple[str, ...]:
    """The report of import-linter, when a contract in pyproject.toml is broken or cannot be
    read.
    """
    from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

    # import-linter reads the project of the current folder, and its report goes to its own console
    # on stdout.
    report = io.StringIO()
    with chdir(root), redirect_stdout(report):
        status = lint_imports(no_cache=True, no_logo=True)
    return (
        ()
        if status == EXIT_STATUS_SUCCESS
        else (report.getvalue().strip() or "import-linter: a layer is broken",)
    )


def check_profiles(root: Path) -> tuple[str, ...]:
    """What the public loader says against the built-in profile library."""
    import proxx_engine

    files = sorted((root / "proxx_engine" / "profiles").glob("*.toml"))
    if not files:
        return ("proxx_engine/profiles: no profile at all",)
    try:
        loaded = proxx_engine.load_profiles()
    except Exception as error:
        return (f"proxx_engine/profiles: {error}",)
    if len(loaded) != len(files):
        return (f"proxx_engine/profiles: {len(files)} files, {len(loaded)} profiles loaded",)
    return ()
