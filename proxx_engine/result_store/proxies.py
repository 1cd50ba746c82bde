"""Results held against the disk: where a proxy is now, and whether it is still what was proven."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from proxx_engine.planning.path_maps import local_path
from proxx_engine.result_store.joining import StoredResult
from proxx_engine.results.execution_results import ClipExecutionResult, PathMap
from proxx_engine.system.files import hash_file, is_regular

ProxyState = Literal["there", "gone", "size differs", "content differs", "unreadable"]


@dataclass(frozen=True, slots=True)
class ProxySeen:
    """What stands on the disk for one completed clip."""

    path: Path
    """Where it was found; where it was made, when it is gone."""
    state: ProxyState


def inspect_proxy(
    stored: StoredResult,
    clip: ClipExecutionResult,
    *,
    rehash: bool = False,
    path_maps: tuple[PathMap, ...] = (),
) -> ProxySeen:
    """Inspect the proxy of a completed clip; with `rehash`, read all of it.

    `path_maps`: how the recorded paths are called on this machine.
    """
    for path in proxy_places(stored, clip, path_maps):
        try:
            if not is_regular(path):
                continue
            if path.stat().st_size != clip.output_size_bytes:
                return ProxySeen(path, "size differs")
            if rehash and hash_file(path) != clip.output_sha256:
                return ProxySeen(path, "content differs")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return ProxySeen(path, "unreadable")
        return ProxySeen(path, "there")
    return ProxySeen(Path(local_path(clip.output.path, path_maps)), "gone")


def proxy_places(
    stored: StoredResult, clip: ClipExecutionResult, path_maps: tuple[PathMap, ...] = ()
) -> Iterator[Path]:
    """Yield where a clip's proxy may be, the likeliest first.

    A result goes where its proxies go, so the one beside it comes before the recorded path: a
    tree may have been moved or copied as a whole.
    """
    relative = PurePosixPath(clip.output.relative_path)
    beside = relative.relative_to(stored.folder)
    for copy in stored.copies:
        if stored.is_beside_proxies(copy):
            yield copy.parent / beside
    yield Path(local_path(clip.output.path, path_maps))
    for copy in stored.copies:
        if not stored.is_beside_proxies(copy):
            yield copy.parent / relative


def output_directory(stored: StoredResult, path_maps: tuple[PathMap, ...] = ()) -> Path | None:
    """Return the job's output.directory, as its clips tell it; None where it has none."""
    for clip in stored.result.clips:
        depth = len(PurePosixPath(clip.output.relative_path).parts)
        return Path(local_path(clip.output.path, path_maps)).parents[depth - 1]
    return None


def is_proven(stored: StoredResult, clip: ClipExecutionResult) -> bool:
    """Whether a clip was completed, and compared with all that its source promised.

    `exists` never counts; nor does a result whose copies differ.
    """
    report = clip.verification
    return (
        clip.status == "COMPLETED"
        and stored.result.verification_level == "conform"
        and not stored.differing
        and report is not None
        and report.first_failing() is None
    )


def same_path(path: Path) -> str:
    """Return a key that is equal for two ways of writing one path; links are left as they are."""
    return os.path.normcase(os.path.abspath(path))
