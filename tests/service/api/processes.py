"""`proxx serve` in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx


@dataclass
class Serving:
    """A `proxx serve` of its own process."""

    process: subprocess.Popen[str]
    url: str
    token: str
    log: list[str]

    def client(self) -> httpx.Client:
        headers = {"authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=20)


@contextmanager
def serving(*words: str, home: Path) -> Iterator[Serving]:
    """Start it; yield when it listens; end it if the test did not."""
    command = [sys.executable, "-m", "sidecar.cli.main", "serve", *words]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    log: list[str] = []
    listening = threading.Event()

    def read() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            log.append(line)
            if '"listening"' in line:
                listening.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert listening.wait(60), log
        url = next(json.loads(line)["url"] for line in log if '"listening"' in line)
        yield Serving(process, url, (home / "token").read_text().strip(), log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)
        reader.join(30)
        assert process.stderr is not None
        process.stderr.close()
