"""`proxx`: finds the command, turns what it raises into words and an exit code.

Commands are imported only when they are called, so that `--version` and `--help` answer at once.
"""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType, MappingProxyType
from typing import Any, NoReturn, Protocol

from sidecar.cli.outcome import DONE, REQUEST_WRONG, STOPPED, Outcome, printable, speak

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "create": "make JobSpecs of files, folders and cards",
        "intake": "take footage that is copied into a folder, once it is whole",
        "validate": "check JobSpecs, and tell every problem at once",
        "plan": "show what a job would do; touches nothing",
        "run": "execute JobSpecs, and prove every proxy",
        "submit": "put job files into a watch folder, in order; all or none",
        "serve": "answer programs that submit jobs to the job service and poll; --dev: all of it",
        "worker": "run jobs of the job service on this machine, until a person says stop",
        "queue": "show what waits and runs in the job service; prepare it, enter what was lost",
        "farm": "hand jobs to a render farm as a bundle; run its tasks, collect its results",
        "watch": "run the jobs of a watch folder, until a person says stop",
        "status": "show what waits, runs and ended in a watch folder",
        "history": "tell the whole story of one job of a watch folder",
        "batch": "show the batches of a folder; hold one back, let it go, make it again",
        "stop": "ask the workers of a watch folder to end",
        "release": "settle a job whose worker will not come back",
        "results": "show what came of every clip, and whether its proxy still stands",
        "report": "write what came of every clip as one page for a browser",
        "qc": "compare pictures of finished proxies with their sources; changes no verdict",
        "export": "write what came of every clip for other programs: CSV, ALE, checksums",
        "timeline": "write a timeline with the proven proxies beside its media, as OTIO",
        "resubmit": "make new jobs of what failed; the record stays",
        "clean": "remove what processes that are gone left hidden",
        "plugin": "do what Resolve's menu asks for; show and edit the plugin's settings",
        "explain": "show what a failure code means, and what to do next",
        "probe": "show what a media file is, and which engine takes it",
        "profiles": "show the kinds of proxy",
        "doctor": "show what is installed, what is missing, and the cure",
        "completion": "print what lets a shell complete the words of proxx",
    }
)
"""Each is a module `sidecar.cli.<name>_command`."""


class Command(Protocol):
    """What a command's module offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""

    def execute(self, arguments: argparse.Namespace) -> Outcome:
        """Do it."""


class _Parser(argparse.ArgumentParser):
    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(REQUEST_WRONG, f"{self.prog}: {printable(message)}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    _open_closed_streams()
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] == "--version":
        print(f"proxx {_version()}")
        return DONE
    if not words or words[0] in ("-h", "--help"):
        print(_help())
        return DONE if words else REQUEST_WRONG
    if words[0] not in COMMANDS:
        print(f"proxx: there is no command {words[0]!r}\n\n{_help()}", file=sys.stderr)
        return REQUEST_WRONG
    return _call(words[0], words[1:])


def _open_closed_streams() -> None:
    """Let standard streams that were closed (`>&-`) lead nowhere: Python has none for them.

    Their numbers are the next that are given out: what a child says would go into a job's file.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            place = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: its own
            os.set_inheritable(place, True)
            setattr(sys, name, os.fdopen(place, mode, encoding="utf-8"))


def _call(name: str, words: list[str]) -> int:
    as_json = "--json" in words
    try:
        with _stopping_in_order():
            parser = _Parser(prog=f"proxx {name}", description=f"{COMMANDS[name]}.")
            command = declare(name, parser)
            if "" in words:
                parser.error("found an empty argument; is a variable of the shell not set?")
            outcome = command.execute(parser.parse_args(words))
    except KeyboardInterrupt:
        outcome = Outcome(STOPPED, {"error": "stopped"}, complaints=("proxx: stopped",))
    except Exception as error:
        from sidecar.cli.errors import explain_error

        outcome = explain_error(error)
    return speak(outcome, as_json=as_json)


@contextmanager
def _stopping_in_order() -> Iterator[None]:
    """Let SIGTERM end a command as Ctrl-C does, so that what it began is taken back."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def declare(name: str, parser: argparse.ArgumentParser) -> Command:
    """Import a command and declare all that it takes."""
    command: Command = importlib.import_module(f"sidecar.cli.{name}_command")
    command.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    return command


def _help() -> str:
    width = max(map(len, COMMANDS))
    rows = [f"  {name.ljust(width)}  {summary}" for name, summary in COMMANDS.items()]
    return "\n".join(
        [
            "proxx makes editing proxies and proves each one.",
            "",
            "usage: proxx COMMAND …      proxx COMMAND --help      proxx --version",
            "",
            *rows,
            "",
            "exit codes: 0 done, 1 a job failed, 2 the request is wrong, 3 a tool or a place is",
            "missing, 4 a defect of Proxx, 130 stopped by a person",
        ]
    )


def _version() -> str:
    from importlib.metadata import version

    return version("proxx")


if __name__ == "__main__":
    sys.exit(main())
