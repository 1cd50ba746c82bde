"""A watcher that stands still while others come by, is called gone by a person, and wakes."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil

from proxx_engine import JobSpec
from sidecar.folders.claims import claim_path
from tests.faults.scenes import wait_until
from tests.faults.shim import Call, Fault
from tests.faults.warm_proxx import WarmProcess, run_warm
from tests.faults.watch_rounds import DEFECT, Rounds
from tests.faults.watch_scene import (
    Scene,
    Watched,
    ended,
    make_scene,
    start_faulty,
    start_in_short,
    watch,
)
from tests.faults.watch_truth import breaches, places_of, proxy_of, sha256_of, told_result

Process = subprocess.Popen[str] | WarmProcess
LONG_AGO = "2026-01-01T00:00:00.000Z"
ELSEWHERE = {"host": "elsewhere", "machine_id": "another"}


@dataclass(frozen=True)
class Frozen:
    """What came of one watcher that stood still."""

    call: Call | None
    """Before which it stood still."""
    owner: Watched
    """How it ended, once it woke."""
    status: str
    """What stands of its job."""
    found: tuple[str, ...]


def calls_of_first_job(rounds: Rounds) -> list[int]:
    """Return the calls between the claim to the first job and its being filed."""
    name = next(c.path for c in rounds.trace if "/running/" in c.path and ".job.json" in c.path)
    job_id = name.removesuffix(".job.json")[-36:]
    claim = [n for n, c in enumerate(rounds.trace, 1) if f"{job_id}.claim" in c.path]
    return list(range(claim[0] + 1, claim[-1] + 1))


def freeze_at(rounds: Rounds, at: int) -> Frozen:
    """Let a watcher stand still before a call that it makes for its first job."""
    scene = make_scene(rounds.base / f"frozen-{at:04d}", rounds.footage)
    owner = start_faulty(scene, rounds.shim, Fault("STOP", at))
    return release_and_wake(scene, rounds, owner)


def release_and_wake(scene: Scene, rounds: Rounds, owner: Process) -> Frozen:
    """Let others come by a watcher that stands still, or is about to; then let it wake."""
    spec = scene.specs[0]
    try:
        wait_until(lambda: psutil.Process(owner.pid).status() == psutil.STATUS_STOPPED)
        found = [*_passed_by(scene, spec), *_released(scene, spec)]
        before = _records(scene)
    finally:
        owner.send_signal(signal.SIGCONT)
        woke = ended(owner, scene)
    found += [f"it changed {path}" for path in _differences(before, _records(scene))]
    if "Traceback" in woke.story or woke.code in (0, DEFECT) or woke.code < 0:
        found.append(woke.story)
    found += breaches(scene, rounds.proxies)
    status = told_result(scene, spec).status
    if f"{spec.label}  COMPLETED" in woke.out and status != "COMPLETED":
        found.append(f"it said COMPLETED of a job that is {status}")
    if not found:
        shutil.rmtree(scene.base)
    return Frozen(woke.calls[-1] if woke.calls else None, woke, status, tuple(found))


def _passed_by(scene: Scene, spec: JobSpec) -> list[str]:
    """Another watcher and a person of this machine leave it what it holds."""
    place, claim = places_of(scene.folder, spec.job_id), claim_path(scene.folder, spec.job_id)
    held, proxy = claim.read_bytes(), _proxy(spec)
    found = []
    other = watch(scene)
    if held:
        refused = run_warm("release", spec.job_id, "--reason", "it sleeps", *_in(scene))
        if refused.returncode != 2 or "is alive" not in refused.stderr:
            found.append(f"release did not refuse: {refused.stdout}{refused.stderr}")
    if (places_of(scene.folder, spec.job_id), claim.read_bytes()) != (place, held):
        found.append(f"what it holds was touched: {other.story}")
    if _proxy(spec) != proxy:
        found.append("its proxy was touched")
    return found


def _released(scene: Scene, spec: JobSpec) -> list[str]:
    """A person calls it gone, since it seems to be of a machine that is away."""
    claim = claim_path(scene.folder, spec.job_id)
    if claim.stat().st_size:
        loaded = json.loads(claim.read_bytes())
        loaded["owner"] |= ELSEWHERE
        claim.write_text(json.dumps(loaded), "utf-8")
    for beat in scene.folder.workers.iterdir():
        told = json.loads(beat.read_bytes())
        beat.write_text(json.dumps(told | {"beat_at": LONG_AGO}), "utf-8")
    words = ("release", spec.job_id, "--reason", "its machine burnt", *_in(scene))
    done = ended(start_in_short(*words))  # it listens for 20 seconds to one that sleeps
    return [] if done.code in (0, 1) else [f"no release: {done.story}"]


def _in(scene: Scene) -> tuple[str, Path]:
    return "--folder", scene.folder.root


def _proxy(spec: JobSpec) -> str | None:
    final = proxy_of(spec)
    return sha256_of(final) if final.exists() else None


def _records(scene: Scene) -> dict[Path, str]:
    """Return every file that stands: proxies, results, claims, job files.

    Not journals and logs: what wakes in the middle of a note ends it, in a file that was moved.
    """
    states = [scene.folder.root / state for state in ("pending", "claims", "completed", "failed")]
    files = (path for place in (*scene.places, *states) for path in place.rglob("*"))
    standing = (path for path in files if path.is_file() and ".proxx" not in str(path))
    return {path: sha256_of(path) for path in standing if path.suffix not in (".jsonl", ".log")}


def _differences(before: dict[Path, str], after: dict[Path, str]) -> list[Path]:
    every = before.keys() | after.keys()
    return sorted(path for path in every if before.get(path) != after.get(path))
