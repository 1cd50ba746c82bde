"""A host at work: a process that plays Resolve runs a menu file, which starts what a test gives."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from install.locators import Locator, json_locator, lua_locator

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "resolve_scripts"
LANGUAGES = ("py", "lua")
MENU = {
    "1 Make Proxies": "make-proxies",
    "2 Render Camera Raw": "render-raw",
    "3 Link Finished Proxies": "link-proxies",
    "4 Review Results": "review",
    "5 Stop Rendering": "stop-rendering",
}


def in_turns(*sets: Any) -> list[Any]:
    """Pair the languages with what a test is given: the first in both, of the rest Lua is slow.

    For what Proxx says in the same words whichever language carried them.
    """
    slow = pytest.mark.slow
    return [
        pytest.param(
            language,
            *(given.values if hasattr(given, "values") else (given,)),
            id=f"{language}-{getattr(given, 'id', None) or given}",
            marks=[slow] if language == "lua" and number else [],
        )
        for number, given in enumerate(sets)
        for language in LANGUAGES
    ]


@dataclass
class Told:
    """What came of a menu file."""

    console: list[str]
    log: str
    """What the started program wrote on standard error."""
    processor_seconds: float = 0.0
    calls: int = 0


class Stage:
    """An installed menu, in a folder of its own."""

    def __init__(self, folder: Path, language: str) -> None:
        self.folder = folder
        self.language = language
        # Where the double's script cannot tell where it lies, the menu looks in the usual places.
        self.menu = folder / ".local/share/DaVinciResolve/Fusion/Scripts/Utility/Proxx"
        self.log = folder / "proxx's log.txt"
        self.answers = folder / "answers"
        self.answers.mkdir(parents=True)
        shutil.copytree(SCRIPTS / "menu", self.menu)

    def locate(self, command: list[str]) -> None:
        """Write the locator of both languages."""
        locator = Locator(
            version="0.1.0",
            command=tuple(command),
            host=str(SCRIPTS / "proxx_host"),
            log=str(self.log),
            answers=str(self.answers),
        )
        (self.menu / "proxx_locator.json").write_text(json_locator(locator), encoding="utf-8")
        (self.menu / "proxx_locator.lua").write_text(lua_locator(locator), encoding="utf-8")

    def start(
        self, name: str = "1 Make Proxies", *, scene: str = "awkward", which: str = "all"
    ) -> subprocess.Popen[bytes]:
        """Start the process that plays Resolve."""
        menu = self.menu / f"{name}.{self.language}"
        program = [sys.executable, "-m", "tests.resolve_scripts.resolve_process"]
        return subprocess.Popen(
            [*program, scene, which, str(menu)],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(self.folder)},
            stdout=subprocess.PIPE,
        )

    def finish(self, process: subprocess.Popen[bytes]) -> Told:
        """Wait for its end."""
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        log = self.log.read_text() if self.log.exists() else ""
        assert list(self.answers.iterdir()) == []
        return Told(**json.loads(out), log=log)

    def run(self, command: list[str], **how: Any) -> Told:
        """Run a menu file that starts a program."""
        self.locate(command)
        return self.finish(self.start(**how))

    def player(self, lines: list[str]) -> list[str]:
        """The program that asks these lines."""
        requests = self.folder / "requests.jsonl"
        requests.write_text("".join(f"{line}\n" for line in lines))
        return program("player", requests, self.folder / "got.jsonl")

    def got(self) -> list[Any]:
        """The answers that the player got."""
        lines = (self.folder / "got.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]


def program(name: str, *args: object) -> list[str]:
    """The words that start one of the programs of these tests."""
    return [sys.executable, "-m", f"tests.resolve_scripts.{name}", *map(str, args)]
