"""`proxx watch` is killed at every call that changes something; the next one tells the truth.

Lost, run twice, half-made under a final name, untrue: none of them, wherever it was killed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.scenes import NEVER_LONGER, ROOT, proxx_command
from tests.faults.shim import Call, Fault, Shim
from tests.faults.watch_rounds import KILLED, Rounds, play, wrong_ones
from tests.faults.watch_scene import (
    Footage,
    Scene,
    an_hour_passes,
    ended,
    heal,
    make_scene,
    start_watch,
    watch_words,
)
from tests.faults.watch_truth import breaches

FEW = 10
SETTLED_AGAIN = (12, 48, 75, 80, 97, 104)
"""Calls of the trace after which the next watch has most different things to settle."""


def first_of_each_kind(trace: tuple[Call, ...]) -> list[int]:
    """Return the number of the first call of each kind: what is done, and to which kind of file."""
    seen: dict[tuple[str, str], int] = {}
    for number, call in enumerate(trace, start=1):
        kind = re.sub(r"[0-9a-f]{8,}|[-.0-9]+", "", Path(call.path).name)
        seen.setdefault((call.op, kind), number)
    return list(seen.values())


def test_killed_here_and_there_the_next_watch_tells_the_truth(rounds: Rounds) -> None:
    kinds = first_of_each_kind(rounds.trace)
    chosen = kinds[:: max(1, len(kinds) // FEW)]
    played = play(lambda fault: rounds.kill(fault.at), [Fault("KILL", at) for at in chosen])
    assert wrong_ones(played) == []
    assert [one.seen[0].code for one in played] == [KILLED] * len(chosen)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_killed_at_every_call_the_next_watch_tells_the_truth(rounds: Rounds) -> None:
    every = [Fault("KILL", at) for at in range(1, len(rounds.trace) + 1)]
    played = play(lambda fault: rounds.kill(fault.at), every)
    kills = [one for one in played if one.seen[0].code == KILLED]
    thrice = [one for one in played if len(one.seen) > 3]
    print(f"{len(rounds.trace)} calls, {len(kills)} kills; {len(thrice)} settled after a minute")
    assert wrong_ones(played) == []
    assert len(kills) == len(rounds.trace) > 200


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("at", SETTLED_AGAIN)
def test_killed_again_while_it_settles_the_third_tells_the_truth(rounds: Rounds, at: int) -> None:
    calls = rounds.settling_calls(at)
    some = [Fault("KILL", again) for again in range(1, calls + 1, 29)]
    played = play(lambda fault: rounds.kill_twice(at, fault.at), some)
    print(f"killed at {at} ({rounds.trace[at - 1]}): {len(some)} of {calls} calls of the next")
    assert wrong_ones(played) == []
    assert {one.seen[1].code for one in played} == {KILLED}


@pytest.mark.parametrize("at", range(1, 5))
def test_killed_while_it_says_that_it_lives_nothing_is_left(
    tmp_path: Path, rounds: Rounds, at: int
) -> None:
    scene = make_scene(tmp_path / "beating", rounds.footage)
    fault, beats = Fault("KILL", at), scene.folder.workers
    told = rounds.shim.environment(fault, root=beats, log=scene.calls)
    seen = ended(start_watch(scene, told), scene)
    an_hour_passes(beats)
    heal(scene)
    assert (seen.code, len(seen.calls)) == (KILLED, at)
    assert breaches(scene, rounds.proxies) == []


CHANGING = (
    "open,openat,creat,write,pwrite64,writev,fsync,fdatasync,rename,renameat,renameat2,link,linkat,"
    "symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat,ftruncate,truncate,fallocate,chmod,"
    "fchmod,fchmodat,chown,fchownat,utimensat,mknodat,copy_file_range,sendfile,setxattr"
)
_BEGINNING = ("clone", "clone3", "fork", "vfork")
_LINE = re.compile(r"(?P<pid>\d+)\s+(?P<call>\w+)\((?P<words>.*)\)\s+= (?P<answer>\S+)")


@pytest.mark.slow
def test_no_call_that_changes_something_escapes_the_count(
    tmp_path: Path, footage: Footage, shim: Shim
) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not here")
    scene, trace = make_scene(tmp_path / "traced", footage), tmp_path / "trace"
    spared = [scene.folder.workers]
    told = shim.environment(Fault(), root=scene.root, log=scene.calls, spared=spared)
    calls = ",".join(("execve", *_BEGINNING, CHANGING))
    command = ["strace", "-f", "-y", "-qq", "-s", "4096", "-e", f"trace={calls}"]
    command += [word for key, value in told.items() for word in ("-E", f"{key}={value}")]
    done = subprocess.run(
        [*command, "-o", str(trace), *proxx_command(), *watch_words(scene)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=NEVER_LONGER,
        check=False,
    )
    if "PTRACE" in done.stderr:
        pytest.skip("this machine forbids tracing")
    assert done.returncode == 1, done.stderr
    counted = scene.calls.read_text("utf-8").splitlines()
    assert len(_changes(trace, scene)) == len(counted) > 200


def _changes(trace: Path, scene: Scene) -> list[str]:
    """Return what the watcher's own threads changed, as strace saw it."""
    lines = list(_whole_lines(trace))
    first = lines[0]["pid"]
    parents = {line["answer"]: line["pid"] for line in lines if line["call"] in _BEGINNING}
    started = {
        line["pid"]
        for line in lines
        if line["call"] == "execve" and line["answer"] == "0" and line["pid"] != first
    }

    def is_ours(pid: str) -> bool:
        return pid not in started and (pid == first or is_ours(parents[pid]))

    return [line[0] for line in lines if is_ours(line["pid"]) and _is_change(line, scene)]


def _whole_lines(trace: Path) -> Iterator[re.Match[str]]:
    begun: dict[str, str] = {}
    for line in trace.read_text("utf-8", "replace").splitlines():
        pid, _, rest = line.partition(" ")
        if rest.rstrip().endswith("<unfinished ...>"):
            begun[pid] = rest.strip().removesuffix("<unfinished ...>")
            continue
        resumed = re.match(r"\s*<\.\.\. \w+ resumed>(.*)", rest)
        found = _LINE.match(f"{pid} {begun.pop(pid)}{resumed[1]}" if resumed else line)
        if found is not None:
            yield found


def _is_change(line: re.Match[str], scene: Scene) -> bool:
    call, words = line["call"], line["words"]
    below = rf"{re.escape(str(scene.root))}/(?!box/workers\b)"
    if call in ("execve", *_BEGINNING):
        return False
    if call in ("open", "openat"):
        return re.search(rf'"{below}.*O_(WRONLY|RDWR|CREAT|TRUNC)', words) is not None
    if re.match(r"\d+<", words):  # what is written may name a path of ours
        return re.match(rf"(?![012]<)\d+<{below}", words) is not None
    return re.search(below, words) is not None
