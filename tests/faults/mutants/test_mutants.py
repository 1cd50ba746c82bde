"""Our own safety code, broken on purpose in a copy: each mutant is caught by a named test."""

from __future__ import annotations

import compileall
import json
import os
import py_compile
import queue
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.scenes import ROOT

_AT_ONCE = min(4, max(2, os.cpu_count() or 2))


@dataclass(frozen=True)
class Mutant:
    """One rule that is taken out; see the tables in this folder."""

    name: str
    file: str
    stands: str
    broken: str
    caught_by: str
    answers: str = ""
    """What the rule is an answer to: a section of what is known of Resolve, and its words."""


def load_mutants() -> list[Mutant]:
    """Return every mutant of the tables."""
    tables = sorted(Path(__file__).parent.rglob("*.toml"))
    texts = [table.read_text("utf-8") for table in tables]
    return [Mutant(**entry) for text in texts for entry in tomllib.loads(text)["mutant"]]


MUTANTS = load_mutants()


@dataclass
class Copy:
    """A copy of the sources and tests, that may be broken, and a Python that runs its tests."""

    root: Path
    warm: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        # The copy comes before the installed sources, also in the processes that a test starts.
        environment = {**os.environ, "PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}
        self.warm = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("warm.py"))],
            cwd=self.root,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *tests: str) -> subprocess.CompletedProcess[str]:
        """Run tests over the copy, up to the first that fails."""
        assert self.warm.stdin is not None
        assert self.warm.stdout is not None
        told = self.root.with_name("told.txt")
        print(json.dumps([tests, str(told)]), file=self.warm.stdin, flush=True)
        code = int(self.warm.stdout.readline())
        return subprocess.CompletedProcess(tests, code, told.read_text("utf-8", "replace"), "")

    def end(self) -> None:
        """Let the Python go."""
        self.warm.communicate()

    def run_broken(self, mutant: Mutant) -> subprocess.CompletedProcess[str]:
        """Run the test that is to catch a mutant over it."""
        path = self.root / mutant.file
        true = path.read_text("utf-8")
        if true.count(mutant.stands) != 1:
            return subprocess.CompletedProcess([], 2, "what it breaks stands there no longer", "")
        path.write_text(true.replace(mutant.stands, mutant.broken), "utf-8")
        try:
            return self.run(mutant.caught_by)
        finally:
            path.write_text(true, "utf-8")


def make_copy(place: Path) -> Copy:
    """Copy all that tests need."""
    root = place / "main"
    for name in ("proxx_engine", "sidecar", "resolve_scripts", "tests", "install"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, root / name)
    # Compiled once, and held against the sources by their content: a mutant is compiled anew.
    by_content = py_compile.PycInvalidationMode.CHECKED_HASH
    compileall.compile_dir(root, quiet=2, invalidation_mode=by_content)
    return Copy(root)


@pytest.fixture(scope="module")
def ended(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Mapping[str, subprocess.CompletedProcess[str]]]:
    """How the test of every mutant ended, by its name; several run at once."""
    copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
    for number in range(_AT_ONCE):
        copies.put(make_copy(tmp_path_factory.mktemp(f"broken{number}")))

    def run(mutant: Mutant) -> subprocess.CompletedProcess[str]:
        copy = copies.get()
        try:
            return copy.run_broken(mutant)
        finally:
            copies.put(copy)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        runs = dict(zip((m.name for m in MUTANTS), pool.map(run, MUTANTS), strict=True))
    for _ in range(_AT_ONCE):
        copies.get().end()
    yield runs
    for mutant in MUTANTS:
        print(f"\n{mutant.name}\n    → {caught(runs[mutant.name]) or 'NOT CAUGHT'}", end="")


def caught(run: subprocess.CompletedProcess[str]) -> str | None:
    """Return the test that failed; None where none did, or none could be run."""
    failed = [line.split(" ")[1] for line in run.stdout.splitlines() if line.startswith("FAILED ")]
    return failed[0] if run.returncode == 1 and failed else None


def test_each_rule_stands_where_the_table_says() -> None:
    gone = [
        mutant.name
        for mutant in MUTANTS
        if (ROOT / mutant.file).read_text("utf-8").count(mutant.stands) != 1
    ]
    assert gone == [], "the code was changed: put into the table what stands there now"


def test_each_guard_of_the_driver_says_what_of_resolve_it_answers() -> None:
    silent = [m.name for m in MUTANTS if "_engines/resolve/" in m.file and not m.answers]
    assert silent == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_rule_that_is_taken_out_is_missed(
    ended: Mapping[str, subprocess.CompletedProcess[str]], mutant: Mutant
) -> None:
    run = ended[mutant.name]
    assert (caught(run) or "").startswith(mutant.caught_by.split("[")[0]), run.stdout + run.stderr


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_tests_that_miss_them_pass_where_nothing_is_taken_out(tmp_path: Path) -> None:
    copy = make_copy(tmp_path)
    run = copy.run(*sorted({mutant.caught_by for mutant in MUTANTS}))
    copy.end()
    assert run.returncode == 0, run.stdout
