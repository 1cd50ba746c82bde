"""A claim that is taken away, or cannot be asked about; an end that cannot be kept."""

from __future__ import annotations

from pathlib import Path

from proxx_engine import JobSpec, Tools
from sidecar.folders.stopping import StopLevel
from sidecar.service.rows import Ending
from tests.service.worker.faults import Gate, Shaky, make_gate
from tests.service.worker.scenes import Service, elsewhere, here, wait_for

RELEASED = Ending("failed", None, "CLAIM_RELEASED: it hangs")


def proxies(service: Service) -> list[str]:
    return sorted(path.name for path in service.out.iterdir())


def gate_of(service: Service, tools: Tools) -> Gate:
    return make_gate(tools, service.folder / "gate")


def test_who_lost_the_claim_while_a_clip_encodes_publishes_nothing_and_leaves_the_row(
    service: Service, good: JobSpec, tools: Tools
) -> None:
    gate = gate_of(service, tools)
    job_id = service.submit(good)
    person = elsewhere(here(service))
    with service.running(ffmpeg=gate.ffmpeg) as working:
        gate.wait()
        (job,) = service.parts.table.running()
        assert service.parts.table.settle(job_id, RELEASED, by=person, of=job.by, reason="it hangs")
        gate.open()
        wait_for(lambda: service.heard.said("lost"))
        outcome = working.stop()
    assert proxies(service) == []
    row = service.row(job_id)
    assert (row.status, row.error_message) == ("failed", RELEASED.error_message)
    assert [each.by for each in service.parts.table.history(job_id)][-1] == person
    assert (outcome.tally.lost, outcome.tally.codes) == (1, {"CLAIM_LOST"})
    assert not list((service.parts.settings.home / "storage").glob("results/*"))


def test_while_the_table_is_away_a_proven_proxy_waits_for_its_name(
    service: Service, good: JobSpec, tools: Tools
) -> None:
    gate, shaky, away = gate_of(service, tools), Shaky(service.parts), [False]
    shaky.table.is_away = lambda _call: away[0]
    job_id = service.submit(good)
    with service.running(shaky.parts, ffmpeg=gate.ffmpeg):
        gate.wait()
        away[0] = True
        gate.open()
        wait_for(lambda: service.heard.said("blocked"))
        assert not list(service.out.glob("*.mov"))
        away[0] = False
        wait_for(lambda: service.row(job_id).status == "completed")
    assert list(service.out.glob("*.mov"))
    assert service.heard.said("unblocked")


def test_who_must_end_while_the_table_is_away_publishes_nothing_and_it_is_settled_later(
    service: Service, good: JobSpec, tools: Tools
) -> None:
    gate, shaky, away = gate_of(service, tools), Shaky(service.parts), [False]
    shaky.table.is_away = lambda _call: away[0]
    job_id = service.submit(good)
    with service.running(shaky.parts, ffmpeg=gate.ffmpeg) as working:
        gate.wait()
        away[0] = True
        gate.open()
        wait_for(lambda: service.heard.said("blocked"))
        outcome = working.stop(StopLevel.HARD)
    assert not list(service.out.glob("*.mov"))
    assert outcome.left == (job_id,)
    assert service.row(job_id).status == "running"
    service.wish.level = StopLevel.GO_ON
    service.run()
    assert (service.row(job_id).error_message or "").startswith("CLAIM_LOST: ")
    assert service.heard.said("settled") == [f"settled {job_id} failed"]
    assert proxies(service) == [f"{good.label}.{job_id[:8]}.result.json"]


def test_a_result_that_the_storage_does_not_take_is_kept_in_hand_and_nothing_else_is_taken(
    service: Service, good: JobSpec, tools: Tools
) -> None:
    gate, shaky, away = gate_of(service, tools), Shaky(service.parts), [False]
    shaky.storage.is_away = lambda _call: away[0]
    job_id, after = service.submit(good), service.submit(service.quick(2))
    with service.running(shaky.parts, ffmpeg=gate.ffmpeg):
        gate.wait()
        away[0] = True
        gate.open()
        wait_for(lambda: service.heard.said("blocked"))
        assert service.row(job_id).status == "running"
        assert service.parts.queue.waiting() == (after,)
        away[0] = False
        wait_for(lambda: service.row(after).status == "failed")
    assert service.row(job_id).status == "completed"
    assert gate.begun == 1


