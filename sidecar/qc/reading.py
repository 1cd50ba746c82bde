"""What was measured of one clip, for whoever shows it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import ClipExecutionResult, StoredResult, Unread
from sidecar.qc.model import QcClip, QcResult
from sidecar.qc.storing import qc_places, read_qc


@dataclass(frozen=True, slots=True)
class Quality:
    """The measures of one clip, and the file that they are from."""

    path: Path
    qc: QcResult
    clip: QcClip


def read_qcs(stored: StoredResult) -> tuple[Path, QcResult] | Unread | None:
    """Return what was measured of a job; Unread where its file cannot be read, None without one."""
    for path in qc_places(stored):
        if not os.path.lexists(path):
            continue
        try:
            qc = read_qc(path)
        except OSError as error:
            return Unread(path, error.strerror or str(error))
        except ValueError as error:
            return Unread(path, str(error))
        if qc.job_id != stored.result.job_id:
            return Unread(path, "is of another job")
        return path, qc
    return None


def read_quality(stored: StoredResult, clip_index: int) -> Quality | Unread | None:
    """Return what was measured of a clip's proxy; None where nothing was.

    What cannot be read, or was measured of another file than the result tells of, is Unread, with
    its sentence. Never raises for what is on the disk.
    """
    read = read_qcs(stored)
    if read is None or isinstance(read, Unread):
        return read
    return quality_of(read, stored, clip_index)


def quality_of(
    read: tuple[Path, QcResult], stored: StoredResult, clip_index: int
) -> Quality | Unread | None:
    """Return one clip of what `read_qcs` read: a job of many clips is read once."""
    path, qc = read
    clip = next((each for each in qc.clips if each.index == clip_index), None)
    told = _clip_of(stored, clip_index)
    if clip is None or told is None:
        return None
    if clip.proxy_sha256 != told.output_sha256:
        return Unread(path, "was measured of another proxy than the result tells of")
    return Quality(path, qc, clip)


def _clip_of(stored: StoredResult, index: int) -> ClipExecutionResult | None:
    return next((each for each in stored.result.clips if each.index == index), None)
