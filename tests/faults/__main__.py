"""Every fault at every call of `proxx watch`, by hand: a table of what was done and what was wrong.

    python -m tests.faults [--every N] [FAMILY ...]

With N, only each N-th call of a family is hit. What was wrong is printed as it is found; the
watch folders of those rounds are kept, and where is said.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import find_tools
from tests.faults.power_cut import cut_power, why_no_disk
from tests.faults.shim import Fault, build_shim
from tests.faults.watch_frozen import calls_of_first_job, freeze_at
from tests.faults.watch_rounds import Rounds, calls_that_count, open_rounds, play, wrong_ones
from tests.faults.watch_scene import make_footage

ERRORS = ("ENOSPC", "EIO", "EACCES", "ESTALE")


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    calls: int
    wrong: Sequence[str]
    ended: Counter[int | str]
    """How the watches ended that met the fault."""
    rounds: int


def killed(rounds: Rounds, every: int) -> Iterator[Row]:
    """Killed at each call."""
    calls = len(rounds.trace)
    played = play(lambda fault: rounds.kill(fault.at), _at(Fault("KILL"), calls, every), told=True)
    codes = Counter(one.seen[0].code for one in played)
    yield Row("kill -9", calls, wrong_ones(played), codes, len(played))


def killed_twice(rounds: Rounds, every: int) -> Iterator[Row]:
    """Killed at each 17th call, and the next watch at each of its calls."""
    for at in range(3, len(rounds.trace) + 1, 17):
        calls = rounds.settling_calls(at)
        faults = _at(Fault("KILL"), calls, every)
        played = play(lambda fault, at=at: rounds.kill_twice(at, fault.at), faults, told=True)
        codes = Counter(one.seen[1].code for one in played)
        yield Row(f"kill -9 at {at}, then again", calls, wrong_ones(played), codes, len(played))


def failed(rounds: Rounds, every: int) -> Iterator[Row]:
    """An error at each call, once and from then on; writes cut short; looks that fail."""
    faults = [Fault(mode, sticky=sticky) for mode in ERRORS for sticky in (False, True)]
    faults += [Fault("EIO", ops="fsync"), Fault("EIO", ops="fsync", sticky=True)]
    faults += [Fault(mode, ops="write") for mode in ("SHORT", "TORN")]
    faults += [Fault("EIO", ops="look", looks=True)]
    faults += [Fault("ESTALE", ops="look", looks=True, sticky=True)]
    for fault in faults:
        calls = calls_that_count(rounds, fault)
        played = play(rounds.fail, _at(fault, calls, every), told=True)
        codes = Counter(one.seen[0].code for one in played)
        what = f"{fault.mode} {fault.ops} {'from then on' if fault.sticky else 'once'}"
        yield Row(what, calls, wrong_ones(played), codes, len(played))


def frozen(rounds: Rounds, every: int) -> Iterator[Row]:
    """Asleep before each call of its first job, passed by, released, woken."""
    calls = calls_of_first_job(rounds)
    with ThreadPoolExecutor(3) as pool:
        played = list(pool.map(lambda at: freeze_at(rounds, at), calls[::every]))
    wrong = [f"{one.call}: {'; '.join(one.found)}" for one in played if one.found]
    ended = Counter(one.status for one in played)
    yield Row("asleep, released, awake", len(calls), wrong, ended, len(played))


def cut(rounds: Rounds, every: int) -> Iterator[Row]:
    """The power cut at each call, with nothing or the journal flushed, on each file system."""
    for kind in ("ext4", "xfs"):
        if (reason := why_no_disk(kind)) is not None:
            print(f"not done: {kind}: {reason}")
            continue
        for mode in ("POWERCUT", "POWERCUT1"):
            calls = len(rounds.trace)
            faults = _at(Fault(mode), calls, every)
            played = play(
                lambda fault, kind=kind: cut_power(rounds, fault, kind=kind), faults, told=True
            )
            codes = Counter(one.seen[0].code for one in played)
            yield Row(f"{mode} on {kind}", calls, wrong_ones(played), codes, len(played))


FAMILIES: dict[str, Callable[[Rounds, int], Iterator[Row]]] = {
    "killed": killed,
    "killed-twice": killed_twice,
    "failed": failed,
    "frozen": frozen,
    "power": cut,
}


def _at(fault: Fault, calls: int, every: int) -> list[Fault]:
    return [fault.at_call(at) for at in range(1, calls + 1, every)]


def main(words: Sequence[str]) -> int:
    """Play what is asked for; 1 when something was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("families", nargs="*", metavar="FAMILY", help=", ".join(FAMILIES))
    asked = parser.parse_args(words)
    unknown = [name for name in asked.families if name not in FAMILIES]
    if unknown:
        parser.error(f"there is no family {unknown[0]!r}; there are {', '.join(FAMILIES)}")
    base = Path(tempfile.mkdtemp(prefix="proxx-faults-"))
    wrong = 0
    with find_tools(threads=1) as tools:
        (base / "footage").mkdir()
        rounds = open_rounds(
            base / "rounds", make_footage(base / "footage", tools), build_shim(base)
        )
        print(f"{'what':34} {'calls':>6} {'rounds':>6} {'wrong':>6} {'seconds':>8}  ended with")
        for name in asked.families or FAMILIES:
            begun = time.monotonic()
            for row in FAMILIES[name](rounds, asked.every):
                seconds, begun = time.monotonic() - begun, time.monotonic()
                ends = ", ".join(f"{end}: {count}" for end, count in row.ended.most_common())
                print(
                    f"{row.what:34} {row.calls:6} {row.rounds:6} {len(row.wrong):6} {seconds:8.0f}"
                    f"  {ends}",
                    flush=True,
                )
                wrong += len(row.wrong)
    if wrong:
        print(f"{wrong} wrong; they lie in {base}")
        return 1
    shutil.rmtree(base)
    print("nothing was wrong")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
