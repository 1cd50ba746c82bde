"""What `proxx intake` says: a line for each thing that happens, or a JSON object a line.

On a terminal one more line is redrawn: what is being copied, checked or inspected now.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from proxx_engine import now_utc
from sidecar.cli.outcome import format_bytes, format_seconds, plural, printable, say
from sidecar.intake.telling import Moment, Taken, Teller

_SHOWN = 3
_MOST_PROBLEMS = 5
_WIDTH = 100
_OWNER = re.compile(r" of \S.*")


class Tale(Teller):
    """Tells a person, each line with its time of day in UTC."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._line = ""
        self._clips = 0
        self._jobs = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._redraw("")
        if self._shown:  # where a person typed ^C, the terminal has shown it
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def count(self) -> dict[str, int]:
        """Return what was made so far."""
        return {"clips": self._clips, "jobs": self._jobs}

    def sum_up(self) -> str:
        """Return what a person reads at the end."""
        return f"{plural(self._clips, 'clip')} taken, {plural(self._jobs, 'job')} made"

    def started(self, folder: Path, units: int, at_rest: int) -> None:
        """The first look was taken."""
        before = f", {at_rest} of them taken before" if at_rest else ""
        self._say([f"taking from {folder}: {units or 'nothing'} there{before}"])

    def arrived(self, units: Sequence[str]) -> None:
        """Units were seen for the first time."""
        self._say([f"{_names(units)}: arrived"])

    def waits(self, unit: str, reason: str, seconds: float) -> None:
        """A unit is not whole."""
        still = f"unchanged for {format_seconds(seconds)}"
        self._say([f"{unit}: WAITS, {still}: {reason}"])

    def checking(self, unit: str, files: int, size_bytes: int) -> None:
        """Checksums are about to be compared."""
        if files:
            self._say([f"{unit}: comparing {_checksums(files)}, {format_bytes(size_bytes)}"])

    def checked(self, unit: str, files: int) -> None:
        """A unit was held against its lists."""
        if files:
            self._say([f"{unit}: read, {_checksums(files)}"])

    def refused(self, unit: str, problems: Sequence[str]) -> None:
        """Nothing is taken of a unit until it changes."""
        lines = [f"  {each}" for each in problems[:_MOST_PROBLEMS]]
        more = len(problems) - len(lines)
        lines += [f"  and {plural(more, 'problem')} more"] if more else []
        self._say([f"{unit}: NOT TAKEN until it changes", *lines])

    def changed(self, clips: Sequence[tuple[str, str | None]]) -> None:
        """Files are other ones now."""
        what = "is another file than was taken"
        if len(clips) > 1:
            what = "are other files than were taken"
        self._say([f"{_names([path for path, _job in clips])}: {what}"])

    def taken(self, taken: Taken) -> None:
        """Jobs were written."""
        self._clips += taken.clips
        self._jobs += len(taken.jobs)
        folders: dict[Path, int] = defaultdict(int)
        for _job, path in taken.jobs:
            folders[path.parent] += 1
        jobs = ", ".join(f"{plural(n, 'job')} in {folder}" for folder, n in folders.items())
        self._say([f"{_names(taken.units)}: taken, {plural(taken.clips, 'clip')}, {jobs}"])

    def needless(self, units: Sequence[str], clips: Sequence[Path]) -> None:
        """Clips need no job."""
        names = _names([clip.name for clip in clips])
        self._say([f"{_names(units)}: no job needed, proven before or waiting: {names}"])

    def left_out(self, units: Sequence[str], entries: Sequence[tuple[str, str]]) -> None:
        """No job was made of these."""
        lines = list(_reasons(entries))
        if len(lines) == 1:
            self._say([f"{_names(units)}: left out: {lines[0].removeprefix(f'{units[0]}: ')}"])
        else:
            self._say([f"{_names(units)}: left out", *(f"  {line}" for line in lines)])

    def gone(self, unit: str) -> None:
        """A unit went away."""
        self._say([f"{unit}: went away before it was taken"])

    def settled(self, there: int, missing: int) -> None:
        """An interrupted act is known."""
        anew = f", {plural(missing, 'job')} not yet: made anew" if missing else ""
        self._say([f"the last act was interrupted: {plural(there, 'job')} written{anew}"])

    def trouble(self, sentence: str) -> None:
        """A place does not work."""
        self._say([f"TROUBLE: {sentence}; what it stands in the way of is waited for"])

    def trouble_over(self) -> None:
        """It works again."""
        self._say(["works again"])

    def inspecting(self, path: Path, number: int, total: int) -> None:
        """A clip was inspected."""
        self._redraw(f"inspecting {number} of {total}: {path.name}")

    def moment(self, moment: Moment) -> None:
        """A look was taken."""
        parts = [f"{name} is being copied, {format_bytes(size)}" for name, size in moment.moving]
        parts += [
            f"{name} is being compared, {format_bytes(done)} of {format_bytes(total)}"
            for name, done, total in moment.checking
        ]
        more = [f"{len(parts) - _SHOWN} more"] if len(parts) > _SHOWN else []
        waiting = [f"{_names(moment.waiting)}: not whole yet"] if moment.waiting else []
        self._redraw("; ".join([*parts[:_SHOWN], *more, *waiting]))

    def _say(self, lines: Iterable[str]) -> None:
        shown = self._line
        self._redraw("")
        for line in lines:
            time = " " * 8 if line.startswith(" ") else now_utc()[11:19]
            say([f"{time}  {line}"])
        self._redraw(shown)

    def _redraw(self, line: str) -> None:
        if self._shown and (line or self._line):
            print(f"\r\033[K{printable(line)[:_WIDTH]}", end="", file=sys.stderr, flush=True)
        self._line = line


