"""What a worker makes of an entry in the queue: the job's row says what came of it, truthfully."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from proxx_engine import JobSpec, Tools, encode_json
from sidecar.service.keys import jobspec_key, result_key
from sidecar.service.rows import NewJob, WorkerSeen
from tests.service.worker.faults import make_gate
from tests.service.worker.scenes import Service, make_job_of, quick_spec, wait_for


def test_a_job_is_run_and_its_result_lies_in_three_places_byte_for_byte(
    service: Service, good: JobSpec
) -> None:
    job_id = service.submit(good)
    outcome = service.run()
    row = service.row(job_id)
    assert (row.status, row.error_message) == ("completed", None)
    assert row.output_path == f"results/{job_id}.result.json"
    (beside,) = service.out.glob("*.result.json")
    (with_job,) = service.home(job_id).glob("*.result.json")
    assert service.stored(job_id) == beside.read_bytes() == with_job.read_bytes()
    assert service.result(job_id).proven
    assert Path(service.result(job_id).clips[0].output.path).is_file()
    assert (outcome.tally.completed, outcome.tally.failed) == (1, 0)
    changes = [
        (each.after, each.by and each.by.worker) for each in service.parts.table.history(job_id)
    ]
    worker = service.result(job_id).worker.id
    assert changes == [("pending", None), ("running", worker), ("completed", worker)]


def test_what_failed_says_the_first_failing_clips_code_and_sentence(service: Service) -> None:
    job_id = service.submit(service.quick())
    assert service.run().tally.codes == {"SOURCE_MISSING"}
    row = service.row(job_id)
    failure = service.result(job_id).clips[0].failure
    assert failure is not None
    assert (row.status, row.error_message) == ("failed", f"{failure.code}: {failure.sentence}")
    assert row.output_path == f"results/{job_id}.result.json"


def test_a_partial_job_failed(service: Service, footage: Path, tools: Tools) -> None:
    whole = footage.read_bytes()
    cut = footage.with_name("later.mov")
    cut.write_bytes(whole)
    job_id = service.submit(make_job_of([footage, cut], service.out, tools))
    gate = make_gate(tools, service.folder / "gate")
    with service.running(ffmpeg=gate.ffmpeg) as working:
        gate.wait()
        cut.write_bytes(whole[: len(whole) // 2])
        gate.open()
        wait_for(lambda: service.row(job_id).status == "failed")
        working.stop()
    assert service.result(job_id).status == "PARTIAL"
    assert (service.row(job_id).error_message or "").startswith("SOURCE_")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"{}", "SPEC_MISSING_FIELD", id="no JobSpec"),
        pytest.param(b"\xff", "SPEC_", id="no text"),
    ],
)
def test_a_wrong_jobspec_is_failed_for_its_reason(service: Service, data: bytes, code: str) -> None:
    job_id = service.submit(service.quick(), data=data)
    after = service.submit(service.quick(2))
    service.run()
    row = service.row(job_id)
    assert row.status == "failed"
    assert (row.error_message or "").startswith(code)
    assert service.result(job_id).clips == ()
    assert service.row(after).status == "failed"


def test_a_jobspec_that_is_another_jobs_is_not_run(service: Service) -> None:
    spec = service.quick()
    job_id = service.submit(spec, data=encode_json(service.quick(2)))
    service.run()
    assert (service.row(job_id).error_message or "").startswith("SPEC_ID_MISMATCH: ")


def test_a_jobspec_that_is_missing_is_failed_for_that(service: Service) -> None:
    spec = service.quick()
    assert service.parts.table.submit(NewJob(spec.job_id, jobspec_key(spec.job_id)))
    service.parts.queue.push(spec.job_id)
    service.run()
    row = service.row(spec.job_id)
    assert (row.error_message or "").startswith("SPEC_UNREADABLE: ")
    assert "is not in the storage" in (row.error_message or "")


def test_a_link_that_leads_out_of_the_roots_is_not_followed(
    service: Service, good: JobSpec, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    source = Path(good.clips[0].source.path)
    source.rename(outside / source.name)
    source.symlink_to(outside / source.name)
    job_id = service.submit(good)
    elsewhere = service.folder / "leads out"
    elsewhere.symlink_to(outside, target_is_directory=True)
    written = service.submit(quick_spec(elsewhere, service.folder / "footage"))
    service.run()
    for each, at in ((job_id, "clips[0].source.files[0]"), (written, "output.directory")):
        message = service.row(each).error_message or ""
        assert message.startswith("SPEC_OUTSIDE_ROOT: "), message
        assert at in message
    assert not list(service.out.iterdir())
    assert [path.name for path in outside.iterdir()] == [source.name]


def test_a_path_that_is_outside_as_it_is_written_is_not_run_either(
    service: Service, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    job_id = service.submit(quick_spec(outside, service.folder / "footage"))
    service.run()
    assert (service.row(job_id).error_message or "").startswith("SPEC_OUTSIDE_ROOT: ")


def test_two_entries_of_one_row_run_it_once(service: Service, good: JobSpec, tools: Tools) -> None:
    gate = make_gate(tools, service.folder / "gate", is_open=True)
    job_id = service.submit(good)
    service.parts.queue.push(job_id)
    service.run(ffmpeg=gate.ffmpeg)
    service.parts.queue.push(job_id)
    service.run(ffmpeg=gate.ffmpeg)
    assert gate.begun == 1
    assert len(service.heard.said("passed by")) == 2
    assert service.row(job_id).status == "completed"


def test_an_entry_without_a_row_is_passed_by(service: Service) -> None:
    for entry in ("11111111-2222-4333-8444-555555555555", "../../etc/passwd"):
        service.parts.queue.push(entry)
    job_id = service.submit(service.quick())
    service.run()
    assert len(service.heard.said("passed by")) == 2
    assert service.row(job_id).status == "failed"


def test_another_file_under_a_results_key_is_told_and_not_replaced(
    service: Service, good: JobSpec
) -> None:
    service.parts.storage.put_new(result_key(good.job_id), b"somebody's")
    job_id = service.submit(good)
    service.run()
    row = service.row(job_id)
    assert (row.status, row.output_path) == ("failed", None)
    assert (row.error_message or "").startswith("STORAGE_OBJECT_CHANGED: ")
    assert service.stored(job_id) == b"somebody's"


def test_a_running_job_tells_how_many_of_its_clips_are_done(
    service: Service, footage: Path, tools: Tools
) -> None:
    other = footage.with_name("other.mov")
    other.write_bytes(footage.read_bytes())
    job_id = service.submit(make_job_of([footage, other], service.out, tools))
    gate = make_gate(tools, service.folder / "gate")
    with service.running(ffmpeg=gate.ffmpeg, beat_seconds=0.05):
        gate.wait()
        seen = wait_for(lambda: _seen(service, "running"))
        assert (seen.beat.job_id, seen.beat.clips_done, seen.beat.clips_total) == (job_id, 0, 2)
        (job,) = service.parts.table.running()
        assert not job.is_stale
        gate.open()
        wait_for(lambda: service.row(job_id).status == "completed")
        assert _seen(service, "idle") or wait_for(lambda: _seen(service, "idle"))
    assert service.parts.table.workers() == ()


def _seen(service: Service, state: str) -> WorkerSeen | None:
    workers = service.parts.table.workers()
    return next((seen for seen in workers if seen.beat.state == state), None)


@pytest.mark.parametrize("key", ["../token", "/etc/passwd", ".bound/x", "", "uploads/x", "a\nb"])
def test_a_row_that_names_another_file_than_a_jobspec_fails_with_that(
    service: Service, key: str
) -> None:
    job_id = str(uuid.uuid4())
    if key == "uploads/x":
        service.parts.storage.put_new(key, encode_json(quick_spec(service.out, service.folder)))
    assert service.parts.table.submit(NewJob(job_id, input_path=key))
    service.parts.queue.push(job_id)
    assert service.run().defects == ()
    row = service.row(job_id)
    assert row.status == "failed"
    assert (row.error_message or "").startswith("SPEC_UNREADABLE: ")
    assert "bytes" not in (row.error_message or "")
