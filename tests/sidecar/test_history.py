"""`proxx history`: one job's story, also where pieces of it are missing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from sidecar.folders.heartbeats import sweep_homes
from sidecar.folders.pending import list_pending
from tests.folders.scenes import leave, make_folder, make_spec, submit, take_first
from tests.sidecar.calling import Proxx, record


def watched(
    proxx: Proxx, *names: str, cut: tuple[str, ...] = (), options: tuple[str, ...] = ()
) -> Path:
    """Return a watch folder in which jobs of clips were run."""
    proxx.shoot(*names)
    for name in cut:
        proxx.cut(name)
    (proxx.folder / "box").mkdir()
    proxx("create", "footage", "--out", "out", "--into", "box", *options)
    assert proxx("watch", "box", "--once").code == bool(cut)
    return proxx.folder / "box"


def order(text: str, *words: str) -> bool:
    """Whether words stand in a text one after the other."""
    places = [text.find(word) for word in words]
    return -1 not in places and places == sorted(places)


def test_a_job_is_found_by_whatever_names_it(proxx: Proxx) -> None:
    box = watched(proxx, "A.mov")
    (home,) = (box / "completed").glob("*/*")
    job_id = home.name[-36:]
    before = record(proxx.folder)
    names: list[tuple[object, ...]] = [
        (home,),
        *((path,) for path in home.iterdir()),
        (next((proxx.folder / "out").glob("*.result.json")), "--folder", "box"),
        (job_id, "--folder", "box"),
        (job_id[:8].upper(), "--folder", "box"),
        (home.name, "--folder", "box"),
    ]
    assert len(names) >= 10
    for words in names:
        story = proxx("history", *words)
        assert story.code == 0, story.err
        assert order(
            story.out,
            "submits it",
            "is about to claim it",
            "has the claim: process",
            "takes it into running/",
            "is about to run it",
            "begins: 1 clip",
            "encodes ",
            "encoded",
            "compared with what its source promises",
            "about to get its final name",
            "published",
            "ends: COMPLETED",
            "files it in completed/",
            "COMPLETED and proven, in ",
        )
        assert "missing" not in story.out
    assert record(proxx.folder) == before


def test_the_watch_folder_is_the_one_around_us(
    proxx: Proxx, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = watched(proxx, "A.mov")
    (home,) = (box / "completed").glob("*/*")
    assert "which watch folder?" in proxx("history", home.name[-36:]).err
    monkeypatch.chdir(box / "log")
    assert proxx("history", home.name[-36:]).code == 0


def test_a_failure_is_told_with_what_to_do(proxx: Proxx) -> None:
    box = watched(proxx, "A.mov", "B.mov", cut=("B.mov",), options=("--clips-per-job", "2"))
    (home,) = (box / "failed").glob("*/*")
    story = proxx("history", home)
    assert order(
        story.out,
        "clip 1 of 2: published",
        "clip 2 of 2: FAILED: SOURCE_TRUNCATED",
        "ends: PARTIAL, which is a failure",
        "now",
        "PARTIAL, which is a failure, in ",
        "SOURCE_TRUNCATED: ",
    )
    assert "proven" not in story.out
    told = proxx.json("history", home)
    assert (told["status"], told["proven"], told["state"]) == ("PARTIAL", False, "failed")
    assert [clip["status"] for clip in told["clips"]] == ["COMPLETED", "FAILED"]


def test_what_only_exists_is_never_called_proven(proxx: Proxx) -> None:
    box = watched(proxx, "A.mov", options=("--verification", "exists"))
    (home,) = (box / "completed").glob("*/*")
    story = proxx("history", home)
    assert "looked at: it exists, and no more was asked" in story.out
    assert "COMPLETED (exists only, NOT proven), in " in story.out
    assert "promises" not in story.out


def test_a_refused_file_and_what_repeats_a_job(proxx: Proxx) -> None:
    proxx.shoot("B.mov")
    proxx.cut("B.mov")
    (proxx.folder / "box").mkdir()
    proxx("create", "footage", "--out", "out", "--into", "box")
    (proxx.folder / "box/pending/x.job.json").write_text("{}")
    assert proxx("watch", "box", "--once").code == 1
    refused = proxx("history", "x.job.json", "--folder", "box")
    assert "files it as no job to run, in failed/" in refused.out
    assert "\n  missing: " not in refused.out
    proxx.shoot("B.mov")
    [made] = proxx.json("resubmit", "box", "--into", "box")["jobs"]
    story = proxx("history", made["retried_from"], "--folder", "box")
    assert f"was repeated as {made['job_id']}" in story.out
    again = proxx("history", made["job_id"], "--folder", "box")
    assert f"repeats {made['retried_from']}" in again.out
    assert "  pending, in " in again.out


def test_a_running_job_and_one_whose_worker_is_gone(proxx: Proxx) -> None:
    folder = make_folder(proxx.folder / "box", 1)
    taken = take_first(folder)
    story = proxx("history", taken.home)
    assert f"  running by {taken.claim.worker}, in {taken.home}" in story.out
    assert "STALE" not in story.out
    leave(folder, taken.claim)
    story = proxx("history", taken.home)
    assert "STALE: its process is gone" in story.out
    leave(folder, taken.claim, host="box9")
    story = proxx("history", taken.home)
    assert f"proxx release {taken.spec.job_id[:8]} --folder " in story.out


def test_a_job_that_was_released_by_a_person(proxx: Proxx) -> None:
    folder = make_folder(proxx.folder / "box", 1)
    taken = take_first(folder)
    leave(folder, taken.claim, host="box9")
    job_id = taken.spec.job_id
    said = proxx("release", job_id, "--folder", "box", "--reason", "box 9\nburnt down")
    assert said.code == 0, said.err
    sweep_homes(folder)
    story = proxx("history", job_id, "--folder", "box")
    assert order(
        story.out,
        "takes it into running/",
        r"is told by a person that its worker is gone: box 9\nburnt down",
        "its result says: FAILED, CLAIM_RELEASED",
        "files it in failed/",
        "CLAIM_RELEASED: ",
    )


def test_a_job_that_was_settled(proxx: Proxx) -> None:
    folder = make_folder(proxx.folder / "box", 1)
    taken = take_first(folder)
    leave(folder, taken.claim)
    assert proxx("watch", "box", "--once").code == 1
    story = proxx("history", taken.spec.job_id, "--folder", "box")
    assert order(story.out, "settles what a process that is gone left", "FAILED, in ")
    assert "CLAIM_INTERRUPTED" in story.out
    assert "missing" not in story.out


def test_a_story_with_pieces_missing_says_which(proxx: Proxx) -> None:
    box = watched(proxx, "A.mov")
    (home,) = (box / "completed").glob("*/*")
    (home / f"{home.name}.claim").unlink()
    (home / f"{home.name}.result.json").unlink()
    story = proxx("history", home)
    assert story.code == 0
    assert "missing: claim, result" in story.out
    assert "without a result, in " in story.out
    shutil.rmtree(box / "log")
    (home / f"{home.name}.job.json").write_text("{")
    story = proxx("history", home.name[-36:], "--folder", "box")
    assert "missing: action log, job file, claim, result" in story.out
    assert "published" in story.out


def test_a_job_whose_files_are_gone_is_told_by_the_log(proxx: Proxx) -> None:
    box = watched(proxx, "A.mov")
    (home,) = (box / "completed").glob("*/*")
    shutil.rmtree(home)
    story = proxx("history", home.name[-36:], "--folder", "box")
    assert story.code == 0
    assert "files it in completed/" in story.out
    assert "no file of it is there" in story.out
    assert "missing: folder" in story.out


def test_a_job_that_a_person_moved_lies_where_it_lies(proxx: Proxx) -> None:
    box = watched(proxx, "A.mov")
    (home,) = (box / "completed").glob("*/*")
    elsewhere = box / "completed/2020-01-01" / home.name
    elsewhere.parent.mkdir()
    home.rename(elsewhere)
    story = proxx("history", home.name[-36:], "--folder", "box")
    assert f"COMPLETED and proven, in {elsewhere}" in story.out
    assert f"the log says otherwise: {home.relative_to(box)}" in story.out


def test_a_job_that_was_put_there_by_hand_is_found_by_its_id(proxx: Proxx) -> None:
    folder = make_folder(proxx.folder / "box")
    spec = make_spec(proxx.folder)
    (path,) = submit(folder, spec)
    path.rename(folder.pending / "by hand.job.json")
    for path in folder.log.iterdir():
        path.unlink()
    story = proxx("history", spec.job_id[:8], "--folder", "box")
    assert f"  pending, in {folder.pending / 'by hand.job.json'}" in story.out
    assert "missing" not in story.out


def test_who_means_none_or_several_is_told(proxx: Proxx) -> None:
    folder = make_folder(proxx.folder / "box")
    ids = [f"0d6a8f4e-0000-4000-8000-00000000000{number}" for number in range(2)]
    specs = [make_spec(proxx.folder).model_copy(update={"job_id": job_id}) for job_id in ids]
    submit(folder, *specs)
    several = proxx("history", "0d6a8f4e", "--folder", "box")
    assert several.code == 2
    assert all(job_id in several.err for job_id in ids)
    assert proxx("history", ids[1], "--folder", "box").code == 0
    short = proxx("history", "0d6a8f4", "--folder", "box")
    assert (short.code, "at least 8 digits" in short.err) == (2, True)
    assert proxx("history", "ffffffff", "--folder", "box").code == 2
    (proxx.folder / "some.txt").write_text("x")
    nameless = proxx("history", "some.txt", "--folder", "box")
    assert (nameless.code, "names no job" in nameless.err) == (2, True)


def test_what_is_no_watch_folder_is_told(proxx: Proxx) -> None:
    assert proxx("history", "12345678", "--folder", "nowhere").code == 3
    (proxx.folder / "plain").mkdir()
    assert "STORAGE_NO_WATCH_FOLDER" in proxx("history", "12345678", "--folder", "plain").err


@pytest.mark.parametrize("place", ["failed/../../../etc", "/etc/x/y", "failed//x", "..", ""])
def test_a_place_that_the_log_tells_is_not_followed_elsewhere(proxx: Proxx, place: str) -> None:
    folder = make_folder(proxx.folder / "box", 1)
    (name,) = list_pending(folder)
    job_id = name[-45:-9]
    (log,) = folder.log.iterdir()
    line = (
        f'{{"time": "2999", "action": "file", "job_id": "{job_id}", "to": "{place}", "up": "?"}}\n'
    )
    with log.open("a") as stream:
        stream.write(line)
    story = proxx("history", job_id, "--folder", "box")
    assert story.code == 0
    assert f"  pending, in {folder.pending / name}" in story.out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
def test_what_is_told_is_for_people_and_no_pipe_is_waited_for(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    (proxx.folder / "box").mkdir()
    proxx("create", "footage", "--out", "out", "--into", "box")
    os.mkfifo(proxx.folder / "box/pending/pipe.job.json")
    (name,) = (path.name for path in (proxx.folder / "box/pending").glob("*.*.job.json"))
    story = proxx("history", name, "--folder", "box")
    assert story.code == 0, story.err
    assert "submits it" in story.out
    assert "boot " not in story.out
    assert "up " not in story.out
