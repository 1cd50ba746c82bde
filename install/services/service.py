"""What is to run as a service: a program, its places and its name, whatever the system.

Paths may be those of another system: a `PureWindowsPath` is as good as a `Path` here.
"""

from __future__ import annotations

import hashlib
import itertools
import ntpath
import posixpath
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath, PureWindowsPath

_PROGRAM = "sidecar.cli.main"
_ISOLATED = ("-I", "-X", "utf8")
"""A Python that sees no variables and no folder of the user, and writes UTF-8 everywhere."""
_LONGEST_BASE = 24
_FILES = ("--config", "--ffmpeg", "--lut", "--report")
"""Options whose value is a file: a service runs in a folder of its system's choice."""
# What no table of any system can carry in one piece.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class NoService(ValueError):
    """A path or word that the service's system cannot carry; told with what it is."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One program that runs from login on, and comes up again after a crash."""

    name: str
    """ASCII letters, digits and hyphens: a unit, a label, a task, a file on every system."""
    description: str
    python: PurePath
    """The interpreter of the environment; absolute."""
    words: tuple[str, ...]
    """What follows `proxx`: the name of the command, its folder, its options."""
    needs: tuple[PurePath, ...]
    """What must be there before it starts: waited for, without an end."""
    writes: tuple[PurePath, ...]
    """The only folders that it may write into, where the system can hold it to that."""
    network: bool = False
    """Whether it speaks to other machines."""
    environment: PurePath | None = None
    """A file of variables that only its user may read, for what is secret."""

    @property
    def has_clips(self) -> bool:
        """Whether a stop may have to wait for a clip."""
        return self.words[:1] != ("serve",)

    @property
    def command(self) -> tuple[str, ...]:
        """The program, by an absolute path, and its words."""
        return (str(self.python), *_ISOLATED, "-m", _PROGRAM, *self.words)


@dataclass(frozen=True, kw_only=True)
class Intake:
    """A hot folder whose footage becomes jobs of the watch folder."""

    folder: PurePath
    out: PurePath
    """Where its proxies go."""
    words: tuple[str, ...] = ()
    """More words for `proxx intake`."""


def services_of(
    *,
    python: PurePath,
    watch: PurePath,
    workers: int = 1,
    words: Iterable[str] = (),
    writes: Iterable[PurePath] = (),
    intake: Intake | None = None,
) -> tuple[Service, ...]:
    """Return the service of a folder of FFmpeg jobs and, where it is asked for, of its intake.

    `words` are more words for `proxx watch`; `writes` are the folders that its jobs write proxies
    into, besides the watch folder and what an intake makes. The watch folder must have been made:
    an empty one is waited for, as it may be a share that is not mounted yet.
    Raises: NoService for a path that is not absolute or holds control characters.
    """
    watch, words = plain(watch), tuple(words)
    marker = watch / "watch.toml"
    if intake is not None:
        intake = replace(intake, folder=plain(intake.folder), out=plain(intake.out))
    outs = (*map(plain, writes), *((intake.out,) if intake else ()))
    watching = Service(
        name=name_of("watch", watch),
        description=f"Proxx watches {watch}",
        python=python,
        words=("watch", str(watch), "--workers", str(workers), *words),
        needs=(marker,),
        writes=tuple(dict.fromkeys((watch, *outs))),
        # What runs at the end of a batch may tell somebody elsewhere.
        network=_has("--on-batch-done", words) or _has("--config", words),
    )
    services = [watching]
    if intake is not None:
        places = ("--out", str(intake.out), "--into", str(watch))
        services.append(
            Service(
                name=name_of("intake", intake.folder),
                description=f"Proxx takes footage from {intake.folder}",
                python=python,
                words=("intake", str(intake.folder), *places, *intake.words),
                needs=(marker, intake.folder),
                writes=tuple(dict.fromkeys((watch, intake.out))),
            )
        )
    for service in services:
        refuse_bad(service)
    return tuple(services)


def plain(path: PurePath) -> PurePath:
    """Return a path without ".", "..": as Proxx takes it, and as systemd will have it."""
    rules = ntpath if isinstance(path, PureWindowsPath) else posixpath
    return type(path)(rules.normpath(path))


def name_of(kind: str, folder: PurePath) -> str:
    """Return a name for what is done with a folder: readable, and another for each folder."""
    path = unicodedata.normalize("NFC", str(folder))
    plain = unicodedata.normalize("NFKD", folder.name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_BASE].strip("-")
    digest = hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return "-".join(part for part in ("proxx", kind, base, digest) if part)


def _has(option: str, words: tuple[str, ...]) -> bool:
    return any(word == option or word.startswith(f"{option}=") for word in words)


def _files_in(words: tuple[str, ...]) -> Iterator[str]:
    for word, following in itertools.pairwise((*words, "")):
        option, equals, value = word.partition("=")
        if option in _FILES and (equals or following):
            yield value if equals else following


def refuse_bad(service: Service) -> None:
    """Raise NoService for what no system can carry."""
    files = map(type(service.python), _files_in(service.words))
    for path in (service.python, *service.needs, *service.writes, *files):
        if not path.is_absolute():
            raise NoService(f"a service needs absolute paths, found {str(path)!r}")
    for text in (*service.command, *map(str, (*service.needs, *service.writes))):
        if _CONTROL.search(text):
            raise NoService(f"no service can carry a line end or control character: {text!r}")
        try:
            text.encode()
        except UnicodeEncodeError:
            raise NoService(f"no service can carry a name that is no text: {text!r}") from None
