"""`proxx worker` that dies at a chosen moment, as kill -9 would have it:

python -m tests.service.worker.dying_worker MOMENT SETTINGS.toml …
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from proxx_engine.journal import Journal
from sidecar.cli.main import main
from sidecar.service.table.jobs import JobTable
from sidecar.service.worker import jobs, worker


def _die(*_arguments: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_after(owner: Any, name: str) -> Callable[[], None]:
    def prepare() -> None:
        true = getattr(owner, name)

        def call(*arguments: Any, **named: Any) -> Any:
            answer = true(*arguments, **named)
            _die(answer)

        setattr(owner, name, call)

    return prepare


def _die_at_note(event: str) -> Callable[[], None]:
    def prepare() -> None:
        true = Journal.note

        def note(journal: Journal, noted: Any, **facts: Any) -> None:
            true(journal, noted, **facts)
            if noted == event:
                _die()

        Journal.note = note  # type: ignore[method-assign]

    return prepare


MOMENTS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "claimed": _die_after(JobTable, "claim"),
        "home made": _die_after(jobs, "make_home"),
        "job started": _die_at_note("job_started"),
        "publishing": _die_at_note("publishing"),
        "published": _die_at_note("published"),
        "job finished": _die_at_note("job_finished"),
        "run": _die_after(jobs, "execute_jobspec"),
        "stored": _die_after(worker, "store"),
        "settled": _die_after(JobTable, "settle"),
    }
)

if __name__ == "__main__":
    MOMENTS[sys.argv[1]]()
    sys.exit(main(["worker", *sys.argv[2:]]))
