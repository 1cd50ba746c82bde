"""A LUT that is not the file it was stops the job before a frame is made with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine import NeverStop, Tools, execute_jobspec, place_of_job, read_lut, write_job
from proxx_engine._engines.ffmpeg.looks import place_lut
from tests.altered_profiles import create, run
from tests.end_to_end.coloured_bars import identity, with_lut, write_cube, write_curve
from tests.end_to_end.conftest import Footage
from tests.support import WORKER


@pytest.mark.parametrize(
    ("what", "code"),
    [
        pytest.param("removed", "SOURCE_LUT_MISSING", id="not there"),
        pytest.param("altered", "SOURCE_LUT_CHANGED", id="another byte"),
        pytest.param("a folder", "SOURCE_LUT_MISSING", id="a folder in its place"),
    ],
)
def test_a_lut_that_is_not_the_one_that_was_asked_for_stops_the_job(
    what: str, code: str, footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    path = write_cube(tmp_path, identity, size=2)
    [job] = create(footage("plain.mov"), tmp_path / "out", tools, with_lut(path, "pc")).jobs
    if what == "altered":
        path.write_text(path.read_text().replace("0.0", "0.1", 1))
    else:
        path.unlink()
    if what == "a folder":
        path.mkdir()
    result = execute_jobspec(
        job.spec,
        tools=tools,
        worker=WORKER,
        stop=NeverStop(),
        journal_path=place_of_job(write_job(job, tmp_path / "out")).journal,
    )
    assert result.status == "FAILED"
    assert result.failure is not None
    assert (result.failure.code, result.failure.stage) == (code, "preflight")
    assert str(path) in result.failure.sentence
    assert (result.clips[0].status, result.clips[0].started_at) == ("NOT_RUN", None)
    assert not Path(result.clips[0].output.path).exists()


def test_a_lut_that_changes_between_two_clips_is_found(tools: Tools, tmp_path: Path) -> None:
    path = write_cube(tmp_path, identity, size=2)
    lut = read_lut(path, "pc")
    assert place_lut(lut, tmp_path) is None
    assert (tmp_path / "look.cube").read_bytes() != path.read_bytes()
    path.write_bytes(path.read_bytes() + b"# a remark\n")
    fault = place_lut(lut, tmp_path)
    assert fault is not None
    assert fault.code == "SOURCE_LUT_CHANGED"


def test_a_job_that_says_the_wrong_kind_of_table_is_stopped(
    footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    profile = with_lut(write_curve(tmp_path, identity), "pc")
    assert profile.look is not None
    assert profile.look.lut is not None
    wrong = profile.look.lut.model_copy(update={"table": "3d"})
    look = profile.look.model_copy(update={"lut": wrong})
    ran = run(footage("plain.mov"), tmp_path, tools, profile.model_copy(update={"look": look}))
    assert ran.result.failure is not None
    assert ran.result.failure.code == "SOURCE_LUT_CHANGED"
    assert "holds a 1d table" in ran.result.failure.sentence
