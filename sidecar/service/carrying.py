"""Media through the storage: sources of a job there and here, its proxies back; where asked.

Who submits, where the footage is, before or after submitting:

    carry_sources(spec, storage, settings.media.sources, maps=tools.path_maps)

A worker, before it claims (what is away here then empties no queue), and again as often as it
likes: what is there already is kept:

    maps = fetch_sources(spec, storage, settings.media, scratch, maps=tools.path_maps)
    tools_of_job = dataclasses.replace(tools, path_maps=maps)

and after the run, before the row is settled:

    carry_proxies(spec, result, storage, settings.media.proxies, maps=maps)
    clear_scratch(scratch)

The JobSpec stays as it is: each of these is path maps. A job of which nothing lies below the roots
of `settings.media` is not touched by them, and `maps` is what it was.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import (
    ClipSpec,
    Issue,
    JobExecutionResult,
    JobSpec,
    PathMap,
    RequestError,
    hash_samples,
    is_foreign,
    local_path,
    plan_here,
    plan_job,
    sweep_parts,
)
from sidecar.service.keys import PROXIES, SOURCES, media_key
from sidecar.service.roots import is_below
from sidecar.service.settings import MediaSettings
from sidecar.service.storage.contract import Storage
from sidecar.service.storage.objects import key_problem
from sidecar.service.storage.streams import ever_on, hash_stream, read_stream
from sidecar.service.travel_plan import files_of, plan_fetching

_MOST_LUT_BYTES = 96 * 1024 * 1024
"""The engine reads no larger one."""


@dataclass(frozen=True, slots=True)
class Carried:
    """One file that is in the storage now, proven."""

    path: str
    """As the job writes it."""
    key: str
    sha256: str
    is_new: bool
    """False where an equal one was there."""


def carry_sources(
    spec: JobSpec, storage: Storage, roots: Sequence[str], *, maps: Sequence[PathMap] = ()
) -> tuple[Carried, ...]:
    """Put what a job reads, as far as it lies below `roots`, into the storage.

    `maps`: how roots that the job names are called here. Nothing goes up but what the job was made
    for, and nothing is replaced.
    Raises: RequestError with every file that is missing, changed, or another one in the storage;
    what is well has gone up by then. PlaceError where the storage is away.
    """
    issues: list[Issue] = []
    carried = []
    for path, local in _sound_sources(spec, tuple(roots), tuple(maps), issues):
        key = media_key(SOURCES, path)
        if problem := key_problem(key):
            issues.append(Issue("SPEC_BAD_PATH", path, f"its name in the storage {problem}"))
            continue
        try:
            carried.append(_carry(storage, path, key, local))
        except FileExistsError:
            sentence = f"{storage.told_as} has another file as {key}, which is not replaced"
            issues.append(Issue("STORAGE_OBJECT_CHANGED", path, sentence))
        except OSError as error:
            issues.append(_unreadable(path, error))
    if issues:
        raise RequestError(tuple(issues), subject=spec.label)
    return tuple(carried)


def fetch_sources(
    spec: JobSpec,
    storage: Storage,
    media: MediaSettings,
    scratch: Path,
    *,
    maps: Sequence[PathMap] = (),
    going: Callable[[], bool] = ever_on,
) -> tuple[PathMap, ...]:
    """Fetch what a job reads from the storage below `scratch`; return the path maps to run it with.

    `maps` are this worker's own. Where proxies travel, the folder for them is made there too. What
    is not in the storage is left out: the run then tells that its source is missing.
    Raises: RequestError where the roots contradict each other, or the storage has more than the job
    was made for; PlaceError where it is away; OSError where `scratch` cannot be written, or is
    full; InterruptedError once `going` says no: what was fetched by then stays for the next time.
    """
    plan = plan_fetching(spec, media, scratch, tuple(maps))
    made_for = {path: clip.source.size_bytes for clip in spec.clips for path in files_of(clip)}
    for path, local in plan.fetched:
        key = media_key(SOURCES, path)
        sweep_parts(local)
        if key_problem(key) is not None or os.path.lexists(local):
            continue
        _refuse_larger(storage, path, key, made_for.get(path, _MOST_LUT_BYTES), spec)
        local.parent.mkdir(parents=True, exist_ok=True)
        try:
            storage.fetch(key, local, going=going)
        except FileNotFoundError:
            continue
    if plan.output is not None:
        plan.output.mkdir(parents=True, exist_ok=True)
    return plan.maps


def _refuse_larger(storage: Storage, path: str, key: str, limit: int, spec: JobSpec) -> None:
    """Raises: RequestError where a file is larger than any that the job was made for."""
    size = storage.size_of(key)
    if size is not None and size > limit:
        sentence = f"{key} has {size:,} bytes, more than the {limit:,} that the job was made for"
        raise RequestError((Issue("SOURCE_CHANGED", path, sentence),), subject=spec.label)


def carry_proxies(
    spec: JobSpec,
    result: JobExecutionResult,
    storage: Storage,
    roots: Sequence[str],
    *,
    maps: Sequence[PathMap] = (),
) -> tuple[Carried, ...]:
    """Put each proxy that was published, and the result beside them, into the storage.

    `maps` are those that the job was run with. Each is proven against the result. Nothing is done
    where the job's folder lies below none of `roots`.
    Raises: RequestError where the storage has another file under a proxy's name, or a proxy here is
    not the result's any more; PlaceError where it is away.
    """
    if not is_below(spec.output.directory, tuple(roots)):
        return ()
    written = plan_job(spec)
    here = plan_here(written, tuple(maps))
    done = {clip.index: clip.output_sha256 for clip in result.clips if clip.status == "COMPLETED"}
    pairs = [
        (clip.output_path, Path(there.output_path), done[clip.clip.index])
        for clip, there in zip(written.clips, here.clips, strict=True)
        if clip.clip.index in done
    ]
    if os.path.lexists(here.result_path):
        pairs.append((written.result_path, Path(here.result_path), None))
    issues: list[Issue] = []
    carried = []
    for path, local, sha256 in pairs:
        key = media_key(PROXIES, path)
        try:
            if sha256 is not None and hash_stream(read_stream(local)) != sha256:
                sentence = "is not what the result says was published"
                issues.append(Issue("OUTPUT_CHANGED", path, sentence))
                continue
            carried.append(_carry(storage, path, key, local))
        except FileExistsError:
            sentence = f"{storage.told_as} has another file as {key}, which is not replaced"
            issues.append(Issue("OUTPUT_EXISTS", path, sentence))
        except (OSError, ValueError) as error:
            issues.append(Issue("OUTPUT_CHANGED", path, str(error)))
    if issues:
        raise RequestError(tuple(issues), subject=spec.label)
    return tuple(carried)


def clear_scratch(scratch: Path) -> None:
    """Remove what was fetched, and the local copies of proxies that were carried."""
    if os.path.lexists(scratch):
        shutil.rmtree(scratch)


def _carry(storage: Storage, path: str, key: str, local: Path) -> Carried:
    """Put one file. Raises: FileExistsError where the key has another."""
    try:
        return Carried(path, key, storage.put_file_new(key, local), True)
    except FileExistsError:
        size = storage.size_of(key)
        if size is None or size != os.stat(local).st_size:
            raise
        sha256 = hash_stream(read_stream(local))
        if storage.hash_of(key) != sha256:
            raise
        return Carried(path, key, sha256, False)


def _sound_sources(
    spec: JobSpec, roots: tuple[str, ...], maps: tuple[PathMap, ...], issues: list[Issue]
) -> Iterator[tuple[str, Path]]:
    """Yield each file below `roots` once, with its path here; what is wrong goes to `issues`."""
    seen: set[str] = set()
    for clip in spec.clips:
        files = [path for path in files_of(clip) if is_below(path, roots)]
        wanted = [path for path in files if path not in seen]
        seen.update(wanted)
        if wanted and (issue := _clip_problem(clip, maps)):
            issues.append(issue)
        else:
            yield from ((path, Path(local_path(path, maps))) for path in wanted)
    look = spec.profile.look
    if look is not None and look.lut is not None and is_below(look.lut.path, roots):
        local = Path(local_path(look.lut.path, maps))
        try:
            changed = hash_stream(read_stream(local)) != look.lut.sha256
        except OSError as error:
            issues.append(_unreadable(look.lut.path, error))
            return
        if changed:
            sentence = "is not the file that the job was made for"
            issues.append(Issue("SOURCE_LUT_CHANGED", look.lut.path, sentence))
        else:
            yield look.lut.path, local


def _clip_problem(clip: ClipSpec, maps: tuple[PathMap, ...]) -> Issue | None:
    """Return why a clip's files here are not those that the job was made for."""
    source = clip.source
    local = [local_path(path, maps) for path in source.files]
    for path, here in zip(source.files, local, strict=True):
        if is_foreign(here):
            sentence = "is a path of another system, and no path map covers it"
            return Issue("SOURCE_MISSING", path, sentence)
    places = tuple(map(Path, local))
    try:
        size = sum(os.stat(place).st_size for place in places)
        same = size == source.size_bytes and hash_samples(places) == source.sample_sha256
    except OSError as error:
        return _unreadable(source.path, error)
    if same:
        return None
    return Issue("SOURCE_CHANGED", source.path, "is not the file that the job was made for")


def _unreadable(path: str, error: OSError) -> Issue:
    code = "SOURCE_MISSING" if isinstance(error, FileNotFoundError) else "SOURCE_UNREADABLE"
    return Issue(code, path, error.strerror or str(error))
