"""A Resolve that programs outside reach through a module DaVinciResolveScript, made up in a folder.

A test writes the module and what it plays; the process under test loads it as the real one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from proxx_engine import JobSpec
from tests.fakes.resolve import (
    FakeResolve,
    Meanwhile,
    Scene,
    changes,
    make_resolve,
    user_at_work,
    user_state,
)
from tests.watch.raw_scene import raw_specs

ROOT = Path(__file__).parents[2]
_MODULE = """
from pathlib import Path
from tests.resolve.outside import played_again

def scriptapp(name):
    return played_again(Path({folder!r})) if name == "Resolve" else None
"""


def play_outside(folder: Path, *names: str, **played: Any) -> tuple[list[JobSpec], dict[str, str]]:
    """Write the module, and what its Resolve plays: a user at work, some raw clips.

    Returns a job for each clip, and the environment that leads to the module. `played`: what is
    otherwise: `seconds` a render takes, another `project` that is open, `rendering` of the user,
    `kill_at` a call of Resolve, the first or `kill_at_call`, what a menu file started; whether the
    user `goes_on` with his own timeline then.
    """
    fake = make_resolve()
    specs = raw_specs(fake, folder / "media", folder / "out", *names)
    media = {clip.name: clip.media_id for clip in fake.current().media_pool.root_folder.clips}
    told = {"project_id": fake.current().unique_id, "media": media} | played
    (folder / "played.json").write_text(json.dumps(told), "utf-8")
    modules = folder / "Scripting" / "Modules"
    modules.mkdir(parents=True)
    (modules / "DaVinciResolveScript.py").write_text(_MODULE.format(folder=str(folder)), "utf-8")
    return specs, {"RESOLVE_SCRIPT_API": str(folder / "Scripting"), "PYTHONPATH": str(ROOT)}


def played_again(folder: Path) -> Any:
    """The Resolve that a test told of; at the end of the process it tells what came of it."""
    if folder not in _RUNNING:
        _RUNNING[folder] = start_again(folder)
    return _RUNNING[folder].handle


_RUNNING: dict[Path, FakeResolve] = {}


def start_again(folder: Path) -> FakeResolve:
    """Play what a test told of; when this process ends it tells what came of the user's things."""
    import atexit

    from proxx_engine._engines.resolve import queue

    queue.LOOK_SECONDS = 0.05
    told: Mapping[str, Any] = json.loads((folder / "played.json").read_bytes())
    fake = make_resolve(real_time=True, seconds_per_job=told.get("seconds", 0.3))
    fake.current().unique_id = told["project_id"]
    scene = Scene(fake, folder / "media")
    for name, media_id in told["media"].items():
        scene.raw(name, frames=12).media_id = media_id
    user_at_work(fake, folder / "media", folder / "renders")
    if other := told.get("project"):
        fake.open_project(fake.add_project(other))
        user_at_work(fake, folder / "media", folder / "renders")
    if told.get("rendering"):
        fake.rendering.seconds_per_job = 60.0
        fake.user_renders()
    own = fake.current().current_timeline

    def kill() -> None:
        _kill_proxx()
        if told.get("goes_on"):
            fake.current().current_timeline = own

    if call := told.get("kill_at"):
        fake.faults.once(call, Meanwhile(kill), call=told.get("kill_at_call", 1))
    before = user_state(fake)

    def tell() -> None:
        came = {
            "changes": changes(before, user_state(fake)),
            "threads": len(fake.log.threads()),
            "ours": ours_in(fake),
        }
        (folder / "came.json").write_text(json.dumps(came), "utf-8")

    atexit.register(tell)
    return fake


def _kill_proxx() -> None:
    """Kill what a menu file of this process started."""
    for child in psutil.Process().children(recursive=True):
        if "plugin" in child.cmdline():
            child.kill()
            child.wait()


def ours_in(fake: FakeResolve) -> list[str]:
    """Everything in the open project that is called after us."""
    project = fake.current()
    names = [folder.name for folder in project.media_pool.root_folder.folders]
    names += [timeline.name for timeline in project.timelines]
    names += [*fake.presets, *(job.timeline.name for job in project.queue.jobs)]
    return [name for name in names if name.startswith("Proxx ")]


def came_of_it(folder: Path) -> dict[str, Any]:
    """What of the user's is not as it was, and from how many threads Resolve was called."""
    loaded: dict[str, Any] = json.loads((folder / "came.json").read_bytes())
    return loaded