class JsonTale(Tale):
    """Tells a program: one JSON object a line."""

    def started(self, folder: Path, units: int, at_rest: int) -> None:
        """The first look was taken."""
        self._tell("started", folder=str(folder), units=units, taken_before=at_rest)

    def arrived(self, units: Sequence[str]) -> None:
        """Units were seen for the first time."""
        for unit in units:
            self._tell("arrived", unit=unit)

    def waits(self, unit: str, reason: str, seconds: float) -> None:
        """A unit is not whole."""
        self._tell("waits", unit=unit, reason=reason, unchanged_seconds=round(seconds, 1))

    def checking(self, unit: str, files: int, size_bytes: int) -> None:
        """Checksums are about to be compared."""
        self._tell("checking", unit=unit, files=files, size_bytes=size_bytes)

    def checked(self, unit: str, files: int) -> None:
        """A unit was held against its lists."""
        self._tell("checked", unit=unit, files=files)

    def refused(self, unit: str, problems: Sequence[str]) -> None:
        """Nothing is taken of a unit until it changes."""
        self._tell("refused", unit=unit, problems=list(problems))

    def changed(self, clips: Sequence[tuple[str, str | None]]) -> None:
        """Files are other ones now."""
        for path, job_id in clips:
            self._tell("changed", path=path, job_id=job_id)

    def taken(self, taken: Taken) -> None:
        """Jobs were written."""
        self._clips += taken.clips
        self._jobs += len(taken.jobs)
        jobs = [
            {
                "job_id": job.spec.job_id,
                "job_file": str(path),
                "engine": job.engine,
                "batch": job.spec.batch,
                "clips": [clip.source.path for clip in job.spec.clips],
            }
            for job, path in taken.jobs
        ]
        self._tell("taken", units=list(taken.units), clips=taken.clips, jobs=jobs)

    def needless(self, units: Sequence[str], clips: Sequence[Path]) -> None:
        """Clips need no job."""
        self._tell("needless", units=list(units), clips=[str(clip) for clip in clips])

    def left_out(self, units: Sequence[str], entries: Sequence[tuple[str, str]]) -> None:
        """No job was made of these."""
        told = [{"path": path, "reason": reason} for path, reason in entries]
        self._tell("left_out", units=list(units), entries=told)

    def gone(self, unit: str) -> None:
        """A unit went away."""
        self._tell("gone", unit=unit)

    def settled(self, there: int, missing: int) -> None:
        """An interrupted act is known."""
        self._tell("settled", written=there, not_written=missing)

    def trouble(self, sentence: str) -> None:
        """A place does not work."""
        self._tell("trouble", sentence=sentence)

    def trouble_over(self) -> None:
        """It works again."""
        self._tell("trouble_over")

    def inspecting(self, path: Path, number: int, total: int) -> None:
        """Programs are not told of single clips."""

    def moment(self, moment: Moment) -> None:
        """Nor of single looks."""

    def _tell(self, event: str, **facts: Any) -> None:
        say([json.dumps({"time": now_utc(), "event": event, **facts})])


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"


def _checksums(count: int) -> str:
    return f"{plural(count, 'file')} against checksums"


def _reasons(entries: Sequence[tuple[str, str]]) -> Iterable[str]:
    """Yield a line for each reason that a few have, and a count where many have the same."""
    by_reason: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path, reason in entries:
        by_reason[_OWNER.sub("", reason)].append((path, reason))
    for reason, members in by_reason.items():
        if len(members) > _SHOWN:
            yield f"{len(members)} files: {reason}"
        else:
            yield from (f"{path}: {own}" for path, own in members)
