"""The menu installed before a Resolve of its own process, with raw jobs that wait."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

from sidecar.resolve.settings import PluginSettings, write_settings
from tests.faults.scenes import running_below, words_of
from tests.resolve.outside import ROOT, came_of_it, play_outside
from tests.resolve_scripts.stage import Stage
from tests.watch.looking import homes
from tests.watch.raw_scene import raw_folder, submit_raw

RENDER = "2 Render Camera Raw"
STOP = "5 Stop Rendering"


class RenderStage:
    """A user at work, and what a click on the menu comes to."""

    def __init__(self, folder: Path, language: str, *names: str, **played: Any) -> None:
        self.path = folder
        folder.mkdir()
        self.menu = Stage(folder / "home", language)
        self.specs, _ = play_outside(folder, *names, **played)
        self.folder = raw_folder(folder / "raw jobs")
        submit_raw(self.folder, *self.specs)
        settings = folder / "plugin.toml"
        others = folder / "jobs"
        places = PluginSettings(
            out=folder / "out", ffmpeg_jobs=others, resolve_jobs=self.folder.root
        )
        write_settings(settings, places)
        program = [sys.executable, "-m", "sidecar.cli.main", "plugin"]
        self.menu.locate([*program, "--settings", str(settings)])

    def click(self, *names: str) -> subprocess.Popen[bytes]:
        """Start a Resolve in which somebody clicks, once what came before is over."""
        files = [str(self.menu.menu / f"{name}.{self.menu.language}") for name in names]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.cli.menu_process", str(self.path), *files],
            cwd=self.path,
            env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(self.menu.folder)},
            stdout=subprocess.PIPE,
        )

    def said(self, process: subprocess.Popen[bytes]) -> list[str]:
        """What stood in the Console after the last click, once all is over."""
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0, self.log
        loaded: list[list[str]] = json.loads(out)
        return loaded[-1]

    def chosen(self, *names: str) -> list[str]:
        """What stood in the Console after the last click."""
        return self.said(self.click(*(names or (RENDER,))))

    @property
    def log(self) -> str:
        """What was told in the log."""
        return self.menu.log.read_text() if self.menu.log.exists() else ""

    @property
    def changes(self) -> list[str]:
        """What of the user's is not as it was."""
        found: list[str] = came_of_it(self.path)["changes"]
        return found

    @property
    def ours(self) -> list[str]:
        """What of ours is in the project."""
        found: list[str] = came_of_it(self.path)["ours"]
        return found

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return len(list(self.folder.pending.iterdir()))

    def ended(self, state: str) -> list[str]:
        """The labels of the jobs that ended so."""
        return homes(self.folder, state)

    def renders(self) -> bool:
        """Whether a file grows."""
        return any((self.path / "out").glob(".proxx-*/*.mov"))

    def processes(self) -> list[psutil.Process]:
        """The processes of Proxx that live."""
        return [each for each in running_below(self.path) if _is_proxx(each)]


def _is_proxx(process: psutil.Process) -> bool:
    """Whether a process is none that plays Resolve; one that has just ended is nobody's."""
    words = words_of(process)
    return bool(words) and "menu_process" not in " ".join(words)
