"""Installing again is done exactly when its outcome would be another one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from install import installation
from install.environment import ROOT, Environment, read_note, write_note
from install.installation import Mode, cure_for, ready_installation, stamp
from install.steps import SetupError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("pyproject.toml", "install/constraints.txt", "sidecar/a.py", "tests/b.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    return tmp_path


def _write(name: str) -> Callable[[Path], object]:
    def change(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("changed")

    return change


@pytest.mark.parametrize(
    ("name", "normal", "editable"),
    [
        ("pyproject.toml", True, True),
        ("install/constraints.txt", True, True),
        ("install/build_hook.py", True, True),
        ("sidecar/a.py", True, False),
        ("proxx_engine/profiles/new.toml", True, False),
        ("sidecar/__pycache__/a.cpython-311.pyc", False, False),
        ("tests/b.py", False, False),
        ("demo-output/001/clip.mov", False, False),
    ],
)
def test_what_changes_the_stamp(project: Path, name: str, normal: bool, editable: bool) -> None:
    before = {mode: stamp(mode, root=project) for mode in Mode}
    _write(name)(project)
    changed = {mode: stamp(mode, root=project) != before[mode] for mode in Mode}
    assert changed == {Mode.NORMAL: normal, Mode.EDITABLE: editable}


def test_stamp_knows_mode_python_and_renames(project: Path) -> None:
    normal = stamp(Mode.NORMAL, root=project)
    assert normal == stamp(Mode.NORMAL, root=project)
    assert normal != stamp(Mode.EDITABLE, root=project)
    assert normal != stamp(Mode.NORMAL, root=project, python="3.99")
    (project / "sidecar" / "a.py").rename(project / "sidecar" / "b.py")
    assert normal != stamp(Mode.NORMAL, root=project)


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Every command line pip would have been started with; it succeeds and does nothing."""
    commands: list[list[str]] = []

    def started(command: list[str], **_: object) -> int:
        commands.append(command)
        return 0

    monkeypatch.setattr(installation, "run_quietly", started)
    return commands


def test_second_time_installs_nothing(drawn: Environment, pip: list[list[str]]) -> None:
    root = drawn.folder.parent
    (root / "sidecar").mkdir()
    ready_installation(Mode.NORMAL, root=root)
    ready_installation(Mode.NORMAL, root=root)
    assert len(pip) == 1
    (root / "sidecar" / "new.py").write_text("")
    ready_installation(Mode.NORMAL, root=root)
    ready_installation(Mode.EDITABLE, root=root)
    assert len(pip) == 3
    begin = [str(drawn.python), "-P", "-m", "pip", "install", "--progress-bar", "off"]
    begin += ["-c", "install/constraints.txt"]
    assert " " not in root.as_uri()
    assert pip[0] == [*begin, root.as_uri()]
    assert pip[2] == [*begin, "-e", ".[test]"]


def test_failed_pip_tells_its_last_words_and_the_cure(
    drawn: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: list[str], *, log: Path, **_more: object) -> int:
        frame = "  note: This is an issue with the package\n  ╰─> See above.\n  [end of output]\n"
        log.write_text(
            f"Collecting av\nERROR: No matching distribution found for av==99\n{frame}",
            encoding="utf-8",
        )
        return 1

    monkeypatch.setattr(installation, "run_quietly", fails)
    write_note(drawn, installed="what was there before")
    with pytest.raises(SetupError, match="No matching distribution found for av==99") as caught:
        ready_installation(Mode.NORMAL, root=drawn.folder.parent)
    assert caught.value.exit_code == 3
    assert "another Python" in caught.value.cure
    assert "note:" not in str(caught.value)
    note = read_note(drawn)
    assert note is not None
    assert (note.installed, note.unfinished) == ("", False)


def test_killed_in_pip_is_remembered(drawn: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **_more: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(installation, "run_quietly", killed)
    with pytest.raises(KeyboardInterrupt):
        ready_installation(Mode.NORMAL, root=drawn.folder.parent)
    note = read_note(drawn)
    assert note is not None
    assert note.unfinished


def test_full_disk_is_a_sentence_and_remembered(
    drawn: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fills_the_disk(_: list[str], *, log: Path, **_more: object) -> int:
        log.write_text("OSError: [Errno 28] No space left on device\n")
        monkeypatch.setattr(installation, "write_note", no_space)
        return 1

    def no_space(*_: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(installation, "run_quietly", fills_the_disk)
    with pytest.raises(SetupError) as caught:
        ready_installation(Mode.NORMAL, root=drawn.folder.parent)
    assert "Make room" in caught.value.cure
    note = read_note(drawn)
    assert note is not None
    assert note.unfinished


def test_every_cure_is_an_instruction() -> None:
    assert "Make room" in cure_for("OSError: [Errno 28] No space left on device")
    assert "network" in cure_for("Failed to establish a new connection: [Errno 111]")
    assert "delete the environment" in cure_for("something nobody has seen before")


def test_pins_are_exact_and_each_package_has_one_for_every_python() -> None:
    lines = (ROOT / installation.CONSTRAINTS).read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(pin.count("==") == 1 for pin in pins)
    always = [pin.partition("==")[0].lower() for pin in pins if ";" not in pin]
    assert len(always) == len(set(always))
    split = [(pin.partition("==")[0], pin.partition("; ")[2]) for pin in pins if ";" in pin]
    assert split == [("av", 'python_version < "3.12"'), ("av", 'python_version >= "3.12"')]
