"""What workers say while they work: JSON lines for programs, plain words on a terminal."""

from __future__ import annotations

import json

import pytest

from proxx_engine import JobSpec, PlaceError
from sidecar.cli import worker_told
from sidecar.cli.worker_told import JsonWorkTale, WorkTale, choose_tale, exit_codes, sum_up
from sidecar.service.rows import Ending, JobRow
from sidecar.service.settling.interrupted import SettledRow
from sidecar.service.worker.options import WorkOptions
from tests.service.worker.scenes import Service, wait_for

HOSTILE = PlaceError("STORAGE_TABLE_AWAY", "a\nb \x1b[31m \u2028 \ud800" + "x" * 9000)


def tell_all(tale: WorkTale, service: Service, row: JobRow) -> None:
    tale.started(service.parts, WorkOptions())
    tale.claimed("box-1", row)
    tale.lost("box-1", row)
    tale.passed_by("box-1", "no\nid", "no row has this id")
    tale.gave_back("box-1", row.job_id)
    tale.settled(SettledRow(row, Ending("failed", None, "CLAIM_INTERRUPTED: gone")))
    tale.ended("box-1", row, Ending("completed", "qc/x", None), None)
    tale.blocked("box-1", HOSTILE)
    tale.unblocked("box-1")
    tale.trouble("it\nis\x00odd")


def test_json_lines_are_one_object_each_in_plain_letters_whatever_is_told(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    row = service.row(service.submit(service.quick()))
    tell_all(JsonWorkTale(), service, row)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.isascii()
    lines = [json.loads(line) for line in said.err.splitlines()]
    assert [line["event"] for line in lines] == [
        "started",
        "claimed",
        "lost",
        "passed_by",
        "gave_back",
        "settled",
        "ended",
        "blocked",
        "unblocked",
        "trouble",
    ]
    assert max(len(line["detail"]) for line in lines if "detail" in line) == 4000
    assert lines[0]["queue"] == "memory"


def test_a_person_reads_lines_that_no_name_can_break(
    service: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = service.row(service.submit(service.quick()))
    monkeypatch.setattr(worker_told.sys.stderr, "isatty", lambda: True, raising=False)
    tale = choose_tale(as_json=False)
    assert type(tale) is WorkTale
    tell_all(tale, service, row)
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert "BLOCKED: a\\nb" in said
    assert "See that its database runs" in said
    assert "COMPLETED" in said
    assert isinstance(choose_tale(as_json=True), JsonWorkTale)


def test_what_blocks_costs_no_job_and_asks_for_no_new_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for code in ("SOURCE_MISSING", "STORAGE_FULL", "STORAGE_TABLE_OLD"):
        WorkTale().blocked("box-1", PlaceError(code, "/mnt/shoot"))
    said = capsys.readouterr().err
    assert "new job" not in said
    assert "Mount the drive or bring the file back. It then goes on by itself." in said
    assert "Make room. It then goes on by itself." in said
    assert "with `proxx queue prepare`. It then goes on by itself." in said


def test_a_job_that_ends_is_described_as_proxx_run_does(
    service: Service, good: JobSpec, capsys: pytest.CaptureFixture[str]
) -> None:
    service.submit(good)
    service.heard = WorkTale()  # type: ignore[assignment]
    outcome = service.run()
    assert f"{good.label}  COMPLETED" in capsys.readouterr().err
    assert list(sum_up(outcome)) == ["1 job, 1 completed"]
    assert list(exit_codes(outcome)) == []


def test_what_still_stands_in_the_way_is_said_at_the_end(service: Service) -> None:
    service.submit(service.quick())
    service.out.rmdir()
    with service.running() as working:
        wait_for(lambda: service.heard.said("blocked"))
        outcome = working.stop()
    assert "BLOCKED: " in "\n".join(sum_up(outcome))
    assert set(exit_codes(outcome)) == {3, 130}
