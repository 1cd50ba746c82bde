"""A desk at a Resolve whose Lua starts no program: the menu, and `proxx plugin exchange`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import JobSpec, read_jobspec_file
from sidecar.cli.outcome import Outcome
from sidecar.cli.plugin_exchange import exchange
from sidecar.resolve.by_files.exchange import Exchange, exchange_folder
from sidecar.resolve.settings import PluginSettings, write_settings
from tests.fakes.resolve import FakeResolve, MixedScene, mixed_timeline, script_globals
from tests.resolve_scripts.stage import ROOT
from tests.resolve_scripts.without_popen import Menu


class FileDesk:
    """Where one sits."""

    def __init__(
        self,
        folder: Path,
        fake: FakeResolve,
        settings: PluginSettings,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.log = folder / "log" / "plugin.log"
        self.log.parent.mkdir(parents=True)
        monkeypatch.setattr("sidecar.cli.plugin_exchange.log_path", lambda: self.log)
        self.settings = folder / "config" / "plugin.toml"
        self.folder = Exchange(exchange_folder(self.settings))
        self._menu = Menu(folder / "installed", script_globals(fake, "all"))
        self._menu.locate(str(self.folder.root))
        write_settings(self.settings, settings)

    def choose(self, action: str) -> str:
        """Run an entry of the menu; what stands in the Console."""
        return "\n".join(self._menu.choose(action))

    def exchange(self) -> Outcome:
        """Run `proxx plugin exchange`."""
        return exchange(self.settings, [])

    def type_exchange(self, *words: object) -> subprocess.CompletedProcess[str]:
        """Run it as a person does, as a process of its own."""
        program = [sys.executable, "-m", "sidecar.cli.main", "plugin"]
        home = {"HOME": str(self.log.parent), "XDG_STATE_HOME": ""}
        return subprocess.run(
            [*program, "--settings", str(self.settings), "exchange", *map(str, words)],
            capture_output=True,
            cwd=self.settings.parent,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | home,
            text=True,
            check=False,
        )

    def round(self, action: str) -> Outcome:
        """Choose an entry, and exchange."""
        self.choose(action)
        return self.exchange()

    def arrived(self) -> list[Path]:
        """The files of answers that nobody took."""
        return self.folder.arrived()

    def taken(self) -> list[str]:
        """The names of those that were taken."""
        return sorted(path.name for path in (self.folder.root / "from-resolve/taken").iterdir())

    def requests(self, action: str) -> list[Any]:
        """What an entry asks next."""
        path = self.folder.root / "to-resolve" / f"{action}.requests.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()]


def said(outcome: Outcome) -> str:
    """All that a person reads."""
    return "\n".join((*outcome.lines, *outcome.complaints))


def jobs(settings: PluginSettings) -> list[JobSpec]:
    """The jobs that wait."""
    doors = (settings.ffmpeg_jobs, settings.resolve_jobs)
    paths = [path for door in doors for path in sorted(door.glob("pending/*.job.json"))]
    return [read_jobspec_file(path) for path in paths]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where all of it lies."""
    return tmp_path / "Prüf Ordner 東京"


@pytest.fixture
def mixed(fake: FakeResolve, folder: Path) -> MixedScene:
    """A timeline of twelve clips, of which nine can have a proxy."""
    return mixed_timeline(fake, folder / "media")


@pytest.fixture
def settings(folder: Path) -> PluginSettings:
    """The settings, with watch folders that are there."""
    doors = [folder / name for name in ("by files for ffmpeg", "by files for resolve")]
    for door in doors:
        door.mkdir(parents=True)
    return PluginSettings(
        out=folder / "proxies",
        ffmpeg_jobs=doors[0],
        resolve_jobs=doors[1],
        source_roots=(folder / "media",),
    )


@pytest.fixture
def desk(
    folder: Path, fake: FakeResolve, settings: PluginSettings, monkeypatch: pytest.MonkeyPatch
) -> FileDesk:
    """A desk after a first exchange, which leaves the files that ask."""
    desk = FileDesk(folder, fake, settings, monkeypatch)
    desk.exchange()
    return desk
