"""What a look at a watch folder tells of what is on the disk."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from proxx_engine import PlaceError, identify_process, now_utc, place_of_job, plan_job
from sidecar.cli.status_text import describe_folder
from sidecar.folders import kept
from sidecar.folders.claims import claim_path
from sidecar.folders.heartbeats import Heartbeat, write_heartbeat
from sidecar.folders.kept import FiledJobs
from sidecar.folders.layout import WatchFolder
from sidecar.folders.looking import Looker
from sidecar.folders.pending import list_pending
from tests.folders.scenes import leave, make_folder, take_first


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return make_folder(tmp_path / "box", 2)


def beat(worker: str, **changes: object) -> Heartbeat:
    told = {"worker": worker, "owner": identify_process(), "started_at": now_utc()}
    told |= {"beat_at": now_utc(), "beats": 1, "state": "idle", "since": now_utc()}
    return Heartbeat(**(told | changes))  # type: ignore[arg-type]


def test_nobody_watches_is_said_only_where_jobs_wait(tmp_path: Path, folder: WatchFolder) -> None:
    assert "NOBODY WATCHES, and 2 wait" in list(Looker(folder).look().headline())
    write_heartbeat(folder, beat("w-1"))
    assert list(Looker(folder).look().headline()) == ["2 waiting, 0 running, 0 completed"]
    empty = make_folder(tmp_path / "empty")
    assert list(Looker(empty).look().headline()) == ["0 waiting, 0 running, 0 completed"]


def test_a_living_workers_job_is_no_stale_one(folder: WatchFolder) -> None:
    taken = take_first(folder)
    seen = Looker(folder).look()
    assert seen.stale == ()
    assert [job.label for job in seen.running] == ["A00001"]
    assert seen.running[0].clips == 1
    leave(folder, taken.claim)
    (stale,) = Looker(folder).look().stale
    assert stale.ours
    assert stale.reason == "its process is gone"


def test_another_hosts_job_is_stale_once_its_worker_is_silent(folder: WatchFolder) -> None:
    taken = take_first(folder)
    leave(folder, taken.claim, host="box9")
    (stale,) = Looker(folder).look().stale
    assert (stale.ours, stale.host) == (False, "box9")
    write_heartbeat(folder, beat(taken.claim.worker))
    assert Looker(folder).look().stale == ()
    write_heartbeat(folder, beat(taken.claim.worker, beat_at="2026-01-01T00:00:00.000Z"))
    (stale,) = Looker(folder).look().stale
    assert "silent" in stale.reason


def test_a_job_that_is_being_taken_waits_no_more(folder: WatchFolder) -> None:
    taken = take_first(folder)
    (folder.pending / list_pending(folder)[0]).rename(folder.pending / "x.job.json")
    copy = folder.pending / f"0.{taken.home.name}.job.json"
    copy.write_bytes(taken.job_file.read_bytes())
    seen = Looker(folder).look()
    assert (seen.waiting, len(seen.running)) == (1, 1)
    assert seen.next_names == ("x.job.json",)


def test_what_is_no_whole_file_is_told_and_does_not_wait(folder: WatchFolder) -> None:
    name = list_pending(folder)[0]
    whole = (folder.pending / name).read_bytes()
    (folder.pending / name).write_bytes(whole[: len(whole) // 2])
    (folder.pending / "dir.job.json").mkdir()
    looker = Looker(folder)
    seen = looker.look()
    assert seen.waiting == 1
    told = dict(seen.left_alone)
    assert told["dir.job.json"] == "no regular file"
    assert told[name].startswith("unfinished: ")
    (folder.pending / name).write_bytes(whole)
    seen = looker.look()
    assert (seen.waiting, list(dict(seen.left_alone))) == (2, ["dir.job.json"])


def test_a_job_without_a_claim_needs_a_person(folder: WatchFolder) -> None:
    taken = take_first(folder)
    claim_path(folder, taken.spec.job_id).unlink()
    (stale,) = Looker(folder).look().stale
    assert (stale.job_id, stale.ours) == (taken.spec.job_id, False)
    assert stale.reason == "no claim stands for it"


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
    started = {"time": now_utc(), "event": "clip_started", "index": index, "work": str(work)}
    journal.write_text(json.dumps(started) + "\n")
    (job,) = Looker(folder).look().running
    assert job.about_bytes == clip.estimated_bytes
    assert job.part == pytest.approx(0.25, abs=0.01)


def test_a_time_that_is_none_is_told_as_such(folder: WatchFolder) -> None:
    for number, moment in enumerate(("2026-01-01T00:00:00", "yesterday", 7)):
        write_heartbeat(folder, beat(f"w-{number}", since=moment, beat_at=moment))
    seen = Looker(folder).look()
    assert [(w.silent, w.heard_seconds) for w in seen.workers] == [(True, None)] * 3
    assert "heard ? ago" in "\n".join(describe_folder(seen))
    json.dumps(asdict(seen), allow_nan=False)


def test_a_worker_that_speaks_between_two_looks_lives_whatever_the_clocks_say(
    folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("sidecar.folders.looking.time.monotonic", lambda: now[0])
    behind, ahead = "2026-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"
    looker = Looker(folder)

    def silent(moment: str, beats: int) -> bool:
        write_heartbeat(folder, beat("w-1", beat_at=moment, beats=beats))
        (worker,) = looker.look().workers
        now[0] += 70.0
        return worker.silent

    assert silent(behind, 1)
    assert not silent(behind, 2)
    assert not silent(ahead, 3)
    assert silent(ahead, 3)


def test_a_folder_that_went_away_is_not_an_empty_one(tmp_path: Path, folder: WatchFolder) -> None:
    looker = Looker(folder)
    looker.look()
    folder.root.rename(tmp_path / "away")
    with pytest.raises(PlaceError) as caught:
        looker.look()
    assert caught.value.code == "STORAGE_WATCH_FOLDER_MISSING"


def test_days_that_have_not_changed_are_counted_once(
    folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in ("2026-01-01", "2026-01-02"):
        for number in range(3):
            (folder.filed("failed", day) / f"j{number}.{number}").mkdir(parents=True)
    listed: list[str] = []
    whole = kept.folders_in

    def count(place: Path) -> list[str]:
        listed.append(Path(place).name)
        return whole(place)

    monkeypatch.setattr(kept, "folders_in", count)
    days = FiledJobs(folder.root / "failed", shown=2)
    for now in (0.0, 1.0, 10.0, 20.0):
        listed.clear()
        days.look(now)
        assert (days.count, len(days.latest)) == (6, 2)
    assert listed == ["failed"]
    (folder.filed("failed", "2026-01-02") / "j9.9").mkdir()
    days.look(30.0)
    assert (days.count, days.count_of("2026-01-02")) == (7, 4)
    assert days.latest[0].name == "j9.9"
