"""`proxx farm export` refuses: all problems at once, and nothing is written where any is wrong."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from sidecar.folders.layout import make_watch_folder
from tests.farm.scenes import IN, contents, job_id, job_value, read, write_jobs
from tests.sidecar.calling import Proxx
from tests.spec.samples import clip, source


def export(farm: Proxx, *more: object, bundle: str = "bundle") -> tuple[int, str]:
    """Export the folder `jobs`; return the exit code and the complaints."""
    said = farm("farm", "export", farm.folder / "jobs", "--bundle", farm.folder / bundle, *more)
    return said.code, said.err


def nothing_written(farm: Proxx) -> bool:
    return sorted(os.listdir(farm.folder)) == ["jobs"]


def test_every_problem_of_every_job_is_told_at_once(farm: Proxx) -> None:
    jobs = farm.folder / "jobs"
    write_jobs(jobs, job_value(1, label="good"), job_value(2, label="lim", output={}))
    (jobs / "empty.job.json").touch()
    (jobs / "half.job.json").write_text('{"spec_version": "1.0", ')
    code, said = export(farm, "--name", "x" * 129)
    assert code == 2
    for word in ("empty.job.json", "half.job.json", "lim.", "output.directory", "--name"):
        assert word in said
    assert "Traceback" not in said
    assert nothing_written(farm)


def test_camera_raw_is_refused_as_a_farm_has_no_resolve(farm: Proxx) -> None:
    value = job_value(1)
    raw = source(path=f"{IN}/a.braw", files=[f"{IN}/a.braw"], video=None, audio=[], timecode=None)
    value["clips"] = [clip(0, output_name="a.mov", source=raw, target=None)]
    write_jobs(farm.folder / "jobs", value, job_value(2))
    code, said = export(farm)
    assert code == 2
    assert "ROUTE_WRONG_FOLDER" in said
    assert "a farm's workers run FFmpeg jobs" in said
    assert nothing_written(farm)


def test_a_job_that_has_run_is_refused_by_name_and_nothing_is_left_of_a_folder_of_them(
    farm: Proxx,
) -> None:
    (path,) = write_jobs(farm.folder / "jobs", job_value(1))
    path.with_name(path.name.replace(".job.json", ".result.json")).write_text(
        '{"status": "FAILED"}'
    )
    said = farm("farm", "export", path, "--bundle", farm.folder / "bundle")
    assert said.code == 2
    assert "CLAIM_SETTLED" in said.err
    code, told = export(farm)
    assert code == 2
    assert "nothing to export" in told
    assert nothing_written(farm)


@pytest.mark.parametrize("mapped", [False, True])
def test_a_job_whose_result_lies_beside_its_proxies_has_run_in_another_bundle(
    farm: Proxx, mapped: bool
) -> None:
    out = farm.folder / "here" / "day 3"
    out.mkdir(parents=True)
    more = ("--path-map", rf"P:\={farm.folder / 'here'}") if mapped else ()
    written = r"P:\day 3" if mapped else str(out)
    path, other = write_jobs(
        farm.folder / "jobs", *(job_value(n, label=f"c{n}", out=written) for n in (1, 2))
    )
    (out / f"c1.{job_id(1)[:8]}.result.json").write_text('{"status": "COMPLETED"}')
    said = farm("farm", "export", path, other, "--bundle", farm.folder / "bundle", *more)
    assert said.code == 2
    assert f"{path}: has run" in said.err
    assert "CLAIM_SETTLED" in said.err
    code, told = export(farm, *more)
    assert code == 0, told
    assert f"{path}: left out, it has run" in told
    assert [name for name in contents(farm.folder / "bundle") if job_id(1) in name] == []


def test_a_bundle_in_a_folder_whose_jobs_it_holds_would_be_run_with_it(farm: Proxx) -> None:
    jobs = farm.folder / "jobs"
    (path,) = write_jobs(jobs, job_value(1))
    (jobs / "deep").mkdir()
    (farm.folder / "link").symlink_to(jobs)
    for bundle in ("jobs/bundle", "jobs/deep/bundle", "link/bundle"):
        code, said = export(farm, bundle=bundle)
        assert code == 2, bundle
        assert "SPEC_BAD_PATH" in said
    assert sorted(os.listdir(jobs)) == sorted([path.name, "deep"])
    # A job that is named by itself is not looked for there.
    assert farm("farm", "export", path, "--bundle", jobs / "bundle").code == 0


def test_a_command_of_nothing_but_spaces_is_refused(farm: Proxx) -> None:
    write_jobs(farm.folder / "jobs", job_value(1))
    code, said = export(farm, "--proxx", " ")
    assert code == 2
    assert "--proxx" in said
    assert nothing_written(farm)


def test_a_job_of_a_watch_folder_is_its_workers(farm: Proxx) -> None:
    (farm.folder / "watch").mkdir()
    watch = make_watch_folder(farm.folder / "watch")
    (path,) = write_jobs(watch.pending, job_value(1))
    said = farm("farm", "export", path, "--bundle", farm.folder / "bundle")
    assert said.code == 2
    assert str(watch.root) in said.err
    assert not (farm.folder / "bundle").exists()


def test_a_job_that_was_begun_is_settled_first_and_one_that_runs_is_left(farm: Proxx) -> None:
    begun, locked = write_jobs(farm.folder / "jobs", job_value(1), job_value(2))
    fact = {"time": "2026-01-01T00:00:00Z", "event": "job_started"}
    begun.with_name(begun.name.replace(".job.json", ".journal.jsonl")).write_text(
        json.dumps(fact) + "\n"
    )
    lock = locked.with_name(locked.name.replace(".job.json", ".lock"))
    lock.write_text('{"owner": "of another machine"}')
    code, said = export(farm)
    assert code == 2
    assert said.count("CLAIM_LOCKED") == 2
    assert "proxx run" in said
    assert nothing_written(farm)


def test_one_job_in_two_files_and_two_jobs_of_one_proxy_are_refused(farm: Proxx) -> None:
    same = job_value(1, label="same")
    meeting = job_value(2, label="meets")
    other = job_value(3, label="meets too")
    for value, name in ((meeting, "Clip É.mov"), (other, "CLIP é.mov")):
        value["clips"][0]["output_name"] = name
    write_jobs(farm.folder / "jobs", same, meeting, other)
    write_jobs(farm.folder / "jobs" / "copies", same)
    code, said = export(farm)
    assert code == 2
    assert f"is job {job_id(1)}" in said
    assert "OUTPUT_NAME_COLLISION" in said
    assert nothing_written(farm)


def test_two_jobs_whose_first_digits_are_the_same_do_not_share_a_hidden_folder(
    farm: Proxx,
) -> None:
    twin = job_id(1)[:8] + job_id(2)[8:]
    write_jobs(farm.folder / "jobs", job_value(1), job_value(2) | {"job_id": twin})
    code, said = export(farm)
    assert code == 2
    assert "OUTPUT_NAME_COLLISION" in said


def test_a_place_that_is_taken_is_refused(farm: Proxx) -> None:
    write_jobs(farm.folder / "jobs", job_value(1))
    taken = farm.folder / "taken"
    taken.mkdir()
    (taken / "notes.txt").write_text("mine")
    (farm.folder / "file").write_text("mine")
    (farm.folder / "link").symlink_to(farm.folder / "nowhere")
    for name in ("taken", "file", "link"):
        code, said = export(farm, bundle=name)
        assert code == 2, name
        assert "OUTPUT_EXISTS" in said
    (farm.folder / "watch").mkdir()
    make_watch_folder(farm.folder / "watch")
    code, said = export(farm, bundle="watch/bundle")
    assert code == 2
    assert "watch folder" in said
    code, said = export(farm, bundle="not there/bundle")
    assert code == 2
    assert "not there" in said
    assert (taken / "notes.txt").read_text() == "mine"


def test_a_bundle_is_not_made_twice(farm: Proxx) -> None:
    write_jobs(farm.folder / "jobs", job_value(1))
    assert export(farm)[0] == 0
    before = contents(farm.folder / "bundle")
    assert export(farm)[0] == 2
    assert contents(farm.folder / "bundle") == before


@pytest.mark.parametrize(
    "name", ["   ", "x" * 129, "a{{Param.Root1}}", "two\nlines", "bell\a", "\udcff"]
)
def test_a_name_that_farms_do_not_take_is_refused(farm: Proxx, name: str) -> None:
    write_jobs(farm.folder / "jobs", job_value(1))
    code, said = export(farm, "--name", name)
    assert code == 2
    assert "--name" in said
    assert nothing_written(farm)


@pytest.mark.parametrize("batch", ["{{Param.Root1}} {{{{", "}} {", "x" * 4000, "ü" * 200, "​"])
def test_a_batch_that_farms_do_not_take_as_a_name_is_shortened(farm: Proxx, batch: str) -> None:
    write_jobs(farm.folder / "jobs", job_value(1, batch=batch))
    code, said = export(farm)
    assert code == 0, said
    name = read(farm.folder / "bundle", "template.json")["name"]
    assert "{{" not in name
    assert 1 <= len(name) <= 128


def many_roots(count: int) -> list[dict[str, Any]]:
    return [job_value(n, files=[f"/mnt/v{n}/a.mov"]) for n in range(count)]


def test_more_roots_than_a_template_can_name_are_refused_and_fewer_are_said(farm: Proxx) -> None:
    write_jobs(farm.folder / "jobs", *many_roots(48))
    code, said = export(farm)
    assert code == 2
    assert "49 roots" in said
    assert "48" in said
    assert nothing_written(farm)
    assert export(farm, "--root", "/mnt")[0] == 0


def test_a_root_that_is_longer_than_a_value_may_be_is_refused(farm: Proxx) -> None:
    deep = "/mnt/shoot/" + "/".join(["d" * 200] * 6)
    write_jobs(farm.folder / "jobs", job_value(1, files=[f"{deep}/a.mov"]))
    code, said = export(farm)
    assert code == 2
    assert "SPEC_TOO_LONG" in said
    assert export(farm, "--root", "/mnt")[0] == 0


def test_a_number_of_failures_that_is_none_is_refused(farm: Proxx) -> None:
    write_jobs(farm.folder / "jobs", job_value(1))
    for words in ("-1", "some", "1.5", "9" * 12, "١"):
        assert export(farm, "--allowed-failures", words)[0] == 2
    assert nothing_written(farm)


def test_a_bundle_below_a_map_whose_volume_is_away_is_not_made(farm: Proxx) -> None:
    write_jobs(farm.folder / "jobs", job_value(1))
    away = farm.folder / "away"
    more = ("--path-map", f"/mnt={away}")
    code, said = export(farm, *more, bundle="away/bundle")
    assert code == 3
    assert str(away) in said
    assert nothing_written(farm)


def test_what_is_no_job_is_told(farm: Proxx) -> None:
    (farm.folder / "jobs").mkdir()
    code, said = export(farm)
    assert code == 2
    assert "holds no job" in said
