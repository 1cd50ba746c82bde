"""Installs Proxx into an environment with pip, or finds that nothing changed since the last time.

The stamp is a hash of all that decides the outcome: the mode, pyproject.toml, the pins, the
Python, and for a normal install the sources, because it holds a copy of them.
"""

from __future__ import annotations

import contextlib
import enum
import hashlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from .building import only_one, pip_environment, ready_environment
from .environment import ROOT, Environment, read_note, write_note
from .steps import SetupError, last_lines, run_quietly, step

CONSTRAINTS = Path("install", "constraints.txt")

_ALWAYS = (Path("pyproject.toml"), CONSTRAINTS, Path("install", "build_hook.py"))
_SOURCES = (Path("proxx_engine"), Path("sidecar"), Path("resolve_scripts"), Path("README.md"))

# A word in pip's output, and what a person can do about it; the first that is found counts.
_CURES = (
    ("No space left on device", "Make room on this disk, then run the same command again."),
    (
        "Failed to establish a new connection",
        "No package registry was reached: look at the network and the proxy settings. Without a "
        "network, let PIP_FIND_LINKS name a folder with the wheels and set PIP_NO_INDEX=1.",
    ),
    (
        "Temporary failure in name resolution",
        "No package registry was reached: look at the network and the proxy settings. Without a "
        "network, let PIP_FIND_LINKS name a folder with the wheels and set PIP_NO_INDEX=1.",
    ),
    (
        "No matching distribution found",
        "The package registry does not have a package for this system and Python: try another "
        "Python from 3.11 on, or look which registry pip is set to (pip config list).",
    ),
)
_CURE = "Run the same command again; if it fails again, delete the environment's folder first."


class Mode(enum.Enum):
    """How Proxx is installed."""

    NORMAL = "normal"
    """A copy in .venv, as a user has it."""
    EDITABLE = "editable"
    """The sources where they are, with what the tests need."""


_TEXTS = {
    Mode.NORMAL: "Proxx with its FFmpeg",
    Mode.EDITABLE: "Proxx as it is here, and what the tests need",
}

_MEGABYTES = {Mode.NORMAL: 120, Mode.EDITABLE: 320}
"""What pip fetches at most, on the system with the largest wheels."""
_MEGABYTES_OF_EXTRAS = 30


def ready_installation(
    mode: Mode, *, root: Path = ROOT, folder: Path | None = None, extras: Sequence[str] = ()
) -> Environment:
    """An environment in which Proxx is installed in this mode; `.venv`, unless another is named.

    `extras`: what a normal one has besides Proxx itself, sorted. Raises: SetupError.
    """
    environment = Environment(folder=folder or root / ".venv")
    home = environment.folder.parent
    print(f"Proxx set-up in {home}", flush=True)
    with only_one(home):
        ready_environment(environment)
        _install(environment, mode, root, extras)
    return environment


def stamp(mode: Mode, *, root: Path, python: str = sys.version, extras: Sequence[str] = ()) -> str:
    """The hash that stays the same as long as installing again would change nothing."""
    facts = f"{mode.value}\n{python}\n{root}\n{','.join(extras)}\n"
    digest = hashlib.sha256(facts.encode("utf-8", "surrogateescape"))
    for path in _deciding_files(mode, root):
        digest.update(f"{path.relative_to(root).as_posix()}\n".encode("utf-8", "surrogateescape"))
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def cure_for(log: str) -> str:
    """What to do about a failed pip, told from its own words."""
    return next((cure for word, cure in _CURES if word in log), _CURE)


def _install(environment: Environment, mode: Mode, root: Path, extras: Sequence[str]) -> None:
    text = ", ".join((_TEXTS[mode], *extras))
    note = read_note(environment)
    wanted = stamp(mode, root=root, extras=extras)
    if note is not None and note.installed == wanted:
        with step(text) as current:
            current.outcome = "unchanged"
        return
    first = note is None or not note.installed
    size = _MEGABYTES[mode] + _MEGABYTES_OF_EXTRAS * bool(extras)
    with step(f"{text}, up to {size} MB" if first else text) as current:
        _note(environment, unfinished=True, installed="")
        with contextlib.suppress(OSError):
            environment.log.unlink()
        command = _pip_command(environment, mode, root, extras)
        status = run_quietly(command, cwd=root, log=environment.log, environment=pip_environment())
        if status != 0:
            # A pip that came to its own end took its half-made things back, whatever it says; if
            # not even this note can be written, the one from before it stays true.
            with contextlib.suppress(SetupError):
                _note(environment, unfinished=False)
            raise _failed(environment, status)
        _note(environment, unfinished=False, installed=wanted)
        current.outcome = "installed"


def _note(environment: Environment, **changes: str | bool) -> None:
    try:
        write_note(environment, **changes)
    except OSError as problem:
        raise SetupError(f"{environment.folder} cannot be written to: {problem}.") from problem


def _failed(environment: Environment, status: int) -> SetupError:
    words = environment.log.read_text(encoding="utf-8", errors="replace")
    return SetupError(
        f"pip could not install Proxx (status {status}). Its last words:\n"
        f"{last_lines(environment.log)}\nEverything it said is in {environment.log}.",
        cure=cure_for(words),
    )


def _pip_command(
    environment: Environment, mode: Mode, root: Path, extras: Sequence[str]
) -> list[str]:
    # pip takes brackets at the end of a path for extras: so an address for the one, where they are
    # written in another way, and a relative name with extras of its own for the other.
    address = f"proxx[{','.join(extras)}] @ {root.as_uri()}" if extras else root.as_uri()
    what = [address] if mode is Mode.NORMAL else ["-e", ".[test]"]
    pip = [str(environment.python), "-P", "-m", "pip", "install", "--progress-bar", "off"]
    return [*pip, "-c", CONSTRAINTS.as_posix(), *what]


def _deciding_files(mode: Mode, root: Path) -> Iterator[Path]:
    names = _ALWAYS + (_SOURCES if mode is Mode.NORMAL else ())
    for path in (root / name for name in names):
        if path.is_dir():
            yield from sorted(
                file
                for file in path.rglob("*")
                if file.is_file() and "__pycache__" not in file.parts
            )
        elif path.is_file():
            yield path
