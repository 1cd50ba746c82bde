"""A job whose result lies beside its proxies has run, whichever copy of its file was run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.sidecar.calling import Proxx


@pytest.fixture
def copied(proxx: Proxx) -> Path:
    """The folder of a job whose copy was run; its own file has no record with it."""
    proxx.shoot("A.mov")
    assert proxx("create", "footage", "--out", "out").code == 0
    [job] = (proxx.folder / "out").glob("*.job.json")
    again = proxx.folder / "again"
    again.mkdir()
    shutil.copy(job, again)
    assert proxx("run", job).code == 0
    return again


def test_a_job_that_is_named_is_refused_and_its_result_stands(proxx: Proxx, copied: Path) -> None:
    [job] = copied.iterdir()
    for command in (("run", job), ("submit", job, "--into", "box")):
        said = proxx(*command)
        assert said.code == 2
        assert f"{job}: has run (COMPLETED)" in said.err
    assert list(copied.iterdir()) == [job]


def test_a_folder_leaves_it_out_and_says_so(proxx: Proxx, copied: Path) -> None:
    said = proxx("run", copied)
    assert said.code == 0
    assert "1 had run before, their results stand: 1 completed" in said.out
    assert "has run: " in proxx("plan", copied).out
    assert len(list(copied.iterdir())) == 1
    assert "DOUBTFUL" not in proxx("results", ".").out


def test_one_that_failed_is_no_success(proxx: Proxx, copied: Path) -> None:
    [result] = (proxx.folder / "out").glob("A.????????.result.json")
    told = result.read_text().replace('"status": "COMPLETED"', '"status": "FAILED"')
    result.write_text(told.replace('"status":"COMPLETED"', '"status":"FAILED"'))
    said = proxx("run", copied)
    assert said.code == 1
    assert "0 completed, 1 NOT completed" in said.out


def test_a_place_that_is_called_otherwise_here_is_looked_at(proxx: Proxx, copied: Path) -> None:
    moved = proxx.folder.with_name("moved")
    proxx.folder.rename(moved)
    [job] = (moved / "again").iterdir()
    said = proxx("run", job, "--path-map", f"{proxx.folder}={moved}")
    moved.rename(proxx.folder)
    assert said.code == 2
    assert "has run (COMPLETED)" in said.err
