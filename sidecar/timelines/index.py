"""All clips below the folders that are searched, by the names that a timeline may call them."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from proxx_engine import (
    CreationError,
    Found,
    ProbeError,
    Prober,
    Source,
    TimecodeList,
    inspect_side_by_side,
    load_file_kinds,
    probe_clip,
    settle_timecode,
    walk_footage,
)
from sidecar.timelines.model import base_name
from sidecar.timelines.told_paths import first_picture

_CUT_OFF = (8, 32)
"""How long the names of reels are at most, in the two forms of EDL that cut them off."""

Told = Callable[[Path, int, int], None]


@dataclass(frozen=True, slots=True)
class HowToLook:
    """What looking into files needs to know; the same as creation is told."""

    prober: Prober
    sequence_rate: Fraction | None = None
    timecodes: TimecodeList | None = None
    side_by_side: int = 1
    inspected: Told = lambda _path, _number, _total: None


@dataclass
class Index:
    """The clips below some folders; each is looked into at most once."""

    clips: tuple[Found, ...]
    _by_file: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    _by_name: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    _by_letters: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    _letters: list[str] = field(default_factory=list)
    """The keys of `_by_letters`, sorted: what begins alike lies together."""
    _seen: dict[Path, Source | str] = field(default_factory=dict)

    @classmethod
    def of(cls, roots: tuple[Path, ...], *, out: Path) -> Index:
        """Walk the folders as creation does; what Proxx made itself is passed by."""
        entries = walk_footage(roots, out=out) if roots else iter(())
        index = cls(tuple(entry for entry in entries if isinstance(entry, Found)))
        for clip in index.clips:
            files = (clip.path,) if clip.sequence is not None else clip.files
            for name in {plain(path.name) for path in files}:
                index._by_file[name].append(clip)
            for name in {plain(clip.name), plain(clip.path.stem)}:
                index._by_name[name].append(clip)
            for letters in {_letters(name) for name in _own_names(clip)}:
                index._by_letters[letters].append(clip)
        index._letters = sorted(index._by_letters)
        return index

    def called(self, name: str) -> list[Found]:
        """Return the clips of this name; one with the ending of a movie or picture is a file's."""
        file = plain(first_picture(base_name(name)))
        found = list(self._by_file.get(file, ()))
        if not _has_ending(file):
            found += self._by_name.get(file, ())
        return _once(found)

    def of_reel(self, reel: str) -> list[Found]:
        """Return the clips whose file bears the name of a reel."""
        return _once(self._by_letters.get(_letters(reel), ()))

    def of_cut_off_reel(self, reel: str) -> list[Found]:
        """Return those whose file's name begins with that of a reel which may be cut off."""
        wanted = _letters(reel)
        found: list[Found] = []
        if wanted and len(reel) in _CUT_OFF:
            for at in range(bisect_left(self._letters, wanted), len(self._letters)):
                if not self._letters[at].startswith(wanted):
                    break
                found += self._by_letters[self._letters[at]]
        return _once(found)

    def that_say_reel(self) -> Callable[[str], list[Found]]:
        """Return what finds the clips, of those that were looked into, whose file says a reel."""
        by_reel: dict[str, list[Found]] = defaultdict(list)
        for clip in self.clips:
            source = self.source(clip)
            if source is not None and source.reel:
                by_reel[source.reel].append(clip)

        def find(reel: str) -> list[Found]:
            return [clip for own, clips in by_reel.items() if is_reel(reel, own) for clip in clips]

        return find

    def look(self, clips: Iterable[Found], how: HowToLook) -> None:
        """Look into those of the clips that nobody looked into before."""
        new = _once(clip for clip in clips if clip.path not in self._seen)

        def look_at(clip: Found, prober: Prober) -> Source | str:
            try:
                source = probe_clip(clip, prober, sequence_rate=how.sequence_rate)
                return settle_timecode(source, clip, how.timecodes)
            except ProbeError as error:
                return error.detail
            except CreationError as error:
                return str(error.issues[0])
            except OSError as error:
                return error.strerror or str(error)

        answers = inspect_side_by_side(look_at, new, how.prober, side_by_side=how.side_by_side)
        with closing(answers):
            for number, (clip, answer) in enumerate(zip(new, answers, strict=True), start=1):
                how.inspected(clip.path, number, len(new))
                self._seen[clip.path] = answer

    def source(self, clip: Found) -> Source | None:
        """Return what a clip was seen to be; None where it cannot be read or was not looked at."""
        seen = self._seen.get(clip.path)
        return seen if isinstance(seen, Source) else None


def _once(clips: Iterable[Found]) -> list[Found]:
    return list({clip.path: clip for clip in clips}.values())


def plain(name: str) -> str:
    """Return a name without regard to case and to how its accents are put together."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def is_reel(reel: str, name: str) -> bool:
    """Whether a name is that of a reel: letters and figures count; a full field may be cut off."""
    wanted, own = _letters(reel), _letters(name)
    if not wanted:
        return False
    cut_off = len(reel) in _CUT_OFF and own.startswith(wanted)
    return own == wanted or cut_off


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", plain(name))


def _own_names(clip: Found) -> Iterator[str]:
    yield from (clip.name, clip.path.stem, clip.path.name)


def _has_ending(name: str) -> bool:
    kinds = load_file_kinds()
    ending = name.rpartition(".")[2]
    return ending in kinds.footage | kinds.pictures | kinds.pictures_if_named
