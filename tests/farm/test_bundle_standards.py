"""A bundle as others take it: the standard's own library, and Deadline's own submitter."""

from __future__ import annotations

from pathlib import Path

import pytest
from openjd.model import DecodeValidationError, decode_job_template

from tests.farm.scenes import (
    IN,
    OUT,
    job_value,
    open_as_standard,
    read,
    submit_as_deadline,
    write_jobs,
)
from tests.sidecar.calling import Proxx

HOSTILE = [
    "{{Param.Root1}} {{Session.WorkingDirectory}}",
    "quote \" and ' and `",
    "dollar $HOME %PATH% ; & |",
    "line\nend",
    "tab\tand bell\a",
    "Ünïcödé 日本語 \U0001f3ac",
    "back\\slash",
    "-- --root Root1=x",
    "x" * 200,
]
"""Names of folders; POSIX allows them all."""


def bundle_of(farm: Proxx, *values: dict[str, object], more: tuple[object, ...] = ()) -> Path:
    write_jobs(farm.folder / "jobs", *values)
    bundle = farm.folder / "bundle"
    said = farm("farm", "export", farm.folder / "jobs", "--bundle", bundle, *more)
    assert said.code == 0, said.err
    return bundle


def test_the_standards_library_takes_the_template_and_runs_a_task_for_each_job(
    farm: Proxx,
) -> None:
    bundle = bundle_of(farm, *(job_value(n) for n in (1, 2, 3)))
    (name, command), tasks = open_as_standard(bundle)
    assert (name, command) == ("day 3", "{{Param.Proxx}}")
    assert tasks == [
        [
            *("farm", "task", str(bundle / "jobs"), str(number)),
            *("--root", f"Root1={OUT}", "--root", f"Root2={IN}"),
            *("--rules", "{{Session.PathMappingRulesFile}}"),
        ]
        for number in (1, 2, 3)
    ]


def test_the_library_would_say_where_a_template_is_wrong(farm: Proxx) -> None:
    template = read(bundle_of(farm, job_value(1)), "template.json")
    template["steps"][0]["script"]["actions"]["onRun"]["args"][2] = "{{Param.Jbos}}"
    with pytest.raises(DecodeValidationError, match="Jbos"):
        decode_job_template(template=template)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_folders_reach_the_worker_letter_for_letter(farm: Proxx, name: str) -> None:
    deep, out = f"/mnt/a/{name}/in", f"/mnt/b/{name}"
    value = job_value(1, files=[f"{deep}/a {name}.mov"], out=out, batch="{{Param.Root1}}")
    bundle = bundle_of(farm, value)
    _job, tasks = open_as_standard(bundle)
    roots = [word for word in tasks[0] if word.startswith("Root")]
    # What stands on several lines is left to the folder above.
    told = ["/mnt/a", "/mnt/b"] if min(name) < " " else [deep, out]
    assert roots == [f"Root1={told[0]}", f"Root2={told[1]}"]
    assert list(read(bundle, "jobs/roots.json").values()) == told


def test_names_of_jobs_stand_nowhere_in_the_template(farm: Proxx) -> None:
    labels = ["{{Param.Jbos}}", "it's a 'clip' $HOME", "日本語", "y" * 180]
    values = [job_value(n, label=label, batch=None) for n, label in enumerate(labels)]
    bundle = bundle_of(farm, *values)
    text = (bundle / "template.json").read_text("ascii")
    assert not any(label in text for label in labels)
    assert "\\u" not in text
    assert len(open_as_standard(bundle)[1]) == len(labels)


def test_roots_of_windows_reach_the_worker_as_they_are(farm: Proxx) -> None:
    values = [
        job_value(1, files=[r"P:\Shoot day\A\1.mov"], out=r"\\nas\Proxies\day 1"),
        job_value(2, files=["p:/shoot day/B/2.mov"], out=r"\\NAS\proxies\day 2"),
    ]
    bundle = bundle_of(farm, *values)
    _job, tasks = open_as_standard(bundle)
    assert tasks[0][4:8] == ["--root", r"Root1=\\NAS\proxies", "--root", r"Root2=P:\Shoot day"]


def test_deadlines_submitter_sends_what_the_bundle_says(farm: Proxx) -> None:
    place = farm.folder
    (place / "footage").mkdir()
    (place / "proxies").mkdir()
    clip = place / "footage" / "a.mov"
    clip.write_bytes(b"footage")
    values = [job_value(n, files=[str(clip)], out=str(place / "proxies")) for n in (1, 2)]
    bundle = bundle_of(farm, *values)
    told = submit_as_deadline(bundle, place / "deadline")
    sent = told["arguments"]
    assert told["wrong"] == ""
    assert sent["template"] == (bundle / "template.json").read_text()
    assert sent["maxRetriesPerTask"] == 0
    assert sent["maxFailedTasksCount"] == 0
    assert sent["parameters"] == {
        "Jobs": {"path": str(bundle / "jobs")},
        "Root1": {"path": str(clip.parent)},
        "Root2": {"path": str(place / "proxies")},
    }
    # One tree of attachments: the footage, the jobs; proxies and records come back.
    (manifest,) = sent["attachments"]["manifests"]
    assert manifest["rootPath"] == str(place)
    assert manifest["outputRelativeDirectories"] == ["bundle/jobs", "proxies"]
    assert "Processed 4 files" in "".join(told["told"])


def test_deadlines_submitter_takes_hostile_names_and_footage_that_is_elsewhere(
    farm: Proxx,
) -> None:
    values = [
        job_value(n, label=f"c{n}", files=[f"/mnt/a/{name}/x.mov"])
        for n, name in enumerate(HOSTILE)
    ]
    bundle = bundle_of(farm, *values)
    told = submit_as_deadline(bundle, farm.folder / "deadline")
    assert told["wrong"] == ""
    assert told["arguments"]["parameters"]["Root1"] == {"path": "/mnt/a"}
