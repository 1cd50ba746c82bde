"""`proxx worker`, `proxx queue` and `proxx release --service`, as a person calls them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from proxx_engine import JobSpec, encode_json
from sidecar.service.rows import Claimant
from tests.service.worker.scenes import Service, elsewhere, here, open_service, write_settings
from tests.sidecar.calling import Said

Call = Callable[..., Said]


def test_a_worker_runs_what_waits_and_says_so_line_by_line(shared: Service, call: Call) -> None:
    job_id = shared.submit(shared.quick())
    done = call("worker", write_settings(shared), "--once", "--json")
    assert done.code == 1, done.err
    events = [json.loads(line) for line in done.err.splitlines()]
    assert [event["event"] for event in events] == ["started", "claimed", "ended"]
    assert events[-1]["error_message"].startswith("SOURCE_MISSING: ")
    assert json.loads(done.out)["failed"] == 1
    assert shared.row(job_id).status == "failed"


def test_tables_that_nobody_made_are_told_with_the_cure(
    tmp_path: Path, redis_url: str, call: Call
) -> None:
    with open_service(tmp_path, queue=redis_url) as service:
        settings = write_settings(service)
    (tmp_path / "home" / "jobs.db").unlink()
    done = call("worker", settings, "--once")
    assert done.code == 3
    assert "proxx queue prepare" in done.err
    assert call("queue", "prepare", settings).code == 0
    assert "was ready" in call("queue", "prepare", settings).out
    assert call("worker", settings, "--once").code == 0


def test_a_service_is_prepared_where_nothing_of_it_is(
    tmp_path: Path, redis_url: str, call: Call
) -> None:
    settings = tmp_path / "service.toml"
    home = tmp_path / "far" / "below"
    lines = (
        f"table = 'sqlite:///{home}/jobs.db'",
        f"queue = '{redis_url}'",
        f"storage = '{tmp_path}/stored'",
        f"home = '{home}'",
        f"roots = ['{tmp_path}']",
    )
    settings.write_text("\n".join(lines))
    assert call("worker", settings, "--once").code == 3
    assert not home.exists(), "a volume that is away is not replaced by a new folder"
    assert call("queue", "prepare", settings).code == 0
    assert call("worker", settings, "--once").code == 0


def test_a_queue_in_memory_has_no_other_process(service: Service, call: Call) -> None:
    settings = write_settings(service)
    for words in (("worker", settings, "--once"), ("queue", "refill", settings)):
        done = call(*words)
        assert done.code == 2
        assert "queue: found memory" in done.err
        assert "serve --dev" in done.err


def test_what_waits_runs_and_was_lost_is_listed(shared: Service, call: Call) -> None:
    in_line, lost = shared.submit(shared.quick(1)), shared.submit(shared.quick(2), push=False)
    stale = shared.submit(shared.quick(3), push=False)
    assert shared.parts.table.claim(stale, elsewhere(here(shared)))
    settings = write_settings(shared)
    listed = json.loads(call("queue", "list", settings, "--json").out)
    assert (listed["in_line"], listed["lost"]) == ([in_line], [lost])
    assert [(job["job_id"], job["is_stale"]) for job in listed["running"]] == [(stale, True)]
    words = call("queue", "list", settings).out
    assert f"in line: 1 job: {in_line[:8]}\n" in words
    assert "LOST BY THE QUEUE: 1 job" in words
    assert "STALE" in words
    assert f"proxx release {stale[:8]} --service {settings} --reason TEXT" in words
    assert f"proxx queue refill {settings}" in words


def test_jobs_that_failed_last_are_listed_each_with_its_code_and_sentence(
    shared: Service, call: Call
) -> None:
    settings = write_settings(shared)
    ids = [shared.submit(shared.quick(number)) for number in range(1, 13)]
    assert call("worker", settings, "--once").code == 1
    words = call("queue", "list", settings).out.splitlines()
    (head,) = [number for number, line in enumerate(words) if "failed, the last first" in line]
    assert words[head + 1].startswith(f"  {ids[-1][:8]}  A00012  proxy  SOURCE_MISSING: ")
    assert words[-1] == "  and 2 before them"
    listed = json.loads(call("queue", "list", settings, "--json").out)["failed"]
    assert [each["job_id"] for each in listed] == ids[:1:-1]
    assert listed[0]["error_message"].startswith("SOURCE_MISSING: ")


def test_what_does_not_answer_is_told_part_by_part_when_the_service_is_prepared(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    with open_service(tmp_path, queue="redis://127.0.0.1:1/0") as service:
        settings = write_settings(service)
    said = settings.read_text("utf-8").replace(str(tmp_path / "home" / "storage"), "s3://jobs/a")
    settings.write_text(said, "utf-8")
    done = call("queue", "prepare", settings)
    assert done.code == 3
    assert done.out == f"sqlite:///{tmp_path / 'home' / 'jobs.db'}: was ready\n"
    for word in ("STORAGE_QUEUE_AWAY", "Connection refused", "lets this user in"):
        assert word in done.err
    for word in ("STORAGE_OBJECTS_AWAY", "AWS_ACCESS_KEY_ID", "credentials are where it looks"):
        assert word in done.err
    told = json.loads(call("queue", "prepare", settings, "--json").out)
    assert (told["table"], told["queue"], told["storage"]) == (False, None, None)
    assert [each["code"] for each in told["away"]] == ["STORAGE_QUEUE_AWAY", "STORAGE_OBJECTS_AWAY"]


def test_which_words_are_missing_is_said_of_those_alone(
    call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        call("queue", "list")
    assert capsys.readouterr().err.endswith("are required: SETTINGS.toml\n")


def test_what_was_lost_is_entered_once_in_the_order_of_submission(
    shared: Service, call: Call
) -> None:
    ids = [shared.submit(shared.quick(n), push=n == 2) for n in range(1, 5)]
    settings = write_settings(shared)
    entered = json.loads(call("queue", "refill", settings, "--json").out)["entered"]
    assert entered == [ids[0], ids[2], ids[3]]
    assert shared.parts.queue.waiting() == (ids[1], ids[0], ids[2], ids[3])
    assert json.loads(call("queue", "refill", settings, "--json").out)["entered"] == []


def test_a_job_of_which_nothing_travels_is_named_when_sources_go_up(
    service: Service, good: JobSpec, call: Call, tmp_path: Path
) -> None:
    settings, elsewhere_too = write_settings(service), tmp_path / "elsewhere"
    with settings.open("a") as file:
        file.write(f"[media]\nsources = ['{elsewhere_too}']\n")
    job = tmp_path / f"good.{good.job_id}.job.json"
    job.write_bytes(encode_json(good))
    done = call("queue", "upload", settings, job)
    assert f"{good.label}: none of its sources lies below media.sources" in done.out
    assert json.loads(call("queue", "upload", settings, job, "--json").out)["left_out"] == [
        good.job_id
    ]


def test_a_person_releases_a_job_of_another_host_and_what_is_not_known_is_said(
    shared: Service, call: Call
) -> None:
    job_id = shared.submit(shared.quick(), push=False)
    claimant = elsewhere(here(shared))
    assert shared.parts.table.claim(job_id, claimant)
    settings = write_settings(shared)
    words = ("--service", settings, "--reason", "box 7 burnt down")
    assert call("release", job_id[:4], *words).code == 2
    done = call("release", job_id[:8], *words)
    assert done.code == 0, done.err
    row = shared.row(job_id)
    assert (row.status, row.output_path) == ("failed", None)
    assert row.error_message is not None
    assert row.error_message.startswith("CLAIM_RELEASED: ")
    assert "box 7 burnt down; its folder is on elsewhere" in row.error_message
    assert shared.parts.table.history(job_id)[-1].reason == "box 7 burnt down"
    assert call("release", job_id[:8], *words).code == 2


def test_a_person_releases_a_job_of_this_host_with_the_truth_about_its_clips(
    shared: Service, good: JobSpec, call: Call
) -> None:
    job_id = shared.submit(good, push=False)
    gone: Claimant = here(shared, pid=2**22 - 1, process_mark="1")
    assert shared.parts.table.claim(job_id, gone)
    words = ("--service", write_settings(shared), "--reason", "it hangs")
    assert call("release", job_id[:8], *words).code == 0
    row = shared.row(job_id)
    assert row.output_path is not None
    assert shared.result(job_id).failure is not None
    assert shared.result(job_id).clips[0].status == "NOT_RUN"
    assert (row.error_message or "").startswith("CLAIM_RELEASED: ")


def test_a_job_whose_worker_is_heard_of_is_not_released(shared: Service, call: Call) -> None:
    from sidecar.service.rows import Beat

    job_id = shared.submit(shared.quick(), push=False)
    claimant = elsewhere(here(shared))
    assert shared.parts.table.claim(job_id, claimant)
    shared.parts.table.beat(Beat(claimant, "running", job_id))
    done = call("release", job_id, "--service", write_settings(shared), "--reason", "why")
    assert done.code == 2
    assert "CLAIM_LOCKED" in done.err
    assert shared.row(job_id).status == "running"
