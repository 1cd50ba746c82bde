"""One fault at one call of `proxx watch`, what is healed afterwards, and what is wrong then."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults.shim import Call, Fault, Shim
from tests.faults.warm_proxx import run_warm
from tests.faults.watch_scene import (
    Footage,
    Scene,
    Watched,
    an_hour_passes,
    ended,
    fault_told,
    heal,
    make_scene,
    start_watch,
    watch_faulty,
)
from tests.faults.watch_truth import (
    Proxies,
    breaches,
    breaches_now,
    told_leavings,
    true_proxies,
)

KILLED = -9
DEFECT = 4
_AT_ONCE = 4
"""Each round sleeps half its time."""


@dataclass(frozen=True)
class Round:
    """One fault, and what came of it."""

    fault: Fault
    call: Call | None
    """The one that was hit; None where there were fewer."""
    seen: tuple[Watched, ...]
    """The watches, in their order: the faulty ones first."""
    found: tuple[str, ...]
    """Every breach of what must hold."""

    def __str__(self) -> str:
        call = f"{self.call.op} {self.call.path}" if self.call else "no call"
        codes = [watched.code for watched in self.seen]
        return f"{self.fault.mode} at {self.fault.at} ({call}), {codes}: {'; '.join(self.found)}"


@dataclass(frozen=True)
class Rounds:
    """Where rounds are played, and what is true there."""

    base: Path
    footage: Footage
    shim: Shim
    trace: tuple[Call, ...]
    """Every call of a watch without a fault."""
    proxies: Proxies

    def kill(self, at: int) -> Round:
        """Kill at a call; the next watch heals."""
        scene = self._scene(f"kill-{at:04d}")
        fault = Fault("KILL", at)
        hit = watch_faulty(scene, self.shim, fault)
        found = self._judge_killed(hit, at)
        return self._healed(scene, fault, (hit,), found)

    def kill_twice(self, at: int, again: int) -> Round:
        """Kill at a call, and the next watch at another, while it settles."""
        scene = self._scene(f"kill-{at:04d}-{again:04d}")
        first = watch_faulty(scene, self.shim, Fault("KILL", at))
        fault = Fault("KILL", again)
        second = watch_faulty(scene, self.shim, fault)
        found = self._judge_killed(first, at)
        if len(second.calls) >= again and second.code != KILLED:
            found.append(f"the second was not killed: {second.story}")
        return self._healed(scene, fault, (first, second), found)

    def settling_calls(self, at: int) -> int:
        """Return how many calls the watch makes that comes after a kill at a call."""
        scene = self._scene(f"count-{at:04d}")
        watch_faulty(scene, self.shim, Fault("KILL", at))
        count = len(watch_faulty(scene, self.shim, Fault()).calls)
        shutil.rmtree(scene.base)
        return count

    def fail(self, fault: Fault) -> Round:
        """Let a call fail; once it no longer does, the next watch ends what was left."""
        name = f"{fault.mode}-{fault.at:04d}-{fault.sticky:d}{fault.looks:d}{fault.ops}"
        scene = self._scene(name)
        hit = watch_faulty(scene, self.shim, fault)
        found = []
        if hit.code in (0, DEFECT) or hit.code < 0:
            found.append(f"it ended with {hit.code}")
        return self._healed(scene, fault, (hit,), found, cleaned=True)

    def _scene(self, name: str) -> Scene:
        return make_scene(self.base / name, self.footage)

    def _judge_killed(self, hit: Watched, at: int) -> list[str]:
        made = [call.op for call in hit.calls]
        if hit.code != KILLED:
            return [f"was not killed: {hit.story}"]
        told = [call.op for call in self.trace[:at]]
        return [] if made == told else [f"other calls than in the trace: {made[-3:]}"]

    def _healed(
        self,
        scene: Scene,
        fault: Fault,
        seen: tuple[Watched, ...],
        found: list[str],
        *,
        cleaned: bool = False,
    ) -> Round:
        """`cleaned`: what a result says was left behind is cleared by `proxx clean`."""
        found += [f"at once: {breach}" for breach in breaches_now(scene, self.proxies)]
        healed = heal(scene)
        if cleaned and told_leavings(scene):
            an_hour_passes(scene.root)
            run_warm("clean", *scene.places)
        for watched in (*seen, *healed):
            if "Traceback" in watched.story or watched.code == DEFECT:
                found.append(watched.story)
        found += breaches(scene, self.proxies)
        if not found:
            shutil.rmtree(scene.base)
        calls = seen[-1].calls
        call = calls[fault.at - 1] if 0 < fault.at <= len(calls) else None
        return Round(fault, call, (*seen, *healed), tuple(found))


def open_rounds(base: Path, footage: Footage, shim: Shim) -> Rounds:
    """Watch once without a fault, and return what the rounds are held against.

    This one watch is a process of its own, as a person starts it.
    """
    base.mkdir(exist_ok=True)
    scene = make_scene(base / "whole", footage)
    whole = ended(start_watch(scene, fault_told(scene, shim, Fault())), scene)
    proxies = true_proxies(scene)
    wrong = breaches(scene, proxies)
    assert not wrong, (wrong, whole.story)
    assert set(proxies) == {spec.label for spec in footage.specs}, whole.story
    shutil.rmtree(scene.base)
    return Rounds(base, footage, shim, whole.calls, proxies)


def calls_that_count(rounds: Rounds, fault: Fault) -> int:
    """Return how many calls of a watch without a fault are such as this one may befall."""
    if not (fault.ops or fault.looks):
        return len(rounds.trace)
    scene = make_scene(rounds.base / "counted", rounds.footage)
    counted = watch_faulty(scene, rounds.shim, replace(fault, mode="COUNT", at=0)).calls
    shutil.rmtree(scene.base)
    return len(counted)


def play(
    play_one: Callable[[Fault], Round], faults: Iterable[Fault], *, told: bool = False
) -> list[Round]:
    """Play rounds, several at once; return them in their order."""
    played = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for one in pool.map(play_one, faults):
            played.append(one)
            if told and one.found:
                print(one, flush=True)
    return played


def wrong_ones(played: Iterable[Round]) -> list[str]:
    """Return what is told of the rounds in which something was wrong."""
    return [str(one) for one in played if one.found]
