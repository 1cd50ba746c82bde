"""What must hold of a watch folder whatever befell its watchers; each breach is one sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from proxx_engine import JobExecutionResult, JobSpec, place_of_job, plan_job, read_journal
from sidecar.folders.actions import read_actions
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import JOB
from sidecar.folders.replaying import replay
from tests.faults.watch_scene import WRONG, Scene, hidden_things

Proxies = Mapping[str, str]
"""sha256 of each proxy, by its job's label, as a watch without a fault makes it."""


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def proxy_of(spec: JobSpec) -> Path:
    """Return where a job's only proxy has its final name."""
    return Path(plan_job(spec).clips[0].output_path)


def true_proxies(scene: Scene) -> Proxies:
    """Return what a watch without a fault has made."""
    finals = {spec.label: proxy_of(spec) for spec in scene.specs}
    return {label: sha256_of(final) for label, final in finals.items() if final.exists()}


def breaches_now(scene: Scene, proxies: Proxies) -> list[str]:
    """Return what is wrong in the very moment after a fault, before anything is settled."""
    found = []
    for spec in scene.specs:
        places = places_of(scene.folder, spec.job_id)
        if len(places) != 1:
            found.append(f"{spec.label} lies in {places}")
        final = proxy_of(spec)
        if final.exists() and sha256_of(final) != proxies.get(spec.label):
            found.append(f"{final.name} has its final name and is not whole")
    wrong = _places_of_wrong(scene.folder)
    return found if len(wrong) == 1 else [*found, f"the wrong file lies in {wrong}"]


def breaches(scene: Scene, proxies: Proxies) -> list[str]:
    """Return what is wrong once everything was settled."""
    return [*breaches_now(scene, proxies), *_untrue(scene), *_left(scene), *_twice(scene)]


def places_of(folder: WatchFolder, job_id: str) -> list[str]:
    """Return where a job's file lies, from the root of the watch folder."""
    found = (path for path in folder.root.rglob(f"*{job_id}{JOB}") if not _is_hidden(path))
    return sorted(path.parent.relative_to(folder.root).as_posix() for path in found)


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(".")


def _places_of_wrong(folder: WatchFolder) -> list[str]:
    waiting = ["pending"] if (folder.pending / WRONG).exists() else []
    filed = folder.root.glob(f"*/*/0.wrong.*/0.wrong.*{JOB}")
    return waiting + [path.parent.relative_to(folder.root).as_posix() for path in filed]


def _untrue(scene: Scene) -> Iterator[str]:
    """Yield where a record says anything else than the disk."""
    told = places_told(scene.folder)
    for spec in scene.specs:
        for place in places_of(scene.folder, spec.job_id):
            if told.get(spec.job_id) != place:
                yield f"{spec.label}: the log says {told.get(spec.job_id)}, the disk {place}"
            yield from _untrue_record(scene.folder.root / place, spec)
    for place in _places_of_wrong(scene.folder):
        if told.get(WRONG) != place:
            yield f"the wrong file: the log says {told.get(WRONG)}, the disk {place}"
        home = scene.folder.root / place
        yield from _judge(home, _read(home / f"{home.name}.result.json"))


def _untrue_record(home: Path, spec: JobSpec) -> Iterator[str]:
    record = place_of_job(home / f"{home.name}{JOB}").result
    result = _read(record)
    yield from _judge(home, result)
    if not isinstance(result, JobExecutionResult):
        return
    beside = Path(plan_job(spec).result_path)
    alone = any("only record" in issue.sentence for issue in result.issues)
    if beside.exists() and beside.read_bytes() != record.read_bytes():
        yield f"{spec.label}: its two results differ"
    if not beside.exists() and not alone and result.clips:
        yield f"{spec.label}: no result beside its proxy, and nothing says so"
    final = proxy_of(spec)
    noted = result.clips[0].output_sha256 if result.clips else None
    made = bool(result.clips) and result.clips[0].status == "COMPLETED"
    if made is not final.exists() or (made and noted != sha256_of(final)):
        there = sha256_of(final) if final.exists() else None
        yield f"{spec.label}: its result says {noted}, its final name has {there}"


def _judge(home: Path, result: JobExecutionResult | str) -> Iterator[str]:
    if isinstance(result, str):
        yield f"{home.name}: {result}"
    elif (home.parent.parent.name == "completed") is not (result.status == "COMPLETED"):
        yield f"{home.name} is {result.status} and lies in {home.parent.parent.name}"


def _read(path: Path) -> JobExecutionResult | str:
    try:
        return JobExecutionResult.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        return f"its result cannot be read: {error}"


def places_told(folder: WatchFolder) -> dict[str | None, str]:
    """Return where each job, by its id, and the wrong file are, as the log alone tells it."""
    told = {entry.job_file: entry for entry in replay(read_actions(folder))}
    return {told[name].job_id if name != WRONG else name: told[name].place for name in told}


def _left(scene: Scene) -> Iterator[str]:
    for spec in scene.specs:
        for place in places_of(scene.folder, spec.job_id):
            if not place.startswith(("completed/", "failed/")):
                yield f"{spec.label} did not end"
    if _places_of_wrong(scene.folder) == ["pending"]:
        yield "the wrong file still waits"
    for thing in hidden_things(scene):
        yield f"{thing} is left"


def told_leavings(scene: Scene) -> list[str]:
    """Return what results say of things that could not be cleared away, or kept."""
    return [
        issue.sentence
        for path in scene.folder.root.glob("*/*/*/*.result.json")
        if isinstance(result := _read(path), JobExecutionResult)
        for issue in result.issues
        if issue.code.startswith("STORAGE_")
    ]


def _twice(scene: Scene) -> Iterator[str]:
    """Yield what was run more than once."""
    for spec in scene.specs:
        begun = sum(f".proxx-{spec.job_id[:8]}/" in line for line in scene.encodes())
        for place in places_of(scene.folder, spec.job_id):
            home = scene.folder.root / place
            facts = list(read_journal(place_of_job(home / f"{home.name}{JOB}").journal))
            for event in ("job_started", "clip_started", "publishing", "published"):
                count = sum(fact["event"] == event for fact in facts)
                if count > 1:
                    yield f"{spec.label}: {event} {count} times"
        if begun > 1:
            yield f"{spec.label}: encoded {begun} times"


def told_result(scene: Scene, spec: JobSpec) -> JobExecutionResult:
    """Return the record of a job that ended."""
    (place,) = places_of(scene.folder, spec.job_id)
    home = scene.folder.root / place
    result = _read(home / f"{home.name}.result.json")
    assert isinstance(result, JobExecutionResult), result
    return result
