"""`proxx history`: one job's story, also where pieces of it are missing."""

from __future__ import annotations

import os

import pytest

from tests.sidecar.calling import Proxx


def test_history_tells_of_a_refused_file_and_of_what_repeats_a_job(proxx: Proxx) -> None:
    proxx.shoot("B.mov")
    proxx.cut("B.mov")
    (proxx.folder / "box").mkdir()
    proxx("create", "footage", "--out", "out", "--into", "box")
    (proxx.folder / "box/pending/x.job.json").write_text("{}")
    assert proxx("watch", "box", "--once").code == 1
    refused = proxx("history", "x.job.json", "--folder", "box")
    assert "files it as no job" in refused.out
    proxx.shoot("B.mov")
    [made] = proxx.json("resubmit", "box", "--into", "box")["jobs"]
    story = proxx("history", made["retried_from"], "--folder", "box")
    assert f"was repeated as {made['job_id']}" in story.out
    again = proxx("history", made["job_id"], "--folder", "box")
    assert f"repeats {made['retried_from']}" in again.out
    assert "now: pending" in again.out


def test_a_story_with_pieces_missing_says_which(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    (proxx.folder / "box").mkdir()
    proxx("create", "footage", "--out", "out", "--into", "box")
    assert proxx("watch", "box", "--once").code == 0
    (home,) = (proxx.folder / "box/completed").glob("*/*")
    (home / f"{home.name}.claim").unlink()
    (home / f"{home.name}.result.json").unlink()
    story = proxx("history", home)
    assert story.code == 0
    assert "missing: claim, result" in story.out
    assert "now: completed" in story.out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
def test_what_is_told_is_for_people_and_no_pipe_is_waited_for(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    (proxx.folder / "box").mkdir()
    proxx("create", "footage", "--out", "out", "--into", "box")
    os.mkfifo(proxx.folder / "box/pending/pipe.job.json")
    (name,) = (path.name for path in (proxx.folder / "box/pending").glob("*.*.job.json"))
    story = proxx("history", name, "--folder", "box")
    assert story.code == 0, story.err
    assert "submitted" in story.out
    assert "boot " not in story.out
    assert "up " not in story.out
