"""What every system's manager of services can say; the three are used alike.

When a service comes up again, decided once for all three:

| how it ended | exit | then |
|---|---|---|
| asked to, by a signal or by `proxx stop` | 0, 130 | it stays down until the next login or `start` |
| the request is wrong | 2 | down: the same words would be as wrong again |
| FFmpeg or a folder is missing, or not to be trusted | 3 | down: a person has to act; a folder that is only away yet was waited for *before* the start, one that goes away later is waited for by `proxx watch` itself |
| every worker died of a defect of Proxx | 4 | down: each new start could cost another job |
| killed, crashed, out of memory | a signal, any other | up after 10 s, for `proxx watch` then settles what was left; five times in an hour, as every crash may cost the job that ran |

`proxx worker` ends as `proxx watch` does; `proxx serve` runs no job, and ends by the same codes.
No job is run again by any of this. A stop is SIGTERM to Proxx alone, never to FFmpeg: the running
clip is finished, however long it takes within its own limits; once more ends it.
"""  # noqa: E501 - a table

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from .service import Service

DOWN_FOR_GOOD = (2, 3, 4)
"""Exit codes after which only a person starts it again, besides those of a stop."""
ASKED = 130
REST_SECONDS = 10
MOST_STARTS = 5
STARTS_WITHIN_SECONDS = 3600
LOOK_SECONDS = 15


@dataclass(frozen=True)
class Command:
    """One program to run."""

    words: tuple[str, ...]
    may_fail: bool = False
    """Whether its failing says nothing: it undoes what may not have been done."""


class ServiceManager(Protocol):
    """Says how one system keeps services; runs and writes nothing itself."""

    def files(self, service: Service) -> Mapping[PurePath, bytes]:
        """Return each file to write; none holds what stands in a service's `environment`.

        Raises: NoService for what this system cannot carry.
        """

    def arm(self, service: Service) -> tuple[Command, ...]:
        """Once its files are written: start it at every login from the next on."""

    def start(self, service: Service) -> tuple[Command, ...]:
        """Once its files are written: start it now, and from now on at every login.

        Of a service whose files were changed: `stop` and `forget` it before they are written.
        """

    def stop(self, service: Service) -> tuple[Command, ...]:
        """Ask it to end in order; at the next login it starts again."""

    def forget(self, service: Service) -> tuple[Command, ...]:
        """Stop it, and let it start no more; before its files are removed."""

    def forgotten(self, service: Service) -> tuple[Command, ...]:
        """After its files were removed."""

    def show(self, service: Service) -> Command:
        """Print whether it runs."""

    def log(self, service: Service) -> Command:
        """Print what it said."""

    def log_file(self, service: Service) -> PurePath | None:
        """Return the file of what it said; None where the system keeps a journal of its own."""

    def hints(self, service: Service) -> tuple[str, ...]:
        """Say what a person should know, and may do; nothing of it is done here."""
