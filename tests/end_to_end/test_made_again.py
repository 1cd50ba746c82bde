"""A second act over the same footage: what is proven is skipped, what looks otherwise replaced."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from proxx_engine import (
    Creation,
    CreationError,
    CreationRequest,
    JobSpec,
    Tools,
    WorkerIdentity,
    create_jobs,
    find_profile,
    place_of_job,
    settle_job,
)
from tests.support import CREATED_BY, WORKER, MakeClip, Ran, execute

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.4", "-c:v", "mpeg4")


@pytest.fixture
def footage(make_clip: MakeClip, tmp_path: Path) -> Path:
    """Two clips in a folder."""
    folder = tmp_path / "footage"
    folder.mkdir()
    for name, clip in (("A", make_clip("a.mov", *PICTURE)), ("B", make_clip("b.mov", *PICTURE))):
        (folder / f"{name}.mov").write_bytes(clip.read_bytes() + b"\0" * (8 if name == "B" else 0))
    return folder


def create(
    tools: Tools, footage: Path, *, profile: str = "prores_proxy", **more: object
) -> Creation:
    out = footage.parent / "out"
    out.mkdir(exist_ok=True)
    request = CreationRequest((footage,), out, find_profile(profile), CREATED_BY, **more)  # type: ignore[arg-type]
    return create_jobs(request, prober=tools.prober)


@pytest.fixture
def made(tools: Tools, footage: Path) -> dict[str, Ran]:
    """Both clips' proxies, proven."""
    ran = {
        job.spec.label: execute(job.spec, footage.parent / "out", tools)
        for job in create(tools, footage).jobs
    }
    assert {each.result.status for each in ran.values()} == {"COMPLETED"}
    return ran


def labels(creation: Creation) -> list[str]:
    return [job.spec.label for job in creation.jobs]


def test_what_is_proven_is_left_out_and_listed(
    tools: Tools, footage: Path, made: dict[str, Ran]
) -> None:
    creation = create(tools, footage, skip_done="proven")
    assert labels(creation) == []
    assert [(done.path.name, done.proxy) for done in creation.done_before] == [
        ("A.mov", made["A"].proxy),
        ("B.mov", made["B"].proxy),
    ]
    assert all(done.proven_at for done in creation.done_before)


@pytest.mark.parametrize("how", ["proven", "trusted"])
def test_a_proxy_that_is_gone_is_made_again(
    tools: Tools, footage: Path, made: dict[str, Ran], how: str
) -> None:
    made["A"].proxy.unlink()
    assert labels(create(tools, footage, skip_done=how)) == ["A"]


