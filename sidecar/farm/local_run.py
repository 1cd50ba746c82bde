"""A bundle's tasks in sessions of the standard's own runtime, as a farm's workers run them.

A session runs one task after the other and ends with the first that fails; the next task begins
another. No task is run twice, and none is begun once more have failed than the bundle allows.
Tasks have the environment of this process, as a farm's have that of its worker; nothing of it is
written anywhere.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections import defaultdict, deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

from openjd.sessions import (
    LOG,
    ActionState,
    ActionStatus,
    LogContent,
    PathFormat,
    PathMappingRule,
    Session,
    SessionState,
)

from proxx_engine import PathMap, PlaceError, StopFlags, same_root
from sidecar.farm.local_run_job import LocalJob

_TICK_SECONDS = 0.2
_ENDING = timedelta(seconds=15)
"""How long a running task has to end once a person asked twice; never more than its own period."""
_LINES_KEPT = 40
_FOR_THE_FARM = "openjd_"


@dataclass(frozen=True)
class TaskEnd:
    """How a task ended, as the runtime tells it; its result is on the disk."""

    number: int
    state: str
    """success, failed, canceled or timeout."""
    exit_code: int | None
    """Negative: the signal that ended it. None: it was not started."""
    message: str | None
    """The failure's code and sentence, as the task told the farm."""
    said: tuple[str, ...]
    """The last lines that it said."""


class LocalRun:
    """Runs tasks of a bundle, each once."""

    def __init__(
        self,
        job: LocalJob,
        numbers: Sequence[int],
        *,
        maps: tuple[PathMap, ...],
        workers: int,
        folder: Path,
    ) -> None:
        self.job = job
        self.rules = _rules(maps, keep=job.named_here)
        self.folder = folder
        """Of the sessions' working folders; removed by its owner."""
        self.doing: dict[int, ActionStatus] = {}
        """What the running tasks last told."""
        self.failed = 0
        self.listener = _Listener()
        self.cancelling = threading.Event()
        self.ended: queue.Queue[TaskEnd | Exception | None] = queue.Queue()
        self._waiting = deque(numbers)
        self._no_more = False
        self._lock = threading.Lock()
        self._workers = [
            _Worker(self, name=f"worker-{number}")
            for number in range(1, min(workers, len(numbers)) + 1)
        ]

    @property
    def not_begun(self) -> tuple[int, ...]:
        """The tasks that were not begun."""
        return tuple(self._waiting)

    @property
    def too_many_failed(self) -> bool:
        """Whether no further task is begun because of those that failed."""
        return self.failed > self.job.allowed_failures

    def ends(self, stop: StopFlags) -> Generator[TaskEnd | None]:
        """Run the tasks and yield each as it ends; None, often, while nothing does.

        Raises: PlaceError where a worker has no place for its session; no further task is begun.
        """
        with _listening(self.listener):
            try:
                for worker in self._workers:
                    worker.start()
                yield from self._follow(stop)
            finally:
                self._no_more = True
                self.cancelling.set()
                for worker in self._workers:
                    if worker.ident is not None:
                        worker.join()

    def _follow(self, stop: StopFlags) -> Iterator[TaskEnd | None]:
        at_work, errors = len(self._workers), list[Exception]()
        while at_work:
            self._no_more = self._no_more or stop.soft
            if stop.hard:
                self.cancelling.set()
            try:
                end = self.ended.get(timeout=_TICK_SECONDS)
            except queue.Empty:
                yield None
                continue
            if isinstance(end, Exception):  # of one worker; what the others run is told first
                self._no_more = True
                errors.append(end)
            elif end is None:
                at_work -= 1
            else:
                yield end
        for error in errors:
            raise error

    def take(self) -> int | None:
        """Return the next task for a worker; None where there is none for it."""
        with self._lock:
            if self._no_more or self.too_many_failed or not self._waiting:
                return None
            return self._waiting.popleft()

    def end(self, end: TaskEnd) -> None:
        """Count a task that ended, before its worker can take another."""
        with self._lock:
            self.failed += end.state != ActionState.SUCCESS.value
            self.doing.pop(end.number, None)
        self.ended.put(end)


