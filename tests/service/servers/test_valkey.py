"""The Redis server of the tests ends with who started it, and is an error where it cannot start."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.service.servers.told import servers_told
from tests.service.servers.valkey import ValkeyServer, start_valkey

ROOT = Path(__file__).resolve().parents[3]
STARTER = """
import sys, time
from pathlib import Path
from tests.service.servers.valkey import start_valkey
print(start_valkey(Path(sys.argv[1])).pid, flush=True)
time.sleep(600)
"""


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_server_ends_with_the_process_that_started_it(
    end: signal.Signals, tmp_path: Path
) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    assert starter.stdout is not None
    server = int(starter.stdout.readline())
    assert lives(server)
    starter.send_signal(end)
    starter.wait()
    starter.stdout.close()
    until = time.monotonic() + 20
    while lives(server):
        assert time.monotonic() < until, "it outlives its tests"
        time.sleep(0.01)


def test_a_server_that_cannot_start_is_an_error_that_says_why(
    redis_server: ValkeyServer, tmp_path: Path
) -> None:
    with pytest.raises(RuntimeError, match="in use"):
        start_valkey(tmp_path, port=redis_server.port, password="x")


def test_the_run_says_which_servers_it_started(
    redis_server: ValkeyServer, pytestconfig: pytest.Config
) -> None:
    (line,) = [line for line in servers_told(pytestconfig) if f"pid {redis_server.pid}," in line]
    assert line.startswith(f"Redis {redis_server.version}")
