"""The whole life of an installation on this machine, by the README alone: from a copy of the
sources, which is then deleted, to a card's proxies and back to an empty home.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.install.clones import make_clone, run_install
from tests.install.services.unit_reader import read_exec, read_unit

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform != "linux", reason="its services are units of systemd"),
]


class Somebody:
    """A person with a new home, a clone, and footage."""

    def __init__(self, place: Path, media: Path) -> None:
        self.home = place / "hôme of jo"
        self.clone = make_clone(place)
        self.box, self.hot, self.out = (place / name for name in ("box 1", "hot", "proxies"))
        self.card = place / "A001"
        for folder in (self.home, self.box, self.hot, self.out, self.card):
            folder.mkdir()
        for name in ("dv_pal_i.mov", "apple_prores_lt.mov"):
            shutil.copy2(media / name, self.card)
        self.variables = {"HOME": str(self.home), "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
        self.variables |= {"XDG_RUNTIME_DIR": "/nowhere", "PATH": "/usr/bin:/bin"}
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            self.variables[name] = ""

    def install(self, *words: str, clone: Path | None = None) -> subprocess.CompletedProcess[str]:
        return run_install(clone or self.clone, *words, cwd=self.home, **self.variables)

    def proxx(self, *words: str) -> tuple[int, dict[str, Any]]:
        done = subprocess.run(
            [self.home / ".local/bin/proxx", *words, "--json"],
            cwd=self.home,
            env=self.variables,
            stdout=subprocess.PIPE,
            check=False,
        )
        told: dict[str, Any] = json.loads(done.stdout)
        return done.returncode, told

    @contextmanager
    def services(self) -> Iterator[None]:
        """Start what the installed units start, as systemd would; end it in order."""
        units = (self.home / ".config/systemd/user").glob("*.service")
        told = (read_unit(unit.read_text("utf-8")) for unit in units)
        commands = [read_exec(unit["Service", "ExecStart"][0]) for unit in told]
        assert len(commands) == 2
        running = [
            subprocess.Popen(command, env=self.variables, cwd="/", stdout=subprocess.DEVNULL)
            for command in commands
        ]
        try:
            yield
        finally:
            for process in running:
                process.send_signal(signal.SIGTERM)
        assert {process.wait(60) for process in running} <= {0, 130}


def test_from_the_sources_to_proven_proxies_and_back_to_nothing(
    tmp_path: Path, shared_media: Path
) -> None:
    jo = Somebody(tmp_path, shared_media)
    installed = jo.install("all")
    assert installed.returncode == 0, installed.stdout + installed.stderr
    second = shutil.copytree(jo.clone, tmp_path / "again")
    shutil.rmtree(jo.clone)

    code, doctor = jo.proxx("doctor")
    wrong = [row["name"] for row in doctor["findings"] if not row["good"]]
    assert (code, wrong) == (3, ["resolve"])
    [python] = [row["found"] for row in doctor["findings"] if row["name"] == "proxx"]
    assert str(jo.home / ".local/share/proxx/environment") in python

    words = ["service", "--watch", str(jo.box), "--workers", "2", "--no-start"]
    words += ["--intake", str(jo.hot), "--out", str(jo.out)]
    words += ["--intake-with", "--quiet-seconds 1 --poll-seconds 1"]
    kept = jo.install(*words, clone=second)
    assert kept.returncode == 0, kept.stdout + kept.stderr
    with jo.services():
        shutil.copytree(jo.card, jo.hot / "A001")
        until = time.monotonic() + 120
        while time.monotonic() < until and len(list(jo.out.rglob("*.result.json"))) < 2:
            time.sleep(0.5)
    code, results = jo.proxx("results", str(jo.out))
    assert code == 0, results
    assert len(list(jo.out.rglob("*.mov"))) == 2

    assert jo.install("status", clone=second).returncode == 0
    removed = jo.install("uninstall", clone=second)
    assert removed.returncode == 0, removed.stdout + removed.stderr
    assert os.listdir(jo.home) == []
    assert len(list(jo.out.rglob("*.result.json"))) == 2
