"""A worker of the job service as launchd would run it, over a queue that asks for a password."""

from __future__ import annotations

import plistlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from install.services.job_service import read_places, worker_of
from install.services.launchd import Launchd
from install.services.manager import ASKED
from tests.faults.scenes import proxx, wait_until
from tests.service.servers.valkey import ValkeyServer, start_valkey


def is_waiting(line: ValkeyServer) -> bool:
    """Whether a worker waits for a message: only who was let in can."""
    return any(client["cmd"] == "blmove" for client in line.client().client_list())


@pytest.mark.skipif(sys.platform == "win32", reason="no Valkey comes as a wheel for Windows")
def test_the_password_of_the_queue_comes_out_of_its_file_and_a_stop_is_in_order(
    settings: Path, secrets: Path, tmp_path: Path
) -> None:
    password = "s3cr3t$HOME%h"
    line = start_valkey(tmp_path, password=password)
    try:
        told = settings.read_text().replace("redis://127.0.0.1:6379/0", line.url)
        settings.write_text(told)
        secrets.write_text(f"REDISCLI_AUTH='{password}'\n")
        prepared = proxx("queue", "prepare", settings, REDISCLI_AUTH=password)
        assert prepared.returncode == 0, prepared.stderr
        manager = Launchd(agents=tmp_path, keepers=tmp_path, logs=tmp_path, uid=501)
        service = worker_of(
            python=Path(sys.executable), places=read_places(settings), environment=secrets
        )
        for path, content in manager.files(service).items():
            Path(path).write_bytes(content)
        agent = plistlib.loads((tmp_path / f"{service.name}.plist").read_bytes())
        log = Path(manager.log_file(service))
        keeping = subprocess.Popen(agent["ProgramArguments"], cwd="/", stdin=subprocess.DEVNULL)
        try:
            wait_until(lambda: is_waiting(line))
        finally:
            keeping.send_signal(signal.SIGTERM)
            assert keeping.wait(60) == 0
        said = log.read_text()
        assert f"ended with {ASKED}" in said
        assert "s3cr3t" not in said
    finally:
        line.stop()
