"""A real watch folder, its workers in this process, and what a model knows of both."""

from __future__ import annotations

import os
import tempfile
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proxx_engine import CreationError, JobSpec, PlaceError, Tools, decode_jobspec, hash_samples
from sidecar.folders.actions import ActionLog
from sidecar.folders.claims import claim_path, read_claim
from sidecar.folders.filing import TakenJob
from sidecar.folders.names import CLAIM, JOB
from sidecar.folders.pending import list_pending
from sidecar.folders.places import Places
from sidecar.folders.releasing import find_released
from sidecar.folders.settling import Settler
from sidecar.watch.batch_ends import BatchEnds
from sidecar.watch.line import WaitingLine
from sidecar.watch.options import Teller, WatchOptions
from sidecar.watch.workers import Worker
from tests.folders.befalling import Point
from tests.folders.job_model import Owner, Submitted
from tests.folders.played_runs import alive, gone, hand_over, strange
from tests.folders.scenes import here, leave, make_folder, submit
from tests.spec.samples import clip, encoded, job

OWNERS: dict[Owner, Callable[[], Any]] = {"alive": alive, "strange": strange, "gone": gone}
AN_HOUR = 4000.0
"""Longer than any place is left alone."""
_NEVER = 1e12
_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""A file system without a disk, where there is one: nothing here is about power cuts."""


@dataclass
class Hand:
    """One worker of ours with its line, and what of it the model knows."""

    worker: Worker
    line: WaitingLine
    listed: deque[str] = field(default_factory=deque)
    blocked: set[str] = field(default_factory=set)
    """The files that it has seen waiting for their place."""
    fresh: bool = True


class ModelledFolder:
    """What is on the disk, and what is known of it."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.root = Path(tempfile.mkdtemp(prefix="proxx-machine-", dir=_MEMORY))
        self.out, self.card = self.root / "proxies", self.root / "card"
        self.card.mkdir()
        self.folder = make_folder(self.root / "box", out=self.out)
        self.identity, process = here()
        self.log = ActionLog(self.folder, process)
        self.settler = Settler(self.folder, self.identity, self.log)
        self.jobs: list[Submitted] = []
        self.now, self.count, self.mounted = 0.0, 0, True
        self.hands = [self.hand(1), self.hand(2)]

    def hand(self, number: int) -> Hand:
        """Return a worker that has looked at nothing yet."""
        worker = self.identity.model_copy(update={"id": f"{self.log.process}-{number}"})
        places, teller = Places(2.0, self.clock), Teller()
        line = WaitingLine(self.folder, self.log, teller, places, 60.0, self.clock, _NEVER)
        made = Worker(
            worker,
            self.folder,
            line,
            WatchOptions(),
            threads=1,
            log=self.log,
            teller=teller,
            batches=BatchEnds(self.folder, None, self.log, teller),
        )
        return Hand(made, line)

    def clock(self) -> float:
        """Return the time that the test has set."""
        return self.now

    def some(self, fits: Callable[[Submitted], bool]) -> list[Submitted]:
        """Return the files of which something holds."""
        return [entry for entry in self.jobs if fits(entry)]

    def is_claimed(self, key: str) -> bool:
        """Whether a claim stands."""
        return any(entry.is_claimed and entry.key == key for entry in self.jobs)

    def was_filed(self, spec: JobSpec) -> bool:
        """Whether the job has a place below `completed/` or `failed/`."""
        ended = self.some(lambda entry: entry.stage in ("filed", "done") and not entry.rejecting)
        return any(entry.key == spec.job_id for entry in ended)

    def make_spec(self, clips: int) -> JobSpec:
        """Return a new job whose footage is away, so that a run of it fails at once."""
        self.count += 1
        label = f"A{self.count:05d}"
        value = job(label=label, job_id=str(uuid.uuid4()), clips=[clip(i) for i in range(clips)])
        value["output"]["directory"] = str(self.out)
        for entry in value["clips"]:
            entry["output_name"] = f"{label}_{entry['index']}.mov"
            path = self.bring(f"{label}_{entry['index']}")
            entry["source"] |= {
                "path": str(path),
                "files": [str(path)],
                "size_bytes": path.stat().st_size,
                "sample_sha256": hash_samples((path,)),
            }
            path.unlink()
        return decode_jobspec(encoded(value))

    def bring(self, name: str) -> Path:
        """Bring footage back."""
        path = self.card / f"{name}.mov"
        path.write_bytes(name.encode())
        return path

    def give(self, *specs: JobSpec) -> None:
        """Submit jobs."""
        time.sleep(0.002)  # so that names differ and keep their order
        for path, spec in zip(submit(self.folder, *specs), specs, strict=True):
            self.jobs.append(Submitted(path.name, path.read_bytes(), spec))

    def list_anew(self, hand: Hand) -> None:
        """A worker lists what waits."""
        hand.listed, hand.fresh = deque(list_pending(self.folder)), False
        hand.blocked &= set(hand.listed)

    def walk(self, hand: Hand, fate: str, point: Point) -> str:
        """Go through the line as a worker must; return the file that it takes, or its end."""
        by_name = {entry.name: entry for entry in self.jobs}
        blocked = False
        while hand.listed:
            entry = by_name[hand.listed.popleft()]
            verdict = self._verdict(hand, entry, blocked=blocked)
            if verdict == "blocked":
                blocked = True
                hand.blocked.add(entry.name)
            elif verdict in ("reject", "take") and fate == "cost itself":
                if verdict == "reject" and point == "sync":
                    self._reject(entry, "well", point)  # it was filed by then
                fate = "well"
            elif verdict == "reject":
                self._reject(entry, fate, point)
            elif verdict == "take":
                hand.blocked.discard(entry.name)
                self._take(hand, entry, fate, point)
            if verdict in ("reject", "take") and fate in ("died", "failed"):
                return fate
            if verdict == "take" and entry.owner != "nobody":
                return entry.name
        return ""

    def _verdict(self, hand: Hand, entry: Submitted, *, blocked: bool) -> str:
        if blocked and entry.name in hand.blocked:
            return "blocked"
        if entry.stage != "waiting" or self.is_claimed(entry.key):
            return "nothing"
        if entry.spec is None:
            return "reject"
        if self.was_filed(entry.spec):
            return "reject"
        return "take" if self.mounted else "blocked"

    def _take(self, hand: Hand, entry: Submitted, fate: str, point: Point) -> None:
        if fate == "failed":
            return  # it waits as before
        entry.be_claimed(hand.worker.identity.id, "ours")
        if fate != "died" or point == "sync":
            entry.stage = "moved"
        entry.taken = self.adopt(entry)
        if fate == "died":
            self.own(entry, "gone")

    def _reject(self, entry: Submitted, fate: str, point: Point) -> None:
        if fate == "failed":
            return  # it waits as before
        entry.rejecting = True
        entry.code = "SPEC_MISSING_FIELD" if entry.spec is None else "CLAIM_SETTLED"
        claim = read_claim(claim_path(self.folder, entry.key))
        if claim is None:
            entry.stage, entry.place = "done", self._find_rejected(entry.name)
            return
        entry.owner, entry.place = "ours", claim.job_folder
        entry.stage = "filed" if point == "sync" else "claimed"
        if fate == "died":
            self.own(entry, "gone")

    def _find_rejected(self, name: str) -> str:
        for path in self.folder.root.glob(f"failed/*/*/*{CLAIM}"):
            claim = read_claim(path)
            if claim is not None and claim.job_file == name:
                return path.parent.relative_to(self.folder.root).as_posix()
        return "nowhere"

    def adopt(self, entry: Submitted) -> TakenJob:
        """Return a claimed job as its worker has it."""
        claim = read_claim(claim_path(self.folder, entry.key))
        assert claim is not None
        assert entry.spec is not None
        home = self.folder.root / claim.job_folder
        return TakenJob(claim, entry.spec, home / f"{home.name}{JOB}")

    def own(self, entry: Submitted, owner: Owner) -> None:
        """Let a claim, and all that was made in its name, be that of another process."""
        path = claim_path(self.folder, entry.key)
        if entry.taken is not None:
            with self._mounted_for_a_moment():
                entry.taken = hand_over(entry.taken, path, OWNERS[owner]())
        else:
            claim = read_claim(path)
            assert claim is not None
            leave(self.folder, claim, **({"host": "elsewhere"} if owner == "strange" else {}))
        entry.owner = owner

    def unmount_or_mount(self) -> None:
        """Take the folder of the proxies away, or bring it back."""
        away = self.root / "unmounted"
        if self.mounted:
            self.out.rename(away)
        else:
            away.rename(self.out)
        self.mounted = not self.mounted

    @contextmanager
    def _mounted_for_a_moment(self) -> Iterator[None]:
        if self.mounted:
            yield
            return
        self.unmount_or_mount()
        yield
        self.unmount_or_mount()

    def is_away(self, entry: Submitted) -> bool:
        """Whether the truth about a job cannot be told now."""
        return entry.stage == "moved" and entry.has_begun_a_clip and not self.mounted

    def release(self, entry: Submitted) -> None:
        """A person says that a job's worker is gone; they are refused where it is not."""
        frozen = entry.owner == "strange"
        try:
            claim = find_released(self.folder, entry.key, worker=f"{self.log.process}-release")
            self.settler.settle(claim, release_reason="as a test says")
        except CreationError:
            assert entry.owner in ("alive", "nobody")
        except PlaceError:
            assert self.is_away(entry)
        else:
            assert entry.owner in ("gone", "strange", "nameless")
            assert not self.is_away(entry)
            if entry.is_being_moved:
                entry.owner = "nobody"
                return
            if entry.owner == "nameless":
                # The claim says nothing of the file: it is the first that waits by now.
                alike = self.some(lambda other: other.key == entry.key and other.stage == "waiting")
                entry.wake_in_pending()
                entry = min((entry, *alike), key=lambda other: other.name)
            entry.end("CLAIM_RELEASED")
            entry.asleep = frozen and entry.taken is not None
