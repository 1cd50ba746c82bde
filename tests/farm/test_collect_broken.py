"""`proxx farm collect` of a bundle that is not whole, or holds what is not its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from proxx_engine import place_of_job
from tests.farm.collect_scenes import (
    PAGE,
    job,
    keep,
    moved,
    night,
    proxx,
    states,
)
from tests.sidecar.calling import Proxx

__all__ = ["moved", "night", "proxx"]


def test_what_was_copied_by_half_is_told(proxx: Proxx, moved: Path) -> None:
    shutil.rmtree(job(moved, 3).parent)
    job(moved, 6).unlink()
    shutil.copy(job(moved, 1), job(moved, 1).with_name("again.job.json"))
    job_file = job(moved, 4)
    place_of_job(job_file).lock.unlink()
    place_of_job(job_file).journal.unlink()
    job_file.write_bytes(job_file.read_bytes()[:200])
    told = proxx.json("farm", "collect", moved)
    assert states(told) == ["missing", "failed", "missing", "unreadable", "running", "missing"]
    assert "2 jobs" in told["tasks"][0]["sentence"]
    assert "is not here" in told["tasks"][2]["sentence"]
    assert "MISSING" in proxx("farm", "collect", moved).out
    assert "task 3" in (moved / PAGE).read_text("utf-8")


@pytest.mark.parametrize("how", ["copied", "its job alone", "a link"])
def test_a_task_that_holds_anothers_job_is_not_proven_with_it(
    proxx: Proxx, moved: Path, how: str
) -> None:
    keep(moved, 1, tasks=2)
    second = moved / "jobs" / "000002"
    if how == "copied":
        shutil.copytree(job(moved, 1).parent, second)
    elif how == "a link":
        second.symlink_to("000001")
    else:
        second.mkdir()
        shutil.copy(job(moved, 1), second)
    said = proxx("farm", "collect", moved)
    assert said.code == 1
    assert "CANNOT BE READ" in said.out
    assert states(proxx.json("farm", "collect", moved)) == ["proven", "unreadable"]
    assert "task 2" in (moved / PAGE).read_text("utf-8")


@pytest.mark.parametrize("first_too", [True, False])
def test_the_record_of_another_job_proves_nothing_of_a_task(
    proxx: Proxx, moved: Path, first_too: bool
) -> None:
    record = place_of_job(job(moved, 1)).result.read_bytes()
    place_of_job(job(moved, 3)).result.write_bytes(record)
    keep(moved, *([1] * first_too), 3, tasks=3)
    told = proxx.json("farm", "collect", moved)
    assert states(told)[2] == "unreadable"
    assert proxx("farm", "collect", moved).code == 1


def test_only_folders_of_six_digits_are_tasks(proxx: Proxx, moved: Path) -> None:
    before = states(proxx.json("farm", "collect", moved))
    for name in ("0000003", "1", "\u0663"):
        shutil.copytree(job(moved, 1).parent, moved / "jobs" / name)
    assert states(proxx.json("farm", "collect", moved)) == before


def test_many_missing_tasks_are_told_in_few_words(proxx: Proxx, moved: Path) -> None:
    keep(moved, 1, 6, tasks=99_999)
    said = proxx("farm", "collect", moved)
    assert said.code == 1
    assert "MISSING: 2-5, 7-99999" in said.out
    assert len(said.out) < 2_000
    page = (moved / PAGE).read_text("utf-8")
    assert "tasks 7-99999" in page


@pytest.mark.parametrize("value", ["", "..", "mnt/x", "/mnt/../x", 7, None, "/mnt/\udcff"])
def test_a_value_that_is_no_path_of_here_leads_nowhere(
    proxx: Proxx, moved: Path, value: object
) -> None:
    before = states(proxx.json("farm", "collect", moved))
    values = json.loads((moved / "parameter_values.json").read_text())
    for each in values["parameterValues"]:
        if each["name"].startswith("Root"):
            each["value"] = value
    (moved / "parameter_values.json").write_text(json.dumps(values))
    assert states(proxx.json("farm", "collect", moved)) == before


def test_without_its_template_a_bundle_is_what_lies_there(proxx: Proxx, moved: Path) -> None:
    (moved / "template.json").unlink()
    shutil.rmtree(job(moved, 6).parent)
    shutil.rmtree(job(moved, 3).parent)
    said = proxx("farm", "collect", moved)
    assert "how many tasks" in said.err
    assert states(proxx.json("farm", "collect", moved))[2] == "missing"
    told = proxx.json("farm", "collect", moved / "jobs")
    assert len(told["tasks"]) == 5
    assert (moved / "jobs" / PAGE).is_file()
