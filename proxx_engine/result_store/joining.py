"""What was read → each job once, its copies together, and which try of a clip is the latest. Pure.

A clip is told by the file it makes. A failed try is superseded by any later one of the same
source, and one that found its proxy there already by the equal one that made it; a proxy is
replaced only by a later one that was completed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from proxx_engine.result_store.reading import ReadResult
from proxx_engine.results.execution_results import ClipExecutionResult, JobExecutionResult
from proxx_engine.spec.file_names import RESULT

_GRAVITY: Mapping[str, int] = MappingProxyType({"FAILED": 0, "PARTIAL": 1, "COMPLETED": 2})


@dataclass(frozen=True, slots=True)
class StoredResult:
    """The result of one job, and every file that holds it."""

    result: JobExecutionResult
    """Where the copies differ: the one that claims least."""
    copies: tuple[Path, ...]
    differing: bool
    """Whether the copies, which are written byte-equal, no longer are."""

    def is_beside_proxies(self, copy: Path) -> bool:
        """Whether a copy is the one that was written beside the proxies."""
        return not copy.name.endswith(f".{self.result.job_id}{RESULT}")

    @property
    def folder(self) -> PurePosixPath:
        """The folder beside whose proxies a copy was written, from the job's output folder."""
        folders = {PurePosixPath(clip.output.relative_path).parent for clip in self.result.clips}
        return folders.pop() if len(folders) == 1 else PurePosixPath()

    @property
    def directory_here(self) -> Path | None:
        """The job's output folder as the places of its copies tell it; None where they do not.

        One copy beside the proxies, and the one with the job below the same folder: a single file
        that was carried elsewhere tells nothing of the others.
        """
        depth = len(self.folder.parts)
        for copy in filter(self.is_beside_proxies, self.copies if self.result.clips else ()):
            if copy.parent.parts[len(copy.parent.parts) - depth :] != self.folder.parts:
                continue
            directory = copy.parents[depth]
            others = (other for other in self.copies if not self.is_beside_proxies(other))
            if any(directory in other.parents for other in others):
                return directory
        return None


@dataclass(frozen=True, slots=True)
class ClipTry:
    """One try to make one proxy."""

    stored: StoredResult
    clip: ClipExecutionResult
    instead: StoredResult | None
    """The result that counts instead: it made or replaced the proxy, or tried the clip again."""


def join_copies(read: Iterable[ReadResult]) -> tuple[StoredResult, ...]:
    """Return each job's result once, oldest first. One without job_id stands for itself."""
    by_job: dict[str, list[ReadResult]] = defaultdict(list)
    for entry in read:
        by_job[entry.result.job_id or f"no job: {entry.path}"].append(entry)
    return tuple(sorted((_join(copies) for copies in by_job.values()), key=_age))


def _join(copies: list[ReadResult]) -> StoredResult:
    least = min(copies, key=lambda copy: _GRAVITY[copy.result.status])
    differing = any(copy.sha256 != least.sha256 for copy in copies)
    # The short name is the one beside the proxies.
    paths = sorted((copy.path for copy in copies), key=lambda path: len(path.name))
    return StoredResult(least.result, tuple(paths), differing)


def _age(stored: StoredResult) -> tuple[str, str, str]:
    result = stored.result
    return result.completed_at, result.started_at, result.job_id or ""


@dataclass(frozen=True, slots=True)
class _Try:
    stored: StoredResult
    clip: ClipExecutionResult
    here: str | None
    """Where its proxy is, as the places of the copies tell it."""

    def is_of(self, other: _Try) -> bool:
        """Whether another try is of the same proxy; a move alone proves little."""
        one, its = self.clip, other.clip
        apart = None not in (self.here, other.here) and self.here != other.here
        if one.status == "COMPLETED" and apart:
            return False  # made anew where the tree was moved away: that replaced nothing
        mine, theirs = self.stored.result, other.stored.result
        alike = mine.profile_fingerprint == theirs.profile_fingerprint
        return one.output.path == its.output.path or (alike and one.source == its.source)


def join_tries(results: Sequence[StoredResult]) -> tuple[ClipTry, ...]:
    """Return the tries of all clips, in the order of the results, which are given oldest first."""
    tries = [entry for stored in results for entry in _tries_of(stored)]
    here = {entry.clip.output.path: entry.here for entry in tries if entry.here is not None}
    by_output: dict[str, list[_Try]] = defaultdict(list)
    for entry in tries:
        by_output[here.get(entry.clip.output.path, entry.clip.output.path)].append(entry)
    return tuple(
        ClipTry(
            entry.stored,
            entry.clip,
            _instead(entry, by_output[here.get(entry.clip.output.path, entry.clip.output.path)]),
        )
        for entry in tries
    )


def _tries_of(stored: StoredResult) -> Iterator[_Try]:
    directory = stored.directory_here
    for clip in stored.result.clips:
        here = str(directory / clip.output.relative_path) if directory is not None else None
        yield _Try(stored, clip, here)


def _instead(entry: _Try, tries: list[_Try]) -> StoredResult | None:
    position = next(number for number, other in enumerate(tries) if other is entry)
    clip = entry.clip
    counting = (
        after.stored
        for after in tries[position + 1 :]
        if entry.is_of(after)
        and (
            after.clip.status == "COMPLETED"
            or (clip.status != "COMPLETED" and after.clip.source == clip.source)
        )
    )
    before = [other for other in tries[:position] if entry.is_of(other)]
    return next(counting, None) or _made_before(entry, before)


def _made_before(entry: _Try, tries: list[_Try]) -> StoredResult | None:
    """Return the latest that made just what was asked for, if that was all that was wrong."""
    clip, failure = entry.clip, entry.stored.result.failure
    if clip.status == "COMPLETED" or failure is None or failure.code != "OUTPUT_EXISTS":
        return None
    equal = (
        before.stored
        for before in reversed(tries)
        if before.clip.status == "COMPLETED"
        and before.clip.clip_fingerprint == clip.clip_fingerprint
    )
    return next(equal, None)


@dataclass(frozen=True, slots=True)
class JoinedJob:
    """A job's result, and each clip's try with the one that counts instead."""

    stored: StoredResult
    tries: tuple[ClipTry, ...]

    @property
    def is_done_again(self) -> bool:
        """Whether all that the job lacks was tried again, or made already."""
        lacking = [entry for entry in self.tries if entry.clip.status != "COMPLETED"]
        return bool(lacking) and all(entry.instead is not None for entry in lacking)


def join_jobs(read: Iterable[ReadResult]) -> tuple[JoinedJob, ...]:
    """Return each job once, oldest first."""
    tries = iter(join_tries(results := join_copies(read)))
    return tuple(
        JoinedJob(stored, tuple(islice(tries, len(stored.result.clips)))) for stored in results
    )
