"""The line of waiting jobs as one process sees it: the next that can be taken, in order of names.

Workers of one process ask one after the other; workers of other processes are told apart by the
claim alone. A full listing decides; nothing else is remembered than what saves reading again.
"""

from __future__ import annotations

import errno
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from proxx_engine import (
    JobExecutionResult,
    JobSpec,
    Tools,
    WorkerIdentity,
    identify_process,
    plan_job,
)
from sidecar.folders.actions import ActionLog
from sidecar.folders.claims import Claim, claim_path
from sidecar.folders.filing import TakenJob, is_filed, reject_file, take_job
from sidecar.folders.known_claims import KnownClaims
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import job_id_in, judge_name
from sidecar.folders.pending import (
    Patience,
    Unfinished,
    Whole,
    Wrong,
    list_pending,
    look_at,
    wrong,
)
from sidecar.folders.places import Block, Places, look_for_room
from sidecar.watch.options import Teller

_MOST_STUCK = 3
"""With more files that cannot be moved it is the folder that does not work."""


@dataclass
class WaitingLine:
    """What waits in one watch folder."""

    folder: WatchFolder
    log: ActionLog
    teller: Teller
    places: Places
    still_seconds: float
    clock: Callable[[], float]
    poll_seconds: float
    rejected: int = 0
    """Files that were no jobs to run."""
    held: set[str] = field(default_factory=set)
    """Claims, by nonce, that workers of this process work on, or still have to file."""
    unfinished: dict[str, str] = field(default_factory=dict)
    """Files that are waited for until they are whole, as last seen, each with the reason."""
    stuck: dict[str, str] = field(default_factory=dict)
    """Files that cannot be read or moved, as last seen, each with a sentence."""
    _names: deque[str] = field(default_factory=deque)
    _listed_at: float | None = None
    _patience: Patience = field(default_factory=Patience)
    _blocks: dict[tuple[str, str], Block] = field(default_factory=dict)
    _no_room: Block | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take_next(
        self, worker: WorkerIdentity, tools: Tools, *, look_anew: bool = False
    ) -> TakenJob | None:
        """Take the first job that can be taken now; None when there is none.

        Raises: OSError: the watch folder does not work now.
        """
        with self._lock:
            self._list(anew=look_anew)
            try:
                self._no_room = look_for_room(self.folder.root) if self._names else None
                while self._names and self._no_room is None:
                    taken = self._try_alone(self._names.popleft(), worker, tools)
                    if taken is not None:
                        self.held.add(taken.claim.nonce)
                        return taken
            finally:
                self._tell_blocks()
            return None

    def let_go(self, taken: TakenJob) -> None:
        """No worker has this job any more: it is filed, lost, or left by a thread that died."""
        with self._lock:
            self.held.discard(taken.claim.nonce)

    def left_by_us(self, known: KnownClaims) -> list[Claim]:
        """Return this process's own claims that none of its workers has. Raises: OSError."""
        with self._lock:  # nothing is taken meanwhile: what is not held now is nobody's
            mine = [c for c in known.look().claims if c.owner == identify_process()]
            return [claim for claim in mine if claim.nonce not in self.held]

    def learn(self, spec: JobSpec, result: JobExecutionResult, tools: Tools) -> None:
        """Learn from a job that ended whether its place still works."""
        with self._lock:
            self.places.learn(spec, result, tools)
            self._tell_blocks()

    def blocks(self) -> tuple[Block, ...]:
        """Return what jobs wait for, as last told: never waits for a place that hangs."""
        return tuple(self._blocks.values())

    def _list(self, *, anew: bool) -> None:
        """List `pending/`: once a poll while there is more to take, else whenever somebody asks.

        Raises: OSError.
        """
        now = self.clock()
        if not anew and self._listed_at is not None:
            # Many idle workers need no listing each.
            wait = self.poll_seconds if self._names else self.poll_seconds / 8
            if now - self._listed_at < wait:
                return
        if not self.folder.is_there():
            # Another volume, or none, may lie under the name now: nothing of it is ours.
            raise OSError(errno.ENOENT, "the watch folder is not there", str(self.folder.root))
        self._listed_at = now
        names = list_pending(self.folder)
        self._names = deque(name for name in names if judge_name(name) in ("job", "unsafe"))
        there = set(names)
        self._patience.forget_all_but(there)
        self.unfinished.clear()
        for name in self.stuck.keys() - there:
            del self.stuck[name]
        self.places.forget_all_but(there)

    def _try_alone(self, name: str, worker: WorkerIdentity, tools: Tools) -> TakenJob | None:
        """Let a file that cannot be read or moved cost only itself. Raises: OSError."""
        try:
            return self._try(name, worker, tools)
        except OSError as error:
            if not self.folder.is_there() or len(self.stuck.keys() | {name}) > _MOST_STUCK:
                raise
            if name not in self.stuck:
                self.stuck[name] = f"{name} cannot be taken: {error.strerror or error}"
                self.teller.trouble(self.stuck[name])
            return None

    def _try(self, name: str, worker: WorkerIdentity, tools: Tools) -> TakenJob | None:
        if self.places.is_known_blocked(name):
            return None
        job_id = job_id_in(name)
        if job_id is not None and os.path.lexists(claim_path(self.folder, job_id)):
            return None
        if judge_name(name) == "unsafe":
            sentence = f"found {name!a}: not every system can store it, or a sync program made it"
            self._reject(wrong(name, "SPEC_BAD_NAME", sentence), worker)
            return None
        seen = look_at(self.folder, name)
        if isinstance(seen, Unfinished):
            self._wait_for(seen, worker)
            return None
        if isinstance(seen, Wrong):
            self._reject(seen, worker)
            return None
        return self._take(seen, worker, tools) if seen is not None else None

    def _take(self, seen: Whole, worker: WorkerIdentity, tools: Tools) -> TakenJob | None:
        spec = seen.spec
        engine = plan_job(spec).engine
        if engine != self.folder.engine:
            sentence = f"job {spec.job_id} needs {engine}, this folder is for {self.folder.engine}"
            self._reject(wrong(seen.name, "ROUTE_WRONG_FOLDER", sentence), worker)
            return None
        if is_filed(self.folder, spec):
            sentence = f"job {spec.job_id} was filed here before"
            self._reject(wrong(seen.name, "CLAIM_SETTLED", sentence), worker)
            return None
        if self.places.why_not(seen.name, spec, tools) is not None:
            return None
        taken = take_job(self.folder, seen.name, spec, worker=worker, log=self.log)
        if isinstance(taken, JobExecutionResult):
            self._tell_rejected(seen.name, taken)
            return None
        return taken

    def _wait_for(self, seen: Unfinished, worker: WorkerIdentity) -> None:
        self.unfinished[seen.name] = seen.reason
        path = self.folder.pending / seen.name
        if self._patience.still_seconds(path, now=self.clock()) < self.still_seconds:
            return
        if seen.error is not None:
            self._reject(Wrong(seen.name, seen.error), worker)
        elif self._patience.tell_once(seen.name):
            self.log.note("left_alone", worker=worker.id, job_file=seen.name, reason=seen.reason)
            self.teller.left_alone(seen.name, seen.reason)

    def _reject(self, seen: Wrong, worker: WorkerIdentity) -> None:
        result = reject_file(self.folder, seen, worker=worker, log=self.log)
        if result is not None:
            self._tell_rejected(seen.name, result)

    def _tell_rejected(self, name: str, result: JobExecutionResult) -> None:
        self.rejected += 1
        self.teller.rejected(name, result)

    def _all_blocks(self) -> tuple[Block, ...]:
        return (*((self._no_room,) if self._no_room else ()), *self.places.blocks())

    def _tell_blocks(self) -> None:
        # By place and code: bytes that come and go are no news.
        before = self._blocks
        self._blocks = {(block.place, block.code): block for block in self._all_blocks()}
        for key, block in self._blocks.items():
            if key not in before:
                self.teller.blocked(block)
                self.log.note("blocked", place=block.place, code=block.code, detail=block.detail)
        for key, block in before.items():
            if key not in self._blocks:
                self.teller.unblocked(block)
                self.log.note("unblocked", place=block.place, code=block.code)
