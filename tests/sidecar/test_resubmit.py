"""`proxx resubmit`: what failed becomes a new job that runs; the record stays as it was."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.sidecar.calling import Proxx


def fail(proxx: Proxx, *names: str, clips_per_job: int = 1) -> None:
    """Run jobs of clips, of which B.mov was copied in part."""
    proxx.shoot(*names)
    proxx.cut("B.mov")
    options = ("--clips-per-job", clips_per_job, "--batch", "day 1")
    assert proxx("create", "footage", "--out", "out", *options).code == 0
    assert proxx("run", "out").code == 1


def record(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


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
    assert "2 clips, 2 completed and proven, 1 done again later" in said.out
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
    assert "3 clips, 3 completed and proven, 2 done again later" in said.out


def test_a_second_failure_is_resubmitted_from_the_second_job(proxx: Proxx) -> None:
    fail(proxx, "B.mov")
    [first] = proxx.json("resubmit", "out")["jobs"]
    proxx("run", "out")
    [second] = proxx.json("resubmit", "out")["jobs"]
    assert second["retried_from"] == first["job_id"]


@pytest.mark.parametrize("when", ["before it ran", "after it ran"])
def test_a_job_is_resubmitted_once_unless_a_person_insists(proxx: Proxx, when: str) -> None:
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
    assert proxx("resubmit", result, "--again").code == 0


def test_a_job_that_completed_is_refused_by_name(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    proxx("create", "footage", "--out", "out")
    proxx("run", "out")
    said = proxx("resubmit", *proxx.results())
    assert said.code == 2
    assert "CLAIM_COMPLETED" in said.err


def test_all_problems_are_told_and_nothing_is_written(proxx: Proxx) -> None:
    proxx.shoot("A.mov", "B.mov", "C.mov", "D.mov")
    proxx("create", "footage", "--out", "out")
    for path in (proxx.folder / "footage").iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    assert proxx("run", "out").code == 1
    proxx.shoot("A.mov", "B.mov", "C.mov", "D.mov")
    (proxx.folder / "footage/A.mov").unlink()
    (proxx.folder / "footage/B.mov").write_bytes(b"no film at all")
    (proxx.folder / "out/C.mov").write_bytes(b"something")
    before = record(proxx.folder)
    said = proxx("resubmit", "out")
    assert said.code == 2
    for code in ("SOURCE_MISSING", "SOURCE_UNREADABLE", "OUTPUT_EXISTS"):
        assert code in said.err
    assert record(proxx.folder) == before


def test_a_job_file_elsewhere_is_named(proxx: Proxx) -> None:
    fail(proxx, "B.mov")
    proxx.shoot("B.mov")
    (proxx.folder / "drawer/deep").mkdir(parents=True)
    [job] = proxx.folder.glob("out/*.job.json")
    job.rename(proxx.folder / "drawer/deep" / "renamed.job.json")
    [result] = proxx.results()
    said = proxx("resubmit", result)
    assert said.code == 2
    assert "SPEC_JOB_MISSING" in said.err
    assert proxx("resubmit", result, "--jobs", "drawer").code == 0
    assert proxx("run", "out").code == 0


def test_a_job_file_that_was_edited_is_not_the_job_that_ran(proxx: Proxx) -> None:
    fail(proxx, "B.mov")
    [job] = proxx.folder.glob("out/*.job.json")
    job.write_text(job.read_text().replace('"B.mov"', '"Z.mov"'))
    said = proxx("resubmit", "out")
    assert said.code == 2
    assert "SPEC_JOB_CHANGED" in said.err


def test_new_jobs_are_born_in_the_watch_folder_and_looked_for_there(proxx: Proxx) -> None:
    fail(proxx, "B.mov")
    proxx.shoot("B.mov")
    (proxx.folder / "watch").mkdir()
    assert proxx("resubmit", "out", "--into", "nowhere").code == 3
    assert proxx("resubmit", "out", "--into", "watch").code == 0
    [job] = (proxx.folder / "watch/pending").iterdir()
    done = proxx.folder / "watch/running/w1"
    done.mkdir(parents=True)
    job.rename(done / job.name)
    assert proxx("resubmit", "out", "--into", "watch").code == 2


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
