"""What is wrong with a task's command line or its bundle: told at once, and nothing is begun."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest

from sidecar.farm.layout import folder_of_task
from tests.farm.task_scenes import Bundle, heard
from tests.farm.task_scenes import bundle as bundle


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], "SPEC_MISSING_FIELD: --root Root1: is not given"),
        (["Root1=/a", "Root2=/b"], "SPEC_UNKNOWN_FIELD: --root Root2: the bundle has no such"),
        (["Root1=/a", "Root1=/b"], "SPEC_DUPLICATE_KEY: --root Root1: is given twice"),
        (["Root1=a"], "SPEC_BAD_PATH: --root Root1: found 'a', which is no absolute path"),
        (["Root1=/a/../b"], "SPEC_BAD_PATH: --root Root1: found '/a/../b', which holds"),
        (["Root3=/a"], "SPEC_UNKNOWN_FIELD: --root Root3: the bundle has no such root; it has: "),
    ],
)
def test_each_root_is_given_once(bundle: Bundle, given: list[str], told: str) -> None:
    bundle.proxx.shoot("A.mov")
    bundle.make("A.mov")
    roots = [word for each in given for word in ("--root", each)]
    said = bundle.proxx("farm", "task", bundle.jobs, 1, *roots)
    assert said.code == 2
    assert heard(said.out)[0][1].startswith(told)
    assert bundle.proxies() == {}


def test_every_wrong_root_is_told_at_once(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov")
    bundle.make("A.mov")
    bundle.write_roots({"Root1": "/a", "Root2": "/b"})
    said = bundle.proxx("farm", "task", bundle.jobs, 1, "--root", "Root2=b", "--root", "Root9=/")
    assert said.code == 2
    assert [line.split(":")[0].strip() for line in said.err.splitlines()[1:]] == [
        "--root Root2",
        "--root Root9",
        "--root Root1",
    ]
    assert said.out.rstrip().endswith("(and 2 more)")


@pytest.mark.parametrize(
    ("roots", "told"),
    [
        (None, "SPEC_UNREADABLE"),
        ([], "SPEC_NOT_OBJECT"),
        ({"Root1": 7}, "SPEC_WRONG_TYPE"),
        ({"Root1": "mnt"}, "SPEC_BAD_PATH"),
        ({"Root0": "/mnt"}, "SPEC_UNKNOWN_FIELD"),
        ({"openjd_env: A=B\n": "/mnt"}, "SPEC_UNKNOWN_FIELD"),
    ],
)
def test_a_bundle_whose_roots_cannot_be_read_begins_nothing(
    bundle: Bundle, roots: Any, told: str
) -> None:
    bundle.proxx.shoot("A.mov")
    bundle.make("A.mov")
    if roots is None:
        (bundle.jobs / "roots.json").unlink()
    else:
        bundle.write_roots(roots)
    said = bundle.task(1)
    assert said.code == 2
    (only,) = heard(said.out + said.err)
    assert only[0] == "fail"
    assert only[1].startswith(f"{told}: {bundle.jobs / 'roots.json'}: ")


def test_a_number_without_a_job_is_told(bundle: Bundle) -> None:
    said = bundle.task(7)
    assert said.code == 2
    assert "the bundle has no task 7" in heard(said.out)[0][1]
    said = bundle.proxx("farm", "task", bundle.jobs.parent, 7)
    assert f"did you mean {bundle.jobs}?" in heard(said.out)[0][1]
    folder_of_task(bundle.jobs, 7).mkdir()
    said = bundle.task(7)
    assert (said.code, "holds no job (*.job.json)" in said.out) == (2, True)


def test_two_jobs_are_no_task(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov", "B.mov")
    _one, other = bundle.make("A.mov", "B.mov")
    shutil.move(other, folder_of_task(bundle.jobs, 1))
    said = bundle.task(1)
    assert said.code == 2
    assert "holds 2 jobs, and a task is one" in heard(said.out)[0][1]
    assert bundle.proxies() == {}


def test_what_was_resubmitted_beside_a_job_is_no_task_of_its_bundle(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov")
    (old,) = bundle.make("A.mov")
    bundle.proxx.cut("A.mov")
    assert bundle.task(1).code == 1
    bundle.proxx.shoot("A.mov")
    for _new in range(2):
        assert bundle.proxx("resubmit", bundle.jobs, "--again").code == 0
    assert len(list(old.parent.glob("*.job.json"))) == 3
    said = bundle.task(1, "--json")
    told = json.loads(said.out)
    assert (said.code, told["job_file"], told["ran"]) == (1, str(old), False)
    assert bundle.proxies() == {}


def test_jobs_that_are_away_are_a_missing_place(bundle: Bundle) -> None:
    shutil.rmtree(bundle.jobs)
    said = bundle.task(1)
    assert (said.code, str(bundle.jobs) in heard(said.out)[0][1]) == (3, True)
    assert bundle.task(1, "--away-exit", 286).code == 286


@pytest.mark.parametrize("number", ["0", "-1", "x", "1-2", "1.0", ""])
def test_what_is_no_number_is_refused(bundle: Bundle, number: str) -> None:
    assert bundle.proxx("farm", "task", bundle.jobs, number).code == 2


def test_a_job_that_cannot_be_read_is_told_as_a_run_tells_it(bundle: Bundle) -> None:
    bundle.proxx.shoot("A.mov")
    (job,) = bundle.make("A.mov")
    job.write_text('{"spec_version": "9"}', "utf-8")
    said = bundle.task(1)
    assert (said.code, bundle.proxx("run", job).code) == (2, 2)
    assert heard(said.out)[0][1].startswith(f"SPEC_UNSUPPORTED_VERSION: {job}: spec_version: ")
