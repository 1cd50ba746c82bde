"""What a person asks of `python3 install service`: read, made services of, and refused early."""

from __future__ import annotations

import os
import shlex
import stat
from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from ..extras import SERVICE
from ..machine import Machine
from ..options import Options
from ..product import Product
from ..steps import SetupError
from .job_service import api_of, read_places, worker_of
from .keeper import read_variables
from .service import Intake, NoService, Service, services_of

USAGE = "service OPTION ..."
_MISSING = "Make it, or mount its volume; a missing one is never made here."
_ONLY_YOURS = "It holds credentials: make it yours alone, with `chmod 600`."


def read_asked(arguments: Sequence[str], machine: Machine) -> Namespace:
    """Return what was asked for. Raises: SetupError with exit status 2."""
    # On Windows a backslash parts the names in a path.
    words = partial(_words, escape="" if machine.system == "win32" else "\\")
    options = Options(USAGE)
    add = options.add_argument
    add("--watch", type=_place)
    add("--worker", type=_place)
    add("--serve", type=_place)
    add("--workers", type=int, choices=range(1, 257), metavar="N")
    add("--writes", type=_place, action="append", default=[])
    add("--environment", type=_place)
    add("--watch-with", type=words, default=[])
    add("--worker-with", type=words, default=[])
    add("--intake", type=_place)
    add("--out", type=_place)
    add("--intake-with", type=words, default=[])
    add("--dry-run", action="store_true")
    add("--no-start", action="store_true")
    asked = options.read(arguments)
    for problem in _problems(asked):
        options.error(problem)
    return asked


def _problems(asked: Namespace) -> Iterator[str]:
    of_jobs = asked.worker or asked.serve
    if not asked.watch and not of_jobs:
        yield "one of --watch, --worker and --serve is needed"
    if asked.watch and of_jobs:
        yield "a watch folder and the job service are installed one after the other"
    if (asked.intake is None) != (asked.out is None):
        yield "--intake, where footage arrives, needs --out, where proxies go; and back"
    owners = (
        ("--workers", asked.workers, asked.watch or asked.worker, "--watch or a --worker"),
        ("--writes", asked.writes, asked.watch or asked.worker, "--watch or a --worker"),
        ("--environment", asked.environment, of_jobs, "--worker or a --serve"),
        ("--watch-with", asked.watch_with, asked.watch, "--watch"),
        ("--worker-with", asked.worker_with, asked.worker, "--worker"),
        ("--intake", asked.intake, asked.watch, "--watch"),
        ("--intake-with", asked.intake_with, asked.intake, "--intake"),
    )
    for name, given, owner, said in owners:
        if given and not owner:
            yield f"{name} is for a {said}" if said != "--intake" else f"{name} is for an {said}"


def services_asked(product: Product, asked: Namespace) -> tuple[Service, ...]:
    """Return the services. Raises: SetupError."""
    python = product.environment.python
    try:
        if asked.watch is not None:
            return services_of(
                python=python,
                watch=asked.watch,
                workers=asked.workers or 1,
                words=asked.watch_with,
                writes=asked.writes,
                intake=_intake(asked),
            )
        return tuple(_of_jobs(python, asked))
    except NoService as problem:
        raise SetupError(f"{problem}.", exit_code=2) from problem


def _intake(asked: Namespace) -> Intake | None:
    if asked.intake is None:
        return None
    return Intake(folder=asked.intake, out=asked.out, words=tuple(asked.intake_with))


def _of_jobs(python: Path, asked: Namespace) -> Iterator[Service]:
    if asked.worker is not None:
        yield worker_of(
            python=python,
            places=read_places(asked.worker),
            workers=asked.workers or 1,
            words=asked.worker_with,
            writes=asked.writes,
            environment=asked.environment,
        )
    if asked.serve is not None:
        places = read_places(asked.serve)
        yield api_of(python=python, places=places, environment=asked.environment)


def extras_of(asked: Namespace) -> tuple[str, ...]:
    """Return the extras that the services cannot do without."""
    return (SERVICE,) if asked.worker or asked.serve else ()


def refuse_missing(asked: Namespace, machine: Machine) -> None:
    """Refuse folders that are not there, and a file of variables that cannot be used.

    Raises: SetupError.
    """
    settings = filter(None, (asked.worker, asked.serve))
    named = (folder for file in settings for folder in read_places(file).folders)
    folders = (asked.watch, *asked.writes, asked.intake, asked.out, *named)
    wanted = dict.fromkeys(folder for folder in folders if folder is not None)
    missing = [f"There is no folder {place}." for place in wanted if not place.is_dir()]
    if missing:
        raise SetupError("\n".join(missing), cure=_MISSING)
    if asked.environment is not None:
        _refuse_variables(asked.environment, machine)


def _refuse_variables(file: Path, machine: Machine) -> None:
    try:
        found = os.stat(file)
        read_variables(file.read_text("utf-8"), str(file))
    except (OSError, ValueError) as problem:
        raise SetupError(f"{problem}.", exit_code=2) from problem
    # Windows keeps rights in lists, and shows the same bits for all of them.
    if machine.system == "win32":
        return
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise SetupError(f"Others may use {file}.", cure=_ONLY_YOURS, exit_code=2)
    if found.st_uid != os.getuid():
        raise SetupError(f"{file} is somebody else's.", cure=_ONLY_YOURS, exit_code=2)


def _place(text: str) -> Path:
    if not text:  # it would be the folder that we are in
        raise ArgumentTypeError("found no folder; is a variable of the shell not set?")
    return Path(text).expanduser().absolute()


def _words(text: str, escape: str) -> list[str]:
    lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters, lexer.escape = True, "", escape
    try:
        return list(lexer)
    except ValueError as problem:
        raise ArgumentTypeError(f"{text!r}: {problem}") from problem
