"""Plays Resolve for a night: a user at work, twelve clips of mixed kinds, and what a person does.

    python -m tests.end_to_end.resolve_night FOLDER LANGUAGE MENU STEP…

A step is the name of a menu file, or a command as a JSON list, which is run outside of Resolve.
On standard output it tells, as JSON, what each step said, which clips have which proxy at the end,
and what of the user's is not as it was.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fakes.resolve import (
    FakeResolve,
    Footage,
    MixedScene,
    Profile,
    changes,
    make_resolve,
    mixed_timeline,
    proxies_of,
    script_globals,
    user_at_work,
    user_state,
)
from tests.fakes.resolve.menu_script import run_menu_script
from tests.resolve_scripts.lua_world import LuaWorld, globals_for


@dataclass(frozen=True)
class Evening:
    """A Resolve as its user left it."""

    fake: FakeResolve
    mixed: MixedScene
    before: dict[str, Any]
    """The user's state."""

    def changes(self) -> list[str]:
        """What of the user's is not as it was."""
        return changes(self.before, user_state(self.fake))


def make_evening(folder: Path, footage: Footage | None = None, **how: Any) -> Evening:
    """Make a user at work before the mixed timeline, nothing selected; media lie in `folder`."""
    fake = make_resolve(Profile(**how), footage=footage, seconds_per_job=0.2)
    user_at_work(fake, folder / "media", folder / "renders")
    mixed = mixed_timeline(fake, folder / "media")
    fake.current().media_pool.selected = []
    return Evening(fake, mixed, user_state(fake))


def click(fake: FakeResolve, menu: Path) -> list[str]:
    """Run one menu file to its end; return the lines in the Console."""
    if menu.suffix == ".py":
        output = run_menu_script(fake, menu)
        assert output is not None
        return output.text.splitlines()
    console: list[str] = []
    world = LuaWorld()

    def say(*texts: bytes) -> None:
        console.extend(b"\t".join(texts).decode().splitlines())

    globals_for(world, script_globals(fake) | {"print": say})
    world.load(menu)
    return console


def spend(folder: Path, language: str, menu: Path, steps: list[str]) -> dict[str, Any]:
    """Take every step; return what came of it."""
    evening = make_evening(folder)
    said = []
    for step in steps:
        if step.startswith("["):
            done = subprocess.run(json.loads(step), capture_output=True, text=True, check=False)
            said.append([f"exit {done.returncode}", *(done.stdout + done.stderr).splitlines()])
        else:
            said.append(click(evening.fake, menu / f"{step}.{language}"))
    return {
        "said": said,
        "changes": evening.changes(),
        "proxies": proxies_of(evening.fake),
        "eligible": {clip.unique_id: clip.path for clip in evening.mixed.eligible},
        "others": {clip.unique_id: clip.name for clip in evening.mixed.for_nobody},
    }


if __name__ == "__main__":
    where, language, menu_folder, *rest = sys.argv[1:]
    told = spend(Path(where), language, Path(menu_folder), rest)
    os.write(1, json.dumps(told).encode())
