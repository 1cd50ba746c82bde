"""A second act over footage where proxies lie, or where jobs wait: nothing is made of a proxy."""

from __future__ import annotations

import shutil
from pathlib import Path
from time import process_time

import pytest

from proxx_engine import (
    Creation,
    CreationError,
    CreationRequest,
    Issue,
    JobSpec,
    Tools,
    create_jobs,
    find_profile,
    write_job,
)
from tests.support import CREATED_BY, MakeClip, execute

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.4", "-c:v", "mpeg4")


@pytest.fixture
def footage(make_clip: MakeClip, tmp_path: Path) -> Path:
    """A clip in a folder, two in one below."""
    clip = make_clip("plain.mov", *PICTURE).read_bytes()
    (tmp_path / "f/a").mkdir(parents=True)
    for number, name in enumerate(("A.mov", "a/B.mov", "a/C.mov")):
        (tmp_path / "f" / name).write_bytes(clip + b"\0" * 8 * number)
    return tmp_path / "f"


def create(
    tools: Tools, *paths: Path, out: Path, profile: str = "prores_proxy", **more: object
) -> Creation:
    out.mkdir(parents=True, exist_ok=True)
    request = CreationRequest(paths, out, find_profile(profile), CREATED_BY, **more)  # type: ignore[arg-type]
    return create_jobs(request, prober=tools.prober)


def run(creation: Creation, folder: Path, tools: Tools) -> None:
    for job in creation.jobs:
        assert execute(job.spec, folder, tools).result.status == "COMPLETED"


def refused(tools: Tools, *paths: Path, out: Path, **more: object) -> list[Issue]:
    with pytest.raises(CreationError) as caught:
        create(tools, *paths, out=out, **more)  # type: ignore[arg-type]
    return list(caught.value.issues)


def sources(creation: Creation) -> list[str]:
    return sorted(Path(c.source.path).name for job in creation.jobs for c in job.spec.clips)


@pytest.mark.parametrize(
    "clips_per_job", [pytest.param(1, id="a job a clip"), pytest.param(5, id="one job of all")]
)
def test_proxies_of_an_earlier_act_are_no_footage(
    tools: Tools, footage: Path, clips_per_job: int
) -> None:
    first, jobs = footage / "px1", footage.parent / "jobs"
    jobs.mkdir()
    run(create(tools, footage, out=first, clips_per_job=clips_per_job), jobs, tools)
    again = create(tools, footage, out=footage / "px2")
    assert sources(again) == ["A.mov", "B.mov", "C.mov"]
    told = {e.path: e.reason for e in again.left_out}
    for name in ("A.mov", "a/B.mov", "a/C.mov"):
        assert told[first / name] == "a proxy that Proxx made"


def test_a_proxy_beside_its_original_gets_no_proxy_of_its_own(tools: Tools, footage: Path) -> None:
    rule = {"rule": "premiere", "naming_template": "{source_name}_Proxy"}
    run(create(tools, footage, out=footage, **rule), footage, tools)
    again = create(tools, footage, out=footage, skip_done="proven", **rule)
    assert again.jobs == ()
    assert [done.path.name for done in again.done_before] == ["A.mov", "B.mov", "C.mov"]


def test_a_file_that_only_has_a_proxys_name_is_footage(tools: Tools, footage: Path) -> None:
    first = footage / "px1"
    run(create(tools, footage / "A.mov", out=first), first, tools)
    shutil.copyfile(footage / "a/C.mov", first / "A.mov")
    assert sources(create(tools, first, out=footage / "px2")) == ["A.mov"]


def test_a_proxy_that_is_named_itself_is_taken(tools: Tools, footage: Path) -> None:
    first = footage / "px1"
    run(create(tools, footage / "A.mov", out=first), first, tools)
    assert sources(create(tools, first / "A.mov", out=footage / "px2")) == ["A.mov"]


def test_beside_originals_a_job_stays_in_one_folder_and_is_found_from_there(
    tools: Tools, footage: Path
) -> None:
    out = footage.parent / "out"
    creation = create(tools, footage, out=out, rule="resolve", clips_per_job=5)
    assert [len(job.spec.clips) for job in creation.jobs] == [1, 2]
    run(creation, out, tools)
    part = create(tools, footage / "a", out=out, rule="resolve", skip_done="proven")
    assert part.jobs == ()
    assert [done.path.name for done in part.done_before] == ["B.mov", "C.mov"]


