"""The promise of the set-up: two commands, from a fresh copy, twice, in an awkward place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from install.environment import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

_NOT_IN_A_CLONE = shutil.ignore_patterns(
    ".*", "__pycache__", "*.egg-info", "build", "dist", "demo-output"
)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources as a clone has them: nothing installed, nothing made."""
    clone = tmp_path_factory.mktemp("Prüf Ordner") / "proxx"
    shutil.copytree(ROOT, clone, ignore=_NOT_IN_A_CLONE)
    return clone


def _run(clone: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")
    }
    environment |= {"PYTHONPATH": "/nowhere", "VIRTUAL_ENV": "/nowhere"}
    base = getattr(sys, "_base_executable", sys.executable)
    command = [base, str(clone / "install"), *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def _made(clone: Path) -> list[str]:
    return sorted(entry.name for entry in (clone / "demo-output").iterdir())


def test_demo_twice(clone: Path, tmp_path: Path) -> None:
    first = _run(clone, "demo", cwd=tmp_path)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "3 of 3 clips proven" in first.stdout
    second = _run(clone, "demo", cwd=Path("/"))
    assert second.returncode == 0, second.stdout + second.stderr
    assert second.stdout.count("unchanged") == 1
    assert _made(clone) == ["001", "002", "samples"]


def test_demo_of_a_folder_only_reads_it(clone: Path, tmp_path: Path) -> None:
    footage = tmp_path / "Kamera A"
    footage.mkdir()
    clip = footage / "Ä 1.mp4"
    shutil.copy2(clone / "demo-output" / "samples" / "A003_H264_rotated.mp4", clip)
    before = (clip.read_bytes(), clip.stat().st_mtime_ns)
    made = _run(clone, "demo", footage.name, cwd=tmp_path)
    assert made.returncode == 0, made.stdout + made.stderr
    assert "1 of 1 clip proven" in made.stdout
    assert [entry.name for entry in footage.iterdir()] == ["Ä 1.mp4"]
    assert (clip.read_bytes(), clip.stat().st_mtime_ns) == before


def test_test_twice(clone: Path, tmp_path: Path) -> None:
    for cwd in (tmp_path, Path("/")):
        tested = _run(clone, "test", "-q", "tests/install/test_proofs.py", cwd=cwd)
        assert tested.returncode == 0, tested.stdout + tested.stderr
        assert " passed" in tested.stdout
    assert _run(clone, "test", "-q", "-k", "no_such_test_anywhere", cwd=tmp_path).returncode == 5
