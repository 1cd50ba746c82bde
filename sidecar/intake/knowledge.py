"""What the lines of a ledger come to: which files were taken, and as what. Pure.

One line is one fact, noted before or after something was done; a later line stands above an
earlier one. The words of the lines are explained where they are folded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sidecar.intake.names import numbered
from sidecar.intake.units import Facts, Listing

Files = dict[str, Facts]


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip that needs no more jobs: one was made of it, or none was needed."""

    files: Files
    """By path from the hot folder; the first is the one that is opened."""
    sample_sha256: str
    """Of both ends of each file, as its JobSpec says it; empty where none was made."""
    job_id: str | None
    output: str
    """Its proxy's path."""

    @property
    def name(self) -> str:
        """The clip's identity: the path of the file that is opened."""
        return next(iter(self.files))


@dataclass(frozen=True, slots=True)
class LeftAside:
    """What no job was made of, until it changes."""

    files: Files
    reason: str


@dataclass(frozen=True, slots=True)
class IntendedJob:
    """A job that was about to be written."""

    job_id: str
    stem: str
    """What its own folder is called once it runs."""
    made_on: str
    job_file: str
    clips: tuple[Clip, ...]


@dataclass(frozen=True, slots=True)
class Sorted:
    """The files of a unit, by what is known of them."""

    known: frozenset[str]
    """Nothing is to be done for these."""
    changed: tuple[tuple[Clip, frozenset[str]], ...]
    """Clips whose files are no longer those that were taken, each with its files now."""
    doubtful: tuple[Clip, ...]
    """Clips whose files have other times and the same sizes: their content decides."""


@dataclass
class Knowledge:
    """Everything that is known of one hot folder."""

    options: str = ""
    """What the jobs were asked to be, as a digest; another one reopens what was left aside."""
    clips: dict[str, Clip] = field(default_factory=dict)
    """By name."""
    left_aside: dict[str, LeftAside] = field(default_factory=dict)
    """By the path of the first file."""
    at_rest: dict[str, str] = field(default_factory=dict)
    """Unit → the digest of the listing to which everything was done."""
    intended: dict[str, tuple[IntendedJob, ...]] = field(default_factory=dict)
    """Acts that are not known to be over, by their id."""
    _owner: dict[str, str] = field(default_factory=dict)
    """File → its clip's name."""
    _aside: dict[str, str] = field(default_factory=dict)
    """File → the first of those that it was left aside with."""

    def learn(self, line: dict[str, Any]) -> None:
        """Take in one line of the ledger. Raises: KeyError, TypeError, ValueError."""
        event = line["event"]
        if event == "opened":
            self._open(line["options"])
        elif event == "intended":  # before any of these jobs is written
            self.intended[line["act"]] = tuple(_intended_job(job) for job in line["jobs"])
        elif event == "done":  # after it: `there` are those that were written
            self._finish(line["act"], set(line["there"]))
        elif event == "noted":  # after an act: what it left aside, and what it looked at
            self._note(line)
        elif event == "touched":  # other times, the same content
            self._touch({path: _facts(facts) for path, facts in line["files"].items()})
        else:
            raise ValueError(event)

    def is_known(self, path: str, facts: Facts) -> bool:
        """Whether nothing is to be done for a file as it is now."""
        clip = self.clips.get(self._owner.get(path, ""))
        aside = self.left_aside.get(self._aside.get(path, ""))
        return any(entry is not None and entry.files[path] == facts for entry in (clip, aside))

    def sort_files(self, listing: Listing) -> Sorted:
        """Sort the files of a unit by what is known of them."""
        aside = {self._aside[path] for path in listing.files if path in self._aside}
        known: set[str] = set()
        for entry in (self.left_aside[first] for first in aside):
            now = _there(entry.files, listing)
            if _present(entry.files, listing) == now:
                known.update(now)
        changed: list[tuple[Clip, frozenset[str]]] = []
        doubtful: list[Clip] = []
        for clip, grown in self._clips_of(listing):
            then, now = _present(clip.files, listing), _there(clip.files, listing)
            if known.issuperset([*now, *grown]):
                continue  # it is another one, of which no job could be made
            if grown or _sizes(then) != _sizes(now):
                changed.append((clip, frozenset([*now, *grown])))
            elif then != now:
                doubtful.append(clip)
            else:
                known.update(now)
        return Sorted(frozenset(known), tuple(changed), tuple(doubtful))

    def _clips_of(self, listing: Listing) -> Iterator[tuple[Clip, frozenset[str]]]:
        """Yield the clips that have files in a unit, each with pictures that came to it."""
        names = dict.fromkeys(self._owner[path] for path in listing.files if path in self._owner)
        sequences = {
            _counted(self.clips[name]): name for name in names if _counted(self.clips[name])
        }
        grown: dict[str, set[str]] = {}
        if sequences:
            for path in listing.files:
                name = sequences.get(numbered(path))
                if name is not None and path not in self._owner:
                    grown.setdefault(name, set()).add(path)
        for name in names:
            yield self.clips[name], frozenset(grown.get(name, ()))

    def _open(self, options: str) -> None:
        if options != self.options:
            self.left_aside.clear()
            self._aside.clear()
            self.at_rest.clear()
        self.options = options

    def _finish(self, act: str, there: set[str]) -> None:
        for job in self.intended.pop(act, ()):
            if job.job_id in there:
                self._take(job.clips)

    def _take(self, clips: Iterable[Clip]) -> None:
        for clip in clips:
            before = self.clips.pop(clip.name, None)
            for path in before.files if before else ():
                self._owner.pop(path, None)
            self.clips[clip.name] = clip
            self._owner |= dict.fromkeys(clip.files, clip.name)
            self._take_up(clip.name)

    def _note(self, line: dict[str, Any]) -> None:
        self._take(clip_of(entry) for entry in line["needless"])
        for entry in line["left_aside"]:
            files = _files(entry["files"])
            first = next(iter(files))
            self._take_up(first)
            self.left_aside[first] = LeftAside(files, entry["reason"])
            self._aside |= dict.fromkeys(files, first)
        if line["digest"] is not None:
            self.at_rest[line["unit"]] = line["digest"]

    def _take_up(self, first: str) -> None:
        before = self.left_aside.pop(first, None)
        for path in before.files if before else ():
            self._aside.pop(path, None)

    def _touch(self, files: Files) -> None:
        for name in {self._owner[path] for path in files}:
            clip = self.clips[name]
            now = {path: files.get(path, facts) for path, facts in clip.files.items()}
            self.clips[name] = replace(clip, files=now)


