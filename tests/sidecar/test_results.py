"""`proxx results`: what a person and a program are told of real jobs, and the exit code."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.results.scenes import clip_document, failed, put_proxy, write_result
from tests.sidecar.calling import Proxx


def make(proxx: Proxx, *names: str, options: tuple[str, ...] = ("--batch", "day 1")) -> None:
    proxx.shoot(*names)
    assert proxx("create", "footage", "--out", "out", *options).code == 0


def test_a_batch_that_is_done_and_proven(proxx: Proxx) -> None:
    make(proxx, "A.mov", "sub/B.mov")
    assert proxx("run", "out").code == 0
    said = proxx("results", "out")
    assert said.code == 0
    head, *rows = said.out.splitlines()
    assert head == "batch day 1: 2 clips, 2 completed and proven"
    assert [row.split()[:2] for row in rows] == [["proven", "A.mov"], ["proven", "sub/B.mov"]]
    assert "checks" in rows[0]
    assert max(map(len, said.out.splitlines())) <= 100


def test_one_file_may_be_named(proxx: Proxx) -> None:
    make(proxx, "A.mov", "B.mov")
    proxx("run", "out")
    said = proxx("results", proxx.results()[0])
    assert said.code == 0
    assert "1 clip, 1 completed and proven" in said.out
    [job] = proxx.folder.glob("out/B.*.job.json")
    assert "B.mov" in proxx("results", job).out


@pytest.mark.parametrize(
    ("spoil", "options", "word", "told"),
    [
        pytest.param(Path.unlink, (), "GONE", "proxy is gone", id="deleted"),
        pytest.param(
            lambda path: os.truncate(path, 99), (), "CHANGED", "size differs", id="cut off"
        ),
        pytest.param(
            lambda path: path.write_bytes(b"x" * path.stat().st_size),
            ("--verify",),
            "CHANGED",
            "content differs",
            id="overwritten, and all bytes are read",
        ),
    ],
)
def test_a_proxy_that_is_no_longer_what_was_proven(
    proxx: Proxx,
    spoil: Callable[[Path], object],
    options: tuple[str, ...],
    word: str,
    told: str,
) -> None:
    make(proxx, "A.mov")
    proxx("run", "out")
    spoil(proxx.folder / "out/A.mov")
    said = proxx("results", "out", *options)
    assert said.code == 1
    assert f"1 {word}" in said.out
    assert told in said.out
    assert str(proxx.folder / "out/A.mov") in said.out


def test_a_moved_tree_is_whole(proxx: Proxx) -> None:
    make(proxx, "A.mov", "sub/B.mov")
    proxx("run", "out")
    shutil.move(proxx.folder / "out", proxx.folder / "elsewhere")
    assert proxx("results", "elsewhere", "--verify").code == 0


def test_exists_only_is_said_and_is_not_proven(proxx: Proxx) -> None:
    make(proxx, "A.mov", options=("--verification", "exists"))
    proxx("run", "out")
    said = proxx("results", "out")
    assert said.code == 0
    assert "1 exist only" in said.out
    assert "proven" not in said.out
    assert proxx.json("results", "out")["clips"][0]["state"] == "exists-only"


def test_a_partial_job_is_a_failure(proxx: Proxx) -> None:
    proxx.shoot("A.mov", "B.mov", "C.mov")
    proxx.cut("B.mov")
    proxx("create", "footage", "--out", "out", "--clips-per-job", "3", "--batch", "b")
    assert proxx("run", "out").code == 1
    said = proxx("results", "out")
    assert said.code == 1
    assert "3 clips, 1 completed and proven, 1 FAILED, 1 NOT RUN, 1 job PARTIAL" in said.out
    assert "SOURCE_TRUNCATED" in said.out
    assert "Copy it again from the card" in said.out
    assert "proxx resubmit" in said.out


def test_what_has_not_run_is_counted_and_is_not_done(proxx: Proxx) -> None:
    make(proxx, "A.mov", "B.mov")
    assert proxx("results", "out").code == 1
    job = sorted(proxx.folder.glob("out/*.job.json"))[0]
    proxx("run", job)
    said = proxx("results", "out")
    assert said.code == 1
    assert "1 clip, 1 completed and proven, 1 job not run yet" in said.out


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        pytest.param((), {"done.mov", "broken.mov", "late.mov"}, id="all"),
        pytest.param(("--status", "failed"), {"broken.mov", "late.mov"}, id="a state"),
        pytest.param(("--status", "completed"), {"done.mov"}, id="jobs that completed"),
        pytest.param(("--status", "FAILED"), {"broken.mov", "late.mov"}, id="as it is printed"),
        pytest.param(("--status", "exists only"), set(), id="two words, as they are printed"),
        pytest.param(("--status", "NOT_RUN"), set(), id="as a result says it"),
        pytest.param(("--code", "encode_killed"), {"late.mov"}, id="a code"),
        pytest.param(("--batch", "two"), {"late.mov"}, id="a batch"),
        pytest.param(("--since", "2026-02-13T20:30Z"), {"late.mov"}, id="a moment"),
        pytest.param(("--since", "2026-02-13"), {"done.mov", "broken.mov", "late.mov"}, id="a day"),
    ],
)
def test_filters(proxx: Proxx, options: tuple[str, ...], shown: set[str]) -> None:
    out = proxx.folder / "out"
    put_proxy(out / "done.mov")
    write_result(out, clip_document("done.mov", out), minute=1, batch="one")
    write_result(out, failed("broken.mov", out), minute=2, batch="one")
    write_result(out, failed("late.mov", out, "ENCODE_KILLED"), minute=40, batch="two")
    clips = proxx.json("results", "out", *options)["clips"]
    assert {clip["name"] for clip in clips} == shown


def test_what_is_shown_does_not_change_the_exit_code(proxx: Proxx) -> None:
    out = proxx.folder / "out"
    put_proxy(out / "done.mov")
    write_result(out, clip_document("done.mov", out), batch="one")
    write_result(out, failed("broken.mov", out), batch="two")
    assert proxx("results", "out", "--status", "proven").code == 1
    assert proxx("results", "out", "--batch", "one").code == 0


def test_a_result_that_cannot_be_read_is_told_beside_the_others(proxx: Proxx) -> None:
    make(proxx, "A.mov")
    proxx("run", "out")
    (proxx.folder / "out/bad.result.json").write_text("{")
    said = proxx("results", "out")
    assert said.code == 1
    assert "1 completed and proven" in said.out
    assert "bad.result.json: is no JSON" in said.out


def test_copies_that_differ_are_doubtful(proxx: Proxx) -> None:
    make(proxx, "A.mov")
    proxx("run", "out")
    [beside] = proxx.results()
    beside.write_text(beside.read_text().replace('"status": "COMPLETED"', '"status": "FAILED"', 1))
    said = proxx("results", "out")
    assert said.code == 1
    assert "1 DOUBTFUL" in said.out
    assert beside.name in "".join(said.out.split())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("results", "nowhere"), "is not there", id="no such path"),
        pytest.param(("results", "footage"), "no result and no job", id="nothing of ours"),
        pytest.param(("results", "footage/A.mov"), "neither a result", id="a file of footage"),
        pytest.param(("results", "out", "--batch", "x"), "no result and no job", id="no batch"),
        pytest.param(("results", "out", "--status", "fine"), "choose from", id="no state"),
        pytest.param(("results", "out", "--since", "monday"), "expected a date", id="no date"),
        pytest.param(("results", "out", "--code", "OOPS"), "there is no code OOPS", id="no code"),
    ],
)
def test_a_wrong_request(proxx: Proxx, words: tuple[str, ...], told: str) -> None:
    make(proxx, "A.mov")
    said = proxx(*words)
    assert said.code == 2
    assert told in said.out + said.err


def test_long_names_keep_both_ends_in_100_columns(proxx: Proxx) -> None:
    long = "A001C003_a_name_that_a_camera_assistant_typed_by_hand_on_a_rainy_day_take_17.mov"
    make(proxx, long)
    proxx("run", "out")
    [_head, row] = proxx("results", "out").out.splitlines()
    assert len(row) <= 100
    assert "A001C003_a" in row
    assert "take_17.mov" in row


def test_a_request_that_was_no_jobspec_is_told(proxx: Proxx) -> None:
    out = proxx.folder / "out"
    issue = {"code": "SPEC_MISSING_FIELD", "path": "clips", "sentence": '"clips" is missing'}
    failure = {"code": "SPEC_MISSING_FIELD", "stage": "validation"}
    told = failure | {"sentence": "A field is missing: clips", "next_step": "Add the field."}
    for label in ("one", "two"):
        write_result(out, job_id=None, batch=None, label=label, failure=told, issues=[issue])
    said = proxx("results", "out")
    assert said.code == 1
    assert "no batch: 2 clips, 2 FAILED" in said.out
    assert 'clips: "clips" is missing' in said.out
    assert proxx("resubmit", "out").code == 2


def test_a_proxy_that_was_made_twice_is_done(proxx: Proxx) -> None:
    make(proxx, "A.mov")
    [job] = proxx.folder.glob("out/*.job.json")
    told = json.loads(job.read_bytes())
    told["job_id"] = other = "0d6a8f4e-52d1-4f5c-9a3b-6f1f7d2c8e90"
    (proxx.folder / f"out/A.{other}.job.json").write_text(json.dumps(told))
    assert proxx("run", "out").code == 1
    said = proxx("results", "out")
    assert said.code == 0, said.out
    assert "1 clip, 1 completed and proven, 1 done by another job" in said.out
    assert "OUTPUT_EXISTS" in proxx("results", "out", "--all").out
    assert proxx("run", "out").code == 0


def test_hidden_folders_are_passed_by_in_every_view(proxx: Proxx) -> None:
    make(proxx, "A.mov", "B.mov")
    [job] = proxx.folder.glob("out/B.*.job.json")
    (proxx.folder / "out/.drawer").mkdir()
    job.rename(proxx.folder / "out/.drawer" / job.name)
    assert proxx("run", "out").code == 0
    assert proxx("results", "out").code == 0
    assert not (proxx.folder / "out/B.mov").exists()
    assert proxx("run", "out/.drawer").code == 0, "one that a person names is looked into"


def test_hostile_names_do_not_reach_the_terminal(proxx: Proxx) -> None:
    out = proxx.folder / "out"
    write_result(out, failed("a\x1b[31mred.mov", out))
    assert "\x1b" not in proxx("results", "out").out


def test_a_clip_that_was_not_begun_tells_why_its_job_was_not(proxx: Proxx) -> None:
    make(proxx, "A.mov")
    jobs = proxx.folder / "jobs"
    jobs.mkdir()
    for job in (proxx.folder / "out").glob("*.job.json"):
        shutil.move(job, jobs)
    (proxx.folder / "out").rmdir()
    assert proxx("run", "jobs").code == 3
    said = proxx("results", "jobs")
    assert said.code == 1
    row, *why = said.out.splitlines()[1:]
    assert row.split()[:4] == ["NOT", "RUN", "A.mov", "STORAGE_OUTPUT_MISSING"]
    told = " ".join(" ".join(why).split())
    assert f"The output folder is not there: {proxx.folder / 'out'}" in told
    assert "Mount the volume, or make the folder." in told
    assert proxx("results", "jobs", "--code", "STORAGE_OUTPUT_MISSING").out.count("A.mov") == 1


def test_a_clip_behind_one_that_failed_says_so_and_claims_no_failure_of_its_own(
    proxx: Proxx,
) -> None:
    proxx.shoot("A.mov", "B.mov", "C.mov")
    proxx.cut("B.mov")
    assert proxx("create", "footage", "--out", "out", "--clips-per-job", 3).code == 0
    assert proxx("run", "out").code == 1
    [clip] = [c for c in proxx.json("results", "out")["clips"] if c["state"] == "not-run"]
    assert clip["failure"] is None
    assert "its job ended at another clip: SOURCE_TRUNCATED" in proxx("results", "out").out


def test_a_result_whose_path_holds_nul_is_no_result(proxx: Proxx) -> None:
    out = proxx.folder / "out"
    clip = clip_document("A.mov", out)
    clip["output"] = {"path": str(out / "A\0.mov"), "relative_path": "A\0.mov"}
    write_result(out, clip, label="A")
    said = proxx("results", "out")
    assert said.code == 2
    assert "a path of clips[0] holds NUL" in said.out


def test_a_size_that_no_file_has_is_no_result(proxx: Proxx) -> None:
    out = proxx.folder / "out"
    write_result(out, clip_document("A.mov", out, output_size_bytes=10**400), label="A")
    said = proxx("results", "out")
    assert said.code == 2
    assert "clips[0] is larger than any disk" in said.out


def test_a_journal_of_deep_brackets_is_none(proxx: Proxx) -> None:
    make(proxx, "A.mov")
    [job] = (proxx.folder / "out").glob("*.job.json")
    journal = job.with_name(job.name.replace(".job.json", ".journal.jsonl"))
    journal.write_text("[" * 100_000 + "\n")
    said = proxx("results", "out")
    assert "1 job not run yet" in said.out