def test_a_worker_that_ends_with_an_end_in_hand_leaves_it_to_the_next_start(
    service: Service, good: JobSpec, tools: Tools
) -> None:
    gate, shaky, away = gate_of(service, tools), Shaky(service.parts), [False]
    shaky.storage.is_away = lambda _call: away[0]
    job_id = service.submit(good)
    with service.running(shaky.parts, ffmpeg=gate.ffmpeg) as working:
        gate.wait()
        away[0] = True
        gate.open()
        wait_for(lambda: service.heard.said("blocked"))
        outcome = working.stop()
    assert (outcome.left, service.row(job_id).status) == ((job_id,), "running")
    service.wish.level = StopLevel.GO_ON
    service.run(ffmpeg=gate.ffmpeg)
    row = service.row(job_id)
    assert (row.status, row.error_message) == ("completed", None)
    (beside,) = service.out.glob("*.result.json")
    assert service.stored(job_id) == beside.read_bytes()
    assert service.parts.table.history(job_id)[-1].reason == "CLAIM_INTERRUPTED"
    assert gate.begun == 1


def test_a_claim_whose_answer_was_lost_is_not_given_up(service: Service) -> None:
    shaky = Shaky(service.parts)
    shaky.table.loses_answer_of = {"claim"}
    job_id = service.submit(service.quick())
    with service.running(shaky.parts):
        wait_for(lambda: service.row(job_id).status == "failed")
    assert (service.row(job_id).error_message or "").startswith("SOURCE_MISSING: ")
    assert not service.heard.said("passed by")
    assert len(service.heard.said("claimed")) == 1


def test_an_end_whose_answer_was_lost_is_not_taken_for_anothers(service: Service) -> None:
    shaky = Shaky(service.parts)
    shaky.table.loses_answer_of = {"settle"}
    job_id = service.submit(service.quick())
    with service.running(shaky.parts) as working:
        wait_for(lambda: service.heard.said("ended"))
        outcome = working.stop()
    assert (outcome.tally.failed, outcome.tally.lost) == (1, 0)
    assert len(service.parts.table.history(job_id)) == 3


def test_a_stop_finishes_the_clip_and_a_second_one_ends_it(
    service: Service, footage: Path, good: JobSpec, tools: Tools
) -> None:
    gate = gate_of(service, tools)
    finished = service.submit(good)
    waiting = service.submit(service.quick(2))
    with service.running(ffmpeg=gate.ffmpeg) as working:
        gate.wait()
        service.wish.level = StopLevel.SOFT
        gate.open()
        outcome = working.stop()
    assert outcome.stopped
    assert service.row(finished).status == "completed"
    assert service.row(waiting).status == "pending"


def test_a_hard_stop_ends_the_clip_and_its_row_says_so(
    service: Service, good: JobSpec, tools: Tools
) -> None:
    gate = gate_of(service, tools)
    job_id = service.submit(good)
    with service.running(ffmpeg=gate.ffmpeg) as working:
        gate.wait()
        working.stop(StopLevel.HARD)
    assert (service.row(job_id).error_message or "").startswith("ENCODE_STOPPED")
    assert not list(service.out.glob("*.mov"))


def test_a_worker_that_dies_of_a_defect_leaves_a_row_that_is_settled(service: Service) -> None:
    job_id = service.submit(service.quick())
    shaky = Shaky(service.parts)

    def broken(call: str) -> bool:
        if call == "put_new":
            raise RuntimeError("a defect")
        return False

    shaky.storage.is_away = broken
    outcome = service.run(shaky.parts)
    assert "RuntimeError: a defect" in outcome.defects[0]
    assert service.row(job_id).status == "running"
    service.run()
    assert (service.row(job_id).error_message or "").startswith("SOURCE_MISSING: ")
