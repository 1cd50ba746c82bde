"""How a bundle lies on the disk, and what its template calls things; pure.

    template.json  parameter_values.json  asset_references.json    what a farm reads
    opencue.xml                                                    the same for OpenCue
    jobs/roots.json                                                the roots, as the jobs write them
    jobs/000001/<label>.<job_id>.job.json                          what task 1 runs, and its record

A root is a folder below which the jobs read or write. Each is a parameter of the template, so that
the farm maps it; `roots.json` holds under the parameter's name what the jobs call it.
"""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATE = "template.json"
VALUES = "parameter_values.json"
ASSETS = "asset_references.json"
OPENCUE = "opencue.xml"
JOBS = "jobs"
ROOTS = "roots.json"

STEP = "Proxies"
TASK = "Job"
"""The task parameter: a task's number, from 1."""
JOBS_PARAMETER = "Jobs"
"""PATH: the bundle's `jobs/`, as the worker calls it."""
COMMAND_PARAMETER = "Proxx"
"""STRING: the command `proxx` on the workers."""
ROOT_PARAMETER = "Root"
"""PATH: Root1, Root2, …: a root, as the worker calls it."""


_FOLDER = re.compile(r"[0-9]{6}")


def folder_of_task(jobs: Path, number: int) -> Path:
    """Return the folder of a task's job; numbers count from 1."""
    return jobs / f"{number:06d}"


def task_of_folder(name: str) -> int | None:
    """Return the number of the task whose folder has this name; None where it is no task's."""
    return int(name) or None if _FOLDER.fullmatch(name) else None
