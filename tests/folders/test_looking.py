"""What a look at a watch folder tells of what is on the disk."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from proxx_engine import PlaceError, identify_process, now_utc, place_of_job, plan_job
from sidecar.cli.status_text import describe_folder
from sidecar.folders.claims import claim_path
from sidecar.folders.heartbeats import Heartbeat, heartbeat_path, write_heartbeat
from sidecar.folders.layout import WatchFolder
from sidecar.folders.pending import list_pending
from sidecar.folders.views.looking import Looker
from tests.folders.scenes import leave, make_folder, make_spec, submit, take_first

LONG_AGO = "2026-01-01T00:00:00.000Z"
FAR_AHEAD = "2999-01-01T00:00:00.000Z"


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return make_folder(tmp_path / "box", 2)


def beat(worker: str, **changes: object) -> Heartbeat:
    told = {"worker": worker, "owner": identify_process(), "started_at": now_utc()}
    told |= {"beat_at": now_utc(), "beats": 1, "state": "idle", "since": now_utc()}
    return Heartbeat(**(told | changes))  # type: ignore[arg-type]


def speak(folder: WatchFolder, said: Heartbeat, *, seconds_ago: float = 0.0) -> None:
    """Let the disk know a heartbeat since so long ago."""
    write_heartbeat(folder, said)
    at = time.time() - seconds_ago
    os.utime(heartbeat_path(folder, said.worker), (at, at))


def alarms(folder: WatchFolder) -> list[str]:
    return list(Looker(folder).look().alarms())


def test_nobody_watches_is_said_only_where_jobs_wait(tmp_path: Path, folder: WatchFolder) -> None:
    assert alarms(folder) == ["NOBODY WATCHES, and 2 wait"]
    speak(folder, beat("w-1"))
    assert alarms(folder) == []
    speak(folder, beat("w-1", state="stopping"))
    assert alarms(folder) == ["WORKERS ARE ENDING, and 2 wait"]
    speak(folder, beat("w-1", beat_at=LONG_AGO), seconds_ago=300)
    assert alarms(folder) == ["NOBODY WATCHES, and 2 wait"]
    empty = make_folder(tmp_path / "empty")
    assert alarms(empty) == []
    assert Looker(empty).look().counts() == "0 waiting, 0 running, 0 completed, 0 failed"


def test_a_living_workers_job_is_no_stale_one(folder: WatchFolder) -> None:
    taken = take_first(folder)
    seen = Looker(folder).look()
    assert seen.stale == ()
    assert [(job.label, job.doing, job.clips) for job in seen.running] == [
        ("A00001", "beginning", 1)
    ]
    leave(folder, taken.claim)
    seen = Looker(folder).look()
    (stale,) = seen.stale
    assert (stale.reason, stale.settled_by) == ("its process is gone", "watch")
    assert seen.running == ()
    speak(folder, beat("w-1"))
    assert Looker(folder).look().stale[0].settled_by == "workers"


def test_a_living_process_that_says_nothing_must_end_first(folder: WatchFolder) -> None:
    taken = take_first(folder)
    speak(folder, beat(taken.claim.worker, beat_at=LONG_AGO), seconds_ago=300)
    (stale,) = Looker(folder).look().stale
    assert stale.settled_by == "process"
    assert (
        stale.reason == f"process {os.getpid()} lives, but its worker was last heard of 5 min ago"
    )


def test_another_hosts_job_is_stale_once_its_worker_is_silent(folder: WatchFolder) -> None:
    taken = take_first(folder)
    owner = leave(folder, taken.claim, host="box9").owner
    (stale,) = Looker(folder).look().stale
    assert (stale.reason, stale.settled_by) == ("its worker is not heard of", "person")
    assert (stale.host, stale.name) == ("box9", f"A00001 ({taken.spec.job_id[:8]})")
    speak(folder, beat(taken.claim.worker, owner=owner))
    assert Looker(folder).look().stale == ()
    silent = beat(taken.claim.worker, owner=owner, beat_at=LONG_AGO)
    speak(folder, silent, seconds_ago=7200)
    (stale,) = Looker(folder).look().stale
    assert (stale.reason, stale.settled_by) == ("its worker was last heard of 2 h ago", "person")
    speak(folder, beat("box9-2-1", owner=owner))
    assert Looker(folder).look().stale[0].settled_by == "host"


def test_a_claim_that_is_being_born_or_goes_is_none_to_worry_about(folder: WatchFolder) -> None:
    job_id = "0d6a8f4e-52d1-4f5c-9a3b-6f1f7d2c8e90"
    claim_path(folder, job_id).touch()
    assert Looker(folder).look().stale == ()
    os.utime(claim_path(folder, job_id), (0, 0))
    (stale,) = Looker(folder).look().stale
    assert (stale.settled_by, stale.name) == ("person", "0d6a8f4e")
    claim_path(folder, job_id).write_text("what?")
    assert len(Looker(folder).look().stale) == 1


def test_a_job_that_is_being_taken_waits_no_more(folder: WatchFolder) -> None:
    taken = take_first(folder)
    (folder.pending / list_pending(folder)[0]).rename(folder.pending / "x.job.json")
    for name in (f"0.{taken.home.name}.job.json", "copy.job.json"):
        (folder.pending / name).write_bytes(taken.job_file.read_bytes())
    seen = Looker(folder).look()
    assert (seen.waiting, len(seen.running)) == (1, 1)
    assert [job.name for job in seen.next_jobs] == ["x.job.json"]


def test_what_is_no_whole_file_is_told_and_does_not_wait(folder: WatchFolder) -> None:
    name = list_pending(folder)[0]
    whole = (folder.pending / name).read_bytes()
    (folder.pending / name).write_bytes(whole[: len(whole) // 2])
    (folder.pending / "dir.job.json").mkdir()
    looker = Looker(folder)
    seen = looker.look()
    assert seen.waiting == 1
    assert dict(seen.left_alone) == {"dir.job.json": "no regular file"}
    (half,) = seen.unfinished
    assert (half.name, half.stands_still) == (name, False)
    assert not any("UNFINISHED" in alarm for alarm in seen.alarms())
    os.utime(folder.pending / name, (time.time() - 300, time.time() - 300))
    assert "1 UNFINISHED in pending/: nobody writes on" in looker.look().alarms()
    (folder.pending / name).write_bytes(whole)
    seen = looker.look()
    assert (seen.waiting, seen.unfinished) == (2, ())


def test_a_job_without_a_claim_needs_a_person(folder: WatchFolder) -> None:
    taken = take_first(folder)
    claim_path(folder, taken.spec.job_id).unlink()
    seen = Looker(folder).look()
    (stale,) = seen.stale
    assert (stale.job_id, stale.settled_by) == (taken.spec.job_id, "person")
    assert stale.reason == "nobody has a claim to it"
    assert seen.running == ()


def test_a_folder_that_is_no_jobs_runs_nothing(folder: WatchFolder) -> None:
    (folder.running / "w-1/notes").mkdir(parents=True)
    seen = Looker(folder).look()
    assert (seen.running, seen.stale) == ((), ())
    assert seen.left_alone == (("running/w-1/notes", "no job's folder"),)


def test_a_look_at_the_wrong_moment_is_not_kept(folder: WatchFolder) -> None:
    taken = take_first(folder)
    away = taken.job_file.rename(taken.job_file.with_suffix(".away"))
    looker = Looker(folder)
    assert looker.look().running[0].clips == 0
    away.rename(taken.job_file)
    assert looker.look().running[0].clips == 1


def test_bytes_are_compared_with_what_the_running_clip_takes(
    tmp_path: Path, folder: WatchFolder
) -> None:
    taken = take_first(folder)
    (clip,) = plan_job(taken.spec).clips
    work = tmp_path / "growing.mov"
    work.write_bytes(b"x" * (clip.estimated_bytes // 4))
    journal = place_of_job(taken.job_file).journal
    index = clip.clip.index

    def note(event: str, **facts: object) -> None:
        with journal.open("a") as stream:
            stream.write(json.dumps({"time": now_utc(), "event": event, **facts}) + "\n")

    note("clip_started", index=index, work=str(work))
    (job,) = Looker(folder).look().running
    assert (job.about_bytes, job.doing) == (clip.estimated_bytes, "encoding")
    assert job.part == pytest.approx(0.25, abs=0.01)
    assert job.elapsed_seconds is not None
    note("clip_encoded", index=index, exit_code=0)
    assert Looker(folder).look().running[0].doing == "proving"
    note("published", index=index)
    (job,) = Looker(folder).look().running
    assert (job.doing, job.clip, job.bytes_written, job.part) == ("ending", None, None, 1.0)


def test_the_time_of_a_running_clip_is_told_by_one_clock(folder: WatchFolder) -> None:
    """A worker whose clock is a year behind has been at its clip for as long as it says."""
    taken = take_first(folder)
    place = taken.home.relative_to(folder.root).as_posix()
    told = {"since": "2025-01-01T00:00:00.000Z", "beat_at": "2025-01-01T00:10:00.000Z"}
    speak(folder, beat("w", state="running", job_folder=place, **told), seconds_ago=5)
    seen = Looker(folder).look()
    assert seen.running[0].elapsed_seconds == pytest.approx(605, abs=2)
    (worker,) = seen.workers
    assert worker.alive
    assert worker.clock_ahead_seconds < -30_000_000
    assert "behind the disk's" in "\n".join(line.text for line in describe_folder(seen))


def test_what_tells_no_time_is_told_as_such(folder: WatchFolder) -> None:
    for number, moment in enumerate(("2026-01-01T00:00:00", "yesterday")):
        speak(folder, beat(f"w-{number}", since=moment, beat_at=FAR_AHEAD), seconds_ago=-3600)
    write_heartbeat(folder, beat("w-2", since=7, jobs_done="many"))
    seen = Looker(folder).look()
    assert [(w.silent, w.heard_seconds, w.since_seconds) for w in seen.workers] == [
        (True, None, None)
    ] * 2
    assert "at a time that nobody can tell" in "\n".join(x.text for x in describe_folder(seen))
    json.dumps(asdict(seen), allow_nan=False)


def test_a_worker_that_speaks_between_two_looks_lives_whatever_the_clocks_say(
    folder: WatchFolder,
) -> None:
    now = [1000.0]
    looker = Looker(folder, clock=lambda: now[0])

    def silent(moment: str, beats: int) -> bool:
        said = beat("w-1", beat_at=moment, beats=beats, started_at=LONG_AGO)
        speak(folder, said, seconds_ago=7200)
        (worker,) = looker.look().workers
        now[0] += 70.0
        return worker.silent

    assert silent(LONG_AGO, 1)
    assert not silent(LONG_AGO, 2)
    assert not silent(FAR_AHEAD, 3)
    assert silent(FAR_AHEAD, 3)


def test_blocks_are_told_by_the_living_with_what_waits_for_them(
    tmp_path: Path, folder: WatchFolder
) -> None:
    elsewhere = tmp_path / "elsewhere"
    submit(folder, make_spec(elsewhere, 7), make_spec(elsewhere, 8), make_spec(elsewhere, 9))
    cause = {"place": str(elsewhere), "code": "STORAGE_FULL", "detail": "There is no space"}
    encoder = {"place": "encoder prores_aw", "code": "TOOL_ENCODER_MISSING", "detail": "none"}
    everywhere = {"place": "", "code": "", "detail": "box: Input/output error"}
    for number in (1, 2):
        speak(folder, beat(f"w-{number}", blocked_by=(cause, encoder, everywhere)))
    old = beat("w-3", beat_at=LONG_AGO, blocked_by=({"place": "/x", "code": "X", "detail": ""},))
    speak(folder, old, seconds_ago=300)
    seen = Looker(folder).look()
    assert [(block.place, block.waiting) for block in seen.blocks] == [
        (str(elsewhere), 3),
        ("encoder prores_aw", 5),
        ("", 5),
    ]
    assert seen.blocks[0].workers == ("w-1", "w-2")
    assert "BLOCKED, 5 wait: STORAGE_FULL, TOOL_ENCODER_MISSING, the watch folder" in seen.alarms()
    assert (seen.barred, seen.held) == (5, 0)


def test_which_of_the_next_jobs_wait_for_a_place_is_told(
    tmp_path: Path, folder: WatchFolder
) -> None:
    submit(folder, make_spec(tmp_path / "elsewhere", 7))
    cause = {"place": str(tmp_path / "elsewhere"), "code": "STORAGE_FULL", "detail": ""}
    speak(folder, beat("w-1", blocked_by=(cause,)))
    seen = Looker(folder).look()
    assert [job.waits_for for job in seen.next_jobs] == ["", "", "STORAGE_FULL"]
    page = "\n".join(line.text for line in describe_folder(seen))
    assert f"A00007 ({seen.next_jobs[2].name[-45:-37]})  waits for STORAGE_FULL" in page


def test_a_folder_that_went_away_is_not_an_empty_one(tmp_path: Path, folder: WatchFolder) -> None:
    looker = Looker(folder)
    looker.look()
    folder.root.rename(tmp_path / "away")
    with pytest.raises(PlaceError) as caught:
        looker.look()
    assert caught.value.code == "STORAGE_WATCH_FOLDER_MISSING"


def test_a_folder_that_has_no_rooms_yet_is_an_empty_one(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "new")
    for room in folder.root.iterdir():
        if room.is_dir():
            room.rmdir()
    seen = Looker(folder).look()
    assert seen.counts() == "0 waiting, 0 running, 0 completed, 0 failed"
    assert sorted(path.name for path in folder.root.iterdir()) == ["watch.toml"]