def clip_of(entry: dict[str, Any]) -> Clip:
    """Return a clip as a line holds it. Raises: KeyError, TypeError, ValueError."""
    return Clip(_files(entry["files"]), entry["sample"], entry["job_id"], entry["output"])


def clip_line(clip: Clip) -> dict[str, Any]:
    """Return what a line holds of a clip."""
    return {
        "files": files_line(clip.files),
        "sample": clip.sample_sha256,
        "job_id": clip.job_id,
        "output": clip.output,
    }


def files_line(files: Files) -> list[list[Any]]:
    """Return what a line holds of files, in their order."""
    return [[path, size, time] for path, (size, time) in files.items()]


def _files(rows: Any) -> Files:
    files = {str(path): _facts((size, time)) for path, size, time in rows}
    if not files:
        raise ValueError("names no file")
    return files


def _facts(pair: Any) -> Facts:
    size, time = pair
    return int(size), int(time)


def _intended_job(job: dict[str, Any]) -> IntendedJob:
    return IntendedJob(
        job["job_id"],
        job["stem"],
        job["made_on"],
        job["job_file"],
        tuple(clip_of({**clip, "job_id": job["job_id"]}) for clip in job["clips"]),
    )


def _present(files: Files, listing: Listing) -> Files:
    """Return files as they were, of which the unit still has one."""
    return {path: facts for path, facts in files.items() if path in listing.files}


def _counted(clip: Clip) -> tuple[str, str] | None:
    """Return what the names of a sequence's pictures have in common; None for any other clip."""
    names = {numbered(path) for path in clip.files}
    return names.pop() if len(clip.files) > 1 and len(names) == 1 else None


def _sizes(files: Files) -> dict[str, int]:
    return {path: size for path, (size, _time) in files.items()}


def _there(files: Files, listing: Listing) -> Files:
    """Return the same files as they are now."""
    return {path: listing.files[path] for path in files if path in listing.files}
