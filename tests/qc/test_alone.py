"""Measuring is a pipeline of its own: a person begins it, and nothing else of Proxx knows of it."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.faults.scenes import proxx
from tests.support import Ran

ROOT = Path(__file__).parents[2]
MAY = ("sidecar/qc/", "sidecar/cli/qc_command.py", "sidecar/report/", "sidecar/service/")
"""Besides itself: its command, the page that shows what it wrote, and the service whose submitters
ask for it by name.
"""


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_nothing_that_runs_jobs_can_begin_it() -> None:
    for package in ("proxx_engine", "sidecar", "resolve_scripts", "install"):
        for path in sorted((ROOT / package).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            if not place.startswith(MAY):
                told = {name for name in imports(path) if name.startswith("sidecar.qc")}
                assert told == set(), place


def test_the_page_only_reads_what_was_measured() -> None:
    for path in (ROOT / "sidecar" / "report").rglob("*.py"):
        begins = ("sidecar.qc.measuring", "sidecar.qc.jobs")
        assert [name for name in imports(path) if name.startswith(begins)] == [], path


def test_a_job_that_ends_starts_no_measuring(ran: Ran, tmp_path: Path) -> None:
    place = tmp_path / "again"
    made = proxx("create", ran.spec.clips[0].source.path, "--out", place)
    assert made.returncode == 0, made.stderr
    done = proxx("run", place)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.rglob("*.qc.json")) == []
