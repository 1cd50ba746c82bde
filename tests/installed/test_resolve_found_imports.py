"""What is told of a machine is told before anything that Proxx needs is there."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import sidecar.installed

FOLDER = Path(sidecar.installed.__file__).parent
MODULES = sorted(FOLDER.glob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_each_module_imports_only_python_and_its_own_package(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [(node.module or "").partition(".")[0]]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 1, f"line {node.lineno} leaves the package"
            continue
        else:
            continue
        assert set(names) <= sys.stdlib_module_names, f"line {node.lineno}: {names}"


def test_it_runs_where_nothing_is_installed() -> None:
    """A Python without any packages imports all of it, and of Proxx nothing else."""
    names = [f"sidecar.installed.{path.stem}" for path in MODULES if path.stem != "__init__"]
    code = (
        f"import sys; sys.path.insert(0, {str(FOLDER.parents[1])!r})\n"
        f"import {', '.join(names)}\n"
        "print(sorted(name for name in sys.modules if name.startswith(('sidecar', 'proxx'))))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == repr(sorted({"sidecar", "sidecar.installed", *names}))
