"""`proxx batch`: what a person sees of a batch, and what they decide of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import identify_process, now_utc
from sidecar.folders.actions import read_actions
from sidecar.folders.heartbeats import Heartbeat, write_heartbeat
from sidecar.folders.layout import find_watch_folder
from sidecar.folders.replaying import replay
from sidecar.folders.stopping import StopLevel, read_stop
from tests.folders.scenes import take_first
from tests.sidecar.calling import Proxx, Said

CLIPS = ("A.mov", "B.mov", "C.mov")


def create(proxx: Proxx, batch: str, *names: str) -> None:
    """Put jobs of a batch into the watch folder `box`; B.mov is cut."""
    (proxx.folder / "box").mkdir(exist_ok=True)
    proxx.shoot(*(f"{batch}/{name}" for name in names))
    if "B.mov" in names:
        proxx.cut(f"{batch}/B.mov")
    words = ("--profile", "h264", "--batch", batch, "--into", "box", "--skip-done")
    words = (*words, "--out", f"out {batch}")
    assert proxx("create", f"footage/{batch}", *words).code == 0


def watch(proxx: Proxx) -> Said:
    return proxx("watch", "box", "--once")


def counts(proxx: Proxx, label: str) -> dict[str, int]:
    """The states of a batch's jobs that are not empty."""
    data = proxx.json("batch", "show", "box", label)
    return {state: count for state, count in data["counts"].items() if count}


def names_in(proxx: Proxx, room: str) -> list[str]:
    return sorted(os.listdir(proxx.folder / "box" / room))


def test_every_batch_is_listed_with_how_it_stands(proxx: Proxx) -> None:
    create(proxx, "day 1", *CLIPS)
    watch(proxx)
    create(proxx, "day 2", "A.mov")
    first, second = proxx("batch", "list", "box").out.splitlines()[:2]
    assert first.startswith("day 1")
    assert "1 FAILED" in first
    assert "2 completed" in first
    assert "last ended 20" in first
    assert "1 wait" in second
    assert "none has ended" in second
    assert "nobody watches" in proxx("batch", "list", "box").out
    data = proxx.json("batch", "list", "box")
    assert [batch["batch"] for batch in data["batches"]] == ["day 1", "day 2"]
    assert data["batches"][0]["counts"]["failed"] == 1
    assert data["batches"][0]["first_made_at"] <= data["batches"][0]["last_ended_at"]


def test_a_batch_is_shown_with_what_needs_a_person_first(proxx: Proxx) -> None:
    create(proxx, "day 1", *CLIPS)
    watch(proxx)
    said = proxx("batch", "show", "box", "day 1")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "day 1: 3 jobs, 1 FAILED, 2 completed"
    assert "SOURCE_TRUNCATED" in lines[lines.index("failed") + 1]
    assert "Copy it again" in said.out
    assert "next: mend the cause, then proxx batch resubmit" in said.out
    assert "still to go" not in said.out


def test_nothing_is_estimated_before_a_clip_of_the_profile_has_ended(proxx: Proxx) -> None:
    create(proxx, "day 1", "A.mov", "C.mov")
    said = proxx("batch", "show", "box", "day 1")
    assert "still to go: 2 clips; how long nobody can tell: no clip of the profile" in said.out
    assert "about" not in said.out
    left = proxx.json("batch", "show", "box", "day 1")["still_to_go"]
    assert (left["clips"], left["unknown"], left["seconds"]) == (2, 2, 0.0)


def test_what_is_still_to_go_is_an_estimate_from_clips_of_the_batch_that_ended(
    proxx: Proxx,
) -> None:
    create(proxx, "day 1", "A.mov", "C.mov")
    watch(proxx)
    create(proxx, "day 2", "A.mov", "C.mov", "D.mov")
    said = proxx("batch", "show", "box", "day 2")
    assert "an estimate, from 2 clips of this profile elsewhere that ended" in said.out
    left = proxx.json("batch", "show", "box", "day 2")["still_to_go"]
    made = [
        json.loads(path.read_bytes())["clips"][0]
        for path in (proxx.folder / "box/completed").rglob("*.result.json")
    ]
    assert len(made) == 2
    assert left["seconds"] == pytest.approx(sum(c["duration_seconds"] for c in made) * 1.5)
    assert left["size_bytes"] == pytest.approx(sum(c["output_size_bytes"] for c in made) * 1.5)
    assert left["unknown"] == 0
    held = proxx("batch", "stop", "box", "day 2")
    assert held.code == 0
    shown = proxx("batch", "show", "box", "day 2").out
    assert "held back: 3 clips, about" in shown
    assert "still to go" not in shown
    # Once clips of its own have ended, they alone are asked.
    proxx("batch", "start", "box", "day 2")
    watch(proxx)
    create(proxx, "day 2", "E.mov")
    left = proxx.json("batch", "show", "box", "day 2")["still_to_go"]
    assert (left["clips"], left["from_batch"], left["from_others"]) == (1, 3, 0)
    assert "from 3 clips of this batch that ended" in proxx("batch", "show", "box", "day 2").out


