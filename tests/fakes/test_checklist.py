"""Every line of the fidelity checklist (6.1) is shown by a test, and no test cites a line that is
not there.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
CITED = re.compile(r"6\.1 (\w+)\.(\w+)")


def lines_of_6_1() -> dict[str, str]:
    """The lines, by `line.part`."""
    checklist = tomllib.loads((HERE / "checklist.toml").read_text(encoding="utf-8"))
    return {
        f"{line}.{key}": text for line, parts in checklist.items() for key, text in parts.items()
    }


def cited_lines() -> dict[str, list[str]]:
    """The tests that cite each line."""
    cited: dict[str, list[str]] = {}
    for path in sorted(HERE.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for line, key in CITED.findall(ast.get_docstring(node) or ""):
                    cited.setdefault(f"{line}.{key}", []).append(f"{path.name}::{node.name}")
    return cited


def test_every_line_is_shown() -> None:
    assert sorted(lines_of_6_1()) == sorted(cited_lines())


def test_the_double_knows_nothing_of_what_it_tests() -> None:
    """A mistake that both made would be seen by no test."""
    imported: set[str] = set()
    for path in (HERE / "resolve").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add((node.module or "").partition(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"av", "imageio_ffmpeg"}


def test_there_are_thirteen_lines() -> None:
    lines = {key.partition(".")[0] for key in lines_of_6_1()}
    assert len(lines) == 13
