"""`python3 install service --worker | --serve`: the job service's processes, and their secrets."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from install import product
from install.command_line import main
from install.environment import Environment
from install.installation import Mode
from install.machine import Machine
from install.services.job_service import JobPlaces, api_of, read_places, worker_of
from install.services.service import Service, name_of
from install.services.systemd import Systemd, unit_text
from install.steps import SetupError
from sidecar.cli.main import declare
from sidecar.installed.manifest import mended_by
from sidecar.service.settings import read_settings
from tests.install.conftest import draw
from tests.install.services.examples import LINUX, PLACES
from tests.install.services.played import Manager
from tests.install.services.test_systemd import needs_systemd
from tests.install.services.unit_reader import read_exec, read_unit
from tests.install.worlds import files_below, home_of, machine_of, product_home

PYTHON = PurePosixPath("/env/bin/python")


def kept(machine: Machine) -> dict[str, list[str]]:
    found = sorted((product_home(machine) / "services").glob("*.json"))
    told = [json.loads(path.read_text()) for path in found]
    return {one["words"][0]: one["words"][1:] for one in told}


def test_workers_and_the_api_are_services_of_their_own(
    machine: Machine,
    manager: Manager,
    settings: Path,
    secrets: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["--worker", str(settings), "--serve", str(settings), "--workers", "3"]
    words += ["--environment", str(secrets), "--worker-with", "--path-map a=/b"]
    assert main(["service", *words], machine) == 0
    more = ["--workers", "3", "--path-map", "a=/b"]
    assert kept(machine) == {"serve": [str(settings)], "worker": [str(settings), *more]}
    names = [name_of(kind, settings) for kind in ("serve", "worker")]
    assert all(any(name in line for line in manager.asked) for name in names)
    assert main(["service", "stop", names[0]], machine) == 0
    capsys.readouterr()
    assert main(["status"], machine) == 0
    said = capsys.readouterr().out
    assert "with its extras: service" in said
    assert all(f"service {name}: " in said for name in names)
    mends = [mended_by(f"service {name}") for name in names]
    assert mends == [f"python3 install service --{word} …" for word in ("serve", "worker")]
    assert main(["service", "remove", names[1]], machine) == 0
    assert kept(machine).keys() == {"serve"}
    assert main(["uninstall"], machine) == 0
    assert list(home_of(machine).iterdir()) == []
    assert {path.name for path in settings.parent.iterdir()} == {
        *("home", "storage", "db", "farm.toml")
    }


def test_the_extra_is_installed_with_them_and_stays(
    settings: Path, tmp_path: Path, manager: Manager, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []

    def ready(mode: Mode, *, folder: Path, extras: tuple[str, ...]) -> Environment:
        asked.append(extras)
        environment = Environment(folder=folder)
        return environment if folder.exists() else draw(environment)

    monkeypatch.setattr(product, "ready_installation", ready)
    machine = machine_of("linux", tmp_path)
    box = tmp_path / "box"
    box.mkdir()
    assert main(["service", "--serve", str(settings)], machine) == 0
    assert main(["service", "--watch", str(box), "--no-start"], machine) == 0
    assert asked == [("service",), ("service",)]


def test_what_is_secret_is_written_nowhere(
    machine: Machine,
    manager: Manager,
    settings: Path,
    secrets: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["service", "--worker", str(settings), "--environment", str(secrets)]
    assert main([*words, "--dry-run"], machine) == 0
    assert main(words, machine) == 0
    said = capsys.readouterr()
    told = [said.out, said.err, *manager.asked]
    home = home_of(machine)
    told += [(home / name).read_text("latin-1") for name in files_below(home)]
    assert any(str(secrets) in text.replace("\\\\", "\\") for text in told)
    assert not any("s3cr3t" in text.replace("\0", "") for text in told)


def test_the_places_are_those_that_proxx_itself_finds_in_the_settings(settings: Path) -> None:
    places, said = read_places(settings), read_settings(settings)
    assert places.home == said.home
    assert {str(place) for place in places.others} == {
        said.storage,
        str(Path(said.table.removeprefix("sqlite:///")).parent),
    }
    away = settings.with_name("away.toml")
    text = settings.read_text().replace('"storage"', '"s3://bucket/night"')
    away.write_text(text.replace("sqlite:///db/jobs.db", "postgresql://db.local/proxx"))
    assert read_places(away).folders == (read_settings(away).home,)
    whole = settings.with_name("whole.toml")
    whole.write_text(settings.read_text().replace("db/jobs.db", f"{settings.parent}/db/jobs.db"))
    assert read_places(whole).others == places.others


def test_workers_wait_for_their_places_and_write_only_there_and_where_proxies_go() -> None:
    places = JobPlaces(
        settings=PLACES.settings, home=PLACES.home, others=(PurePosixPath("/mnt/storage"),)
    )
    out = PurePosixPath("/mnt/proxies")
    secrets = PurePosixPath("/etc/proxx/secrets.env")
    working = worker_of(
        python=PYTHON, places=places, workers=2, writes=(out, out), environment=secrets
    )
    assert working.words == ("worker", "/etc/proxx/farm.toml", "--workers", "2")
    assert working.writes == (places.home, *places.others, out)
    assert working.needs == (places.settings, places.home, *places.others, secrets)
    serving = api_of(python=PYTHON, places=places)
    assert serving.words == ("serve", "/etc/proxx/farm.toml")
    assert serving.writes == (places.home, *places.others)
    assert working.network
    assert serving.network
    assert working.has_clips
    assert not serving.has_clips


@needs_systemd
@pytest.mark.parametrize("word", ["worker", "serve"])
def test_systemd_has_nothing_to_complain_of(
    word: str, settings: Path, secrets: Path, tmp_path: Path
) -> None:
    environment = secrets.with_name("50% off $HOME; 夜.env")
    secrets.rename(environment)
    python, places = Path(sys.executable), read_places(settings)
    if word == "worker":
        service = worker_of(python=python, places=places, environment=environment)
    else:
        service = api_of(python=python, places=places, environment=environment)
    ((path, content),) = Systemd(tmp_path / "units").files(service).items()
    Path(path).parent.mkdir()
    Path(path).write_bytes(content)
    unit = read_unit(content.decode())
    assert unit["Service", "EnvironmentFile"] == [f"-{environment}".replace("%", "%%")]
    assert read_exec(*unit["Service", "ExecStartPre"])[-1] == str(environment)
    done = subprocess.run(
        ["systemd-analyze", "--user", "--man=no", "verify", str(path)],
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_RUNTIME_DIR": str(Path(path).parent)},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("service", LINUX, ids=lambda service: service.words[0])
def test_proxx_takes_the_words_that_a_service_starts_it_with(service: Service) -> None:
    word, *rest = service.words
    parser = argparse.ArgumentParser()
    declare(word, parser)
    assert rest[0] in map(str, vars(parser.parse_args(rest)).values())


def test_the_same_ends_are_mended_by_a_start_as_for_a_watch() -> None:
    keys = ("Restart", "RestartSec", "RestartPreventExitStatus", "SuccessExitStatus", "KillMode")
    watch, _intake, *jobs = (read_unit(unit_text(service)) for service in LINUX)
    for unit in jobs:
        assert all(unit["Service", key] == watch["Service", key] for key in keys)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read"),
        ("table = ", "cannot be read"),
        ("home = 'x'", "says no table and no storage"),
        ("table = 1\nstorage = ''\nhome = 'x'", "says no table and no storage"),
        ("table = 'sqlite:///gone/jobs.db'\nstorage = 's3://a'\nhome = '.'", "There is no folder"),
        ("table = 'postgresql://a/b'\nstorage = 'away'\nhome = '.'", "There is no folder"),
        ("table = 'postgresql://a/b'\nstorage = 's3://a'\nhome = 'new'", "There is no folder"),
    ],
)
def test_settings_without_places_are_refused_before_anything_is_written(
    text: str | None,
    said: str,
    tmp_path: Path,
    quick: None,
    manager: Manager,
    capsys: pytest.CaptureFixture[str],
) -> None:
    machine = machine_of("linux", tmp_path)
    file = tmp_path / "farm.toml"
    if text is not None:
        file.write_text(text)
    assert main(["service", "--serve", str(file)], machine) in (2, 3)
    assert said in " ".join(capsys.readouterr().err.split())
    assert list(home_of(machine).iterdir()) == []
    assert manager.asked == []


@pytest.mark.parametrize(
    "words",
    [
        ["--worker", "w", "--watch", "b"],
        ["--serve", "w", "--workers", "2"],
        ["--serve", "w", "--writes", "o"],
        ["--serve", "w", "--worker-with", "--ffmpeg /x"],
        ["--worker", "w", "--intake", "hot", "--out", "o"],
        ["--worker", "w", "--watch-with", "--once"],
        ["--watch", "w", "--environment", "e"],
        ["--worker", ""],
    ],
)
def test_wrong_words_are_refused(
    words: list[str], tmp_path: Path, quick: None, manager: Manager
) -> None:
    machine = machine_of("linux", tmp_path)
    assert main(["service", *words], machine) == 2
    assert list(home_of(machine).iterdir()) == []


def test_a_wrong_word_for_the_api_is_not_answered_with_the_usage_of_a_watch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["service", "--serve"], machine_of("linux", tmp_path)) == 2
    said = capsys.readouterr().err
    assert "Usage: python3 install service OPTION ..." in said


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="No such file"):
        read_places(tmp_path / "gone.toml")