def test_what_is_stopped_is_not_begun_until_it_is_started(proxx: Proxx) -> None:
    create(proxx, "day 1", "A.mov", "C.mov")
    create(proxx, "day 2", "A.mov")
    waiting = names_in(proxx, "pending")
    said = proxx("batch", "stop", "box", "day 1", "--reason", "the card is copied again")
    assert said.code == 0
    assert "2 jobs of day 1: each is held" in said.out
    assert "proxx batch start" in said.out
    assert len(names_in(proxx, "held")) == 2
    watch(proxx)
    assert counts(proxx, "day 1") == {"held": 2}
    assert counts(proxx, "day 2") == {"completed": 1}
    assert "2 held" in proxx("status", "box").out
    assert proxx("results", "box").out.count("held back; `proxx batch start` lets it wait") == 2
    told = proxx("history", names_in(proxx, "held")[0], "--folder", "box").out
    assert "held, in " in told
    assert "holds it back in held/, before anybody begins it: the card is copied again" in told
    again = proxx("batch", "stop", "box", "day 1")
    assert (again.code, again.out.splitlines()[0]) == (0, "day 1: nothing of it waits")
    said = proxx("batch", "start", "box", "day 1")
    assert "2 jobs of day 1: each waits again" in said.out
    assert names_in(proxx, "pending") == waiting[:2]
    watch(proxx)
    assert counts(proxx, "day 1") == {"completed": 2}
    folder = find_watch_folder(proxx.folder / "box")
    for job in replay(read_actions(folder)):
        assert (folder.root / job.place).is_dir()


def test_what_runs_goes_on_and_is_told(proxx: Proxx) -> None:
    create(proxx, "day 1", "A.mov", "C.mov")
    taken = take_first(find_watch_folder(proxx.folder / "box"))
    said = proxx("batch", "stop", "box", "day 1", "--running")
    assert said.code == 0
    assert "1 job of day 1: each is held" in said.out
    assert f"runs on ({taken.claim.worker})" in said.out
    assert taken.job_file.exists()
    assert counts(proxx, "day 1") == {"running": 1, "held": 1}


def test_only_workers_that_run_jobs_of_the_batch_are_asked_to_end(proxx: Proxx) -> None:
    create(proxx, "day 1", "A.mov", "C.mov")
    folder = find_watch_folder(proxx.folder / "box")
    busy = take_first(folder).claim.worker
    owner, at = identify_process(), now_utc()
    for worker in (busy, "idle-1"):
        write_heartbeat(folder, Heartbeat(worker, owner, at, at, 1, "running", at))
    assert "runs on" in proxx("batch", "stop", "box", "day 1").out
    assert read_stop(folder, busy) == StopLevel.GO_ON
    said = proxx("batch", "stop", "box", "day 1", "--running")
    assert f"its worker {busy} ends after its clip" in said.out
    assert [read_stop(folder, name).name for name in (busy, "idle-1")] == ["SOFT", "GO_ON"]
    said = proxx("batch", "stop", "box", "day 1", "--running")
    assert f"its worker {busy} ends its clip now" in said.out


