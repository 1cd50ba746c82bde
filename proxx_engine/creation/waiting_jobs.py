"""Jobs that have no result yet, by the proxies that they will make."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from proxx_engine.errors import JobSpecValidationError
from proxx_engine.planning.fingerprint import fingerprint_clip, fingerprint_profile
from proxx_engine.planning.naming import collision_key, path_below
from proxx_engine.planning.path_maps import local_path
from proxx_engine.results.execution_results import PathMap
from proxx_engine.spec.decoding import decode_jobspec
from proxx_engine.spec.file_names import JOB, RESULT
from proxx_engine.spec.reading import MAX_BYTES
from proxx_engine.system.files import read_regular


@dataclass(frozen=True, slots=True)
class _Asked:
    job_file: Path
    position: int
    """Of the clip in its job."""


class WaitingJobs:
    """What the job files in some folders, not below them, ask for and was not run yet.

    A job file that cannot be read asks for nothing: whoever runs it is told. `path_maps`: how the
    paths of jobs are called on this machine.
    """

    def __init__(self, folders: Iterable[Path], path_maps: tuple[PathMap, ...] = ()) -> None:
        self._path_maps = path_maps
        self._asked: dict[str, _Asked] = {}
        self._fingerprints: dict[Path, tuple[str, ...]] = {}
        for folder in dict.fromkeys(folders):
            names = set(os.listdir(folder)) if folder.is_dir() else set()
            for name in sorted(names):
                waits = name.endswith(JOB) and name.removesuffix(JOB) + RESULT not in names
                if waits and not name.startswith("."):
                    self._read(folder / name)

    def find(self, output: Path) -> Path | None:
        """Return the job file that asks for a proxy of this path of this machine."""
        asked = self._asked.get(_key(output))
        return asked.job_file if asked else None

    def asks_for(self, clip_fingerprint: str, output: Path) -> bool:
        """Whether what waits for this path is of the same source, profile and target."""
        asked = self._asked[_key(output)]
        if asked.job_file not in self._fingerprints:
            self._fingerprints[asked.job_file] = _fingerprints_of(asked.job_file)
        fingerprints = self._fingerprints[asked.job_file]
        return clip_fingerprint in fingerprints[asked.position : asked.position + 1]

    def _read(self, path: Path) -> None:
        for position, output in enumerate(_outputs_of(path, self._path_maps)):
            self._asked.setdefault(_key(output), _Asked(path, position))


def _outputs_of(path: Path, path_maps: tuple[PathMap, ...]) -> list[Path]:
    """Return the proxies that a job file asks for; nothing else of it is checked."""
    try:
        loaded = json.loads(read_regular(path, limit=MAX_BYTES))
        directory = local_path(loaded["output"]["directory"], path_maps)
        return [
            Path(path_below(directory, clip["output_subdirectory"], clip["output_name"]))
            for clip in loaded["clips"]
        ]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return []


def _fingerprints_of(path: Path) -> tuple[str, ...]:
    """Return the fingerprints of a job's clips; none where it is no whole JobSpec."""
    try:
        spec = decode_jobspec(read_regular(path, limit=MAX_BYTES))
    except (JobSpecValidationError, OSError, ValueError):
        return ()
    profile = fingerprint_profile(spec.profile)
    return tuple(fingerprint_clip(clip, profile) for clip in spec.clips)


def _key(output: Path) -> str:
    return collision_key(str(output.parent), "", output.name)
