"""Out of `pending/` into a worker's folder, and to where a job ends."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from proxx_engine import JobSpecValidationError, identify_process
from sidecar.folders.actions import ActionLog, read_actions
from sidecar.folders.claims import claim_path, is_held, read_claim, take_claim
from sidecar.folders.filing import file_job, reject_file, take_job
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import made_on
from sidecar.folders.pending import Whole, Wrong, list_pending, look_at, wrong
from tests.folders.scenes import here, make_folder, make_spec, submit, take_first, tree


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    return make_folder(tmp_path / "box", 2)


def log_of(folder: WatchFolder) -> ActionLog:
    return ActionLog(folder, here()[1])


def test_a_job_is_claimed_moved_filed_and_its_claim_goes_with_it(folder: WatchFolder) -> None:
    taken = take_first(folder)
    stem = f"A00001.{taken.spec.job_id}"
    claim = read_claim(claim_path(folder, taken.spec.job_id))
    assert claim == taken.claim
    assert claim.owner == identify_process()
    assert taken.job_file == folder.running / here()[0].id / stem / f"{stem}.job.json"
    home = file_job(folder, taken.claim, made_on(taken.spec), "failed", log=log_of(folder))
    assert home == folder.root / "failed" / "2026-02-13" / stem
    assert sorted(os.listdir(home)) == [f"{stem}.claim", f"{stem}.job.json"]
    assert read_claim(home / f"{stem}.claim") == claim
    assert not os.path.lexists(claim_path(folder, taken.spec.job_id))


def test_every_step_is_noted_before_it_is_done(
    folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_rename = os.rename
    seen: list[list[str]] = []

    def rename(source: Path, target: Path) -> None:
        seen.append([line["action"] for line in read_actions(folder)])
        true_rename(source, target)

    monkeypatch.setattr(os, "rename", rename)
    taken = take_first(folder)
    file_job(folder, taken.claim, made_on(taken.spec), "failed", log=log_of(folder))
    assert seen[0][2:] == ["claim", "take"]
    assert seen[1][2:] == ["claim", "take", "file"]


def test_a_claimed_job_is_nobody_elses(folder: WatchFolder) -> None:
    worker, _process = here()
    name = list_pending(folder)[0]
    seen = look_at(folder, name)
    assert isinstance(seen, Whole)
    job_id = seen.spec.job_id
    assert take_claim(folder, job_id, worker="other", job_file=name, job_folder="running/other/x")
    assert take_job(folder, name, seen.spec, worker=worker, log=log_of(folder)) is None
    assert name in list_pending(folder)
    assert {line["action"] for line in read_actions(folder)} == {"submit"}


def test_a_job_that_went_between_look_and_claim_leaves_nothing(folder: WatchFolder) -> None:
    worker, _process = here()
    name = list_pending(folder)[0]
    seen = look_at(folder, name)
    assert isinstance(seen, Whole)
    (folder.pending / name).unlink()
    assert take_job(folder, name, seen.spec, worker=worker, log=log_of(folder)) is None
    assert [path for path in tree(folder) if not path.startswith("pending/")] == []
    assert list((folder.running / worker.id).iterdir()) == []


def test_what_runs_is_what_was_moved_not_what_was_looked_at(folder: WatchFolder) -> None:
    worker, _process = here()
    name = list_pending(folder)[0]
    seen = look_at(folder, name)
    assert isinstance(seen, Whole)
    (folder.pending / name).write_text("{}")
    result = take_job(folder, name, seen.spec, worker=worker, log=log_of(folder))
    assert result is not None
    assert result.status == "FAILED"  # type: ignore[union-attr]
    filed = [path for path in tree(folder) if not path.startswith("pending/")]
    assert [Path(path).suffixes[-2:] for path in filed] == [
        [f".{seen.spec.job_id}", ".claim"],
        [".job", ".json"],
        [".result", ".json"],
    ]
    assert all(path.startswith("failed/") for path in filed)


def test_a_job_that_was_filed_is_not_taken_again(folder: WatchFolder) -> None:
    worker, _process = here()
    taken = take_first(folder)
    file_job(folder, taken.claim, made_on(taken.spec), "completed", log=log_of(folder))
    (again,) = submit(folder, taken.spec)
    assert take_job(folder, again.name, taken.spec, worker=worker, log=log_of(folder)) is None
    assert again.exists()
    assert not os.path.lexists(claim_path(folder, taken.spec.job_id))


def test_a_file_that_is_no_job_is_filed_with_its_result(folder: WatchFolder) -> None:
    worker, _process = here()
    path = folder.pending / "by hand.job.json"
    path.write_text('{"spec_version": "1.0"}')
    seen = look_at(folder, path.name)
    assert isinstance(seen, Wrong)
    result = reject_file(folder, seen, worker=worker, log=log_of(folder))
    assert result is not None
    assert {issue.code for issue in result.issues} == {"SPEC_MISSING_FIELD"}
    (home,) = (folder.root / "failed").glob("*/*")
    assert home.name.startswith("by hand.")
    kinds = sorted(p.name.removeprefix(home.name) for p in home.iterdir())
    assert kinds == [".claim", ".job.json", ".result.json"]
    assert (home / f"{home.name}.job.json").read_text() == '{"spec_version": "1.0"}'


def test_two_wrong_files_of_one_name_are_both_kept(folder: WatchFolder) -> None:
    worker, _process = here()
    for text in ("{}", '{"a": 1}'):
        (folder.pending / "x.job.json").write_text(text)
        refused = wrong("x.job.json", "SPEC_MISSING_FIELD", "for the test")
        assert reject_file(folder, refused, worker=worker, log=log_of(folder)) is not None
    homes = list((folder.root / "failed").glob("*/*"))
    assert sorted((home / f"{home.name}.job.json").read_text() for home in homes) == [
        '{"a": 1}',
        "{}",
    ]


def test_a_claim_that_another_wrote_over_is_lost(folder: WatchFolder) -> None:
    taken = take_first(folder)
    assert is_held(folder, taken.claim)
    path = claim_path(folder, taken.claim.key)
    text = path.read_text()
    path.write_text(text.replace(taken.claim.nonce, "0" * 32))
    assert not is_held(folder, taken.claim)
    path.write_text("what is this")
    assert not is_held(folder, taken.claim)
    path.unlink()
    assert not is_held(folder, taken.claim)


def test_a_name_that_carries_another_id_is_refused(folder: WatchFolder, tmp_path: Path) -> None:
    spec, other = make_spec(tmp_path), make_spec(tmp_path)
    (path,) = submit(folder, spec)
    lying = path.rename(path.with_name(path.name.replace(spec.job_id, other.job_id)))
    seen = look_at(folder, lying.name)
    assert isinstance(seen, Wrong)
    assert isinstance(seen.error, JobSpecValidationError)
    assert [issue.code for issue in seen.error.issues] == ["SPEC_ID_MISMATCH"]
