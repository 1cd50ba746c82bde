"""After each job that is filed: whether it was the last of its batch, and what runs then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from proxx_engine import JobSpec
from sidecar.folders.actions import ActionLog
from sidecar.folders.batches import batch_of, end_batch
from sidecar.folders.layout import WatchFolder
from sidecar.watch.batch_command import run_batch_command
from sidecar.watch.options import Teller


@dataclass(frozen=True)
class BatchEnds:
    """Tells the end of batches, for every worker of one process."""

    folder: WatchFolder
    command: str | None
    """None: nobody wants to know."""
    log: ActionLog
    teller: Teller

    def filed(self, spec: JobSpec, *, worker: str, stop: Callable[[], bool]) -> None:
        """Look whether the batch of a job that was just filed is over. Raises: OSError."""
        batch = batch_of(spec)
        if self.command is None or batch is None:
            return
        counts = end_batch(self.folder, batch)
        if counts is None:
            return
        self.log.note("batch_done", worker=worker, batch=batch.label)
        code = run_batch_command(self.command, self.folder, batch, counts, stop=stop)
        self.teller.batch_done(batch, counts, code)
