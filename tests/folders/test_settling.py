"""Claims whose process is gone: the truth is written, whatever step the process died at."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from proxx_engine import JobExecutionResult, place_of_job
from sidecar.folders.actions import ActionLog, read_actions
from sidecar.folders.claims import Claim, claim_path, take_claim
from sidecar.folders.filing import TakenJob, file_job, reject_file, write_refusal
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import made_on
from sidecar.folders.pending import list_pending, wrong
from sidecar.folders.settling import NamelessClaims, Settled, Settler, Unsettled
from tests.folders.scenes import here, leave, make_folder, take_first, tree


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return make_folder(tmp_path / "box", 1)


def settle(folder: WatchFolder) -> list[Settled | Unsettled]:
    worker, process = here()
    return list(Settler(folder, worker, ActionLog(folder, process)).settle_own_host())


def settle_one(folder: WatchFolder) -> Settled:
    (settled,) = settle(folder)
    assert isinstance(settled, Settled), settled
    return settled


def the_result(folder: WatchFolder) -> JobExecutionResult:
    (path,) = folder.root.glob("*/*/*/*.result.json")
    return JobExecutionResult.model_validate_json(path.read_bytes())


def claimed_only(folder: WatchFolder) -> Claim:
    taken = take_first(folder)
    os.rename(taken.job_file, folder.pending / taken.claim.job_file)
    taken.home.rmdir()
    return taken.claim


def folder_made(folder: WatchFolder) -> Claim:
    taken = take_first(folder)
    os.rename(taken.job_file, folder.pending / taken.claim.job_file)
    return taken.claim


def moved(folder: WatchFolder) -> Claim:
    return take_first(folder).claim


@pytest.mark.parametrize("died", [claimed_only, folder_made, moved])
def test_a_claimed_job_ends_in_failed_however_little_was_done(
    folder: WatchFolder, died: Callable[[WatchFolder], Claim]
) -> None:
    claim = leave(folder, died(folder))
    settled = settle_one(folder)
    assert settled.claim == claim
    result = the_result(folder)
    assert result == settled.result
    assert result.status == "FAILED"
    assert result.failure is not None
    assert result.failure.code == "CLAIM_INTERRUPTED"
    assert [clip.status for clip in result.clips] == ["NOT_RUN"]
    stem = f"failed/2026-02-13/A00001.{claim.key}/A00001.{claim.key}"
    assert set(tree(folder)) >= {f"{stem}.claim", f"{stem}.job.json", f"{stem}.result.json"}
    assert all(path.startswith("failed/") for path in tree(folder))
    assert settle(folder) == []


def test_a_job_that_was_filed_gets_its_claim(folder: WatchFolder) -> None:
    taken = take_first(folder)
    target = folder.filed("completed", made_on(taken.spec)) / taken.home.name
    target.parent.mkdir()
    os.rename(taken.home, target)
    leave(folder, taken.claim)
    assert settle_one(folder).result is None
    assert (target / f"{target.name}.claim").exists()
    assert not any(path.startswith("claims/") for path in tree(folder))


def test_a_job_whose_result_was_written_keeps_it(folder: WatchFolder) -> None:
    taken = take_first(folder)
    result = run_refused(folder, taken)
    leave(folder, taken.claim)
    settled = settle_one(folder)
    assert settled.result is not None
    assert settled.result.status == result.status
    assert the_result(folder).started_at == result.started_at


def run_refused(folder: WatchFolder, taken: TakenJob) -> JobExecutionResult:
    """Let a process end a job (its source is nowhere) and die before it files it."""
    from proxx_engine import NeverStop, execute_jobspec, find_tools

    with find_tools() as tools:
        return execute_jobspec(
            taken.spec,
            tools=tools,
            worker=here()[0],
            stop=NeverStop(),
            journal_path=place_of_job(taken.job_file).journal,
        )


def test_a_living_or_a_strange_owner_is_left_alone(folder: WatchFolder) -> None:
    taken = take_first(folder)
    before = tree(folder)
    assert settle(folder) == []
    leave(folder, taken.claim, host="another-box")
    assert settle(folder) == []
    assert tree(folder) == before


def test_a_claim_to_nothing_is_cleared(folder: WatchFolder) -> None:
    taken = take_first(folder)
    taken.job_file.unlink()
    leave(folder, taken.claim)
    assert settle_one(folder).result is None
    assert tree(folder) == []


def test_a_rejection_that_died_before_the_move_is_made_anew(folder: WatchFolder) -> None:
    worker, process = here()
    name = list_pending(folder)[0]
    claim = take_claim(
        folder, "f" * 32, worker=worker.id, job_file=name, job_folder="failed/2026-11-27/x.01234567"
    )
    assert claim is not None
    (folder.root / claim.job_folder).mkdir(parents=True)
    refused = wrong(name, "SPEC_ID_MISMATCH", "for the test")
    write_refusal(folder, claim, refused.error, worker=worker)
    leave(folder, claim)
    settle(folder)
    assert tree(folder) == [f"pending/{name}"]
    assert reject_file(folder, refused, worker=worker, log=ActionLog(folder, process))


def test_one_that_cannot_be_read_is_filed_with_the_reason(folder: WatchFolder) -> None:
    taken = take_first(folder)
    taken.job_file.write_text("{")
    leave(folder, taken.claim)
    settled = settle_one(folder)
    assert settled.result is not None
    assert settled.result.failure is not None
    assert settled.result.failure.code == "SPEC_NOT_JSON"
    assert all(path.startswith("failed/") for path in tree(folder))


def test_while_the_proxies_are_away_nothing_is_settled(folder: WatchFolder, tmp_path: Path) -> None:
    taken = take_first(folder)
    claim = leave(folder, taken.claim)
    began = [
        {"event": "lock_taken", "owner": asdict(claim.owner), "nonce": "0"},
        {"event": "job_started", "clips": 1},
        {"event": "clip_started", "index": 0},
    ]
    lines = [json.dumps({"time": "2026-02-13T20:16:00.000Z"} | fact) + "\n" for fact in began]
    place_of_job(taken.job_file).journal.write_text("".join(lines))
    (tmp_path / "proxies").rename(tmp_path / "unmounted")
    before = tree(folder)
    (unsettled,) = settle(folder)
    assert isinstance(unsettled, Unsettled)
    assert "STORAGE_OUTPUT_MISSING" in unsettled.sentence
    assert tree(folder) == before
    (tmp_path / "unmounted").rename(tmp_path / "proxies")
    assert [type(entry) for entry in settle(folder)] == [Settled]


def test_two_that_settle_at_once_settle_once(folder: WatchFolder) -> None:
    worker, process = here()
    claim = leave(folder, take_first(folder).claim)
    settler = Settler(folder, worker, ActionLog(folder, process))
    assert settler.settle(claim) is not None
    assert settler.settle(claim) is None
    released = [line for line in read_actions(folder) if line["action"] == "settle"]
    assert len(released) == 1


def test_a_release_says_who_decided_and_why(folder: WatchFolder) -> None:
    worker, process = here()
    claim = leave(folder, take_first(folder).claim, host="another-box")
    settled = Settler(folder, worker, ActionLog(folder, process)).settle(
        claim, release_reason="box 7 burnt down"
    )
    assert settled is not None
    result = the_result(folder)
    assert result.failure is not None
    assert result.failure.code == "CLAIM_RELEASED"
    assert "box 7 burnt down" in json.dumps(result.model_dump(mode="json"))
    noted = [line for line in read_actions(folder) if line["action"] == "release"]
    assert [line["reason"] for line in noted] == ["box 7 burnt down"]


def test_an_empty_claim_is_cleared_only_after_long_and_words_never(folder: WatchFolder) -> None:
    claim_path(folder, "a" * 36).write_bytes(b"")
    claim_path(folder, "b" * 36).write_text("what is this")
    nameless = NamelessClaims(folder)
    assert nameless.look(1000.0) == []
    assert nameless.look(1059.0) == []
    assert nameless.look(1061.0) == ["a" * 36 + ".claim"]


def test_filing_again_after_a_fault_is_the_same(folder: WatchFolder) -> None:
    _worker, process = here()
    taken = take_first(folder)
    log = ActionLog(folder, process)
    claims = folder.claims
    hidden = claims.rename(claims.with_name("claims-away"))
    with pytest.raises(OSError, match="claims"):
        file_job(folder, taken.claim, made_on(taken.spec), "failed", log=log)
    hidden.rename(claims)
    home = file_job(folder, taken.claim, made_on(taken.spec), "failed", log=log)
    assert (home / f"{home.name}.claim").exists()
