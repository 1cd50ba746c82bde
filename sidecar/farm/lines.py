"""What a task says to the farm on its standard output, line by line; pure.

A line that begins with `openjd_` speaks to the farm: progress in finished clips, what is done now,
why the task failed. No other line of ours may begin so, whatever a clip is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import dropwhile
from typing import Any

from sidecar.words import printable

_SPOKEN = re.compile(r"openjd_", re.IGNORECASE)
_MOST_CLIPS = 1_000_000
_MOST_CHARACTERS = 2000
"""Of a line: runtimes cut long ones, and what comes after the cut would begin a line."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a job stands."""

    done: int
    """Clips whose proxies are published."""
    total: int
    """0 until the job has begun."""
    doing: str
    """One line for a person."""


def standing(facts: Iterable[Mapping[str, Any]], worker: str) -> Standing:
    """Return where a job stands that a worker runs, from the facts of its journal.

    What another worker did there is not told: the task may have met it at its work.
    """
    done = total = begun = 0
    doing, name = "", ""
    for fact in dropwhile(lambda fact: fact.get("worker") != worker, facts):
        match fact.get("event"):
            case "job_started":
                total, doing = _count(fact.get("clips")), "looking at the place and the sources"
            case "clip_started":
                begun += 1
                name = re.split(r"[\\/]", str(fact.get("source", "")))[-1]
                doing = f"encoding {name}"
            case "clip_encoded":
                doing = f"proving {name}"
            case "published":
                done += 1
            case "job_finished":
                return Standing(done, total, str(fact.get("status", "")))
    counted = f"clip {begun} of {total}: " if total > 1 and begun else ""
    return Standing(done, total, f"{counted}{doing}" if doing else "")


def _count(clips: object) -> int:
    return clips if isinstance(clips, int) and 0 < clips <= _MOST_CLIPS else 0


def tell_changes(before: Standing | None, now: Standing) -> list[str]:
    """Return the lines that tell what is new since `before`."""
    lines = []
    if now.total and (before is None or (before.done, before.total) != (now.done, now.total)):
        lines.append(f"openjd_progress: {100 * min(now.done / now.total, 1):.4g}")
    if now.doing and (before is None or before.doing != now.doing):
        lines.append(_line(f"openjd_status: {now.doing}"))
    return lines


def fail_line(code: str, sentence: str) -> str:
    """Return the line that tells the farm why a task failed; `code` may be empty."""
    return _line(f"openjd_fail: {code}: {sentence}" if code else f"openjd_fail: {sentence}")


def harmless(line: str) -> str:
    """Return a line for people that no runtime takes for one of the farm's."""
    line = _line(line)
    start = len(line) - len(line.lstrip())
    return f"{line[:start]}- {line[start:]}" if _SPOKEN.match(line, start) else line


def _line(text: str) -> str:
    text = printable(text)
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"
