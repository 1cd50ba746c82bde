"""Where things lie in the object storage: keys, with forward slashes. Pure."""

from __future__ import annotations

import re

JOBSPECS, RESULTS, MEASURES, UPLOADS = "jobspecs", "results", "qc", "uploads"
SOURCES, PROXIES = "sources", "proxies"
_JOBSPEC = re.compile(
    rf"{JOBSPECS}/([0-9a-f]{{8}}-(?:[0-9a-f]{{4}}-){{3}}[0-9a-f]{{12}})\.job\.json"
)


def jobspec_key(job_id: str) -> str:
    """Return the key of a JobSpec."""
    return f"{JOBSPECS}/{job_id}.job.json"


def job_of_jobspec(key: str) -> str | None:
    """Return the id of the job whose JobSpec has this key; None where the key is no JobSpec's."""
    found = _JOBSPEC.fullmatch(key)
    return found[1] if found else None


def result_key(job_id: str) -> str:
    """Return the key of a job's ExecutionResult."""
    return f"{RESULTS}/{job_id}.result.json"


def measures_key(job_id: str) -> str:
    """Return the key of what a qc job measured."""
    return f"{MEASURES}/{job_id}.qc.json"


def upload_key(upload_id: str) -> str:
    """Return the key of a file that was uploaded to be submitted.

    Submitting copies it, and may be asked for again where its answer was lost, so we remove none.
    """
    return f"{UPLOADS}/{upload_id}"


def media_key(kind: str, path: str) -> str:
    r"""Return the key of a source or proxy, from its path as jobs write it.

    `/mnt/shoot/A.mov` → `sources/mnt/shoot/A.mov`; `P:\shoot\A.mov` → `sources/P/shoot/A.mov`.
    """
    between = r"/+" if path.startswith("/") else r"[/\\]+"
    first, *more = (part for part in re.split(between, path) if part)
    return "/".join((kind, first if path.startswith("/") else first.rstrip(":"), *more))
