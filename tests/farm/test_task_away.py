"""A worker that lacks what a task reads spends no job: the task may be started again elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from proxx_engine import place_of_job
from tests.farm.task_scenes import WINDOWS, Bundle, heard
from tests.farm.task_scenes import bundle as bundle
from tests.sidecar.calling import make_proxx
from tests.support import MakeClip

_NO_CHANGE = "LUT_3D_SIZE 2\n" + "".join(
    f"{red} {green} {blue}\n" for blue in (0, 1) for green in (0, 1) for red in (0, 1)
)


@pytest.mark.parametrize("mount_point", ["is gone", "is empty"])
def test_a_worker_without_the_share_of_the_footage_spends_no_job(
    bundle: Bundle, mount_point: str
) -> None:
    bundle.proxx.shoot("A.mov")
    bundle.make("A.mov")
    footage, away = bundle.here / "footage", bundle.here / "unmounted"
    footage.rename(away)
    if mount_point == "is empty":
        footage.mkdir()
    said = bundle.task(1)
    assert said.code == 3
    told = f"SOURCE_MISSING: A folder that the job reads from is away, or empty: {footage}"
    assert [sentence for _kind, sentence, _fails in heard(said.out)] == [told]
    assert "nothing was begun: the task may be started again" in said.out
    assert "make a new job" not in said.out
    place = place_of_job(bundle.job(1))
    assert not place.result.exists()
    assert not place.journal.exists()
    assert bundle.task(1, "--away-exit", 99).code == 99
    assert json.loads(bundle.task(1, "--json").out)["ran"] is False

    if mount_point == "is empty":
        footage.rmdir()
    away.rename(footage)
    assert bundle.task(1).code == 0


def test_one_file_that_is_missing_among_others_is_its_clips_fault(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov", "B.mov")
    bundle.make("A.mov", "B.mov")
    (bundle.here / "footage" / "A.mov").unlink()
    assert bundle.task(1).code == 1
    assert bundle.result(1).failure.code == "SOURCE_MISSING"  # type: ignore[union-attr]


def test_a_worker_without_the_share_of_the_looks_spends_no_job(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov")
    looks = bundle.here / "looks"
    looks.mkdir()
    (looks / "day.cube").write_text(_NO_CHANGE, "ascii")
    bundle.make("A.mov", options=("--lut", str(looks / "day.cube")))
    looks.rename(bundle.here / "unmounted")
    said = bundle.task(1)
    assert (said.code, str(looks) in said.out) == (3, True)
    (bundle.here / "unmounted").rename(looks)
    assert bundle.task(1).code == 0


def test_a_share_that_is_away_is_told_by_its_name_on_this_worker(
    tmp_path: Path,
    make_clip: MakeClip,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    windows = Bundle(make_proxx(tmp_path, make_clip, capsys, monkeypatch), WINDOWS)
    windows.proxx.shoot("A.mov")
    windows.make("A.mov")
    (windows.here / "footage").rename(windows.here / "unmounted")
    said = windows.task(1)
    assert (said.code, f": {windows.here / 'footage'}" in said.out) == (3, True)


def test_what_is_done_is_done_without_its_footage(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov")
    bundle.make("A.mov")
    assert bundle.task(1).code == 0
    (bundle.here / "footage").rename(bundle.here / "archived")
    assert bundle.task(1).code == 0
