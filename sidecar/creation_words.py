"""What an act of creation came to, in words for whoever asked for it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from proxx_engine import (
    CreatedJob,
    Creation,
    CreationRequest,
    has_another_shape,
    has_other_sound,
    takes_of_other_shapes,
    takes_of_other_sound,
)
from sidecar.words import align, plural

Kind = Literal[
    "done",
    "waiting",
    "without_timecode",
    "differs",
    "unused",
    "left_out",
    "sound",
    "no_sound",
    "other_sound",
    "other_shape",
]


@dataclass(frozen=True, slots=True)
class Aside:
    """What a person should know beside the jobs: a count, and what it counts."""

    kind: Kind
    heading: str
    rows: tuple[tuple[str, ...], ...]

    @property
    def lines(self) -> list[str]:
        """All of it."""
        return [f"{self.heading}: {len(self.rows)}", *align(self.rows, indent="  ")]


def describe_jobs(
    creation: Creation, written: list[tuple[CreatedJob, Path]], out: Path
) -> Iterator[str]:
    """Yield how many jobs there are, for which engine, and where they lie; nothing for none."""
    if written:
        yield f"{_count(creation)} in {out}"
    for folder, count in Counter(path.parent for _job, path in written).items():
        yield f"  {plural(count, 'job file')} in {folder}"


def asides(creation: Creation, request: CreationRequest) -> Iterator[Aside]:
    """Yield what there is to know beside the jobs; nothing of what there is none of."""
    shown = _short_paths(request)
    laid = [each for each in creation.sounds if each.files]
    table: tuple[tuple[Kind, str, Iterator[tuple[str, ...]]], ...] = (
        (
            "done",
            "proven before, left out",
            ((shown(entry.path), entry.proven_at) for entry in creation.done_before),
        ),
        (
            "waiting",
            "waiting for a job, left out",
            ((shown(entry.path), str(entry.job_file)) for entry in creation.waiting),
        ),
        (
            "without_timecode",
            "in the footage, but not in the timecode list",
            ((shown(path),) for path in creation.without_timecode),
        ),
        (
            "differs",
            "timecodes that differ",
            ((shown(Path(path)), says) for path, says in differing_timecodes(creation)),
        ),
        (
            "unused",
            "in the timecode list, but not in the footage",
            ((name,) for name in creation.unused_timecodes),
        ),
        (
            "sound",
            "sound that was recorded apart",
            ((shown(each.path), _names(each.files), each.said) for each in laid),
        ),
        (
            "no_sound",
            "no sound that was recorded apart",
            ((shown(each.path), each.said) for each in creation.sounds if not each.files),
        ),
        (
            "other_sound",
            "what takes proxies with other audio channels than their originals have",
            _takers(creation),
        ),
        (
            "other_shape",
            "what takes proxies of another shape than their originals have",
            _shape_takers(creation),
        ),
        (
            "left_out",
            "left out",
            ((shown(entry.path), entry.reason) for entry in creation.left_out),
        ),
    )
    for kind, heading, found in table:
        if rows := tuple(found):
            yield Aside(kind, heading, rows)


def differing_timecodes(creation: Creation) -> Iterator[tuple[str, str]]:
    """Yield the clips of whose timecodes one was taken, and what it was."""
    for job in creation.jobs:
        for clip in job.spec.clips:
            timecode = clip.source.timecode
            if timecode is not None and timecode.differs:
                yield clip.source.path, f"{timecode.start} taken; {timecode.differs}"


def _names(files: tuple[Path, ...]) -> str:
    return ", ".join(path.name for path in files)


def _takers(creation: Creation) -> Iterator[tuple[str, str]]:
    if any(has_other_sound(clip) for job in creation.jobs for clip in job.spec.clips):
        yield from takes_of_other_sound()
        yield "Link Finished Proxies", "does not link them (LINK_AUDIO)"


def _shape_takers(creation: Creation) -> Iterator[tuple[str, str]]:
    if any(has_another_shape(clip) for job in creation.jobs for clip in job.spec.clips):
        yield from takes_of_other_shapes()
        yield "Link Finished Proxies", "does not link them (LINK_SHAPE)"


def _count(creation: Creation) -> str:
    clips = sum(len(job.spec.clips) for job in creation.jobs)
    engines = Counter(job.engine for job in creation.jobs)
    parts = ", ".join(f"{count} for {name}" for name, count in sorted(engines.items()))
    return f"{plural(clips, 'clip')}, {plural(len(creation.jobs), 'job')} ({parts or 'none'})"


def _short_paths(request: CreationRequest) -> Callable[[Path], str]:
    """Return what makes a path as short as it still tells one file of the footage from another."""
    named = frozenset(request.paths)
    names = Counter(path.name for path in named)

    def shown(path: Path) -> str:
        for folder in path.parents:
            if folder in named:
                return str(path.relative_to(folder.parent if len(named) > 1 else folder))
        return path.name if names[path.name] < 2 else str(path)

    return shown
