"""`proxx farm export`: JobSpecs become one bundle, the same whoever makes it, in whatever order."""

from __future__ import annotations

import json
import random
import shutil
import socket
from pathlib import Path

import pytest

from tests.farm.scenes import IN, OUT, contents, job_id, job_value, read, values_of, write_jobs
from tests.sidecar.calling import Proxx


def test_each_job_is_one_task_whose_file_has_the_very_bytes(farm: Proxx) -> None:
    paths = write_jobs(farm.folder / "jobs", *(job_value(n) for n in (1, 2, 3)))
    # As a person may have written it: other spaces, other order.
    value = json.loads(paths[0].read_text())
    paths[0].write_text(json.dumps(dict(reversed(value.items()))))
    bundle = farm.folder / "bundle"
    said = farm("farm", "export", farm.folder / "jobs", "--bundle", bundle)
    assert said.code == 0, said.err
    assert "3 tasks" in said.out
    files = contents(bundle)
    for number, path in enumerate(paths, start=1):
        assert files.pop(f"jobs/{number:06d}/{path.name}") == path.read_bytes()
    assert set(files) == {
        "template.json",
        "parameter_values.json",
        "asset_references.json",
        "jobs/roots.json",
    }


def test_tasks_are_in_the_order_of_labels_with_numbers_as_numbers(farm: Proxx) -> None:
    labels = ["clip10", "clip9", "Clip1", "clip 2", "b", "a"]
    values = [job_value(n, label=label) for n, label in enumerate(labels)]
    write_jobs(farm.folder / "jobs", *values)
    farm("farm", "export", farm.folder / "jobs", "--bundle", farm.folder / "bundle")
    names = sorted(name for name in contents(farm.folder / "bundle") if name.endswith(".job.json"))
    assert [name.split("/")[2].split(".")[0] for name in names] == [
        "a",
        "b",
        "Clip1",
        "clip9",
        "clip10",
        "clip 2",
    ]


def test_the_same_jobs_give_the_same_bundle_in_any_order_and_place(farm: Proxx) -> None:
    paths = write_jobs(farm.folder / "jobs", *(job_value(n, label=f"c{n}") for n in range(12)))
    copies = farm.folder / "elsewhere"
    copies.mkdir()
    shuffled = [shutil.copy(path, copies) for path in paths]
    random.Random(1).shuffle(shuffled)
    (farm.folder / "other place").mkdir()
    first, second = farm.folder / "one", farm.folder / "other place" / "two"
    assert farm("farm", "export", *paths, "--bundle", first).code == 0
    assert farm("farm", "export", *shuffled, "--bundle", second).code == 0
    assert contents(first) == contents(second)


