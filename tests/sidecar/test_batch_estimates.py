"""`proxx batch show`: hours and gigabytes to go, for as many workers as there are."""

from __future__ import annotations

import pytest

from proxx_engine import identify_process, now_utc
from sidecar.cli.outcome import format_seconds
from sidecar.folders.heartbeats import Heartbeat, write_heartbeat
from sidecar.folders.layout import find_watch_folder
from sidecar.folders.views.still_to_go import StillToGo
from tests.sidecar.calling import Proxx

WORDS = ("--profile", "h264", "--into", "box", "--out", "out", "--name", "{source_name}_{job_id}")


@pytest.mark.parametrize(
    ("clips_per_job", "clips_in_a_row"), [(1, 1.5), (2, 2), (6, 6)], ids=["6 jobs", "3", "1"]
)
def test_more_workers_than_jobs_make_nothing_faster(
    proxx: Proxx, clips_per_job: int, clips_in_a_row: float
) -> None:
    """Six clips of one length and four workers: the longest job is the least that it takes."""
    (proxx.folder / "box").mkdir()
    proxx.shoot("before/A.mov", *(f"now/{letter}.mov" for letter in "ABCDEF"))
    assert proxx("create", "footage/before", *WORDS).code == 0
    assert proxx("watch", "box", "--once").code == 0
    words = (*WORDS, "--batch", "day 2", "--clips-per-job", clips_per_job)
    assert proxx("create", "footage/now", *words).code == 0
    folder, owner, at = find_watch_folder(proxx.folder / "box"), identify_process(), now_utc()
    for number in range(1, 5):
        write_heartbeat(folder, Heartbeat(f"w-{number}", owner, at, at, 1, "idle", at))
    left = proxx.json("batch", "show", "box", "day 2")["still_to_go"]
    one = left["seconds"] / 6
    assert left["longest_job_seconds"] == pytest.approx(one * clips_per_job)
    assert StillToGo(**left).seconds_for(4) == pytest.approx(one * clips_in_a_row)
    said = proxx("batch", "show", "box", "day 2").out
    alone, together = format_seconds(left["seconds"]), format_seconds(one * clips_in_a_row)
    assert f"about {alone} for one worker, {together} for the 4 that watch" in said


def test_clips_of_which_nobody_can_tell_are_some_of_those_to_go(proxx: Proxx) -> None:
    (proxx.folder / "box").mkdir()
    proxx.shoot("before/A.mov", "now/A.mov", "now/B.mov", "later/C.mov")
    assert proxx("create", "footage/before", *WORDS).code == 0
    assert proxx("watch", "box", "--once").code == 0
    assert proxx("create", "footage/now", *WORDS, "--batch", "day 2").code == 0
    words = (*WORDS, "--batch", "day 2", "--profile", "prores_proxy")
    assert proxx("create", "footage/later", *words).code == 0
    said = proxx("batch", "show", "box", "day 2").out
    assert "still to go: 3 clips, about" in said
    assert "  1 clip of these is not counted: no clip of the profile has ended" in said
