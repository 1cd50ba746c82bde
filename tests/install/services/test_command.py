"""`python3 install service`: installed, started, stopped, shown and taken away, on each system."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from install.command_line import main
from install.machine import Machine
from install.product import product_of
from install.services import running
from install.services.installed import installed_services
from install.services.manager import Command
from install.services.running import manager_of
from install.services.service import name_of
from install.services.systemd import Systemd
from install.steps import SetupError, run_quietly
from tests.install.services.played import Manager
from tests.install.worlds import files_below, home_of, machine_of, product_home


@pytest.fixture
def box(tmp_path: Path) -> dict[str, Path]:
    """The folders of a render box."""
    names = {"watch": "Nächte 100%", "hot": "hot folder", "out": "proxies", "more": "more"}
    folders = {key: tmp_path / name for key, name in names.items()}
    for folder in folders.values():
        folder.mkdir()
    return folders


def test_a_service_is_installed_started_and_noted(
    machine: Machine,
    manager: Manager,
    box: dict[str, Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    watch = str(box["watch"])
    assert main(["service", "--watch", watch, "--workers", "2"], machine) == 0
    name = name_of("watch", box["watch"])
    told = json.loads((product_home(machine) / "installed.json").read_text())
    ours = [file["path"] for file in told["files"] if file["part"] == f"service {name}"]
    assert ours
    assert all(Path(path).is_file() for path in ours)
    assert (box["watch"] / "watch.toml").is_file()
    assert any(name in line for line in manager.asked)
    said = capsys.readouterr().out
    assert name in said
    assert "--workers 2" in said
    assert main(["status"], machine) == 0
    assert f"service {name}: {len(ours)} as installed" in capsys.readouterr().out


def test_an_intake_is_a_service_of_its_own(
    machine: Machine, manager: Manager, box: dict[str, Path]
) -> None:
    words = ["--intake", str(box["hot"]), "--out", str(box["out"])]
    words += ["--intake-with", "--profile h264 --batch 'day 12'"]
    assert main(["service", "--watch", str(box["watch"]), *words], machine) == 0
    kept = product_home(machine) / "services"
    told = [json.loads(path.read_text()) for path in sorted(kept.glob("proxx-intake-*.json"))]
    assert [one["words"][-4:] for one in told] == [["--profile", "h264", "--batch", "day 12"]]
    assert len(list(kept.glob("proxx-watch-*.json"))) == 1


@pytest.mark.parametrize(
    ("system", "typed"),
    [
        ("win32", "--path-map P:\\shoot=/mnt/shoot"),
        ("linux", "--path-map P:\\\\shoot=/mnt/shoot"),
    ],
)
def test_more_words_are_read_as_the_system_writes_paths(
    system: str, typed: str, tmp_path: Path, quick: None, manager: Manager, box: dict[str, Path]
) -> None:
    machine = machine_of(system, tmp_path)
    assert main(["service", "--watch", str(box["watch"]), "--watch-with", typed], machine) == 0
    [kept] = (product_home(machine) / "services").glob("proxx-watch-*.json")
    assert json.loads(kept.read_text())["words"][-2:] == ["--path-map", "P:\\shoot=/mnt/shoot"]


def test_a_second_run_ends_the_one_before_and_changes_it(
    machine: Machine, manager: Manager, box: dict[str, Path]
) -> None:
    words = ["service", "--watch", str(box["watch"])]
    assert main([*words, "--writes", str(box["out"])], machine) == 0
    begun = len(manager.asked)
    assert main([*words, "--workers", "3"], machine) == 0
    again = manager.asked[begun:]
    assert len(again) > begun  # what was started is ended first
    [kept] = (product_home(machine) / "services").glob("proxx-watch-*.json")
    assert json.loads(kept.read_text())["words"][-2:] == ["--workers", "3"]


def test_they_are_started_stopped_and_removed_by_name_or_all(
    machine: Machine, manager: Manager, box: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    for key in ("watch", "more"):
        assert main(["service", "--watch", str(box[key]), "--no-start"], machine) == 0
    begun = len(manager.asked)
    first, other = (name_of("watch", box[key]) for key in ("watch", "more"))
    assert main(["service", "start", first], machine) == 0
    assert manager.asked[begun:]
    assert not any(other in line for line in manager.asked[begun:])
    assert main(["service", "stop"], machine) == 0
    assert any(other in line for line in manager.asked)
    assert main(["service", "stop", "proxx-else"], machine) == 2
    assert f"There are: {', '.join(sorted([first, other]))}" in " ".join(
        capsys.readouterr().err.split()
    )
    assert main(["service", "remove", first], machine) == 0
    told = json.loads((product_home(machine) / "installed.json").read_text())
    assert {file["part"] for file in told["files"]} == {f"service {other}"}
    assert main(["service", "remove"], machine) == 0
    assert main(["service", "stop"], machine) == 3


def test_what_is_only_installed_starts_at_the_next_login_and_not_now(
    machine: Machine, manager: Manager, box: dict[str, Path]
) -> None:
    assert main(["service", "--watch", str(box["watch"]), "--no-start"], machine) == 0
    kept = manager_of(machine, product_home(machine))
    (service,) = installed_services(product_of(machine, "user")).values()
    started = [" ".join(command.words) for command in kept.start(service)]
    armed = [" ".join(command.words) for command in kept.arm(service)]
    assert manager.asked == armed
    assert armed
    assert set(armed) < set(started)
    assert not any(word in line for line in armed for word in (" start ", "kickstart", "/Run"))


def test_what_could_not_be_readied_for_the_next_login_is_told(
    machine: Machine, manager: Manager, box: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    manager.fails_at = name_of("watch", box["watch"])
    assert main(["service", "--watch", str(box["watch"]), "--no-start"], machine) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"python3 install service start {manager.fails_at}" in said


def test_uninstall_stops_them_first_and_leaves_nothing(
    machine: Machine, manager: Manager, box: dict[str, Path]
) -> None:
    assert main(["all"], machine) == 0
    assert main(["service", "--watch", str(box["watch"])], machine) == 0
    begun = len(manager.asked)
    assert main(["uninstall"], machine) == 0
    name = name_of("watch", box["watch"])
    assert any(name in line for line in manager.asked[begun:])
    assert files_below(home_of(machine)) == set()
    assert list(home_of(machine).iterdir()) == []
    assert (box["watch"] / "watch.toml").is_file()


def test_one_that_cannot_be_started_stays_installed_and_can_be_started_later(
    machine: Machine, manager: Manager, box: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    manager.fails_at = name_of("watch", box["watch"])
    assert main(["service", "--watch", str(box["watch"])], machine) == 3
    assert "This failed" in capsys.readouterr().err
    manager.fails_at = ""
    assert main(["status"], machine) == 0
    assert main(["service", "start"], machine) == 0


def test_a_missing_folder_is_never_made(
    machine: Machine, manager: Manager, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--watch", str(tmp_path / "away"), "--writes", str(tmp_path / "gone")]
    assert main(["service", *words], machine) == 3
    told = capsys.readouterr().err
    assert "away" in told
    assert "gone" in told
    assert manager.asked == []
    assert list(home_of(machine).iterdir()) == []


def test_a_folder_that_holds_other_files_is_refused(
    machine: Machine, manager: Manager, box: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (box["watch"] / "A001.mov").touch()
    assert main(["service", "--watch", str(box["watch"])], machine) == 3
    assert "cannot become a watch folder" in " ".join(capsys.readouterr().err.split())
    assert manager.asked == []


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--watch", "w", "--workers", "0"],
        ["--watch", "w", "--workers", "two"],
        ["--watch", "w", "--intake", "hot"],
        ["--watch", "w", "--out", "o"],
        ["--watch", "w", "--intake-with", "--once"],
        ["--watch", "w\n"],
        ["--watch", ""],
        ["--watch", "w", "--writes", ""],
        ["--watch", "w", "--intake", "", "--out", "o"],
        ["--watch", "w", "--intake", "hot", "--out", ""],
        ["restart"],
    ],
)
def test_wrong_words_are_refused(
    words: list[str], tmp_path: Path, quick: None, manager: Manager
) -> None:
    machine = machine_of("linux", tmp_path)
    assert main(["service", *words], machine) == 2
    assert list(home_of(machine).iterdir()) == []


@pytest.mark.parametrize("machine", ["linux"], indirect=True)
def test_the_installed_proxx_makes_the_watch_folder_in_a_process_of_its_own(
    machine: Machine,
    manager: Manager,
    box: dict[str, Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("install.commands.service.run_quietly", run_quietly)
    assert main(["service", "--watch", str(box["watch"])], machine) == 0
    assert (box["watch"] / "watch.toml").is_file()
    (box["more"] / "A001.mov").touch()
    assert main(["service", "--watch", str(box["more"])], machine) == 3
    assert "cannot become a watch folder" in " ".join(capsys.readouterr().err.split())


def test_a_dry_run_writes_nothing(
    machine: Machine, manager: Manager, box: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["service", "--watch", str(box["watch"]), "--dry-run"], machine) == 0
    assert "  write" in capsys.readouterr().out
    assert list(home_of(machine).iterdir()) == []
    assert list(box["watch"].iterdir()) == []


@pytest.mark.parametrize(
    ("starts", "bounds", "bounded"),
    [(True, True, True), (True, False, False), (False, False, True)],
    ids=["both work", "nothing can be bounded", "no manager is reached"],
)
def test_a_unit_is_bounded_unless_this_machine_was_seen_not_to_do_it(
    starts: bool, bounds: bool, bounded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(commands: tuple[Command, ...]) -> tuple[str, ...]:
        [command] = commands
        works = starts if command.words[-1] == "true" else bounds
        return () if works else ("failed",)

    monkeypatch.setattr(running, "carry_out", answer)
    machine = machine_of("linux", tmp_path)
    found = running.tried(running.manager_of(machine, product_home(machine)))
    assert isinstance(found, Systemd)
    assert found.bounded is bounded


def test_what_a_program_says_that_failed_is_told(tmp_path: Path) -> None:
    failed = running.carry_out([Command(("false",), may_fail=True), Command(("no such",), True)])
    assert [words.partition(":")[0] for words in failed] == ["false", "'no such'"]
    with pytest.raises(SetupError, match="status 3:\n  sh -c 'echo why; exit 3'\nwhy"):
        running.carry_out([Command(("sh", "-c", "echo why; exit 3"))])
    with pytest.raises(SetupError, match="status 127"):
        running.carry_out([Command((str(tmp_path / "gone"),))])
