"""How long the rest of a batch may take, and how much room: an estimate from clips that ended.

Time is counted by the pixels of the source, room by those of the proxy; both for each profile
apart. Where no clip of a profile has ended, or a clip's length is not known, nothing is said of it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proxx_engine import place_of_job, read_journal, read_regular
from sidecar.folders.views.batch_jobs import BatchJob, JobState

_MAX_BYTES = 256 * 1024 * 1024
_MOST_JOBS = 500
"""Of those that ended, the latest: more make no better estimate."""


@dataclass(frozen=True, slots=True)
class StillToGo:
    """What of some jobs is not made yet."""

    clips: int
    seconds: float
    """For one worker, of the clips that can be estimated."""
    size_bytes: float
    unknown: int
    """Clips of which nobody can tell."""
    from_batch: int
    """Clips of the same batch that the estimate is made from."""
    from_others: int
    """Clips of the same profile in other batches."""
    longest_job_seconds: float = 0.0
    """A job is one worker's, however many there are."""

    def seconds_for(self, workers: int) -> float:
        """Return the least that it takes with so many workers, at least one."""
        return max(self.seconds / workers, self.longest_job_seconds)

    @property
    def is_known(self) -> bool:
        """Whether anything can be said."""
        return self.unknown < self.clips


@dataclass(frozen=True, slots=True)
class _Clip:
    profile: str
    source_pixels: int | None
    """Of all its pictures; None where their number is not known."""
    proxy_pixels: int | None


@dataclass(slots=True)
class _Pace:
    clips: int = 0
    seconds: float = 0.0
    source_pixels: int = 0
    size_bytes: int = 0
    proxy_pixels: int = 0


def estimate(
    jobs: Iterable[BatchJob], states: tuple[JobState, ...], label: str | None
) -> StillToGo:
    """Estimate what is left of the jobs of a batch in some states; `jobs`: all of the folder."""
    jobs = list(jobs)
    lefts = [_left(job) for job in jobs if job.batch == label and job.state in states]
    left = [clip for clips in lefts for clip in clips]
    if not left:
        return StillToGo(0, 0.0, 0.0, 0, 0, 0)
    ended = sorted(
        (job for job in jobs if job.state == "completed"), key=lambda job: job.ended_at or ""
    )
    own = _paces([job for job in ended if job.batch == label])
    lacking = {clip.profile for clip in left} - own.keys()
    others = _paces([job for job in ended if job.batch != label]) if lacking else {}
    size, unknown = 0.0, 0
    used: set[str] = set()
    job_seconds = [0.0 for _clips in lefts]
    for number, clip in ((number, clip) for number, clips in enumerate(lefts) for clip in clips):
        pace = own.get(clip.profile) or others.get(clip.profile)
        if pace is None or clip.source_pixels is None or clip.proxy_pixels is None:
            unknown += 1
            continue
        used.add(clip.profile)
        job_seconds[number] += pace.seconds * clip.source_pixels / pace.source_pixels
        size += pace.size_bytes * clip.proxy_pixels / pace.proxy_pixels
    from_own = sum(own[profile].clips for profile in used if profile in own)
    from_others = sum(others[profile].clips for profile in used if profile not in own)
    seconds, longest = sum(job_seconds), max(job_seconds)
    return StillToGo(len(left), seconds, size, unknown, from_own, from_others, longest)


def _left(job: BatchJob) -> list[_Clip]:
    """Return the clips that a job has not published, in its order; the running one is whole."""
    if job.job_file is None:
        return []
    facts = read_journal(place_of_job(job.job_file).journal) if job.state == "running" else ()
    done = sum(fact["event"] == "published" for fact in facts)
    return [clip for _index, clip in _clips_of(job.job_file)][done:]


def _paces(ended: list[BatchJob]) -> Mapping[str, _Pace]:
    """Return what the latest that ended took, by profile."""
    paces: dict[str, _Pace] = defaultdict(_Pace)
    for job in ended[-_MOST_JOBS:]:
        if job.job_file is None or job.result_file is None:
            continue
        took = _took(job.result_file)
        for index, clip in _clips_of(job.job_file):
            if index in took and clip.source_pixels and clip.proxy_pixels:
                pace = paces[clip.profile]
                pace.clips += 1
                pace.seconds += took[index][0]
                pace.size_bytes += took[index][1]
                pace.source_pixels += clip.source_pixels
                pace.proxy_pixels += clip.proxy_pixels
    return paces


def _took(result: Path) -> dict[int, tuple[float, int]]:
    """Return the seconds and bytes of each clip that was completed, by index; all unchecked."""
    try:
        return {
            int(clip["index"]): (float(clip["duration_seconds"]), int(clip["output_size_bytes"]))
            for clip in _load(result)["clips"]
            if clip["status"] == "COMPLETED"
        }
    except (LookupError, TypeError, ValueError, AttributeError):
        return {}


def _clips_of(job_file: Path) -> list[tuple[int, _Clip]]:
    """Return each clip of a job file with its index; all unchecked."""
    try:
        loaded = _load(job_file)
        profile = json.dumps(loaded["profile"], sort_keys=True)
        return [(int(clip["index"]), _measure(clip, profile)) for clip in loaded["clips"]]
    except (LookupError, TypeError, ValueError, AttributeError):
        return []


def _measure(clip: Any, profile: str) -> _Clip:
    video, target = clip["source"]["video"], clip["target"]
    pictures = video["promised_frames"]["count"] if video else None
    if not isinstance(pictures, int):
        return _Clip(profile, None, None)
    of_source = pictures * int(video["width"]) * int(video["height"])
    of_proxy = pictures * int(target["width"]) * int(target["height"]) if target else of_source
    return _Clip(profile, of_source, of_proxy)


def _load(path: Path) -> Any:
    try:
        return json.loads(read_regular(path, limit=_MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
