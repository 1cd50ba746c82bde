"""`--with`: what of Proxx is installed only where it is asked for, and stays from then on."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from install import installation, product
from install.command_line import main
from install.environment import ROOT, Environment
from install.extras import known_extras
from install.installation import Mode, ready_installation, stamp
from install.machine import Machine
from proxx_engine import failure_kinds
from tests.install.conftest import draw
from tests.install.worlds import home_of, machine_of, product_home


@pytest.fixture
def linux(tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = machine_of("linux", tmp_path)
    monkeypatch.setenv("HOME", made.variables["HOME"])
    return made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, linux: Machine) -> list[tuple[str, ...]]:
    """The extras that each run has the environment made with."""
    found: list[tuple[str, ...]] = []

    def ready(mode: Mode, *, folder: Path, extras: tuple[str, ...]) -> Environment:
        found.append(extras)
        environment = Environment(folder=folder)
        return environment if folder.exists() else draw(environment)

    monkeypatch.setattr(product, "ready_installation", ready)
    return found


def noted(machine: Machine) -> list[str]:
    told: dict[str, list[str]] = json.loads((product_home(machine) / "installed.json").read_text())
    return told["extras"]


@pytest.mark.parametrize(
    "words", [["--with", "timelines,mhl"], ["--with", "mhl", "--with", "timelines, mhl"]]
)
def test_several_are_asked_for_with_commas_or_one_by_one(
    linux: Machine, asked: list[tuple[str, ...]], words: list[str]
) -> None:
    assert main(["sidecar", *words], linux) == 0
    assert asked == [("mhl", "timelines")]
    assert noted(linux) == ["mhl", "timelines"]


def test_a_later_run_keeps_them_and_may_add(
    linux: Machine, asked: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sidecar", "--with", "service"], linux) == 0
    assert main(["sidecar"], linux) == 0
    assert main(["sidecar", "--with", "mhl"], linux) == 0
    assert asked == [("service",), ("service",), ("mhl", "service")]
    capsys.readouterr()
    assert main(["status"], linux) == 0
    assert "with its extras: mhl, service" in capsys.readouterr().out.splitlines()


def test_a_home_of_a_version_that_knew_no_extras_has_none(
    linux: Machine, asked: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sidecar"], linux) == 0
    place = product_home(linux) / "installed.json"
    told = json.loads(place.read_text())
    del told["extras"]
    place.write_text(json.dumps(told))
    capsys.readouterr()
    assert main(["status"], linux) == 0
    assert "extras" not in capsys.readouterr().out
    assert main(["sidecar"], linux) == 0
    assert asked == [(), ()]


def test_what_was_asked_for_by_a_run_that_was_killed_is_there_after_the_next(
    linux: Machine, asked: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **_more: object) -> Environment:
        raise KeyboardInterrupt

    with monkeypatch.context() as then:
        then.setattr(product, "ready_installation", killed)
        assert main(["sidecar", "--with", "service"], linux) == 130
    assert main(["sidecar"], linux) == 0
    assert asked == [("service",)]


def test_a_dry_run_names_those_that_are_there_and_those_that_come(
    linux: Machine, asked: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sidecar", "--with", "service", "--dry-run"], linux) == 0
    assert "with its extras: service" in capsys.readouterr().out.splitlines()
    assert list(home_of(linux).iterdir()) == []
    assert main(["sidecar", "--with", "service"], linux) == 0
    capsys.readouterr()
    assert main(["sidecar", "--with", "mhl", "--dry-run"], linux) == 0
    assert "with its extras: mhl, service" in capsys.readouterr().out.splitlines()
    assert noted(linux) == ["service"]
    assert len(asked) == 1


@pytest.mark.parametrize("names", ["farms", "test", "service,", "", "mhl,farms"])
def test_an_unknown_one_is_refused_with_those_there_are(
    linux: Machine, names: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sidecar", "--with", names], linux) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "there are: timelines, mhl, service, farm, opencue" in said
    assert "Usage: python3 install sidecar [OPTION]" in said
    assert list(home_of(linux).iterdir()) == []


def test_those_for_users_are_all_but_that_of_the_tests_and_help_names_each(
    linux: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert {*known_extras(), "test"} == set(project["optional-dependencies"])
    for command in ("sidecar", "plugin", "all"):
        assert main([command, "--help"], linux) == 0
        said = capsys.readouterr().out
        assert all(f"{name} (" in said for name in known_extras())


def test_pip_gets_them_with_the_address_whatever_the_folder_is_called(
    drawn: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []

    def started(command: list[str], **_: object) -> int:
        commands.append(command)
        return 0

    monkeypatch.setattr(installation, "run_quietly", started)
    root = drawn.folder.parent / "takes [2]"
    (root / "sidecar").mkdir(parents=True)
    for extras in ((), ("mhl", "service"), ("mhl", "service")):
        ready_installation(Mode.NORMAL, root=root, folder=drawn.folder, extras=extras)
    assert [command[-1] for command in commands] == [
        root.as_uri(),
        f"proxx[mhl,service] @ {root.as_uri()}",
    ]
    assert "[2]" not in root.as_uri()
    assert stamp(Mode.NORMAL, root=root) != stamp(Mode.NORMAL, root=root, extras=("mhl",))


def test_what_lacks_an_extra_says_how_it_is_installed(
    linux: Machine, asked: list[tuple[str, ...]]
) -> None:
    for extra in known_extras():
        said = failure_kinds()[f"TOOL_{extra.upper()}_MISSING"].next_step
        [command] = [words for words in said.split("`") if words.startswith("python3 install ")]
        assert main(command.split()[2:], linux) == 0
    assert noted(linux) == sorted(known_extras())
