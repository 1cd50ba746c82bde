"""Resolve from outside: where its module is found, and why it may not be had."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from sidecar.resolve import external
from sidecar.resolve.external import MODULE, find_resolve
from tests.fakes.resolve import Profile, make_resolve, module_from_outside
from tests.faults.scenes import wait_until


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """No module of one test is found by another."""
    yield
    sys.modules.pop(MODULE, None)


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the module is looked for."""
    monkeypatch.setenv("RESOLVE_SCRIPT_API", str(tmp_path / "Scripting"))
    monkeypatch.setattr(external, "_PROGRAMS", frozenset({"a made-up resolve"}))
    folder = tmp_path / "Scripting" / "Modules"
    folder.mkdir(parents=True)
    return folder


def installed(modules: Path, text: str) -> None:
    (modules / f"{MODULE}.py").write_text(text)


def answering(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
    monkeypatch.setitem(sys.modules, MODULE, module)


def test_a_module_that_is_nowhere_is_told_with_the_places(modules: Path) -> None:
    host, why_not = find_resolve()
    assert host is None
    assert why_not == f"there is no {MODULE}.py; looked for {modules / MODULE}.py"


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_platform_has_its_usual_places(
    platform: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("RESOLVE_SCRIPT_API", raising=False)
    monkeypatch.setenv("PROGRAMDATA", str(tmp_path))
    monkeypatch.setattr(external.sys, "platform", platform)
    looked = [str(path) for path in external._candidates()]
    assert looked
    assert all("Scripting" in path and path.endswith(f"{MODULE}.py") for path in looked)


@pytest.mark.parametrize(
    "text", ["import no_such_library", "import sys; sys.exit(1)", "raise OSError('wrong ELF')"]
)
def test_a_module_that_cannot_be_loaded_ends_nothing(modules: Path, text: str) -> None:
    installed(modules, text)
    host, why_not = find_resolve()
    assert host is None
    assert "cannot be loaded" in why_not
    assert MODULE not in sys.modules


def test_the_module_may_put_its_library_in_its_own_place(modules: Path) -> None:
    library = "import sys, types\nlibrary = types.SimpleNamespace(scriptapp=lambda name: 'it')\n"
    installed(modules, f"{library}sys.modules[__name__] = library\n")
    assert find_resolve() == ("it", "")


def test_the_resolve_that_answers_is_returned(
    modules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = make_resolve()
    answering(monkeypatch, module_from_outside(fake))
    host, why_not = find_resolve()
    assert host is not None
    assert host.GetProductName() == "DaVinci Resolve Studio"
    assert why_not == ""


def test_a_resolve_that_does_not_run_is_told(
    modules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, module_from_outside(make_resolve(Profile(edition="free"))))
    assert find_resolve() == (None, "DaVinci Resolve does not run on this machine")


def test_a_resolve_that_lets_no_program_in_is_told(
    modules: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answering(monkeypatch, module_from_outside(make_resolve(Profile(edition="free"))))
    sleep = shutil.which("sleep")
    assert sleep is not None
    program = shutil.copy(sleep, tmp_path / "a made-up reso")  # as much as Linux keeps of a name
    monkeypatch.setattr(external, "_PROGRAMS", frozenset({"a made-up reso"}))
    running = subprocess.Popen([str(program), "60"])
    try:
        host, why_not = wait_until(lambda: "runs, and" in (told := find_resolve())[1] and told)
    finally:
        running.kill()
        running.wait()
    assert host is None
    assert "External scripting using" in why_not
    assert "free edition" in why_not


def test_a_library_that_throws_is_told(modules: Path) -> None:
    installed(modules, "def scriptapp(name):\n    raise SystemError('no such symbol')\n")
    host, why_not = find_resolve()
    assert host is None
    assert "no such symbol" in why_not
