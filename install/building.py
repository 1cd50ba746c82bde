"""Makes `.venv` usable: keeps a whole one, makes a broken one anew and says why.

What is installed into it is decided in `installation`.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from .environment import Environment, what_is_wrong, write_note
from .steps import SetupError, child_environment, last_lines, run_quietly, step

_NO_PIP = "This Python has no 'ensurepip', and no pip (22.3 or newer) was found that could help."
_NO_PIP_CURE = (
    "On Debian and Ubuntu: apt install python3-venv. Elsewhere: install a complete Python 3.11 "
    "or newer. Then run the same command again."
)


def ready_environment(environment: Environment) -> None:
    """Use `.venv` if it is whole, else make it anew and say why. Raises: SetupError."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    name = environment.folder.name
    with step(f"{name} with Python {version}") as current:
        wrong = what_is_wrong(environment, version=version)
        current.outcome = "is there"
        if wrong:
            there = os.path.lexists(environment.folder)
            current.outcome = "made anew" if there else "made"
            if there:
                current.remark = f"the old {name} could not be used: {wrong}"
                remove_environment(environment)
            _make(environment)


def base_python() -> Path:
    """The Python that environments are made of."""
    # Inside an activated environment sys.executable may be the very Python that was removed.
    return Path(getattr(sys, "_base_executable", None) or sys.executable)


def closed_above(python: Path) -> Path | None:
    """The folder above a Python that not everybody may pass; None: there is none, or no telling."""
    if os.name == "nt":
        return None
    folders = reversed(Path(os.path.realpath(python)).parents)
    return next((folder for folder in folders if not folder.stat().st_mode & 0o001), None)


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Let no second set-up change the same `.venv` meanwhile; it waits for its turn."""
    try:
        import fcntl
    except ImportError:  # Windows cannot lock a folder; there it is the user's to start only one
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        # Not every network file system can lock a folder: then there is no lock, and no failure.
        with contextlib.suppress(OSError):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("  another set-up is at work in this folder; waiting for it", flush=True)
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def pip_environment() -> dict[str, str]:
    """For pip: the user's own registry settings stay, what would install elsewhere goes."""
    elsewhere = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_REQUIRE_VIRTUALENV")
    kept = {name: value for name, value in os.environ.items() if name not in elsewhere}
    return child_environment(
        kept, PIP_USER="0", PIP_NO_INPUT="1", PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONUTF8="1"
    )


def remove_environment(environment: Environment) -> None:
    """Remove the folder, if it is an environment. Raises: SetupError."""
    folder = environment.folder
    if folder.is_symlink() or not folder.is_dir():
        made_by_venv = False
    else:
        made_by_venv = any(map(os.path.lexists, environment.marks)) or not any(folder.iterdir())
    if not made_by_venv:
        raise SetupError(
            f"{folder} is no Python environment, so it is not touched.",
            cure="Move it away, then run the same command again.",
        )
    try:
        _remove_marks_last(environment)
    except OSError as problem:
        raise SetupError(
            f"{folder} cannot be removed: {problem}.",
            cure="Close what uses it, or delete it by hand, then run the same command again.",
        ) from problem


def _remove_marks_last(environment: Environment) -> None:
    """Remove the folder so that, wherever this ends, the rest is known as what it was."""
    if environment.note_file.exists():
        with contextlib.suppress(OSError):  # no room for a note makes room all the same
            write_note(environment, unfinished=True)
    for path in environment.folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path not in environment.marks:
            path.unlink()
    shutil.rmtree(environment.folder)


def _make(environment: Environment) -> None:
    folder = environment.folder
    try:
        folder.mkdir()
        write_note(environment, unfinished=True)
    except OSError as problem:
        raise SetupError(
            f"No environment can be made in {folder.parent}: {problem}.",
            cure="Put the project where you may write, then run the same command again.",
        ) from problem
    base = str(base_python())
    # Debian cuts ensurepip out of Python: there the system's pip brings the environment its own.
    complete = importlib.util.find_spec("ensurepip") is not None
    options = [] if complete else ["--without-pip"]
    venv = [base, "-I", "-m", "venv", *options, str(folder)]
    if run_quietly(venv, cwd=folder, log=environment.log) != 0:
        raise SetupError(
            f"Python's own 'venv' could not make {folder}. Its last words:\n"
            + last_lines(environment.log),
            cure=_NO_PIP_CURE,
        )
    if not complete and not _pip_from_outside(environment, base):
        raise SetupError(f"{_NO_PIP}\n{last_lines(environment.log, 4)}", cure=_NO_PIP_CURE)
    write_note(environment, unfinished=False)


def _pip_from_outside(environment: Environment, base: str) -> bool:
    programs = [[found] for name in ("pip3", "pip") if (found := shutil.which(name))]
    for pip in ([base, "-P", "-m", "pip"], *programs):
        install = [*pip, "--python", str(environment.python), "install", "pip"]
        folder, log = environment.folder, environment.log
        if run_quietly(install, cwd=folder, log=log, environment=pip_environment()) == 0:
            return True
    return False
