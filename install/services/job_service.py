"""The processes of the job service as services: `proxx worker` and `proxx serve`.

Both are given one settings file. What it says is checked by Proxx itself at each start; here only
the places are read that a service waits for and may write into.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

from ..steps import SetupError
from .service import Service, name_of, plain, refuse_bad

_SQLITE = "sqlite:///"
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SAID = ("table", "storage", "home")


@dataclass(frozen=True, kw_only=True)
class JobPlaces:
    """A settings file, and where what it names lies on this host."""

    settings: PurePath
    home: PurePath
    others: tuple[PurePath, ...] = ()
    """The folders of a storage and of a job table that are files here."""

    @property
    def folders(self) -> tuple[PurePath, ...]:
        """Each folder once."""
        return tuple(dict.fromkeys((self.home, *self.others)))


def read_places(settings: Path) -> JobPlaces:
    """Read the places of a settings file. Raises: SetupError."""
    try:
        said = tomllib.loads(settings.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise SetupError(f"{settings} cannot be read: {problem}.", exit_code=2) from problem
    missing = [name for name in _SAID if not isinstance(said.get(name), str) or not said[name]]
    if missing:
        raise SetupError(f"{settings} says no {' and no '.join(missing)}.", exit_code=2)
    base, others = settings.parent, []
    if said["table"].startswith(_SQLITE):
        others.append((base / said["table"].removeprefix(_SQLITE)).parent)
    if not _ADDRESS.match(said["storage"]):
        others.append(base / said["storage"])
    return JobPlaces(settings=settings, home=base / said["home"], others=tuple(others))


def worker_of(
    *,
    python: PurePath,
    places: JobPlaces,
    workers: int = 1,
    words: Iterable[str] = (),
    writes: Iterable[PurePath] = (),
    environment: PurePath | None = None,
) -> Service:
    """Return the service of a host's workers.

    `words` are more words for `proxx worker`; `writes` are the folders that its jobs write proxies
    into; `environment` is a file of variables, for the clients' credentials. Raises: NoService.
    """
    more = ("--workers", str(workers), *words)
    return _service("worker", "runs jobs of", python, places, more, writes, environment)


def api_of(*, python: PurePath, places: JobPlaces, environment: PurePath | None = None) -> Service:
    """Return the service of the API; arguments as those of `worker_of`. Raises: NoService."""
    return _service("serve", "serves the API of", python, places, (), (), environment)


def _service(
    word: str,
    does: str,
    python: PurePath,
    places: JobPlaces,
    more: Iterable[str],
    writes: Iterable[PurePath],
    environment: PurePath | None,
) -> Service:
    settings, variables = plain(places.settings), environment and plain(environment)
    folders = tuple(map(plain, places.folders))
    service = Service(
        name=name_of(word, settings),
        description=f"Proxx {does} {settings}",
        python=python,
        words=(word, str(settings), *more),
        needs=(settings, *folders, *((variables,) if variables else ())),
        writes=tuple(dict.fromkeys((*folders, *map(plain, writes)))),
        network=True,
        environment=variables,
    )
    refuse_bad(service)
    return service
