"""Recordings → takes: files of one take that hold a channel each are put together. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from proxx_engine.creation.sound.recordings import Recording

_SPLIT = re.compile(r"(.+)_(?:Tr)?([0-9]{1,2})")
"""`T01_2`, and as Zoom's recorders write it (manuals of F3 and F8): `T01_Tr2`."""


@dataclass(frozen=True, slots=True)
class Take:
    """What was recorded at once: one file, or one for each channel."""

    files: tuple[Recording, ...]

    @property
    def first(self) -> Recording:
        """The file that says when and how long: all say the same."""
        return self.files[0]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Its files, in order."""
        return tuple(file.path for file in self.files)

    @property
    def problem(self) -> str | None:
        """Why it cannot be used, None where it can."""
        bad = next((file for file in self.files if file.problem), None)
        return f"{bad.path}: {bad.problem}" if bad else None


def group_takes(recordings: Iterable[Recording]) -> tuple[Take, ...]:
    """Return the takes, by time and name.

    `T01_1.WAV` and `T01_2.WAV` are one take where they lie in one folder, begin together, are of
    one rate and one length, and hold one channel each.
    """
    alone: list[Take] = []
    together: dict[tuple[object, ...], dict[int, Recording]] = defaultdict(dict)
    for file in sorted(recordings, key=lambda each: str(each.path)):
        split = _SPLIT.fullmatch(file.path.stem)
        if split is None or file.channels != 1:
            alone.append(Take((file,)))
            continue
        place = (file.path.parent, split[1], file.path.suffix.lower())
        key = (*place, file.begins, file.sample_rate, file.samples, file.date)
        if int(split[2]) in together[key]:
            alone.append(Take((file,)))
        else:
            together[key][int(split[2])] = file
    takes = [Take(tuple(group[n] for n in sorted(group))) for group in together.values()]
    return tuple(sorted([*alone, *takes], key=_order))


def _order(take: Take) -> tuple[Fraction, str]:
    return take.first.begins_seconds, str(take.first.path)