class _Worker(threading.Thread):
    """Runs one task at a time in its session."""

    def __init__(self, run: LocalRun, *, name: str) -> None:
        super().__init__(name=name)
        self._run_of = run
        self._number = 0
        self._over = threading.Event()
        self._sessions = 0

    def run(self) -> None:
        """Take tasks until there is none."""
        try:
            self._work()
        except Exception as error:
            self._run_of.ended.put(error)
        finally:
            self._run_of.ended.put(None)

    def _work(self) -> None:
        run = self._run_of
        with contextlib.ExitStack() as opened:
            session: Session | None = None
            while (number := run.take()) is not None:
                session = session or opened.enter_context(self._open())
                end = self._run_task(session, number)
                run.end(end)
                if end.state != ActionState.SUCCESS.value:
                    opened.close()
                    session = None

    def _open(self) -> Session:
        self._sessions += 1
        try:
            return Session(
                session_id=f"{self.name}-{self._sessions}",
                job_parameter_values=self._run_of.job.values,
                path_mapping_rules=self._run_of.rules,
                callback=self._hear,
                session_root_directory=self._run_of.folder,
            )
        except RuntimeError as error:
            raise PlaceError("STORAGE_NOT_WRITABLE", str(error)) from error

    def _hear(self, _session: str, status: ActionStatus) -> None:
        self._run_of.doing[self._number] = status
        if status.state is not ActionState.RUNNING:
            self._over.set()

    def _run_task(self, session: Session, number: int) -> TaskEnd:
        run, step = self._run_of, self._run_of.job.step
        self._number = number
        self._over.clear()
        listened = f"{self.name}-{self._sessions}"
        run.listener.said.pop(listened, None)
        session.run_task(
            step_script=step.script,
            task_parameter_values=run.job.of_task(number),
            step_name=step.name,
        )
        cancelled = False
        while not self._over.wait(_TICK_SECONDS):
            if run.cancelling.is_set() and not cancelled and session.state is SessionState.RUNNING:
                # It may have ended in between.
                with contextlib.suppress(RuntimeError):
                    session.cancel_action(time_limit=_ENDING)
                cancelled = True
        status = session.action_status
        said = tuple(run.listener.said.pop(listened, ()))
        if status is None:
            return TaskEnd(number, ActionState.FAILED.value, None, None, said)
        return TaskEnd(number, status.state.value, status.exit_code, status.fail_message, said)


class _Listener(logging.Handler):
    """Keeps the last lines of each session's running task."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=_LINES_KEPT))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what the task said, and why it could not be started."""
        content = getattr(record, "openjd_log_content", None) or LogContent(0)
        told = LogContent.COMMAND_OUTPUT in content and LogContent.BANNER not in content
        line = record.getMessage()
        if (told or LogContent.EXCEPTION_INFO in content) and not line.startswith(_FOR_THE_FARM):
            self.said[getattr(record, "session_id", "")].append(line)


@contextlib.contextmanager
def _listening(listener: logging.Handler) -> Iterator[None]:
    """Hear what the runtime logs, and let nobody else hear it: a farm's log is not a person's."""
    before = LOG.propagate
    LOG.addHandler(listener)
    LOG.propagate = False
    try:
        yield
    finally:
        LOG.propagate = before
        LOG.removeHandler(listener)


def _rules(maps: tuple[PathMap, ...], *, keep: tuple[str, ...]) -> list[PathMappingRule]:
    """Return the maps as the standard's rules; `keep`: what is not renamed."""
    # Of two rules for one root the runtime would take one; a task refuses to choose.
    rules = [_rule(m) for m in maps if not any(same_root(m.written, path) for path in keep)]
    renamed = [path for path in keep if any(rule.apply(path=path)[0] for rule in rules)]
    return [*rules, *(_rule(PathMap(written=path, local=path)) for path in renamed)]


def _rule(path_map: PathMap) -> PathMappingRule:
    written = path_map.written
    windows = not written.startswith("/") or written.startswith("//")
    source: PurePath = PurePosixPath(written)
    if windows:  # a drive alone is no root to the standard
        source = PureWindowsPath(f"{written}\\" if written.endswith(":") else written)
    return PathMappingRule(
        source_path_format=PathFormat.WINDOWS if windows else PathFormat.POSIX,
        source_path=source,
        destination_path=PurePath(path_map.local),
    )
