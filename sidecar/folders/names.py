"""What the names in `pending/` mean, and names that sort in the order of submission. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from proxx_engine import JobSpec

JOB = ".job.json"
CLAIM = ".claim"

Meaning = Literal["job", "unfinished", "foreign", "unsafe"]
"""A job to take; a file that is still being written, or a system's own; something else; a name
that no system of ours would write."""

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_NAMED_JOB = re.compile(rf"(?:.*\.)?({_UUID})\.job\.json", re.DOTALL)
_ORDERED = re.compile(rf"(?:\d{{8}}T\d{{9}}Z-\d{{5,}}\.)?(.+)\.({_UUID})\.job\.json", re.DOTALL)
_UNFINISHED = re.compile(
    r"\..*|~\$.*|.*~|.*\.(?:tmp|temp|part|partial|filepart|crdownload|download|swp|lock)"
    r"|Thumbs\.db|desktop\.ini",
    re.IGNORECASE | re.DOTALL,
)
_COPY_OF_A_COPY = re.compile(r"conflicted copy|\(conflict|-conflict-|\.sync-conflict-", re.I)
_MOST_BYTES = 230
"""Of a name, so that journal, log and result, which are called alike, have room."""
_LABEL_BYTES = 140
_MANY = 50_000
"""Names that wait are looked at with every poll, and a name means the same for ever."""


@lru_cache(maxsize=_MANY)
def judge_name(name: str) -> Meaning:
    """Return what a name in `pending/` means."""
    if _UNFINISHED.fullmatch(name):
        return "unfinished"
    if not name.endswith(JOB):
        return "foreign"
    safe = name.isprintable() and name[0] not in "-" and len(name.encode(errors="replace"))
    if not safe or safe > _MOST_BYTES or _COPY_OF_A_COPY.search(name):
        return "unsafe"
    return "job"


@lru_cache(maxsize=_MANY)
def job_id_in(name: str) -> str | None:
    """Return the job id that a job file's name carries; None where it carries none."""
    found = _NAMED_JOB.fullmatch(name)
    return found[1] if found else None


def short_name(name: str) -> str:
    """Return what people read of a job file's name: its label and the first digits of its id."""
    found = _ORDERED.fullmatch(name)
    return f"{found[1]} ({found[2][:8]})" if found else name


def order_names(specs: Iterable[JobSpec], *, at: str) -> list[str]:
    """Return a name for each job that sorts in this order, and after what was submitted before.

    `at`: the moment of submission, as in 2026-02-13T20:15:00.123Z.
    """
    moment = re.sub(r"[-:.]", "", at)
    return [
        f"{moment}-{number:05d}.{_cut(spec.label)}.{spec.job_id}{JOB}"
        for number, spec in enumerate(specs, start=1)
    ]


def job_stem(spec: JobSpec) -> str:
    """Return what a job's own folder and the files in it are called."""
    return f"{spec.label}.{spec.job_id}"


def made_on(spec: JobSpec) -> str:
    """Return the day on which a job was made, as in 2026-02-13."""
    return spec.created_at[:10]


def plain_stem(name: str) -> str:
    """Return a name for what came under a name that cannot be used."""
    kept = "".join(c if c.isprintable() and c not in '/\\<>:"|?*' else "_" for c in name)
    return _cut(kept.removesuffix(JOB).strip("-. ")) or "unnamed"


def _cut(label: str) -> str:
    return label.encode("utf-8", "replace")[:_LABEL_BYTES].decode("utf-8", "ignore").rstrip(". ")
