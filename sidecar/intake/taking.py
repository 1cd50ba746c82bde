"""Whole units → jobs: what is new in them goes through one act of creation, noted around.

    sort what is known of the files  →  create_jobs for the rest  →  look that nothing moved
    →  note the jobs  →  write them  →  note that they are there  →  note what was left out

A death before "note the jobs" leaves nothing; after it, the next process looks which of the noted
jobs are there, and the clips of the others are new again.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from proxx_engine import CreationRequest, Prober, RequestError, create_jobs, hash_samples
from sidecar.folders.submitting import NamedJob, write_named
from sidecar.intake.knowledge import Clip, LeftAside, Sorted
from sidecar.intake.ledger import Ledger, SeenTo
from sidecar.intake.lots import Lot
from sidecar.intake.submission import Homes, intended
from sidecar.intake.telling import Taken, Teller
from sidecar.intake.units import HotFolder


class Refused(Exception):
    """Nothing can be made of a unit as it is; its arguments are the problems."""


@dataclass
class Taker:
    """Makes jobs of what is whole."""

    place: HotFolder
    request: CreationRequest
    """All but the paths."""
    homes: Homes
    ledger: Ledger
    teller: Teller
    still_ours: Callable[[], None]
    """Raises when the right to this hot folder was lost."""

    def why_not_now(self) -> str | None:
        """Return which place is away, None when all are there."""
        if not self.request.out.is_dir():
            return f"{self.request.out}: the output folder is not there"
        return self.homes.why_not_there()

    def settle(self) -> None:
        """Find out what came of acts that were interrupted. Raises: OSError."""
        for act, jobs in list(self.ledger.knowledge.intended.items()):
            there = [job.job_id for job in jobs if self.homes.is_there(job)]
            self.ledger.done(act, there)
            self.teller.settled(len(there), len(jobs) - len(there))

    def take(self, lot: Lot, *, set_aside: Mapping[str, str]) -> None:
        """Take all that is new in a lot. `set_aside`: files of which no job can be made, and why.

        Raises: Refused, UnitMoved, OSError; then as much was noted as was done.
        """
        files = lot.listing.files
        sorting = self._settle_doubts(lot, self.ledger.knowledge.sort_files(lot.listing))
        aside = dict(set_aside) | lot.own_proxies()
        left = [LeftAside({path: files[path]}, reason) for path, reason in aside.items()]
        changed = {path for _clip, paths in sorting.changed for path in paths}
        passed = sorting.known | changed | aside.keys()
        with Prober() as prober:
            if not passed.issuperset(files):
                left += self._act(lot, passed, prober)
            if sorting.changed:
                self.teller.changed([(clip.name, clip.job_id) for clip, _p in sorting.changed])
            for _clip, paths in sorting.changed:
                if paths.isdisjoint(aside):
                    left += self._take_changed(lot, frozenset(files.keys() - paths), prober)
        self._note(lot, [each for each in left if not sorting.known.issuperset(each.files)])

    def _settle_doubts(self, lot: Lot, sorting: Sorted) -> Sorted:
        """Let the content decide on files that have another time and the same size."""
        known, changed = set(sorting.known), list(sorting.changed)
        for clip in sorting.doubtful:
            now = {p: lot.listing.files[p] for p in clip.files if p in lot.listing.files}
            is_whole = now.keys() == clip.files.keys()
            paths = tuple(map(self.place.path, clip.files))
            if is_whole and hash_samples(paths) == clip.sample_sha256:
                self.ledger.touched(now)
                known.update(now)
            else:
                changed.append((clip, frozenset(now)))
        return Sorted(frozenset(known), tuple(changed), ())

    def _take_changed(self, lot: Lot, others: frozenset[str], prober: Prober) -> list[LeftAside]:
        """Make a job of a clip that is another one now, if its proxy's name is free."""
        try:
            return self._act(lot, others, prober)
        except Refused as refused:
            now = {path: facts for path, facts in lot.listing.files.items() if path not in others}
            reason = f"is another file now, and {'; '.join(map(str, refused.args))}"
            return [LeftAside(now, reason)]

    def _act(self, lot: Lot, passed: frozenset[str], prober: Prober) -> list[LeftAside]:
        """Make jobs of all clips that are not `passed`; return what was left out."""
        out = lot.out(self.request.out)
        request = replace(
            self.request,
            paths=lot.paths(),
            out=out,
            taken=frozenset(self.place.path(path) for path in passed),
            job_folders=self.homes.job_folders(out),
            inspected=self.teller.inspecting,
        )
        try:
            creation = create_jobs(request, prober=prober)
        except RequestError as error:
            raise Refused(*(str(issue) for issue in error.issues)) from error
        named = self.homes.name(creation.jobs, out)
        clips = {each.job.spec.job_id: lot.clips_of(each.job) for each in named}
        lot.look_that_nothing_moved(clip for several in clips.values() for clip in several)
        if named:
            self._submit(lot, named, clips, out)
        if needless := lot.needless_of(creation):
            self.ledger.noted([SeenTo(lot.names[0], None, needless=tuple(needless))])
            self.teller.needless(lot.names, [self.place.path(clip.name) for clip in needless])
        return list(lot.left_out_of(creation, passed))

    def _submit(
        self,
        lot: Lot,
        named: Sequence[NamedJob],
        clips: Mapping[str, tuple[Clip, ...]],
        out: Path,
    ) -> None:
        self.still_ours()
        if out != self.request.out and not out.is_dir():
            os.mkdir(out)
        act = uuid.uuid4().hex
        jobs = [intended(each, clips[each.job.spec.job_id]) for each in named]
        self.ledger.intended(act, lot.names[0], jobs)
        try:
            write_named(named)
        except BaseException:
            with suppress(OSError):  # the place does not work: the next look settles it
                self.settle()
            raise
        self.ledger.done(act, [job.job_id for job in jobs])
        count = sum(map(len, clips.values()))
        self.teller.taken(Taken(lot.names, count, tuple((e.job, e.path) for e in named)))

    def _note(self, lot: Lot, left: Sequence[LeftAside]) -> None:
        """Note each unit as seen to, and tell what was left out of all."""
        seen_to = []
        for name, (_unit, listing) in lot.units.items():
            own = (entry for entry in left if next(iter(entry.files)) in listing.files)
            seen_to.append(SeenTo(name, listing.digest, tuple(own)))
        self.ledger.noted(seen_to)
        entries = [(next(iter(entry.files)), entry.reason) for entry in left]
        if entries:
            self.teller.left_out([unit.name for unit in seen_to if unit.left_aside], entries)
