"""Units that are taken in one act: what is named to it, where proxies go, what was seen."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from proxx_engine import CreatedJob, Creation, MadeBefore, hash_samples
from sidecar.intake.checking import facts_of
from sidecar.intake.knowledge import Clip, Files, LeftAside
from sidecar.intake.units import HotFolder, Listing, Unit


class UnitMoved(Exception):
    """A file changed between the last look and the act; the unit is waited for again."""


@dataclass(frozen=True)
class Lot:
    """One folder, or files that lie loose, as the last look saw them."""

    place: HotFolder
    units: Mapping[str, tuple[Unit, Listing]]
    """By name."""

    @property
    def names(self) -> tuple[str, ...]:
        """What the units are called."""
        return tuple(self.units)

    @cached_property
    def listing(self) -> Listing:
        """All their files."""
        files: Files = {}
        for _unit, listing in self.units.values():
            files.update(listing.files)
        return Listing(files)

    @cached_property
    def folder(self) -> str | None:
        """The folder's name; None for what lies loose."""
        return next((unit.name for unit, _listing in self.units.values() if unit.is_folder), None)

    def paths(self) -> tuple[Path, ...]:
        """Return what is named to the act: a folder, loose files, the first of pictures."""
        named = (unit.files[0] if unit.files else unit.name for unit, _l in self.units.values())
        return tuple(self.place.path(path) for path in named)

    def out(self, top: Path) -> Path:
        """Return where its proxies go: the hot folder's own folders again, below `top`."""
        return top / unicodedata.normalize("NFC", self.folder) if self.folder else top

    def seen(self, paths: Iterable[str | Path]) -> Files:
        """Return files as the last look saw them. Raises: UnitMoved: it did not see one of them."""
        files: Files = {}
        for path in map(self.place.relative, map(str, paths)):
            facts = self.listing.files.get(path)
            if facts is None and self._is_elsewhere(path):
                facts = facts_of(self.place, path)
            if facts is None:
                raise UnitMoved(path)
            files[path] = facts
        return files

    def clips_of(self, job: CreatedJob) -> tuple[Clip, ...]:
        """Return what is remembered of a job's clips. Raises: UnitMoved."""
        spec = job.spec
        return tuple(
            Clip(
                self.seen(clip.source.files),
                clip.source.sample_sha256,
                spec.job_id,
                os.path.join(spec.output.directory, clip.output_subdirectory, clip.output_name),
            )
            for clip in spec.clips
        )

    def needless_of(self, creation: Creation) -> list[Clip]:
        """Return the clips that need no job. Raises: UnitMoved, OSError."""
        found = {entry.path: entry.proxy for entry in creation.done_before}
        found |= {entry.path: entry.proxy for entry in creation.waiting}
        return [
            Clip(self.seen([path]), hash_samples((path,)), None, str(proxy))
            for path, proxy in found.items()
        ]

    def left_out_of(self, creation: Creation, passed: frozenset[str]) -> Iterator[LeftAside]:
        """Yield what the act left out, but for what was `passed` to it as known."""
        for entry in creation.left_out:
            paths = [self.place.relative(str(path)) for path in entry.files or (entry.path,)]
            files = {path: self.listing.files[path] for path in paths if path in self.listing.files}
            if files and not passed.issuperset(files):
                yield LeftAside(files, entry.reason)

    def own_proxies(self) -> dict[str, str]:
        """Return loose files that Proxx made: of a file that is named itself, no act asks that."""
        loose = [name for unit, _listing in self.units.values() for name in unit.files]
        if not loose:
            return {}
        made = MadeBefore()
        made.read_folder(self.place.root)
        own = (name for name in loose if made.find(str(self.place.path(name))))
        return dict.fromkeys(own, "a proxy that Proxx made")

    def look_that_nothing_moved(self, clips: Iterable[Clip]) -> None:
        """Hold files against the last look once more. Raises: UnitMoved."""
        for clip in clips:
            for path, facts in clip.files.items():
                if facts_of(self.place, path) != facts:
                    raise UnitMoved(path)

    def _is_elsewhere(self, path: str) -> bool:
        """Whether a file lies beside the folder: a card may have been copied in pieces."""
        return self.folder is not None and "/" in path and path.split("/")[0] != self.folder
