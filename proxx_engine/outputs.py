"""A proxy's final name: held while the proxy is made, given to it once it is proven."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from proxx_engine.errors import EncodingFault
from proxx_engine.planning.plan import ClipPlan
from proxx_engine.preflight import output_obstacle
from proxx_engine.system.files import make_folders_below
from proxx_engine.system.locks import hold_lock, release_lock
from proxx_engine.system.publishing import publish_durably, replace_durably


def reserve_output(clip: ClipPlan, directory: Path, undo: ExitStack) -> None:
    """Hold the proxy's name, so that no other job makes the same proxy meanwhile.

    Raises: EncodingFault, OSError.
    """
    output = Path(clip.output_path)
    try:
        make_folders_below(directory, output.parent)
    except FileNotFoundError:
        raise EncodingFault("STORAGE_OUTPUT_MISSING", str(directory)) from None
    except NotADirectoryError as error:
        raise EncodingFault("SPEC_OUTSIDE_ROOT", str(error)) from error
    reservation = Path(clip.reservation_path)
    lock = hold_lock(reservation, durable=False)
    if lock is None:
        raise EncodingFault("OUTPUT_CLAIMED", str(reservation))
    undo.callback(release_lock, reservation, lock)
    _require_free(clip)


def replaced_by(clip: ClipPlan) -> str | None:
    """Return the sha256 of the proxy that will be replaced; None where the name is free."""
    return clip.clip.replaces if os.path.lexists(clip.output_path) else None


def publish_output(clip: ClipPlan, *, replaced: str | None) -> None:
    """Give the proven file its final name, in the place of the proxy `replaced` if there is one.

    Raises: EncodingFault when the name is no longer ours to take, OSError.
    """
    hidden, final = Path(clip.work_path), Path(clip.output_path)
    if replaced is not None:
        _require_free(clip)
        replace_durably(hidden, final)
        return
    try:
        publish_durably(hidden, final)
    except FileExistsError:
        raise EncodingFault("OUTPUT_EXISTS", str(final)) from None


def _require_free(clip: ClipPlan) -> None:
    obstacle = output_obstacle(clip)
    if obstacle is not None:
        raise EncodingFault(obstacle.code, obstacle.detail)
