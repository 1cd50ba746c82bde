"""What timelines use → the files on this machine: by path, by name, by reel, each by its timecode.

A file that the timeline names by its whole path is taken. Of those that are searched for, only one
whose own timecode holds what is used; where several do, none is guessed.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from proxx_engine import Found, Issue, PathMap, RequestError, load_file_kinds
from sidecar.timelines.fitting import why_not
from sidecar.timelines.index import HowToLook, Index, is_reel
from sidecar.timelines.model import Used, base_name
from sidecar.timelines.reading import Timeline
from sidecar.timelines.told_paths import first_picture, told_paths

_MAX_ISSUES = 100
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Place:
    """One use, and the file that it is of or why there is none."""

    timeline: Path
    used: Used
    file: Path | None
    reason: str | None = None
    by_name_alone: bool = False
    """Whether nothing but its name says that it is the file: no timecode could be compared."""


@dataclass(frozen=True, slots=True)
class FoundMedia:
    """What all timelines of one act use."""

    places: tuple[Place, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that are used, each once, in the order of their first use."""
        first: dict[str, Path] = {}
        for place in self.places:
            if place.file is not None:
                first.setdefault(os.path.realpath(place.file), place.file)
        return tuple(first.values())


def find_media(
    timelines: tuple[Timeline, ...],
    *,
    roots: tuple[Path, ...],
    maps: tuple[PathMap, ...],
    out: Path,
    how: HowToLook,
) -> FoundMedia:
    """Find the file of every use. Raises: RequestError with every use that several files fit."""
    asked = [(timeline.path, used) for timeline in timelines for used in timeline.used]
    places: dict[int, Place] = {}
    open_uses: dict[int, Used] = {}
    for number, (timeline, used) in enumerate(asked):
        place = _settle_without_search(timeline, used, maps)
        if place is None:
            open_uses[number] = used
        else:
            places[number] = place
    searched = _Search(Index.of(roots, out=out), how, is_asked=bool(roots))
    answers = searched.find(open_uses)
    wrong: dict[tuple[str, tuple[Path, ...]], list[str]] = defaultdict(list)
    for number, answer in answers.items():
        timeline, used = asked[number]
        if len(answer.fitting) > 1:
            wrong[used.name, answer.fitting].append(f"{timeline.name}: {used.event}")
            continue
        file = answer.fitting[0] if answer.fitting else None
        reason = None if file else answer.reason
        places[number] = Place(timeline, used, file, reason, answer.by_name_alone)
    if wrong:
        raise RequestError(tuple(_ambiguous(wrong)))
    return FoundMedia(tuple(places[number] for number in range(len(asked))))


def _settle_without_search(timeline: Path, used: Used, maps: tuple[PathMap, ...]) -> Place | None:
    """Return where a use is settled: no media, media of another kind, or at its own path."""
    reason = used.no_media or _why_no_footage(used)
    if reason is not None:
        return Place(timeline, used, None, reason)
    beside = timeline if timeline.is_dir() else timeline.parent
    for path in told_paths(used.url, beside=beside, maps=maps) if used.url else ():
        try:
            if os.path.isfile(path):
                return Place(timeline, used, path)
        except (OSError, ValueError):  # no name that this system can have
            continue
    return None


def _why_no_footage(used: Used) -> str | None:
    """Return why no proxy is made of media of this name: sound, a still picture."""
    name = next(iter(used.names), "")
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    kinds = load_file_kinds()
    if ending in kinds.pictures_if_named:
        return None if used.sequence or first_picture(name) != name else kinds.left_out[ending]
    reason = kinds.left_out.get(ending)
    return reason if reason in (kinds.left_out["wav"], kinds.left_out["jpg"]) else None


@dataclass(frozen=True, slots=True)
class _Answer:
    fitting: tuple[Path, ...]
    reason: str = ""
    by_name_alone: bool = False


