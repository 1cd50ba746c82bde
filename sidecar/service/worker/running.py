"""run_workers(): workers of the service in this process, from their first beat to their last."""

from __future__ import annotations

from sidecar.folders.stopping import Wish
from sidecar.service.parts import Parts
from sidecar.service.worker.options import WorkOptions, WorkTeller
from sidecar.service.worker.outcome import WorkOutcome


def run_workers(
    parts: Parts, options: WorkOptions, *, wish: Wish, teller: WorkTeller
) -> WorkOutcome:
    """Run jobs until a person says stop, or with `once` until none waits. Blocks meanwhile.

    Raises: PlaceError where FFmpeg, the home or a part of the service is missing at the start;
    later all are told and waited out.
    """
    raise NotImplementedError