def test_a_changed_proxy_is_not_skipped_and_not_overwritten(
    tools: Tools, footage: Path, made: dict[str, Ran]
) -> None:
    data = bytearray(made["A"].proxy.read_bytes())
    data[len(data) // 2] ^= 1
    made["A"].proxy.write_bytes(data)
    with pytest.raises(CreationError) as caught:
        create(tools, footage, skip_done="proven")
    assert [issue.code for issue in caught.value.issues] == ["OUTPUT_EXISTS"]
    assert caught.value.issues[0].path == str(made["A"].proxy)


def test_a_changed_source_is_made_again(tools: Tools, footage: Path, made: dict[str, Ran]) -> None:
    with open(footage / "A.mov", "ab") as source:
        source.write(b"\0" * 8)
    made["A"].proxy.unlink()
    assert labels(create(tools, footage, skip_done="proven")) == ["A"]


def test_a_proxy_that_only_exists_is_not_proven(tools: Tools, footage: Path) -> None:
    for job in create(tools, footage, verification="exists").jobs:
        assert execute(job.spec, footage.parent / "out", tools).result.status == "COMPLETED"
    with pytest.raises(CreationError) as caught:
        create(tools, footage, skip_done="proven")
    assert {issue.code for issue in caught.value.issues} == {"OUTPUT_EXISTS"}


def test_another_look_is_not_taken_for_done(
    tools: Tools, footage: Path, made: dict[str, Ran]
) -> None:
    with pytest.raises(CreationError):
        create(tools, footage, profile="dnxhr_lb", skip_done="proven")


def replacing(tools: Tools, footage: Path) -> dict[str, JobSpec]:
    creation = create(tools, footage, profile="h264", replace=True)
    return {job.spec.label: job.spec for job in creation.jobs}


def test_a_changed_look_replaces_the_proxy_and_says_which(
    tools: Tools, footage: Path, made: dict[str, Ran]
) -> None:
    spec = replacing(tools, footage)["A"]
    before = made["A"].result.clips[0].output_sha256
    assert spec.clips[0].replaces == before
    ran = execute(spec, footage.parent / "out", tools)
    assert ran.result.status == "COMPLETED"
    assert ran.proxy == made["A"].proxy
    clip = ran.result.clips[0]
    assert clip.replaced_sha256 == before
    assert clip.output_sha256 != before
    results = sorted((footage.parent / "out").glob("A.????????.result.json"))
    assert len(results) == 2, "the old record stays"


def test_the_old_proxy_stays_where_the_new_one_fails(
    tools: Tools, footage: Path, made: dict[str, Ran]
) -> None:
    spec = replacing(tools, footage)["A"]
    before = made["A"].proxy.read_bytes()
    (footage / "A.mov").write_bytes((footage / "A.mov").read_bytes()[:-400])
    ran = execute(spec, footage.parent / "out", tools)
    assert ran.result.status == "FAILED"
    assert made["A"].proxy.read_bytes() == before


def test_a_file_that_proxx_did_not_make_is_not_replaced(tools: Tools, footage: Path) -> None:
    (footage.parent / "out").mkdir()
    (footage.parent / "out" / "A.mov").write_bytes(b"the editor's own")
    with pytest.raises(CreationError) as caught:
        replacing(tools, footage)
    [issue] = caught.value.issues
    assert (issue.code, issue.path) == ("OUTPUT_EXISTS", str(footage.parent / "out" / "A.mov"))
    assert "result" in issue.sentence


def test_a_proxy_that_changed_since_the_job_was_made_is_not_replaced(
    tools: Tools, footage: Path, made: dict[str, Ran]
) -> None:
    spec = replacing(tools, footage)["A"]
    made["A"].proxy.write_bytes(b"the editor's own")
    ran = execute(spec, footage.parent / "out", tools)
    assert ran.result.failure is not None
    assert ran.result.failure.code == "OUTPUT_CHANGED"
    assert made["A"].proxy.read_bytes() == b"the editor's own"


def test_a_link_in_the_proxys_place_is_not_followed(
    tools: Tools, footage: Path, made: dict[str, Ran], tmp_path: Path
) -> None:
    spec = replacing(tools, footage)["A"]
    elsewhere = tmp_path / "elsewhere.mov"
    made["A"].proxy.rename(elsewhere)
    made["A"].proxy.symlink_to(elsewhere)
    ran = execute(spec, footage.parent / "out", tools)
    assert ran.result.failure is not None
    assert ran.result.failure.code == "OUTPUT_CHANGED"
    assert elsewhere.is_file()


def test_without_an_old_proxy_a_replacing_job_makes_a_first_one(
    tools: Tools, footage: Path
) -> None:
    spec = replacing(tools, footage)["A"]
    assert spec.clips[0].replaces is None
    ran = execute(spec, footage.parent / "out", tools)
    assert ran.result.status == "COMPLETED"
    assert ran.result.clips[0].replaced_sha256 is None


def test_a_replacing_job_that_died_before_it_published_leaves_the_old_proxy(
    tools: Tools, footage: Path, made: dict[str, Ran]
) -> None:
    spec = replacing(tools, footage)["A"]
    out = footage.parent / "out"
    before = made["A"].proxy.read_bytes()
    ran = execute(spec, out, tools)
    made["A"].proxy.write_bytes(before)
    place = place_of_job(ran.job_file)
    facts = [json.loads(line) for line in place.journal.read_text("utf-8").splitlines()]
    cut = next(n for n, fact in enumerate(facts) if fact["event"] == "publishing")
    facts[0]["owner"] |= {"pid": 4_000_000, "process_mark": "0"}
    lines = [json.dumps(fact) for fact in facts[: cut + 1]]
    place.journal.write_text("\n".join(lines) + "\n", "utf-8")
    place.result.unlink()
    Path(out / f"A.{spec.job_id[:8]}.result.json").unlink()
    result = settle_job(spec, journal_path=place.journal, worker=another_worker())
    assert result.failure is not None
    assert result.failure.code == "CLAIM_INTERRUPTED"
    assert made["A"].proxy.read_bytes() == before


def another_worker() -> WorkerIdentity:
    return WORKER.model_copy(update={"pid": 2})
