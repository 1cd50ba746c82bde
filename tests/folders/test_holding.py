"""A person holds jobs back, and lets them go: nothing is lost, and nothing is begun meanwhile."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import now_utc
from sidecar.folders.actions import ActionLog, read_actions
from sidecar.folders.claims import Claim, claim_path, read_claim, take_claim
from sidecar.folders.filing import TakenJob, take_job
from sidecar.folders.holding import Holder, IdleJob, idle_jobs
from sidecar.folders.layout import WatchFolder
from sidecar.folders.pending import Whole, list_pending, look_at
from sidecar.folders.replaying import replay
from sidecar.folders.settling import Settler
from sidecar.folders.views.batch_jobs import see_watch_folder
from sidecar.folders.views.looking import Looker
from tests.folders.scenes import here, leave, make_folder, make_spec, submit, take_first, tree


def holder(folder: WatchFolder) -> Holder:
    """Somebody who holds jobs, in this process's name."""
    process = here()[1]
    return Holder(folder, ActionLog(folder, process), f"{process}-batch", "for the test")


def waiting(folder: WatchFolder) -> list[IdleJob]:
    return list(idle_jobs(folder, "pending"))


def held(folder: WatchFolder) -> list[IdleJob]:
    return list(idle_jobs(folder, "held"))


