"""`proxx resubmit`: where job files are looked for, and where the new ones go."""

from __future__ import annotations

from pathlib import Path

from tests.sidecar.calling import Proxx, fail, record


def test_the_new_job_lies_with_the_old_one(proxx: Proxx) -> None:
    proxx.shoot("A.mov", "B.mov")
    proxx.cut("B.mov")
    assert proxx("create", "footage", "--out", "jobs", "--rule", "resolve").code == 0
    proxx("run", "jobs")
    proxx.shoot("B.mov")
    [made] = proxx.json("resubmit", "jobs")["jobs"]
    assert Path(made["job_file"]).parent == proxx.folder / "jobs"
    assert list((proxx.folder / "footage").rglob("*.job.json")) == []
    assert proxx("run", "jobs").code == 0
    assert proxx("results", "jobs").code == 0


def test_a_job_of_a_watch_folder_goes_back_through_its_door(proxx: Proxx) -> None:
    proxx.shoot("B.mov")
    proxx.cut("B.mov")
    watch = proxx.folder / "watch"
    watch.mkdir()
    assert proxx("create", "footage", "--out", "out", "--into", "watch").code == 0
    assert proxx("watch", "watch", "--once").code == 1
    proxx.shoot("B.mov")
    before = record(proxx.folder)
    said = proxx("resubmit", "watch")
    assert said.code == 2
    assert f"--into {watch}" in said.err
    assert record(proxx.folder) == before
    [made] = proxx.json("resubmit", "watch", "--into", "watch")["jobs"]
    assert Path(made["job_file"]).parent == watch / "pending"
    assert proxx("watch", "watch", "--once").code == 0
    assert proxx("results", "watch").code == 0


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
    assert "--jobs DIR" in said.err
    [made] = proxx.json("resubmit", result, "--jobs", "drawer")["jobs"]
    assert Path(made["job_file"]).parent == proxx.folder / "drawer/deep"
    assert proxx("run", made["job_file"]).code == 0


def test_new_jobs_are_born_in_the_watch_folder_and_looked_for_there(proxx: Proxx) -> None:
    fail(proxx, "B.mov")
    proxx.shoot("B.mov")
    (proxx.folder / "watch").mkdir()
    assert proxx("resubmit", "out", "--into", "nowhere").code == 3
    assert proxx("resubmit", "out", "--into", "watch").code == 0
    [job] = (proxx.folder / "watch/pending").iterdir()
    taken = proxx.folder / "watch/running/w1" / job.name.removesuffix(".job.json")
    taken.mkdir(parents=True)
    job.rename(taken / job.name)
    assert proxx("resubmit", "out", "--into", "watch").code == 2