@dataclass
class _Search:
    """Files of the folders that are searched, held against uses."""

    index: Index
    how: HowToLook
    is_asked: bool

    def find(self, uses: dict[int, Used]) -> dict[int, _Answer]:
        """Answer every use; what any of them may be is looked into together."""
        stages = {number: list(self._stages(used)) for number, used in uses.items()}
        self.index.look(
            (clip for each in stages.values() for clips in each for clip in clips), self.how
        )
        answers = {number: self._judge(used, stages[number]) for number, used in uses.items()}
        lost = {n: uses[n] for n, a in answers.items() if not a.fitting and uses[n].reel}
        if lost:
            # The reel may stand in the files themselves only: all of them are asked.
            self.index.look(self.index.clips, self.how)
        saying = self.index.that_say_reel()
        for number, used in lost.items():
            again = self._judge(used, [saying(used.reel or "")])
            answers[number] = again if again.fitting else answers[number]
        return answers

    def _stages(self, used: Used) -> Iterator[list[Found]]:
        yield from (self.index.called(name) for name in used.names)
        if used.reel:
            yield self.index.of_reel(used.reel)
            yield self.index.of_cut_off_reel(used.reel)

    def _judge(self, used: Used, stages: Iterable[list[Found]]) -> _Answer:
        misfits: dict[Path, str] = {}
        for clips in stages:
            fitting: list[Found] = []
            for clip in clips:
                source = self.index.source(clip)
                problem = why_not(source, used.span) if source else None
                if problem is None:
                    fitting.append(clip)
                else:
                    misfits[clip.path] = problem
            if fitting:
                chosen = _each_file_once(self._by_reel(fitting, used.reel))
                sources = [self.index.source(clip) for clip in chosen]
                sure = used.span and all(source and source.timecode for source in sources)
                return _Answer(tuple(c.path for c in chosen), by_name_alone=not sure)
        return _Answer((), self._why_none(used, misfits))

    def _by_reel(self, clips: list[Found], reel: str | None) -> list[Found]:
        """Return, of several that fit, those of the reel; all where none says it."""
        if len(clips) < 2 or not reel:
            return clips
        own = [clip for clip in clips if self._says_reel(clip, reel)]
        return (
            own or [c for c in clips if any(is_reel(reel, p.name) for p in c.path.parents)] or clips
        )

    def _says_reel(self, clip: Found, reel: str) -> bool:
        source = self.index.source(clip)
        return source is not None and source.reel is not None and is_reel(reel, source.reel)

    def _why_none(self, used: Used, misfits: dict[Path, str]) -> str:
        if misfits:
            shown = "; ".join(f"{path} {why}" for path, why in list(misfits.items())[:_SHOWN])
            return f"only its name fits: {shown}"
        if self.is_asked:
            return "no clip of that name or reel is in the folders that were searched"
        if used.url:
            return f"{base_name(used.url)[:200]} is not where it was; --search FOLDER looks for it"
        return "the timeline does not say which file it is of; --search FOLDER looks for it"


def _each_file_once(clips: list[Found]) -> list[Found]:
    """Return the clips without those that a link leads to a second time."""
    if len(clips) < 2:
        return clips
    first: dict[str, Found] = {}
    for clip in clips:
        first.setdefault(os.path.realpath(clip.path), clip)
    return list(first.values())


def _ambiguous(wrong: dict[tuple[str, tuple[Path, ...]], list[str]]) -> Iterator[Issue]:
    code = "SPEC_AMBIGUOUS_MEDIA"
    for (name, files), events in islice(wrong.items(), _MAX_ISSUES):
        told = ", ".join(map(str, files))
        yield Issue(code, some_of(events), f"{name} fits {len(files)} files: {told}")
    if len(wrong) > _MAX_ISSUES:
        yield Issue(code, "--search", f"{len(wrong) - _MAX_ISSUES} more are as unsure")


def some_of(events: list[str]) -> str:
    """Return the first few of many places, and how many more there are."""
    more = f" and {len(events) - _SHOWN} more" if len(events) > _SHOWN else ""
    return ", ".join(events[:_SHOWN]) + more