def test_a_job_that_is_held_and_let_go_stands_in_the_line_where_it_stood(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box", 3)
    names = list_pending(folder)
    before = (folder.pending / names[1]).read_bytes()
    moves = holder(folder).hold(waiting(folder)[1:2])
    assert [job.name for job in moves.moved] == names[1:2]
    assert list_pending(folder) == [names[0], names[2]]
    assert os.listdir(folder.held) == [names[1]]
    assert holder(folder).let_go(held(folder)).left == []
    assert list_pending(folder) == names
    assert (folder.pending / names[1]).read_bytes() == before
    assert os.listdir(folder.claims) == os.listdir(folder.held) == []
    said = [line for line in read_actions(folder) if line["action"] in ("hold", "let_go")]
    assert {(line["worker"], line["reason"]) for line in said} == {
        (f"{here()[1]}-batch", "for the test")
    }


def test_what_a_worker_has_is_not_held(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box", 2)
    jobs = waiting(folder)
    taken = take_first(folder)
    moves = holder(folder).hold(jobs)
    assert [(job.name, why) for job, why in moves.left] == [(jobs[0].name, "a worker has it")]
    assert taken.job_file.exists()
    assert [job.name for job in held(folder)] == [jobs[1].name]


def test_a_worker_that_listed_it_before_does_not_run_what_is_held(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box", 1)
    (name,) = list_pending(folder)
    seen = look_at(folder, name)
    assert isinstance(seen, Whole)
    holder(folder).hold(waiting(folder))
    worker, process = here()
    log = ActionLog(folder, process)
    assert take_job(folder, name, seen.spec, worker=worker, log=log) is None
    assert tree(folder) == [f"held/{name}"]


def test_what_a_worker_took_and_filed_meanwhile_is_told_as_gone(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box", 1)
    jobs = waiting(folder)
    (folder.pending / jobs[0].name).unlink()
    moves = holder(folder).hold(jobs)
    assert [why for _job, why in moves.left] == ["is not there any more"]
    assert tree(folder) == []


def test_a_job_that_lies_there_under_two_names_is_held_with_both(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box", 2)
    first = list_pending(folder)[0]
    (folder.pending / f"copy of {first}").write_bytes((folder.pending / first).read_bytes())
    names = list_pending(folder)
    moves = holder(folder).hold(waiting(folder))
    assert (len(moves.moved), moves.left, list_pending(folder)) == (3, [], [])
    moves = holder(folder).let_go(held(folder))
    assert (len(moves.moved), moves.left, list_pending(folder)) == (3, [], names)
    assert os.listdir(folder.claims) == []


def test_no_other_file_is_replaced(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box", 1)
    jobs = waiting(folder)
    (folder.held / jobs[0].name).write_bytes(b"another")
    moves = holder(folder).hold(jobs)
    assert [why for _job, why in moves.left] == ["held/ holds another file of this name"]
    assert (folder.held / jobs[0].name).read_bytes() == b"another"
    assert list_pending(folder) == [jobs[0].name]
    told = {job.job_file: job.place for job in replay(read_actions(folder))}
    assert told == {jobs[0].name: f"pending/{jobs[0].name}"}


def test_whoever_was_released_meanwhile_moves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_folder(tmp_path / "box", 1)
    (job,) = waiting(folder)
    key = job.top.job_id

    def sleep(path: Path, line: bytes, **_named: Any) -> None:
        if b'"hold"' in line:  # a person clears its claim, and a worker has the job by now
            claim_path(folder, key).unlink()
            take_claim(folder, key, worker="w", job_file=job.name, job_folder="running/w/x")

    monkeypatch.setattr("sidecar.folders.actions.append_line", sleep)
    moves = holder(folder).hold([job])
    assert [why for _job, why in moves.left] == ["its claim was taken away meanwhile"]
    assert tree(folder) == [f"claims/{key}.claim", f"pending/{job.name}"]


@pytest.mark.parametrize("room", ["held", "pending"])
@pytest.mark.parametrize("far", ["not moved", "two names", "moved"])
def test_a_death_in_between_leaves_it_on_one_side_and_nothing_of_it_is_run(
    tmp_path: Path, room: str, far: str
) -> None:
    folder = make_folder(tmp_path / "box", 1)
    if room == "pending":
        holder(folder).hold(waiting(folder))
    (job,) = [*waiting(folder), *held(folder)]
    before, after = folder.root / {"held": "pending", "pending": "held"}[room], folder.root / room
    claim = take_claim(folder, job.top.job_id, worker="x-batch", job_file=job.name, job_folder=room)
    assert claim is not None
    told = {"job_id": claim.key, "job_file": job.name, "to": f"{room}/{job.name}"}
    log = ActionLog(folder, here()[1])
    log.note({"held": "hold", "pending": "let_go"}[room], worker="x-batch", **told)
    if far != "not moved":
        os.link(before / job.name, after / job.name)
    if far == "moved":
        (before / job.name).unlink()
    leave(folder, claim)
    (settled,) = Settler(folder, here()[0], log).settle_own_host()
    assert getattr(settled, "result", "no") is None
    place = (before if far == "not moved" else after) / job.name
    assert tree(folder) == [place.relative_to(folder.root).as_posix()]
    (replayed,) = replay(read_actions(folder))
    assert folder.root / replayed.place == place


@pytest.mark.parametrize("job_file", ["", "../../x", "/x", ".."])
def test_a_claim_to_hold_leads_nowhere_else(tmp_path: Path, job_file: str) -> None:
    folder = make_folder(tmp_path / "box", 1)
    claim = take_claim(folder, "k", worker="w", job_file="x", job_folder="held")
    assert isinstance(claim, Claim)
    path = claim_path(folder, "k")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"job_file": job_file}))
    assert read_claim(path) is None


def test_a_job_that_claims_an_id_that_is_a_path_is_a_workers_to_refuse(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box", 1)
    (name,) = list_pending(folder)
    spec = json.loads((folder.pending / name).read_text("utf-8"))
    (folder.pending / "mine.job.json").write_text(json.dumps(spec | {"job_id": "../../x"}))
    (folder.pending / "yours.job.json").write_text(json.dumps(spec))
    assert [job.name for job in waiting(folder)] == [name, "yours.job.json"]


def test_held_jobs_are_seen_and_counted(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "box", 1)
    submit(folder, *(make_spec(tmp_path / "proxies", n, batch="day 12") for n in (2, 3)))
    holder(folder).hold(waiting(folder)[1:])
    seen = Looker(folder).look()
    assert (seen.waiting, seen.held, seen.barred) == (1, 2, 0)
    assert seen.counts() == "1 waiting, 2 held, 0 running, 0 completed, 0 failed"
    (batch,) = (batch for batch in seen.batches if batch.label == "day 12")
    assert (batch.held, batch.waiting, batch.total) == (2, 0, 2)


@pytest.mark.parametrize(
    ("taken_at", "stale"),
    [(None, 0), ("2026-02-13T20:15:00.000Z", 1), ("2126-02-13T20:15:00.000Z", 1), ("x", 1)],
    ids=["just now", "long ago", "in a far future", "at no time"],
)
def test_who_holds_jobs_from_another_machine_just_now_is_not_called_gone(
    tmp_path: Path, taken_at: str | None, stale: int
) -> None:
    folder = make_folder(tmp_path / "box", 1)
    (job,) = waiting(folder)
    claim = take_claim(
        folder, job.top.job_id, worker="x-batch", job_file=job.name, job_folder="held"
    )
    assert claim is not None
    leave(folder, claim, host="elsewhere")
    path = claim_path(folder, claim.key)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"taken_at": taken_at or now_utc()}))
    assert len(Looker(folder).look().stale) == stale
    state = "stale" if stale else "waiting"
    assert [seen.state for seen in see_watch_folder(folder).jobs] == [state]


def test_workers_and_a_person_who_cannot_decide_leave_each_job_in_one_place(
    tmp_path: Path,
) -> None:
    folder = make_folder(tmp_path / "box", 40)
    worker, process = here()
    taken: list[str] = []
    over = threading.Event()

    def work(number: int) -> None:
        me = worker.model_copy(update={"id": f"{process}-{number}"})
        log = ActionLog(folder, process)
        while not over.is_set():
            for name in list_pending(folder):
                seen = look_at(folder, name)
                if isinstance(seen, Whole):
                    got = take_job(folder, name, seen.spec, worker=me, log=log)
                    taken.extend([name] * isinstance(got, TakenJob))

    threads = [threading.Thread(target=work, args=(number,)) for number in (1, 2)]
    me = replace(holder(folder), name=f"{process}-batch")
    for thread in threads:
        thread.start()
    for _round in range(30):
        me.hold(waiting(folder))
        me.let_go(held(folder))
    while list_pending(folder):
        pass
    over.set()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 40
    assert len(list(folder.running.glob("*/*/*.job.json"))) == 40
    assert os.listdir(folder.held) == os.listdir(folder.pending) == []
