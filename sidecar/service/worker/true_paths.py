"""Whether a job's paths, followed through every link on this machine, stay below the roots.

As written they were checked when the job was submitted; where links lead, only the machine knows
that runs it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from proxx_engine import (
    Issue,
    JobSpec,
    JobSpecValidationError,
    PathMap,
    is_foreign,
    local_path,
    plan_here,
    plan_job,
)
from sidecar.service.roots import is_below
from sidecar.service.settings import MediaSettings, ServiceSettings

_MOST = 20


def refuse_outside(
    spec: JobSpec, settings: ServiceSettings, path_maps: tuple[PathMap, ...]
) -> None:
    """Raises: JobSpecValidationError where a path really lies below none of the roots.

    What travels through the storage is not opened by its own name.
    """
    local = (local_path(root, path_maps) for root in settings.roots)
    allowed = [_real(root) for root in local if not is_foreign(root)]
    issues: list[Issue] = []
    well: set[str] = set()
    for at, path in _opened(spec, settings.media, path_maps):
        if path in well or is_foreign(path):  # by a foreign name nothing can be opened
            continue
        real = _real(path)
        if any(_is_below(real, root) for root in allowed):
            well.add(path)
        else:
            sentence = f"{path} is really {real}, which lies below none of the service's roots"
            issues.append(Issue("SPEC_OUTSIDE_ROOT", at, sentence))
        if len(issues) == _MOST:
            break
    if issues:
        raise JobSpecValidationError(tuple(issues), subject=spec.label)


def _opened(
    spec: JobSpec, media: MediaSettings, path_maps: tuple[PathMap, ...]
) -> Iterator[tuple[str, str]]:
    """Yield whatever a job opens, by its name here; files of one folder, which may be many, once
    where they are no links.
    """
    for position, clip in enumerate(spec.clips):
        for number, file in enumerate(clip.source.files):
            if is_below(file, media.sources):
                continue
            path = local_path(file, path_maps)
            at = f"clips[{position}].source.files[{number}]"
            yield at, path if os.path.islink(path) else os.path.dirname(path)
    look = spec.profile.look
    if look is not None and look.lut is not None and not is_below(look.lut.path, media.sources):
        yield "profile.look.lut.path", local_path(look.lut.path, path_maps)
    if is_below(spec.output.directory, media.proxies):
        return
    here = plan_here(plan_job(spec), path_maps)
    for planned in here.clips:
        yield "output.directory", os.path.dirname(planned.output_path)
    yield "output.directory", here.work_folder
    yield "output.directory", os.path.dirname(here.result_path)


def _real(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)
