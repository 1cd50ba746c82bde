"""Runs two ways of doing the same work in turn, so that both meet the same noise."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 5


@dataclass(frozen=True)
class Pair:
    """Wall seconds of both ways, round by round."""

    ours: list[float]
    theirs: list[float]

    @property
    def ratio(self) -> float:
        """Median of ours over theirs, each within its own round."""
        return statistics.median(a / b for a, b in zip(self.ours, self.theirs, strict=True))

    @property
    def added(self) -> float:
        """Median of the seconds that ours takes more."""
        return statistics.median(a - b for a, b in zip(self.ours, self.theirs, strict=True))

    def describe(self, *, target: str) -> str:
        """Return one line with medians, the ratio and its range."""
        ratios = [a / b for a, b in zip(self.ours, self.theirs, strict=True)]
        ours, raw = statistics.median(self.ours), statistics.median(self.theirs)
        return (
            f"ours {ours:.2f} s, raw {raw:.2f} s, "
            f"ratio {self.ratio:.3f} ({min(ratios):.3f} to {max(ratios):.3f}); target {target}"
        )


def run_pairs(
    ours: Callable[[], None], theirs: Callable[[], None], *, rounds: int = ROUNDS
) -> Pair:
    """Run both in turn, the first round only to warm up."""
    pair = Pair([], [])
    for number in range(rounds + 1):
        first, second = (ours, theirs) if number % 2 else (theirs, ours)
        times = {first: _timed(first)}
        times[second] = _timed(second)
        if number:
            pair.ours.append(times[ours])
            pair.theirs.append(times[theirs])
    return pair


def _timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def shell_loop(commands: Sequence[Sequence[str]], folder: Path) -> Callable[[], None]:
    """Return the work of a shell script that runs the commands one after the other."""
    import shlex

    script = folder / "loop.sh"
    script.write_text("set -e\n" + "\n".join(shlex.join(command) for command in commands) + "\n")

    def work() -> None:
        subprocess.run(["sh", str(script)], check=True, cwd=folder)

    return work
