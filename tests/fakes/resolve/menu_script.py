"""Runs a script as a menu of Resolve would: with the globals of that build, without `__file__`, and
with a standard output that can do nothing but write.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from .resolve import FakeResolve

Globals = Literal["all", "resolve_only", "bmd_only", "app_only", "none"]
"""Which of the names `resolve fusion fu bmd app` a build gives a script."""


class ScriptOutput:
    """Standard output as some builds have it: no flush, no isatty, no encoding."""

    __slots__ = ("lines",)

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, text: str) -> None:
        self.lines.append(text)

    @property
    def text(self) -> str:
        return "".join(self.lines)


def script_globals(fake: FakeResolve, which: Globals = "all") -> dict[str, Any]:
    """The names that a menu script finds."""
    handle = fake.handle
    bmd = SimpleNamespace(scriptapp=lambda name: handle if name == "Resolve" else None)
    app = SimpleNamespace(GetResolve=lambda: handle)
    match which:
        case "all":
            return {"resolve": handle, "bmd": bmd, "app": app, "fusion": app, "fu": app}
        case "resolve_only":
            return {"resolve": handle}
        case "bmd_only":
            return {"bmd": bmd}
        case "app_only":
            return {"app": app, "fu": app}
        case "none":
            return {}


def run_menu_script(fake: FakeResolve, script: Path, which: Globals = "all") -> ScriptOutput | None:
    """Run a .py file from the menu; None when this Resolve does not list such files."""
    if not fake.profile.lists_python_scripts:
        return None
    output = ScriptOutput()
    code = compile(script.read_text(encoding="utf-8"), "<string>", "exec")
    with _as_in_a_menu(output):
        exec(code, {"__name__": "__main__"} | script_globals(fake, which))
    return output


def module_from_outside(fake: FakeResolve) -> ModuleType:
    """The module DaVinciResolveScript for a program outside; the free edition gives it nothing."""
    module = ModuleType("DaVinciResolveScript")
    allowed = fake.profile.scripts_from_outside
    module.scriptapp = lambda name: fake.handle if allowed and name == "Resolve" else None  # type: ignore[attr-defined]
    return module


@contextmanager
def _as_in_a_menu(output: ScriptOutput) -> Iterator[None]:
    stdout, arguments = sys.stdout, sys.argv
    sys.stdout, sys.argv = output, [""]
    try:
        yield
    finally:
        sys.stdout, sys.argv = stdout, arguments
