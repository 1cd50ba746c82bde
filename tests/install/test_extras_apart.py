"""What an extra brings lies still until it is used."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from install.extras import known_extras
from sidecar.cli.main import COMMANDS
from tests.install.release_dependencies import installed, needs
from tests.support import MakeClip

_PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.2", "-c:v", "prores_aw")
_ALL = f"""
import argparse
from sidecar.cli.main import declare
for name in {sorted(COMMANDS)}:
    declare(name, argparse.ArgumentParser())
"""


@pytest.fixture(scope="module")
def modules() -> dict[str, str]:
    """What only extras bring: each module that can be imported, and its package."""
    parts = needs()
    brought = set(chain.from_iterable(parts[name].names for name in known_extras()))
    brought -= parts["itself"].names
    return {
        module: packages[0]
        for module, packages in importlib.metadata.packages_distributions().items()
        if {canonicalize_name(package) for package in packages} <= brought
    }


def imported(program: str, folder: Path) -> set[str]:
    """The first names of what a program imports."""
    words = f"import sys\nbefore = set(sys.modules)\n{program}\nimport json\n"
    words += "print(json.dumps(sorted({m.split('.')[0] for m in set(sys.modules) - before})))"
    command = [sys.executable, "-c", words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_no_command_imports_it_before_it_is_called(modules: dict[str, str], tmp_path: Path) -> None:
    assert {"openjd", "outline", "grpc", "fastapi", "ascmhl", "opentimelineio"} <= set(modules)
    assert imported("import sidecar.cli.main", tmp_path) & set(modules) == set()
    assert imported(_ALL, tmp_path) & set(modules) == set()


def test_a_job_is_made_and_run_without_it(
    modules: dict[str, str], make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = make_clip("A001.mov", *_PICTURE)
    said = imported(
        f"from sidecar.cli.main import main\n"
        f"assert main(['create', {str(clip)!r}, '--out', 'out']) == 0\n"
        f"assert main(['run', 'out']) == 0",
        tmp_path,
    )
    assert "sidecar" in said
    assert said & set(modules) == set()


def test_nothing_of_those_for_farms_plugs_itself_into_pytest() -> None:
    parts = needs()
    for name in (parts["farm"].names | parts["opencue"].names) - parts["tests"].names:
        if name in installed():
            groups = {entry.group for entry in installed()[name].entry_points}
            assert "pytest11" not in groups, name