def test_only_what_failed_in_the_batch_is_made_again(proxx: Proxx) -> None:
    create(proxx, "day 1", *CLIPS)
    create(proxx, "day 2", *CLIPS)
    watch(proxx)
    proxx.shoot("day 1/B.mov", "day 2/B.mov")
    said = proxx("batch", "resubmit", "box", "day 1")
    assert said.code == 0, said.err
    assert "1 clip that did not complete, 1 new job" in said.out
    assert len(names_in(proxx, "pending")) == 1
    assert counts(proxx, "day 1") == {"waiting": 1, "repeated": 1, "completed": 2}
    assert counts(proxx, "day 2") == {"failed": 1, "completed": 2}
    watch(proxx)
    assert counts(proxx, "day 1") == {"repeated": 1, "completed": 3}
    assert proxx("batch", "resubmit", "box", "day 1").code == 2


@pytest.mark.parametrize("mended", [True, False])
def test_what_was_created_anew_after_it_failed_is_not_told_as_failed_twice(
    proxx: Proxx, mended: bool
) -> None:
    words = ("--profile", "h264", "--batch", "day 1", "--into", "box", "--out", "out")
    words = (*words, "--name", "{source_name}", "--skip-done")
    (proxx.folder / "box").mkdir()
    proxx.shoot(*CLIPS)
    proxx.cut("B.mov")
    proxx("create", "footage", *words)
    watch(proxx)
    assert counts(proxx, "day 1") == {"failed": 1, "completed": 2}
    if mended:
        proxx.shoot("B.mov")
    proxx("create", "footage", *words)
    assert counts(proxx, "day 1") == {"failed": 1, "waiting": 1, "completed": 2}
    watch(proxx)
    last = {"completed": 3} if mended else {"failed": 1, "completed": 2}
    assert counts(proxx, "day 1") == {"repeated": 1, **last}
    assert ("FAILED" in proxx("batch", "list", "box").out) is not mended


def test_a_folder_of_jobs_that_nobody_watches_has_batches_too(proxx: Proxx) -> None:
    proxx.shoot(*CLIPS)
    proxx.cut("B.mov")
    words = ("--out", "out", "--profile", "h264", "--batch", "day 1")
    assert proxx("create", "footage", *words).code == 0
    assert "3 wait" in proxx("batch", "list", "out").out
    proxx("run", "out")
    assert "1 FAILED  2 completed" in proxx("batch", "list", "out").out
    assert "SOURCE_TRUNCATED" in proxx("batch", "show", "out", "day 1").out
    assert proxx("batch", "stop", "out", "day 1").code == 3
    proxx.shoot("B.mov")
    assert proxx("batch", "resubmit", "out", "day 1").code == 0
    proxx("run", "out")
    assert "1 failed and made again  3 completed" in proxx("batch", "list", "out").out


def test_a_batch_that_is_not_there_is_told_with_those_that_are(proxx: Proxx) -> None:
    create(proxx, "day 1", "A.mov")
    for action in ("show", "stop", "start", "resubmit"):
        said = proxx("batch", action, "box", "day 9")
        assert said.code == 2
        assert "there is no batch 'day 9' in" in said.err
        assert "there are 'day 1'" in said.err
    assert names_in(proxx, "held") == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("list", "box", "day 1"), ["takes no LABEL"]),
        (("show", "box"), ["which batch?"]),
        (("stop", "day 1", "box"), ["the folder comes first"]),
        (
            ("list", "box", "day 1", "--running", "--reason", "x", "--again"),
            ["takes no LABEL", "--running is", "--reason is", "--again is"],
        ),
    ],
)
def test_all_that_is_wrong_with_the_words_is_told_at_once(
    proxx: Proxx, words: tuple[str, ...], told: list[str]
) -> None:
    create(proxx, "day 1", "A.mov")
    said = proxx("batch", *words)
    assert said.code == 2
    assert [part for part in told if part not in said.err] == []
    assert said.err.count("proxx batch") >= len(told)


def test_a_job_that_is_held_is_submitted_and_created_no_second_time(proxx: Proxx) -> None:
    create(proxx, "day 1", "A.mov")
    (proxx.folder / "mine").mkdir()
    (name,) = names_in(proxx, "pending")
    copy = Path("mine", name)
    copy.write_bytes((proxx.folder / "box/pending" / name).read_bytes())
    proxx("batch", "stop", "box", "day 1")
    said = proxx("submit", "mine", "--into", "box")
    assert said.code == 2
    assert "was submitted already" in said.err
    words: list[Any] = ["--profile", "h264", "--into", "box", "--out", "out day 1"]
    said = proxx("create", "footage/day 1", *words)
    assert said.code == 2
    assert "a job waits to make it" in said.err
