"""`proxx resubmit`: what failed becomes a new job that runs; the record stays as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import place_of_job
from proxx_engine.system.locks import take_lock
from tests.sidecar.calling import Proxx, fail, record


def read(path: object) -> Any:
    return json.loads(Path(str(path)).read_bytes())


def test_from_a_broken_copy_to_a_proven_proxy(proxx: Proxx) -> None:
    fail(proxx, "A.mov", "B.mov")
    before = record(proxx.folder / "out")
    proxx.shoot("B.mov")
    said = proxx("resubmit", "out")
    assert said.code == 0, said.err
    assert "1 clip that did not complete, 1 new job" in said.out
    assert "left alone: 1 job that completed" in said.out
    waiting = proxx("results", "out")
    assert waiting.code == 1
    assert "which has not run yet" in waiting.out

    proxx("run", "out")
    said = proxx("results", "out", "--verify")
    assert said.code == 0
    assert "2 clips, 2 completed and proven, 1 done by another job" in said.out
    assert "SOURCE_TRUNCATED" not in said.out
    assert "SOURCE_TRUNCATED" in proxx("results", "out", "--all").out
    after = record(proxx.folder / "out")
    assert {name: after[name] for name in before} == before


def test_everything_but_the_try_is_carried_over(proxx: Proxx) -> None:
    fail(proxx, "A.mov", "B.mov", "C.mov", clips_per_job=3)
    [old_file] = proxx.folder.glob("out/*.job.json")
    proxx.shoot("B.mov")
    [made] = proxx.json("resubmit", "out")["jobs"]
    old, new = read(old_file), read(made["job_file"])
    assert new["retried_from"] == old["job_id"] != new["job_id"]
    assert new["created_by"]["tool"] == "proxx resubmit"
    for key in ("batch", "label", "profile", "output", "execution", "spec_version"):
        assert new[key] == old[key], key
    assert [clip["index"] for clip in new["clips"]] == [1, 2]
    assert [clip["output_name"] for clip in new["clips"]] == ["B.mov", "C.mov"]
    assert new["clips"][1] == old["clips"][2], "an unchanged source keeps its frozen facts"
    changed, was = new["clips"][0]["source"], old["clips"][1]["source"]
    assert changed["sample_sha256"] != was["sample_sha256"]
    assert changed["size_bytes"] > was["size_bytes"]

    assert proxx("validate", made["job_file"]).code == 0
    proxx("run", made["job_file"])
    said = proxx("results", "out")
    assert said.code == 0, said.out
    assert "3 clips, 3 completed and proven, 2 done by another job" in said.out


def test_a_second_failure_is_resubmitted_from_the_second_job(proxx: Proxx) -> None:
    fail(proxx, "B.mov")
    [first] = proxx.json("resubmit", "out")["jobs"]
    proxx("run", "out")
    [second] = proxx.json("resubmit", "out")["jobs"]
    assert second["retried_from"] == first["job_id"]


@pytest.mark.parametrize(
    ("when", "insisting"), [("before it ran", 0), ("after it ran", 2)], ids=lambda value: str(value)
)
def test_a_job_is_resubmitted_once_unless_a_person_insists(
    proxx: Proxx, when: str, insisting: int
) -> None:
    fail(proxx, "B.mov")
    [result] = proxx.results()
    assert proxx("resubmit", result).code == 0
    if when == "after it ran":
        proxx("run", "out")
    files = len(list(proxx.folder.glob("out/*.job.json")))
    said = proxx("resubmit", result)
    assert said.code == 2
    assert "CLAIM_RESUBMITTED" in said.err
    assert len(list(proxx.folder.glob("out/*.job.json"))) == files
    said = proxx("resubmit", result, "--again")
    assert said.code == insisting
    assert (", which has run" in said.err) is bool(insisting), "the later one is resubmitted"


def test_a_chain_of_tries_goes_on_from_its_last(proxx: Proxx) -> None:
    fail(proxx, "B.mov")
    assert proxx("resubmit", "out").code == 0
    proxx("run", "out")
    [second] = proxx.json("resubmit", "out")["jobs"]
    proxx.shoot("B.mov")
    [third] = proxx.json("resubmit", "out", "--again")["jobs"]
    assert third["retried_from"] == second["retried_from"]
    assert proxx("run", third["job_file"]).code == 0
    assert proxx("resubmit", "out", "--again").code == 2


def test_of_two_jobs_that_failed_for_one_proxy_the_later_is_made_again(proxx: Proxx) -> None:
    fail(proxx, "B.mov")
    fail(proxx, "B.mov")
    [first, second] = sorted((read(path) for path in proxx.results()), key=ended)
    [made] = proxx.json("resubmit", "out", "--again")["jobs"]
    assert made["retried_from"] == second["job_id"]
    left = proxx.json("resubmit", "out", "--again")["left_alone"]
    reasons = [entry["reason"] for entry in left if first["job_id"][:8] in entry["path"]]
    assert reasons == [f"was tried again or made by another job: {second['job_id'][:8]}"]


def ended(result: Any) -> str:
    return str(result["completed_at"])


def test_a_job_that_completed_is_refused_by_name(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    proxx("create", "footage", "--out", "out")
    proxx("run", "out")
    said = proxx("resubmit", *proxx.results())
    assert said.code == 2
    assert "CLAIM_COMPLETED" in said.err


def spoil(proxx: Proxx) -> None:
    """Run four jobs that all fail; then only D.mov can be made again."""
    proxx.shoot("A.mov", "B.mov", "C.mov", "D.mov")
    proxx("create", "footage", "--out", "out")
    for path in (proxx.folder / "footage").iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    assert proxx("run", "out").code == 1
    proxx.shoot("A.mov", "B.mov", "C.mov", "D.mov")
    (proxx.folder / "footage/A.mov").unlink()
    (proxx.folder / "footage/B.mov").write_bytes(b"no film at all")
    (proxx.folder / "out/C.mov").write_bytes(b"something")


CANNOT = ("SOURCE_MISSING", "SOURCE_UNREADABLE", "OUTPUT_EXISTS")


def test_all_problems_of_named_jobs_are_told_and_nothing_is_written(proxx: Proxx) -> None:
    spoil(proxx)
    before = record(proxx.folder)
    said = proxx("resubmit", *proxx.results())
    assert said.code == 2
    for code in CANNOT:
        assert code in said.err
    assert record(proxx.folder) == before


def test_a_clip_that_cannot_be_made_again_costs_no_other_of_the_folder(proxx: Proxx) -> None:
    spoil(proxx)
    (proxx.folder / "out/E.job.json").write_text("{")
    told = proxx.json("resubmit", "out")
    assert [Path(clip).name for job in told["jobs"] for clip in job["clips"]] == ["D.mov"]
    left = {entry["code"]: entry for entry in told["left_alone"]}
    assert left.keys() == {*CANNOT, "SPEC_UNREADABLE"}
    assert "footage/A.mov" in left["SOURCE_MISSING"]["reason"]
    again = proxx("resubmit", "out")
    assert again.code == 2, "nothing was written"
    for word in ("A.mov: does not exist", "is already there", "was resubmitted as"):
        assert word in again.out


def test_a_job_file_that_is_away_costs_no_other_of_the_folder(proxx: Proxx) -> None:
    proxx.shoot("A.mov", "B.mov", "C.mov")
    proxx("create", "footage", "--out", "out")
    for name in ("A.mov", "B.mov", "C.mov"):
        proxx.cut(name)
    proxx("run", "out")
    next(proxx.folder.glob("out/A.*.job.json")).unlink()
    [edited] = proxx.folder.glob("out/B.*.job.json")
    edited.write_text(edited.read_text().replace('"B.mov"', '"Z.mov"'))
    told = proxx.json("resubmit", "out")
    assert len(told["jobs"]) == 1
    assert {e["code"] for e in told["left_alone"]} == {"SPEC_JOB_MISSING", "SPEC_JOB_CHANGED"}


def test_a_job_file_that_was_edited_is_not_the_job_that_ran(proxx: Proxx) -> None:
    fail(proxx, "B.mov")
    [job] = proxx.folder.glob("out/*.job.json")
    job.write_text(job.read_text().replace('"B.mov"', '"Z.mov"'))
    said = proxx("resubmit", job)
    assert said.code == 2
    assert "SPEC_JOB_CHANGED" in said.err


def test_a_job_without_a_result_is_not_resubmitted(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    proxx("create", "footage", "--out", "out")
    [job] = proxx.folder.glob("out/*.job.json")
    said = proxx("resubmit", job)
    assert said.code == 2
    assert "SPEC_JOB_NOT_RUN" in said.err
    assert "has no result" in proxx("resubmit", "out").out


def test_a_result_that_cannot_be_read_is_refused_by_name_and_passed_by_in_a_folder(
    proxx: Proxx,
) -> None:
    fail(proxx, "B.mov")
    bad = proxx.folder / "out/bad.result.json"
    bad.write_text("{")
    assert "SPEC_UNREADABLE" in proxx("resubmit", bad).err
    said = proxx("resubmit", "out")
    assert said.code == 0
    assert "bad.result.json  is no JSON" in said.out


def test_what_runs_just_now_is_made_a_second_time_for_nobody(proxx: Proxx) -> None:
    fail(proxx, "A.mov", "B.mov")
    proxx.shoot("B.mov")
    [made] = proxx.json("resubmit", "out")["jobs"]
    lock = take_lock(place_of_job(Path(made["job_file"])).lock)
    assert lock is not None
    for paths in (("out",), proxx.results()):
        said = proxx("resubmit", *paths, "--again")
        assert said.code == 2
        assert "which runs now" in said.out + said.err
    assert len(list((proxx.folder / "out").glob("B.*.job.json"))) == 2
    place_of_job(Path(made["job_file"])).lock.unlink()
    assert proxx("resubmit", "out", "--again").code == 0