def test_what_a_job_waits_for_is_refused_and_the_job_is_named(tools: Tools, footage: Path) -> None:
    out = footage.parent / "out"
    [job] = create(tools, footage / "A.mov", out=out).jobs
    job_file = write_job(job, out)
    [issue] = refused(tools, footage / "A.mov", out=out)
    assert (issue.code, issue.path) == ("OUTPUT_NAME_COLLISION", str(out / "A.mov"))
    assert str(job_file) in issue.sentence
    assert "--skip-done" in issue.sentence


def test_what_a_job_waits_for_is_left_out_and_listed(tools: Tools, footage: Path) -> None:
    out, pending = footage.parent / "out", footage.parent / "watch/pending"
    pending.mkdir(parents=True)
    first = create(tools, footage / "a", out=out / "a", clips_per_job=2)
    job_file = write_job(first.jobs[0], pending)
    again = create(
        tools, footage, out=out, skip_done="proven", job_folders=(out, pending), replace=True
    )
    assert sources(again) == ["A.mov"]
    assert [(w.path.name, w.proxy, w.job_file) for w in again.waiting] == [
        ("B.mov", out / "a/B.mov", job_file),
        ("C.mov", out / "a/C.mov", job_file),
    ]


def test_a_job_that_waits_for_another_look_is_not_taken_for_this(
    tools: Tools, footage: Path
) -> None:
    out = footage.parent / "out"
    [job] = create(tools, footage / "A.mov", out=out).jobs
    job_file = write_job(job, out)
    [issue] = refused(tools, footage / "A.mov", out=out, profile="dnxhr_lb", skip_done="proven")
    assert f"{job_file}; of another source, profile or timecode" in issue.sentence


def test_a_job_with_a_result_waits_no_more(tools: Tools, footage: Path) -> None:
    out = footage.parent / "out"
    creation = create(tools, footage / "A.mov", out=out)
    run(creation, out, tools)
    (out / "A.mov").unlink()
    assert sources(create(tools, footage / "A.mov", out=out)) == ["A.mov"]


def test_what_is_no_job_file_waits_for_nothing(tools: Tools, footage: Path) -> None:
    out = footage.parent / "out"
    out.mkdir()
    for name, text in (("a", "{"), ("b", "[]"), ("c", '{"output": {}, "clips": 3}')):
        (out / f"{name}.job.json").write_text(text)
    (out / "d.job.json").mkdir()
    assert sources(create(tools, footage / "A.mov", out=out)) == ["A.mov"]


def test_two_thousand_jobs_that_wait_are_seen_at_once(tools: Tools, footage: Path) -> None:
    out = footage.parent / "out"
    [job] = create(tools, footage / "A.mov", out=out).jobs
    data = write_job(job, out).read_text("utf-8")
    for number in range(2000):
        text = data.replace('"output_name": "A.mov"', f'"output_name": "X{number}.mov"')
        (out / f"X{number}.job.json").write_text(text, "utf-8")
    started = process_time()
    creation = create(tools, footage, out=out, skip_done="proven")
    seconds = process_time() - started
    assert [w.path.name for w in creation.waiting] == ["A.mov"]
    assert seconds < 2, "takes about 0.3 s of the processor's time"


def _made(tools: Tools, footage: Path, **more: object) -> JobSpec:
    out = footage.parent / "out"
    creation = create(tools, footage / "A.mov", out=out, **more)  # type: ignore[arg-type]
    run(creation, out, tools)
    return creation.jobs[0].spec


@pytest.mark.parametrize(
    ("more", "told"),
    [
        pytest.param({}, "--skip-done leaves out", id="the same again"),
        pytest.param(
            {"profile": "dnxhr_lb", "skip_done": "proven"},
            "for another source, profile or timecode; --replace",
            id="another look",
        ),
    ],
)
def test_of_a_proxy_in_the_way_the_way_on_is_told(
    tools: Tools, footage: Path, more: dict[str, object], told: str
) -> None:
    _made(tools, footage)
    [issue] = refused(tools, footage / "A.mov", out=footage.parent / "out", **more)
    assert issue.code == "OUTPUT_EXISTS"
    assert told in issue.sentence


def test_of_a_proxy_that_only_exists_it_is_told_that_it_is_not_proven(
    tools: Tools, footage: Path
) -> None:
    _made(tools, footage, verification="exists")
    [issue] = refused(tools, footage / "A.mov", out=footage.parent / "out", skip_done="proven")
    assert "not proven as it stands; --replace" in issue.sentence


def test_of_somebodys_file_nothing_else_is_told(tools: Tools, footage: Path) -> None:
    out = footage.parent / "out"
    out.mkdir()
    (out / "A.mov").write_bytes(b"somebody's")
    [issue] = refused(tools, footage / "A.mov", out=out)
    assert issue.sentence == "is already there, and nothing is overwritten"
