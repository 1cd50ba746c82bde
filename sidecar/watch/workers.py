"""One worker: a thread that takes a job, runs it through `execute_jobspec` and files it."""

from __future__ import annotations

import errno
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from proxx_engine import (
    JobExecutionResult,
    PlaceError,
    Tools,
    WorkerIdentity,
    execute_jobspec,
    now_utc,
    place_of_job,
)
from sidecar.folders.actions import ActionLog
from sidecar.folders.claims import Claim, is_held
from sidecar.folders.filing import TakenJob, file_job, is_filed, put_back
from sidecar.folders.heartbeats import State
from sidecar.folders.keeping import keep_with_job, refuse_hindered
from sidecar.folders.layout import Outcome, WatchFolder
from sidecar.folders.names import made_on
from sidecar.folders.stopping import StopLevel
from sidecar.folders.tool_box import ToolBox
from sidecar.watch.batch_ends import BatchEnds
from sidecar.watch.line import WaitingLine
from sidecar.watch.options import Tally, Teller, WatchOptions


@dataclass
class Doing:
    """What a worker is doing, for its heartbeat."""

    state: State = "idle"
    since: str = field(default_factory=now_utc)
    taken: TakenJob | None = None
    done: int = 0
    failed: int = 0
    trouble: str | None = None
    """Why the watch folder or the tools do not work now."""
    ended: bool = False

    def turn(self, state: State, taken: TakenJob | None = None) -> None:
        """Begin something else; what goes on keeps its beginning."""
        if (state, taken) != (self.state, self.taken):
            self.state, self.taken, self.since = state, taken, now_utc()


@dataclass
class ClaimStop:
    """What the engine polls while it runs one job: the worker's level, and the claim."""

    level: Callable[[], StopLevel]
    folder: WatchFolder
    claim: Claim

    @property
    def soft(self) -> bool:
        """Finish the running clip, start no other."""
        return self.level() >= StopLevel.SOFT

    @property
    def hard(self) -> bool:
        """End the running clip now."""
        return self.level() >= StopLevel.HARD

    @property
    def lost(self) -> bool:
        """Whether the claim is gone, or another's."""
        return not is_held(self.folder, self.claim)


class Worker(threading.Thread):
    """Runs one job at a time."""

    def __init__(
        self,
        identity: WorkerIdentity,
        folder: WatchFolder,
        line: WaitingLine,
        options: WatchOptions,
        *,
        threads: int,
        log: ActionLog,
        teller: Teller,
        batches: BatchEnds,
        first: Callable[[], None] = lambda: None,
    ) -> None:
        """`first` is done by the worker's own thread before it takes a job."""
        super().__init__(name=identity.id, daemon=True)
        self.identity = identity
        self.doing = Doing()
        self.level = StopLevel.GO_ON
        self.tally = Tally()
        self.defect: str | None = None
        self.begun = threading.Event()
        """What is done first is done, or has failed."""
        self._first = first
        self._folder = folder
        self._line = line
        self._options = options
        self.threads = threads
        self._log = log
        self._teller = teller
        self._batches = batches
        self._unfiled: tuple[TakenJob, JobExecutionResult] | None = None
        self._wake = threading.Event()

    def ask(self, level: StopLevel) -> None:
        """Ask it to end; it never becomes less urgent."""
        if level > self.level:
            self.level = level
            self._wake.set()

    def run(self) -> None:
        """Take and run jobs until it is asked to end, or nothing is left."""
        try:
            try:
                self._first()
            finally:
                self.begun.set()
            options = self._options
            with ToolBox(
                ffmpeg=options.ffmpeg, path_maps=options.path_maps, threads=self.threads
            ) as box:
                while self.level == StopLevel.GO_ON and self._turn(box):
                    pass
        except Exception:
            # A thread that dies unheard would leave a machine that looks alive and does nothing.
            self.defect = traceback.format_exc()
            if self.doing.taken is not None:
                self._line.let_go(self.doing.taken)
        finally:
            self.doing.ended = True

    def _turn(self, box: ToolBox) -> bool:
        """Do one thing; whether there may be more."""
        try:
            tools = box.current()
            if self._unfiled is not None:
                self._file(*self._unfiled)
            taken = self._line.take_next(self.identity, tools)
            if taken is None and self._options.once:
                taken = self._line.take_next(self.identity, tools, look_anew=True)
            if taken is not None:
                self._run_job(taken, tools)
            self._tell_trouble(None)
            if taken is not None:
                return True
        except OSError as error:
            self._tell_trouble(f"{error.filename or self._folder.root}: {error.strerror or error}")
        except PlaceError as error:
            self._tell_trouble(str(error))
        blocked = self.doing.trouble or self._line.blocks()
        self.doing.turn("blocked" if blocked else "idle")
        if self._options.once:
            return False
        self._wake.wait(self._options.poll_seconds)
        return True

    def _tell_trouble(self, sentence: str | None) -> None:
        if sentence is not None and sentence != self.doing.trouble:
            self._teller.trouble(sentence)
        self.doing.trouble = sentence

    def _run_job(self, taken: TakenJob, tools: Tools) -> None:
        self.doing.turn("running", taken)
        told = {"job_id": taken.spec.job_id, "job_file": taken.claim.job_file}
        try:
            self._log.note("run", worker=self.identity.id, **told)
        except OSError:
            self._line.let_go(taken)
            put_back(self._folder, taken.claim, log=self._log)
            raise
        result = self._execute(taken, tools)
        self._unfiled = (taken, result)
        self.tally.add(result)
        if result.status == "COMPLETED":
            self.doing.done += 1
        else:
            self.doing.failed += 1
        if result.environment_used is not None:  # else it never began: its output was not looked at
            self._line.learn(taken.spec, result, tools)
        self._file(taken, result)

    def _execute(self, taken: TakenJob, tools: Tools) -> JobExecutionResult:
        stop = ClaimStop(lambda: self.level, self._folder, taken.claim)
        find = self._options.find_resolve
        host, no_resolve = find() if find is not None else (None, "")
        try:
            return execute_jobspec(
                taken.spec,
                tools=tools,
                worker=self.identity,
                stop=stop,
                journal_path=place_of_job(taken.job_file).journal,
                resolve_host=host,
                no_resolve=no_resolve,
            )
        except (OSError, PlaceError) as error:
            job_id = taken.spec.job_id
            return refuse_hindered(error, taken.home, worker=self.identity, job_id=job_id)

    def _file(self, taken: TakenJob, result: JobExecutionResult) -> None:
        """File a job that ended; one that a person released meanwhile is no longer ours.

        Raises: OSError: it is tried again at the next turn.
        """
        if not self._folder.is_there():
            root = self._folder.root
            raise OSError(errno.ENOENT, "the watch folder is not there", str(root))
        here = taken.home.is_dir()
        # Its folder may have been moved before an error kept its claim from following it.
        if is_held(self._folder, taken.claim) and (here or is_filed(self._folder, taken.spec)):
            if here:
                result = keep_with_job(
                    taken.spec,
                    taken.job_file,
                    result,
                    worker=self.identity,
                    path_maps=self._options.path_maps,
                )
                self._unfiled = (taken, result)
            outcome: Outcome = "completed" if result.status == "COMPLETED" else "failed"
            file_job(self._folder, taken.claim, made_on(taken.spec), outcome, log=self._log)
        self._unfiled = None
        self._line.let_go(taken)
        self.doing.turn("idle")
        self._teller.job_ended(self.identity.id, taken.spec, result)
        self._batches.filed(
            taken.spec, worker=self.identity.id, stop=lambda: self.level >= StopLevel.HARD
        )
