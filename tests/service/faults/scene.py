"""A job service on real servers, and `proxx` processes of it: what tests of its faults share."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from proxx_engine import JobSpec, Tools, encode_json
from sidecar.service.parts import open_parts
from sidecar.service.settings import S3Settings, development
from tests.faults.scenes import OUTPUT, ROOT, proxx_command, wrap_ffmpeg
from tests.service.servers.postgres import PostgresServer
from tests.service.servers.seaweed import SeaweedServer
from tests.service.worker.scenes import Service

BUCKET = "faults"
NEVER_LONGER = 60.0


def s3_settings(server: SeaweedServer, endpoint: str | None = None) -> S3Settings:
    """Return what finds the tests' server, or a way that leads to it."""
    return S3Settings(endpoint=endpoint or server.endpoint, region=server.region, allow_http=True)


def new_table(server: PostgresServer) -> str:
    """Return the address of a database of its own; its tables are still to be made."""
    return server.url_of(server.new_database())


@contextmanager
def open_farm(
    folder: Path,
    *,
    table: str,
    queue: str,
    storage: str | None = None,
    s3: S3Settings | None = None,
) -> Iterator[Service]:
    """Make the tables and folders, and open the service; without `storage`, a folder is one."""
    for name in ("home", "proxies", "footage", "logs"):
        (folder / name).mkdir(exist_ok=True)
    plain = development(folder / "home", (str(folder),), listen="127.0.0.1:0")
    settings = replace(plain, table=table, queue=queue)
    if storage is not None:
        settings = replace(settings, storage=storage, s3=s3 or S3Settings())
    with open_parts(settings) as parts:
        parts.table.prepare()
        parts.storage.prepare()
        yield Service(parts, folder)


def settings_file(service: Service) -> Path:
    """Write the service's settings for other processes; return the file."""
    settings, path = service.parts.settings, service.folder / "service.toml"
    lines = [
        f"table = '{settings.table}'",
        f"queue = '{settings.queue}'",
        f"storage = '{settings.storage}'",
        f"home = '{settings.home}'",
        f"roots = ['{service.folder}']",
    ]
    if settings.s3.endpoint:
        lines += ["[s3]", f"endpoint = '{settings.s3.endpoint}'", "allow_http = true"]
        lines += [f"region = '{settings.s3.region}'"]
    lines += ["[api]", f"listen = '{settings.api.listen}'"]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@dataclass
class Process:
    """A `proxx` of its own, whose words go to a file: no full pipe ever stops it."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.process.poll() is None

    def told(self) -> str:
        """All that it said."""
        return self.log.read_text("utf-8", errors="replace")

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send it a signal, and wait for its end."""
        if self.is_alive:
            self.send(number)
        return self.process.wait(NEVER_LONGER)


@dataclass
class Processes:
    """The processes of one test; what it forgot is killed."""

    service: Service
    started: list[Process] = field(default_factory=list)

    def start(self, *words: str | Path) -> Process:
        """Start `proxx` and go on."""
        log = self.service.folder / "logs" / f"{len(self.started) + 1}-{words[0]}.txt"
        with log.open("wb") as told:
            command = [*proxx_command(), *map(str, words)]
            process = subprocess.Popen(command, stdout=told, stderr=told, cwd=ROOT)
        self.started.append(Process(process, log))
        return self.started[-1]

    @property
    def alive(self) -> list[Process]:
        """Those that run."""
        return [each for each in self.started if each.is_alive]

    def kill(self) -> None:
        """End all of them; a stopped one too."""
        for each in self.alive:
            each.end(signal.SIGKILL)


@contextmanager
def processes_of(service: Service) -> Iterator[Processes]:
    """Yield what starts them."""
    with ExitStack() as last:
        processes = Processes(service)
        last.callback(processes.kill)
        yield processes


@dataclass(frozen=True)
class Counted:
    """An FFmpeg that writes down each encode that is begun."""

    ffmpeg: Path
    begun_file: Path

    def begun(self) -> list[str]:
        """The hidden file of each encode that was begun."""
        return self.begun_file.read_text("utf-8").splitlines() if self.begun_file.exists() else []


def count_encodes(tools: Tools, folder: Path) -> Counted:
    """Return an FFmpeg that counts."""
    folder.mkdir(exist_ok=True)
    begun = folder / "begun"
    encode = f'{OUTPUT}; echo "$out" >> "{begun}"; exec "$real" "$@"'
    return Counted(wrap_ffmpeg(tools, folder, encode=encode).ffmpeg, begun)


def submitted_as(spec: JobSpec) -> bytes:
    """Return a JobSpec as a program sends it."""
    return encode_json(spec)


def is_idle(service: Service) -> bool:
    """Whether nothing waits in line, and no worker that lives has anything in hand."""
    if service.parts.queue.waiting():
        return False
    beats = [seen.beat for seen in service.parts.table.workers()]
    return all(beat.job_id is None or beat.claimant.owner.is_gone() for beat in beats)


def is_over(service: Service) -> bool:
    """Whether every row has ended."""
    counts = service.parts.table.counts()
    return not counts["pending"] and not counts["running"]
