"""What jobs read and where they write: a JobSpec's paths, and a bundle's list of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from proxx_engine import ExecutionPlan, PathMap, local_path
from sidecar.farm.roots import pure


@dataclass(frozen=True, slots=True)
class JobPaths:
    """The absolute paths of a job, as it writes them."""

    read: tuple[str, ...]
    """Files: footage, sound that was recorded apart, a LUT."""
    folders: tuple[str, ...]
    """Those that the files lie in."""
    directory: str
    """Where the proxies go."""
    work_home: str
    """Where the hidden folder lies meanwhile: there too, or beside a folder called `Proxy`."""


def paths_of(plan: ExecutionPlan) -> JobPaths:
    """Return every path that a job names."""
    spec = plan.spec
    files = [file for clip in spec.clips for file in (clip.source.path, *clip.source.files)]
    look = spec.profile.look
    files += [look.lut.path] if look is not None and look.lut is not None else []
    read = tuple(dict.fromkeys(files))
    folders = tuple(dict.fromkeys(str(pure(file).parent) for file in read))
    return JobPaths(read, folders, spec.output.directory, str(pure(plan.work_folder).parent))


def assets_of(jobs: Iterable[JobPaths], maps: tuple[PathMap, ...]) -> dict[str, Any]:
    """Return the asset references of a bundle, in names of the exporting machine."""
    paths = tuple(jobs)
    return {
        "assetReferences": {
            "inputs": {
                "filenames": _here((file for each in paths for file in each.read), maps),
                "directories": [],
            },
            "outputs": {"directories": _here((each.directory for each in paths), maps)},
            "referencedPaths": [],
        }
    }


def _here(paths: Iterable[str], maps: tuple[PathMap, ...]) -> list[str]:
    return sorted({local_path(path, maps) if maps else path for path in paths})
