"""The README's set-up for many machines, done as written, on Redis, PostgreSQL and S3.

Only names of hosts, ports and folders are replaced by those of this test; they are listed here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from proxx_engine import CreatedJob, Tools, write_job
from tests.faults.damage import make_source
from tests.service.servers.postgres import PostgresServer
from tests.service.servers.seaweed import SeaweedServer
from tests.service.servers.valkey import start_valkey
from tests.support import MakeClip, make_job

README = Path(__file__).parents[2] / "README.md"
SERVICE = re.compile(r"^\*\*For many machines\*\*.*?^### ", re.MULTILINE | re.DOTALL)
LONGEST_SECONDS = 60.0
PASSWORD = "stands-nowhere-but-here"
SECRETS = ("PGPASSWORD", "REDISCLI_AUTH", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID")


@dataclass(frozen=True)
class Facility:
    """Where the README's names are, here."""

    place: Path
    names: dict[str, str]
    environment: dict[str, str]

    def here(self, text: str) -> str:
        """Return the README's words with the names of this test."""
        for name, ours in self.names.items():
            text = text.replace(name, ours)
        return text


def block(kind: str) -> str:
    """Return the one block of a kind in the README's part on many machines."""
    part = SERVICE.search(README.read_text("utf-8"))
    assert part is not None
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```", part[0], re.MULTILINE | re.DOTALL)
    return str(found)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def facility(
    tmp_path: Path, postgres_server: PostgresServer, s3_server: SeaweedServer
) -> Iterator[Facility]:
    """Three servers that ask for passwords, and the folders that the README names."""
    for name in ("redis", "etc", "home", "shoot", "proxies"):
        (tmp_path / name).mkdir()
    bucket = f"proxx-jobs-{os.getpid()}"
    s3_server.make_bucket(bucket)
    redis = start_valkey(tmp_path / "redis", password=PASSWORD)
    database = postgres_server.loopback_url_of(postgres_server.new_database())
    environment = {
        **os.environ,
        **s3_server.environment,
        "REDISCLI_AUTH": PASSWORD,
        "PGPASSWORD": postgres_server.password,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    names = {
        "postgresql://proxx@db.local/proxx": database,
        "redis://proxx@queue.local:6379/0": redis.url,
        "s3://proxx-jobs/night": f"s3://{bucket}/night",
        'endpoint = "https://s3.local:8333"': f'endpoint = "{s3_server.endpoint}"\n'
        "allow_http = true",
        "us-east-1": s3_server.region,
        "127.0.0.1:8025": f"127.0.0.1:{free_port()}",
        "/mnt/shoot": str(tmp_path / "shoot"),
        "/mnt/proxies": str(tmp_path / "proxies"),
        "/var/lib/proxx": str(tmp_path / "home"),
        "/etc/proxx": str(tmp_path / "etc"),
    }
    try:
        yield Facility(tmp_path, names, environment)
    finally:
        redis.stop()


@contextmanager
def lasting(facility: Facility, command: str) -> Iterator[None]:
    """Let a command run as on a machine of its own; end it as a person does."""
    told = facility.place / f"{command.split()[1]}.log"
    with open(told, "w") as file:
        process = subprocess.Popen(
            ["sh", "-c", f"exec {command}"],
            cwd=facility.place,
            env=facility.environment,
            stdout=file,
            stderr=file,
        )
    try:
        until(lambda: "listening" in told.read_text() or "started" in told.read_text())
        yield
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(LONGEST_SECONDS) == 130, told.read_text()


def until(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + LONGEST_SECONDS
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def run(facility: Facility, command: str) -> str:
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=facility.place,
        env=facility.environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_set_up_for_many_machines_works_as_written(
    facility: Facility, make_clip: MakeClip, tools: Tools
) -> None:
    place = facility.place
    shutil.copyfile(make_source("ProRes", make_clip), place / "shoot" / "A001.mov")
    spec = make_job(place / "shoot" / "A001.mov", place / "proxies", tools)
    write_job(CreatedJob(spec, "ffmpeg"), place).rename(place / "night.job.json")
    (place / "service.toml").write_text(facility.here(block("toml")), "utf-8")
    assert all(name in block("toml") + block("sh") for name in facility.names)
    commands = [line.removeprefix("$ ") for line in block("sh").splitlines()]
    assert [command.split()[:2] for command in commands[1:4]] == [
        ["proxx", "queue"],
        ["proxx", "serve"],
        ["proxx", "worker"],
    ]
    said = ""
    with ExitStack() as last:
        for command in map(facility.here, commands):
            if command.startswith(("proxx serve", "proxx worker")):
                last.enter_context(lasting(facility, command))
            else:
                said = run(facility, command)
                if command.startswith("curl"):
                    assert json.loads(said) == {"job_id": spec.job_id}
        listing = f"proxx queue list {place / 'service.toml'} --json"
        until(lambda: json.loads(run(facility, listing))["counts"]["completed"] == 1)
    assert "pending" in said or "running" in said or "completed" in said
    assert (place / "proxies" / "A001.mov").stat().st_size > 0
    hold_no_secret(facility)


def hold_no_secret(facility: Facility) -> None:
    """Let no file that was written hold what the clients know."""
    token = (facility.place / "etc" / "token").read_text().strip()
    secrets = (token, *(facility.environment[name] for name in SECRETS))
    for path in facility.place.rglob("*"):
        if path.is_file() and path.parent.name not in ("etc", "redis"):
            data = path.read_bytes()
            assert not [each for each in secrets if each.encode() in data], path
