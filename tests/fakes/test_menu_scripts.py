"""How a script finds Resolve, and what it finds around itself."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.fakes.conftest import Start
from tests.fakes.resolve import FakeResolve, module_from_outside, run_menu_script, script_globals


def script(folder: Path, text: str) -> Path:
    path = folder / "1 Make Proxies.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_output_can_only_write(fake: FakeResolve, tmp_path: Path) -> None:
    """6.1 scripts.stdout: print works; flush, isatty and encoding are not there."""
    source = script(tmp_path, "import sys\nprint('héllo')\nprint(hasattr(sys.stdout, 'flush'))")
    before = sys.stdout
    output = run_menu_script(fake, source)
    assert output is not None
    assert output.text == "héllo\nFalse\n"
    assert sys.stdout is before


def test_there_is_no_file(fake: FakeResolve, tmp_path: Path) -> None:
    """6.1 scripts.no_file: `__file__` is missing, argv is ['']."""
    output = run_menu_script(fake, script(tmp_path, "import sys\nprint(sys.argv)\n__name__"))
    assert output is not None
    assert output.text == "['']\n"
    with pytest.raises(NameError):
        run_menu_script(fake, script(tmp_path, "__file__"))


@pytest.mark.parametrize(
    ("which", "names"),
    [
        ("all", {"resolve", "fusion", "fu", "bmd", "app"}),
        ("resolve_only", {"resolve"}),
        ("bmd_only", {"bmd"}),
        ("app_only", {"app", "fu"}),
        ("none", set()),
    ],
)
def test_globals(fake: FakeResolve, which: str, names: set[str]) -> None:
    """6.1 scripts.globals: resolve, or bmd, or app, or nothing; each leads to the same Resolve."""
    found = script_globals(fake, which)  # type: ignore[arg-type]
    assert set(found) == names
    ways = [found["resolve"]] if "resolve" in found else []
    ways += [found["bmd"].scriptapp("Resolve")] if "bmd" in found else []
    ways += [found["app"].GetResolve(), found["fu"].GetResolve()] if "app" in found else []
    assert {way.GetProductName() for way in ways} <= {"DaVinci Resolve Studio"}


def test_the_free_21_1_lists_no_python(start: Start, tmp_path: Path) -> None:
    assert run_menu_script(start(version="21.1", edition="free"), script(tmp_path, "1/0")) is None


@pytest.mark.parametrize(("edition", "given"), [("studio", True), ("free", False)])
def test_a_program_outside_gets_resolve_from_studio_alone(
    start: Start, edition: str, given: bool
) -> None:
    module = module_from_outside(start(edition=edition))
    assert (module.scriptapp("Resolve") is not None) == given
    assert module.scriptapp("Fusion") is None
