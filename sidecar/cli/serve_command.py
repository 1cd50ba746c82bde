"""`proxx serve`: the job service's API, until a person says stop; with --dev all of the service.

The first Ctrl-C lets the API take no more requests and the running clip be finished; the second
ends both now.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import platformdirs

from proxx_engine import Issue, PlaceError, RequestError, assert_phase1_compliance, now_utc
from sidecar.cli.machine import add_machine, read_machine
from sidecar.cli.outcome import DEFECT, STOPPED, Outcome, gravest
from sidecar.cli.paths import plain_path
from sidecar.cli.signals import StopRequest, stop_by_signals
from sidecar.cli.worker_command import number_of_workers
from sidecar.folders.stopping import StopLevel
from sidecar.service.settings import (
    DEFAULT_LISTEN,
    MEMORY,
    ServiceSettings,
    development,
    read_settings,
)

if TYPE_CHECKING:
    from socket import socket

    from sidecar.cli.serve_told import Start
    from sidecar.service.parts import Parts
    from sidecar.service.worker.outcome import WorkOutcome

_LOOK_SECONDS = 0.1
_FINISHING = "answering what was asked; once more ends it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add(
        "settings",
        nargs="?",
        type=Path,
        metavar="SETTINGS.toml",
        help="what is said of the job service",
    )
    dev = parser.add_argument_group("for development, on one host, with nothing to install")
    add = dev.add_argument
    add("--dev", nargs="+", type=Path, metavar="FOLDER", help="what jobs may read and write")
    add("--home", type=Path, metavar="DIR", help="where all of it is kept")
    add("--listen", type=_address, metavar="HOST:PORT", help=f"default {DEFAULT_LISTEN}")
    add("--workers", type=number_of_workers, metavar="N", help="side by side; default 1")
    add("--refill", action="store_true", help="run what an earlier start left waiting")
    add_machine(parser, threads=False)


def _address(text: str) -> str:
    try:
        parts = urlsplit(f"//{text}")
        whole = parts.hostname and parts.port is not None and not parts.path and "@" not in text
    except ValueError:
        whole = False
    if not whole:
        raise argparse.ArgumentTypeError(f"expected HOST:PORT, found {text!r}")
    return text


def execute(arguments: argparse.Namespace) -> Outcome:
    """Serve."""
    assert_phase1_compliance()
    settings = _settings(arguments)
    with _opened(settings) as parts:
        if arguments.dev is not None:
            parts.table.prepare()
            _prepare_storage(parts)
        return _serve(parts, arguments)


def _settings(arguments: argparse.Namespace) -> ServiceSettings:
    """Return what was said. Raises: RequestError, PlaceError."""
    if (arguments.settings is None) == (arguments.dev is None):
        raise _wrong("", "expected SETTINGS.toml, or --dev FOLDER…; one of the two")
    if arguments.dev is None:
        given = {name: getattr(arguments, name) for name in _OF_DEV}
        for name in (name for name, value in given.items() if value):
            raise _wrong(f"--{name.replace('_', '-')}", "goes with --dev; workers have their own")
        settings = read_settings(arguments.settings)
        if settings.queue == MEMORY:
            told = "found memory, out of which only the workers of `proxx serve --dev` take jobs"
            raise _wrong("queue", told)
        return settings
    for folder in arguments.dev:
        if not folder.is_dir():
            raise _wrong("--dev", f"{folder} is no folder")
    home = arguments.home or platformdirs.user_data_path("Proxx", appauthor=False) / "service"
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise PlaceError("STORAGE_NOT_WRITABLE", f"{home}: {error.strerror}") from error
    roots = tuple(str(plain_path(folder)) for folder in arguments.dev)
    return development(home.absolute(), roots, listen=arguments.listen)


_OF_DEV = ("home", "listen", "workers", "refill", "ffmpeg", "path_map", "config")


def _wrong(path: str, sentence: str) -> RequestError:
    return RequestError((Issue("SPEC_BAD_PAIR", path, sentence),), subject="proxx serve")


@contextmanager
def _opened(settings: ServiceSettings) -> Iterator[Parts]:
    try:
        import sidecar.service.api.running  # noqa: F401
        from sidecar.service.parts import open_parts
    except ModuleNotFoundError as error:
        raise PlaceError("TOOL_SERVICE_MISSING", f"no module {error.name}") from error
    with open_parts(settings) as parts:
        yield parts


def _prepare_storage(parts: Parts) -> None:
    from sidecar.service.storage.objects import ObjectStorage

    if isinstance(parts.storage, ObjectStorage):
        parts.storage.prepare()


def _serve(parts: Parts, arguments: argparse.Namespace) -> Outcome:
    from sidecar.cli.serve_told import Start, tell_start
    from sidecar.service.api.running import open_listener, port_of
    from sidecar.service.api.token import make_token, read_token
    from sidecar.service.api.uploads import sweep_uploads

    sweep_uploads(parts.settings.home)
    is_dev = arguments.dev is not None
    named = read_token(parts.settings)
    # The API alone runs no clip.
    words = {} if is_dev else {"first": _FINISHING, "second": "ending"}
    with open_listener(*parts.settings.address) as listener, stop_by_signals(**words) as stop:
        # Only now: a start that finds its address taken leaves the token of who has it.
        token = named or make_token(parts.settings)
        start = Start(parts, port_of(listener), token, is_dev=is_dev)
        api = _ApiThread(start, listener, stop, as_json=arguments.json)
        tell_start(start, refill_lost=arguments.refill, as_json=arguments.json)
        api.start()
        worked: WorkOutcome | None = None
        try:
            if start.is_dev:
                worked = _work(parts, arguments, api)
            while api.is_alive() and api.level == StopLevel.GO_ON:
                time.sleep(_LOOK_SECONDS)
        finally:
            api.end()
    return _outcome(api, worked, stopped=stop.soft)


def _work(parts: Parts, arguments: argparse.Namespace, api: _ApiThread) -> WorkOutcome:
    from sidecar.cli.worker_told import choose_tale
    from sidecar.service.worker.options import WorkOptions
    from sidecar.service.worker.running import run_workers

    machine = read_machine(arguments)
    options = WorkOptions(
        workers=arguments.workers or 1,
        threads_per_job=machine.threads,
        ffmpeg=machine.ffmpeg,
        path_maps=machine.path_maps,
    )
    tale = choose_tale(as_json=arguments.json)
    tale.started(parts, options)
    return run_workers(parts, options, wish=api, teller=tale)


class _ApiThread(threading.Thread):
    """The API beside the workers; as a wish it ends them when a person asks, or when it is dead."""

    def __init__(self, start: Start, listener: socket, stop: StopRequest, *, as_json: bool) -> None:
        super().__init__(name="api", daemon=True)
        self.defect: str | None = None
        self._told = start
        self._listener = listener
        self._asked = stop
        self._as_json = as_json
        self._ended = threading.Event()

    @property
    def level(self) -> StopLevel:
        """How soon the workers are to end."""
        return max(self._asked.level, StopLevel.SOFT if self.defect else StopLevel.GO_ON)

    def run(self) -> None:
        """Answer requests."""
        from sidecar.cli.serve_told import write_line
        from sidecar.service.api.app import make_app
        from sidecar.service.api.requests_told import RequestLog
        from sidecar.service.api.running import run_api

        human = not self._as_json and sys.stderr.isatty()
        log = RequestLog(write_line, human=human)
        port = self._told.port
        try:
            run_api(
                make_app(self._told.parts, token=self._told.token, port=lambda: port, log=log),
                self._listener,
                stop=lambda: self._asked.soft or self._ended.is_set(),
                stop_now=lambda: self._asked.hard,
            )
        except Exception:
            # A thread that dies unheard would leave workers that nobody can ask for anything.
            self.defect = traceback.format_exc()

    def end(self) -> None:
        """Let it finish what it answers, and wait for that."""
        self._ended.set()
        self.join()


def _outcome(api: _ApiThread, worked: WorkOutcome | None, *, stopped: bool) -> Outcome:
    codes = [STOPPED] * stopped + [DEFECT] * (api.defect is not None)
    story = api.defect or ""
    lines: tuple[str, ...] = ()
    data: dict[str, Any] = {"time": now_utc(), "event": "stopped" if stopped else "ended"}
    if worked is not None:
        from sidecar.cli.worker_told import exit_codes, outcome_data, sum_up

        codes += exit_codes(worked)
        lines = tuple(sum_up(worked))
        data = outcome_data(worked)
        story += "".join(worked.defects)
    return Outcome(gravest(codes), data, lines, tuple(story.splitlines()), one_line=True)
