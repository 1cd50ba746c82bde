"""What belongs to the place empties no queue: a worker says BLOCKED, keeps the id, and waits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from proxx_engine import JobSpec, PlaceError, Tools
from sidecar.folders import places
from sidecar.service.rows import WorkerSeen
from tests.faults.scenes import wrap_ffmpeg
from tests.service.worker.faults import Shaky
from tests.service.worker.scenes import Service, quick_spec, wait_for


def blocked(service: Service) -> WorkerSeen | None:
    workers = service.parts.table.workers()
    return next((seen for seen in workers if seen.beat.state == "blocked"), None)


def test_a_job_whose_output_folder_is_away_waits_in_hand_until_it_is_there(
    service: Service,
) -> None:
    away = service.folder / "away"
    job_id = service.submit(quick_spec(away, service.folder / "footage"))
    after = service.submit(service.quick(2))
    with service.running(beat_seconds=0.05):
        seen = wait_for(lambda: blocked(service))
        assert seen.beat.job_id == job_id
        assert "STORAGE_OUTPUT_MISSING" in (seen.beat.blocked_by or "")
        assert service.row(job_id).status == "pending"
        assert service.parts.queue.waiting() == (after,)
        away.mkdir()
        wait_for(lambda: service.row(after).status == "failed")
    assert (service.row(job_id).error_message or "").startswith("SOURCE_MISSING")
    assert len(service.heard.said("blocked")) == 1, "it is told once, not at every look"
    assert len(service.heard.said("unblocked")) == 1


def test_a_worker_that_is_asked_to_end_gives_back_what_it_has_in_hand(service: Service) -> None:
    job_id = service.submit(quick_spec(service.folder / "away", service.folder / "footage"))
    after = service.submit(service.quick(2))
    with service.running() as working:
        wait_for(lambda: service.heard.said("blocked"))
        outcome = working.stop()
    assert service.parts.queue.waiting() == (job_id, after), "first in line again"
    assert service.row(job_id).status == "pending"
    assert service.heard.said("gave back") == [f"gave back {job_id}"]
    assert [cause.code for cause in outcome.blocked] == ["STORAGE_OUTPUT_MISSING"]
    assert outcome.stopped


def test_a_folder_of_sources_that_is_away_is_no_fault_of_the_clip(service: Service) -> None:
    job_id = service.submit(quick_spec(service.out, service.folder / "away"))
    outcome = service.run()
    assert [cause.code for cause in outcome.blocked] == ["SOURCE_MISSING"]
    assert service.row(job_id).status == "pending"
    assert service.parts.queue.waiting() == (job_id,)


def test_without_ffmpeg_no_worker_begins(service: Service) -> None:
    job_id = service.submit(service.quick())
    with pytest.raises(PlaceError, match="TOOL_FFMPEG_MISSING"):
        service.run(ffmpeg=service.folder / "none")
    assert service.parts.queue.waiting() == (job_id,)


def test_an_ffmpeg_that_goes_away_stops_the_taking_until_it_is_back(
    service: Service, tools: Tools
) -> None:
    ffmpeg = wrap_ffmpeg(tools, service.folder).ffmpeg
    with service.running(ffmpeg=ffmpeg):
        ffmpeg.rename(service.folder / "hidden")
        wait_for(lambda: service.heard.said("blocked"))
        job_id = service.submit(service.quick())
        wait_for(lambda: "TOOL_FFMPEG_MISSING" in service.heard.lines[-1])
        assert service.parts.queue.waiting() == (job_id,)
        (service.folder / "hidden").rename(ffmpeg)
        wait_for(lambda: service.row(job_id).status == "failed")


@pytest.mark.parametrize("part", ["table", "storage"])
def test_while_a_part_is_away_nothing_is_taken(service: Service, part: str) -> None:
    shaky = Shaky(service.parts)
    away: list[bool] = []
    getattr(shaky, part).is_away = lambda _call: bool(away)
    with service.running(shaky.parts):
        away.append(True)
        wait_for(lambda: service.heard.said("blocked"))
        job_id = service.submit(service.quick())
        away.clear()
        wait_for(lambda: service.row(job_id).status == "failed")


def test_a_home_without_room_takes_no_job(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service.running():
        monkeypatch.setattr(places, "ROOM_FOR_RECORDS", 2**62)
        wait_for(lambda: service.heard.said("blocked"))
        job_id = service.submit(service.quick())
        assert "STORAGE_FULL" in service.heard.lines[-1]
        assert service.row(job_id).status == "pending"
        monkeypatch.undo()
        wait_for(lambda: service.row(job_id).status == "failed")


FULL = r"""out=$(printf '%s' "$*" | sed -n 's/.*+bitexact\]file:\(.*\)|\[f=framehash.*/\1/p')
  printf '' > "$out"; echo "[out#0/mov @ 0x0] [error] No space left on device" >&2; exit 228"""


def test_after_a_job_failed_for_its_place_nothing_is_taken_until_that_works(
    service: Service, good: JobSpec, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "FIRST_PAUSE_SECONDS", 1.0)
    ffmpeg = wrap_ffmpeg(tools, service.folder, encode=FULL).ffmpeg
    job_id = service.submit(good)
    others = [service.submit(service.quick(n)) for n in (2, 3)]
    with service.running(ffmpeg=ffmpeg):
        wait_for(lambda: service.row(job_id).status == "failed")
        wait_for(lambda: service.heard.said("blocked"))
        assert (service.row(job_id).error_message or "").startswith("STORAGE_FULL")
        assert service.parts.queue.waiting() == tuple(others)
        assert [service.row(each).status for each in others] == ["pending", "pending"]
        # Room that a person made.
        monkeypatch.setattr(places, "_NOTABLY_MORE", 0.0)
        monkeypatch.setattr(places.Room, "is_notably_more_than", lambda *_then: True)
        wait_for(lambda: service.row(others[1]).status == "failed")
    assert (service.row(others[0]).error_message or "").startswith("SOURCE_MISSING")


def test_who_works_once_is_told_of_a_part_that_is_away_before_anything_is_taken(
    service: Service,
) -> None:
    shaky = Shaky(service.parts)
    shaky.storage.is_away = lambda _call: True
    with pytest.raises(PlaceError, match="STORAGE_OBJECTS_AWAY"):
        service.run(shaky.parts)


def test_a_machine_that_is_up_before_its_servers_waits_for_them(service: Service) -> None:
    shaky = Shaky(service.parts)
    shaky.table.is_away = shaky.storage.is_away = lambda call: call == "look"
    job_id = service.submit(service.quick())
    with service.running(shaky.parts) as working:
        wait_for(lambda: service.heard.said("blocked") or working.error)
        assert "STORAGE_TABLE_AWAY" in service.heard.said("blocked")[0]
        shaky.table.is_away = shaky.storage.is_away = lambda _call: False
        wait_for(lambda: service.row(job_id).status == "failed")


def test_a_home_that_is_not_there_is_told_at_once(service: Service, tmp_path: Path) -> None:
    settings = replace(service.parts.settings, home=tmp_path / "unmounted" / "home")
    with pytest.raises(PlaceError, match="STORAGE_NOT_WRITABLE"):
        service.run(replace(service.parts, settings=settings))
