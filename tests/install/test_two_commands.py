"""The promise of the set-up: two commands, from a fresh copy, twice, in an awkward place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.install.clones import make_clone, run_install

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources as a clone has them: nothing installed, nothing made."""
    return make_clone(tmp_path_factory.mktemp("Prüf Ordner"))


def _made(clone: Path) -> list[str]:
    return sorted(entry.name for entry in (clone / "demo-output").iterdir())


def test_demo_twice(clone: Path, tmp_path: Path) -> None:
    first = run_install(clone, "demo", cwd=tmp_path)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "3 of 3 clips proven" in first.stdout
    second = run_install(clone, "demo", cwd=Path("/"))
    assert second.returncode == 0, second.stdout + second.stderr
    assert second.stdout.count("unchanged") == 1
    assert _made(clone) == ["001", "002", "samples"]


def test_demo_of_a_folder_only_reads_it(clone: Path, tmp_path: Path) -> None:
    footage = tmp_path / "Kamera A"
    footage.mkdir()
    clip = footage / "Ä 1.mp4"
    shutil.copy2(clone / "demo-output" / "samples" / "A003_H264_rotated.mp4", clip)
    before = (clip.read_bytes(), clip.stat().st_mtime_ns)
    made = run_install(clone, "demo", footage.name, cwd=tmp_path)
    assert made.returncode == 0, made.stdout + made.stderr
    assert "1 of 1 clip proven" in made.stdout
    assert [entry.name for entry in footage.iterdir()] == ["Ä 1.mp4"]
    assert (clip.read_bytes(), clip.stat().st_mtime_ns) == before


def test_test_twice(clone: Path, tmp_path: Path) -> None:
    for cwd in (tmp_path, Path("/")):
        tested = run_install(clone, "test", "-q", "tests/install/test_proofs.py", cwd=cwd)
        assert tested.returncode == 0, tested.stdout + tested.stderr
        assert " passed" in tested.stdout
    assert (
        run_install(clone, "test", "-q", "-k", "no_such_test_anywhere", cwd=tmp_path).returncode
        == 5
    )