def test_a_bundle_holds_no_name_of_host_or_user_no_place_and_no_moment(
    farm: Proxx, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("USER", "LOGNAME", "USERNAME"):
        monkeypatch.setenv(name, "edith-at-work")
    write_jobs(farm.folder / "jobs", job_value(1))
    farm("farm", "export", farm.folder / "jobs", "--bundle", farm.folder / "bundle")
    for name, data in contents(farm.folder / "bundle").items():
        if name.endswith(".job.json"):
            continue  # as it was made: it says on which host that was
        text = data.decode()
        for word in (socket.gethostname(), "edith-at-work", str(farm.folder), "T20:"):
            assert word not in text, name


def test_nothing_is_tried_again_and_no_failure_is_allowed_unless_said(farm: Proxx) -> None:
    write_jobs(farm.folder / "jobs", *(job_value(n) for n in range(1, 6)))
    asked = {"": 0, "3": 3, "all": 5}
    for number, (words, allowed) in enumerate(asked.items()):
        bundle = farm.folder / f"bundle{number}"
        more = ["--allowed-failures", words] if words else []
        assert farm("farm", "export", farm.folder / "jobs", "--bundle", bundle, *more).code == 0
        values = values_of(bundle)
        assert values["deadline:maxRetriesPerTask"] == 0
        assert values["deadline:maxFailedTasksCount"] == allowed
        assert "deadline:priority" not in values


def test_a_task_has_time_for_the_largest_job(farm: Proxx) -> None:
    small, large = job_value(1), job_value(2, clips=5)
    large["execution"] = small["execution"] | {"clip_timeout_seconds": 7200}
    write_jobs(farm.folder / "jobs", small, large)
    farm("farm", "export", farm.folder / "jobs", "--bundle", farm.folder / "bundle")
    action = read(farm.folder / "bundle", "template.json")["steps"][0]["script"]["actions"]["onRun"]
    assert action["timeout"] == 2 * 5 * 7200 + 600
    assert action["cancelation"]["notifyPeriodInSeconds"] <= 600


def test_no_task_has_more_time_than_a_timer_can_count(farm: Proxx) -> None:
    value = job_value(1)
    value["execution"]["clip_timeout_seconds"] = 10_000_000
    write_jobs(farm.folder / "jobs", value)
    farm("farm", "export", farm.folder / "jobs", "--bundle", farm.folder / "bundle")
    action = read(farm.folder / "bundle", "template.json")["steps"][0]["script"]["actions"]["onRun"]
    assert 0 < action["timeout"] < 4_294_967


def test_the_assets_are_what_jobs_read_and_where_they_write(farm: Proxx) -> None:
    value = job_value(1, files=[f"{IN}/a.mov", "/mnt/sound/T01.WAV"])
    write_jobs(farm.folder / "jobs", value, job_value(2))
    farm("farm", "export", farm.folder / "jobs", "--bundle", farm.folder / "bundle")
    assets = read(farm.folder / "bundle", "asset_references.json")["assetReferences"]
    assert assets == {
        "inputs": {
            "filenames": [f"{IN}/A001C002.mov", f"{IN}/a.mov", "/mnt/sound/T01.WAV"],
            "directories": [],
        },
        "outputs": {"directories": [OUT]},
        "referencedPaths": [],
    }


def test_the_name_is_the_batch_or_what_a_person_says(farm: Proxx) -> None:
    jobs = farm.folder / "jobs"
    write_jobs(jobs, job_value(1), job_value(2))
    names = []
    for number, more in enumerate(([], ["--name", "Night 3"])):
        farm("farm", "export", jobs, "--bundle", farm.folder / f"b{number}", *more)
        names.append(read(farm.folder / f"b{number}", "template.json")["name"])
    write_jobs(jobs, job_value(3, batch="day 4"))
    farm("farm", "export", jobs, "--bundle", farm.folder / "mixed")
    names.append(read(farm.folder / "mixed", "template.json")["name"])
    assert names == ["day 3", "Night 3", "Proxx"]


def test_an_empty_folder_is_taken_and_jobs_that_have_run_are_left_out_and_told(
    farm: Proxx,
) -> None:
    first, _second = write_jobs(farm.folder / "jobs", job_value(1), job_value(2))
    result = first.with_name(first.name.replace(".job.json", ".result.json"))
    result.write_text(json.dumps({"status": "COMPLETED"}))
    bundle = farm.folder / "bundle"
    bundle.mkdir()
    said = farm("farm", "export", farm.folder / "jobs", "--bundle", bundle)
    assert said.code == 0, said.err
    assert f"{first}: left out, it has run (COMPLETED)" in said.err
    assert [name for name in contents(bundle) if job_id(1) in name] == []


def test_a_program_reads_what_was_made(farm: Proxx) -> None:
    write_jobs(farm.folder / "jobs", job_value(1))
    bundle = farm.folder / "bundle"
    told = farm.json("farm", "export", farm.folder / "jobs", "--bundle", bundle)
    assert told["bundle"] == str(bundle)
    assert told["tasks"] == 1
    assert told["roots"] == {
        "Root1": {"written": OUT, "here": OUT},
        "Root2": {"written": IN, "here": IN},
    }


def test_sources_and_jobs_are_untouched(farm: Proxx) -> None:
    write_jobs(farm.folder / "jobs", job_value(1), job_value(2))
    before = contents(farm.folder)
    farm("farm", "export", farm.folder / "jobs", "--bundle", farm.folder / "bundle")
    after = contents(farm.folder)
    assert {name: after[name] for name in before} == before
    assert all(Path(name).parts[0] == "bundle" for name in set(after) - set(before))
