"""Plays Resolve as a process of its own: runs one menu file with a Resolve behind it.

    python -m tests.resolve_scripts.resolve_process SCENE GLOBALS MENU_FILE

On standard output it tells, as JSON, what stood in the Console and what the double was asked.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.fakes.resolve import (
    ClipFacts,
    FakeResolve,
    Profile,
    Scene,
    make_resolve,
    mixed_timeline,
    script_globals,
)
from tests.fakes.resolve.menu_script import run_menu_script
from tests.resolve_scripts.awkward import Thing, awkward_resolve
from tests.resolve_scripts.lua_world import LuaWorld, globals_for


class Awkward:
    """As much of the double as a menu needs, around a Resolve of few words."""

    profile = Profile()

    def __init__(self, resolve: Thing) -> None:
        self.handle = resolve


def resolve_without_project() -> Thing:
    """A Resolve that still shows its list of projects."""
    return Thing(
        GetProductName="DaVinci Resolve",
        GetVersion=[21, 0, 4, 5, ""],
        GetProjectManager=Thing(GetCurrentProject=None),
    )


def scene_of(name: str) -> Any:
    """The Resolve that a test names."""
    match name:
        case "awkward":
            return Awkward(awkward_resolve())
        case "no project":
            return Awkward(resolve_without_project())
        case _ if name.startswith("mixed /"):
            return mixed_scene(Path(name.removeprefix("mixed ")))
        case _ if name.startswith("shoot /"):
            return real_timeline(Path(name.removeprefix("shoot ")))
        case _ if name.startswith("/"):
            return pool_with(name)
        case _:
            return long_timeline(int(name))


def pool_with(path: str) -> FakeResolve:
    """A double whose project holds one file."""
    fake = make_resolve(Profile())
    assert len(fake.current().media_pool.ImportMedia([path])) == 1
    return fake


def mixed_scene(media: Path) -> FakeResolve:
    """A double whose timeline shows clips of mixed kinds, written into a folder."""
    fake = make_resolve(Profile())
    mixed_timeline(fake, media)
    return fake


def real_timeline(media: Path) -> FakeResolve:
    """A double whose timeline shows every movie in a folder."""
    fake = make_resolve(Profile())
    scene = Scene(fake, media)
    shown = (scene.add(path.name, path, ClipFacts()) for path in sorted(media.glob("*.mov")))
    scene.timeline("Long", *shown)
    return fake


def long_timeline(clips: int) -> FakeResolve:
    """A double whose timeline shows so many clips, none of which has a file."""
    fake = make_resolve(Profile())
    scene = Scene(fake, Path(tempfile.gettempdir()) / "nowhere")
    scene.timeline("Long", *(scene.offline(f"A{number:04d}.mov") for number in range(clips)))
    return fake


def play(scene: str, which: str, menu: Path) -> dict[str, Any]:
    """Run a menu file to its end; what came of it."""
    fake = scene_of(scene)
    before = time.process_time()
    if menu.suffix == ".py":
        output = run_menu_script(fake, menu, which)  # type: ignore[arg-type]
        assert output is not None
        console = output.text.splitlines()
    else:
        console = []
        world = LuaWorld()
        names = script_globals(fake, which)  # type: ignore[arg-type]
        say = lambda *text: console.append(b"\t".join(text).decode())  # noqa: E731
        globals_for(world, names | {"print": say})
        world.load(menu)
    used = time.process_time() - before
    calls = len(fake.log) if isinstance(fake, FakeResolve) else 0
    return {"console": console, "processor_seconds": used, "calls": calls}


if __name__ == "__main__":
    told = play(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    os.write(1, json.dumps(told).encode())
