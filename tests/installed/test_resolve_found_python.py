"""Which Python the menu of a Resolve would use, and what is in its way."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from sidecar.installed.registered_pythons import registered_pythons
from sidecar.installed.resolve_found import find_resolves
from sidecar.installed.resolve_python import FoundPython

from .made_machines import Made, about, link, make_python, put

SYSTEMS = ("darwin", "win32", "linux")


@pytest.fixture(params=SYSTEMS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    return Made(request.param, tmp_path / "Maschine ö")


@pytest.fixture(params=("darwin", "linux"))
def unix(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    made = Made(request.param, tmp_path / "Maschine ö")
    install(made, "20.3.1")
    return made


@pytest.fixture
def windows(tmp_path: Path) -> Made:
    made = Made("win32", tmp_path / "Maschine ö")
    install(made, "20.3.1")
    return made


def install(made: Made, version: str, *, studio: bool = True) -> None:
    heading = f"About DaVinci Resolve{' Studio' * studio}"
    if made.system == "darwin":
        made.app(version=version)
        made.log(f"{'Studio ' * studio}v{version}.0001")
    elif made.system == "win32":
        first, second, third = (int(number) for number in version.split("."))
        made.exe((first, second, third, 1), readme=about(heading))
    else:
        made.opt(readme=about(f"{heading} {version}"))


def add_python(made: Made, version: str) -> None:
    if made.system == "win32":
        made.windows_python(version)
    else:
        made.python(version)


def python(made: Made) -> FoundPython:
    found = made.only().python
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("resolve", "version", "usable"),
    [
        ("17.4.6", "3.6", True),
        ("17.4.6", "3.9", False),
        ("18.0.1", "3.6", True),
        ("18.6.4", "3.11", True),
        ("18.6.4", "3.12", False),
        ("18.6.5", "3.12", True),
        ("19.1.4", "3.12", True),
        ("20.3.1", "3.5", False),
        ("20.3.1", "3.12", True),
        ("20.3.1", "3.13", False),
        ("20.3.1", "3.14", False),
        ("21.0.4", "3.12", True),
        ("21.0.4", "3.14", False),
    ],
)
def test_each_release_takes_the_pythons_that_it_is_known_to_work_with(
    made: Made, resolve: str, version: str, usable: bool
) -> None:
    install(made, resolve)
    add_python(made, version)
    found = python(made)
    assert found.version == tuple(map(int, version.split(".")))
    assert found.usable == usable
    assert (found.cure is None) == usable
    if found.trouble:
        assert f"DaVinci Resolve {resolve} is known to work with Python 3.6 to" in found.trouble
        assert str(found.program) in found.trouble


def test_the_cure_names_the_newest_python_that_works(made: Made) -> None:
    install(made, "18.6.4")
    add_python(made, "3.13")
    assert "Python 3.11" in (python(made).cure or "")
    assert "The entries in Lua need no Python." in (python(made).cure or "")


def test_where_there_is_no_python_that_is_said(made: Made) -> None:
    install(made, "20.3.1")
    found = python(made)
    assert (found.program, found.usable) == (None, False)
    assert (found.trouble or "").startswith("Resolve finds no Python:")
    assert "Python 3.12" in (found.cure or "")
    assert "brings its own" not in (found.cure or "")


def test_studio_brings_its_own_since_21_1(made: Made) -> None:
    install(made, "21.1.0")
    add_python(made, "3.9")
    found = python(made)
    assert (found.program, found.version, found.usable) == (None, (3, 14), True)


def test_the_free_edition_has_none_since_21_1(made: Made) -> None:
    install(made, "21.1.0", studio=False)
    add_python(made, "3.11")
    assert made.only().python is None
    assert made.only().lists_python is False


def test_since_21_1_an_unknown_edition_may_have_none(tmp_path: Path) -> None:
    made = Made("darwin", tmp_path)
    made.app(version="21.1.0")
    made.python("3.11")
    assert (made.only().python, made.only().lists_python) == (None, None)


def test_where_it_may_bring_its_own_that_is_said(tmp_path: Path) -> None:
    made = Made("linux", tmp_path)
    install(made, "21")
    assert "Studio 21.1 and later brings its own." in (python(made).cure or "")


def test_a_python_must_fit_every_release_that_it_may_be(tmp_path: Path) -> None:
    made = Made("linux", tmp_path)
    install(made, "18")
    made.python("3.12")
    assert not python(made).usable
    made.python("3.11")
    assert python(made).usable


def test_a_variable_stands_above_the_usual_place(unix: Made) -> None:
    unix.python("3.11")
    home = make_python(unix.home / "Mein Python", "3.10")
    unix.extra = {"PYTHON3HOME": str(home)}
    found = python(unix)
    assert (found.version, found.named_by, found.certain) == ((3, 10), "PYTHON3HOME", False)
    unix.extra = {"PYTHON3HOME": str(unix.root / "gone")}
    assert not python(unix).usable
    unix.extra = {"PYTHON3HOME": ""}
    assert (python(unix).version, python(unix).certain) == ((3, 11), True)


def test_a_python_without_a_shared_library_is_not_usable(unix: Made) -> None:
    unix.python("3.11", library=False)
    assert "has no shared library" in (python(unix).trouble or "")


def test_the_library_of_a_framework_and_of_debian_are_known(unix: Made) -> None:
    home = unix.python("3.11", library=False)
    put(home / "lib/x86_64-linux-gnu/libpython3.11.so.1", b"")
    assert python(unix).usable
    home = unix.python("3.12", library=False)
    put(home / "Python", b"")
    assert python(unix).usable


def test_a_program_without_a_version_in_its_name_is_known_by_its_library(unix: Made) -> None:
    home = unix.python("3.11")
    program = put(home / "bin/python", b"\x7fELF")
    link(unix.root / "usr/local/bin/python3", program)
    assert python(unix).version == (3, 11)
    put(home / "lib/python3.9/os.py", b"")
    assert "cannot be told" in (python(unix).trouble or "")


def test_a_link_to_nothing_or_in_a_circle_is_no_python(unix: Made) -> None:
    usual = unix.root / "usr/local/bin/python3"
    for target in (unix.root / "gone", usual, unix.root / "usr"):
        link(usual, target)
        assert "Resolve finds no Python" in (python(unix).trouble or "")


def test_the_newest_of_the_registry_is_taken(windows: Made) -> None:
    for version in ("3.9", "3.12", "3.10"):
        windows.windows_python(version)
    windows.registry |= {"3.13-32": "C:\\32", "3.14-arm64": "C:\\arm", "2.7": "C:\\2", "x": "y"}
    assert python(windows).version == (3, 12)


def test_the_newest_of_the_registry_counts_even_where_it_is_gone(windows: Made) -> None:
    windows.windows_python("3.11")
    windows.registry["3.12"] = str(windows.root / "gone")
    assert "the registry names" in (python(windows).trouble or "")


@pytest.mark.parametrize("name", ["FUSION_PYTHON3_HOME", "PYTHONHOME"])
def test_a_variable_stands_above_the_registry(windows: Made, name: str) -> None:
    windows.windows_python("3.12")
    windows.extra = {name: str(windows.windows_python("3.10", registered=False))}
    found = python(windows)
    assert (found.version, found.named_by, found.certain) == ((3, 10), name, True)


def test_a_folder_without_its_library_is_not_usable(windows: Made) -> None:
    (windows.windows_python("3.12") / "python312.dll").unlink()
    assert "cannot be told" in (python(windows).trouble or "")


class _Registry:
    """As much of `winreg` as is used, over a mapping of hives."""

    HKEY_LOCAL_MACHINE = "machine"
    HKEY_CURRENT_USER = "user"

    def __init__(self, hives: dict[str, dict[str, str | None]]) -> None:
        self._hives = hives

    def OpenKey(self, hive: str, key: str) -> SimpleNamespace:  # noqa: N802
        assert key == r"Software\Python\PythonCore"
        if hive not in self._hives:
            raise FileNotFoundError(2, "no such key")
        tags = list(self._hives[hive])
        return _Key(tags)

    def QueryInfoKey(self, key: _Key) -> tuple[int, int, int]:  # noqa: N802
        return (len(key.tags), 0, 0)

    def EnumKey(self, key: _Key, row: int) -> str:  # noqa: N802
        return key.tags[row]

    def QueryValue(self, hive: str, key: str) -> str:  # noqa: N802
        value = self._hives[hive][key.split("\\")[3]]
        if value is None:
            raise FileNotFoundError(2, "no such value")
        return value


class _Key(SimpleNamespace):
    def __init__(self, tags: list[str]) -> None:
        super().__init__(tags=tags)

    def __enter__(self) -> _Key:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def test_the_registry_of_a_machine_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    hives: dict[str, dict[str, str | None]] = {
        "machine": {"3.11": "C:\\P311", "3.12": "C:\\P312", "3.9": None},
        "user": {"3.12": "C:\\Benutzer ö\\P312"},
    }
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "winreg", _Registry(hives))
    assert registered_pythons() == {"3.11": "C:\\P311", "3.12": "C:\\Benutzer ö\\P312"}
    del hives["machine"], hives["user"]
    assert registered_pythons() == {}


def test_only_for_windows_the_registry_is_asked(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "sidecar.installed.resolve_found.registered_pythons", lambda: asked.append("") or {}
    )
    find_resolves(made.system, made.variables, root=made.root)
    assert len(asked) == (made.system == "win32")
    assert registered_pythons() == {}
