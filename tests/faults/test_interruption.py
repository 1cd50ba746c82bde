"""Killed at any moment, a job ends with the truth, is never run again and leaves nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from proxx_engine import (
    CreationRequest,
    JobExecutionResult,
    JobSpec,
    PlaceError,
    Tools,
    create_jobs,
    execute_jobspec,
    execution_adapter,
    find_profile,
    is_interrupted,
    place_of_job,
    result_files,
    settle_job,
)
from proxx_engine.system import durability, files, identity, locks, publishing
from tests.faults.dying import die_at_call, die_at_note, run_and_die
from tests.faults.scenes import leavings, proxies, read_result, running_below, write_jobs
from tests.faults.warm_proxx import run_warm as proxx
from tests.support import CREATED_BY, WORKER

CLIPS = 2
NOTES = 14
"""lock_taken, job_started, 5 facts a clip, job_finished, lock_released."""


@pytest.fixture
def job(clip: Path, tools: Tools, tmp_path: Path, out: Path) -> tuple[JobSpec, Path]:
    """A job of two clips and its file."""
    footage = tmp_path / "footage"
    footage.mkdir()
    for name in ("one.mp4", "two.mp4"):
        (footage / name).write_bytes(clip.read_bytes())
    request = CreationRequest(
        (footage,), out, find_profile("prores_proxy"), CREATED_BY, clips_per_job=CLIPS
    )
    spec = create_jobs(request, prober=tools.prober).jobs[0].spec
    (path,) = write_jobs(clip, out, tools, spec)
    return spec, path


def settle(spec: JobSpec, path: Path) -> JobExecutionResult:
    """What the next `proxx run` does."""
    journal = place_of_job(path).journal
    assert is_interrupted(journal)
    return settle_job(spec, journal_path=journal, worker=WORKER)


def assert_true(result: JobExecutionResult, path: Path, out: Path) -> None:
    """The result says what is on the disk, both copies alike; nothing else is left."""
    made = {clip.output.relative_path for clip in result.clips if clip.status == "COMPLETED"}
    assert proxies(out) == sorted(made)
    for clip in result.clips:
        if clip.status == "COMPLETED":
            data = Path(clip.output.path).read_bytes()
            assert hashlib.sha256(data).hexdigest() == clip.output_sha256
        else:
            assert clip.output_sha256 is None
    assert result.counts.completed == len(made)
    expected = {0: "FAILED", 1: "PARTIAL", 2: "COMPLETED"}[len(made)]
    assert result.status == expected
    assert (result.failure is None) is (expected == "COMPLETED")
    if result.failure is not None:
        assert result.failure.code == "CLAIM_INTERRUPTED"
    with_job = place_of_job(path).result.read_bytes()
    (beside,) = (p for p in out.glob("*.result.json") if p != place_of_job(path).result)
    assert beside.read_bytes() == with_job
    assert JobExecutionResult.model_validate_json(with_job) == result
    assert leavings(out) == []
    assert running_below(out) == []


@pytest.mark.parametrize(
    "after", [pytest.param(False, id="before"), pytest.param(True, id="after")]
)
@pytest.mark.parametrize("number", range(1, NOTES + 1))
def test_killed_at_any_noted_fact_the_truth_is_told(
    job: tuple[JobSpec, Path], tools: Tools, out: Path, number: int, after: bool
) -> None:
    spec, path = job
    assert run_and_die(spec, path, tools, die_at_note(number, after=after)) == 9

    result = settle(spec, path)
    assert_true(result, path, out)
    again = execute_jobspec(
        spec,
        tools=tools,
        worker=WORKER,
        stop=_never(),
        journal_path=place_of_job(path).journal,
    )
    assert again.failure is not None
    assert again.failure.code == "CLAIM_SETTLED"
    assert_true(result, path, out)


def _never() -> object:
    from proxx_engine import NeverStop

    return NeverStop()


def test_there_are_no_more_facts_than_were_tried(job: tuple[JobSpec, Path], tools: Tools) -> None:
    spec, path = job
    assert run_and_die(spec, path, tools, die_at_note(NOTES + 1, after=False)) is None


MOMENTS = [
    pytest.param(
        die_at_call(locks, "create_exclusive", after=False), False, id="before the lock is made"
    ),
    pytest.param(
        die_at_call(durability, "write_all", after=False), None, id="the lock made, still empty"
    ),
    pytest.param(
        die_at_call(locks, "create_exclusive", after=True), True, id="the lock made, nothing noted"
    ),
    pytest.param(
        die_at_call(locks, "make_private_folder", after=True), True, id="the work folder unowned"
    ),
    pytest.param(
        die_at_call(publishing, "publish", after=False), True, id="before a proxy is renamed"
    ),
    pytest.param(
        die_at_call(publishing, "publish", after=True), True, id="a proxy renamed, not yet durable"
    ),
    pytest.param(
        die_at_call(publishing, "publish", call=3, after=False), True, id="a result half-made"
    ),
    pytest.param(
        die_at_call(result_files, "write_whole", after=True), True, id="between the two results"
    ),
    pytest.param(
        die_at_call(result_files, "write_whole", call=2, after=True),
        True,
        id="both results, lock held",
    ),
    pytest.param(
        die_at_call(execution_adapter, "release_lock", after=False),
        True,
        id="only the lock left to release",
    ),
    pytest.param(
        die_at_call(files, "publish_durably", call=2, after=False), True, id="the second result"
    ),
]


@pytest.mark.parametrize(("prepare", "interrupted"), MOMENTS)
def test_killed_between_two_steps_nothing_is_stuck_and_nothing_lies(
    job: tuple[JobSpec, Path],
    tools: Tools,
    out: Path,
    prepare: Callable[[], None],
    interrupted: bool | None,
) -> None:
    import os

    spec, path = job
    assert run_and_die(spec, path, tools, prepare) == 9
    place = place_of_job(path)
    if interrupted is None:
        assert not is_interrupted(place.journal), "its owner may be about to write its name"
        os.utime(place.lock, (1, 1))
    elif not interrupted:
        assert not is_interrupted(place.journal)
        assert leavings(out) == []
        return
    assert_true(settle(spec, path), path, out)


def test_a_proxy_changed_after_it_was_published_does_not_count(
    job: tuple[JobSpec, Path], tools: Tools, out: Path
) -> None:
    spec, path = job
    run_and_die(spec, path, tools, die_at_note(8, after=True))
    proxy = out / "one.mov"
    with proxy.open("r+b") as stream:
        stream.seek(5000)
        stream.write(b"changed")
    result = settle(spec, path)

    assert [clip.status for clip in result.clips] == ["FAILED", "FAILED"]
    assert proxy.exists(), "it is not ours any more: left where it is"


def test_a_last_line_that_was_cut_off_is_no_fact_and_spoils_no_other(
    job: tuple[JobSpec, Path], tools: Tools, out: Path
) -> None:
    from proxx_engine import read_journal

    spec, path = job
    run_and_die(spec, path, tools, die_at_note(8, after=True))
    journal = place_of_job(path).journal
    with journal.open("ab") as stream:
        stream.write(b'{"time": "2026-01-01T00:00:00.000Z", "event": "publ')
    assert_true(settle(spec, path), path, out)
    assert [fact["event"] for fact in read_journal(journal)][-2:] == ["settled", "lock_released"]


def test_a_lock_removed_by_hand_does_not_make_a_job_run_again(
    job: tuple[JobSpec, Path], tools: Tools, out: Path
) -> None:
    spec, path = job
    run_and_die(spec, path, tools, die_at_note(8, after=True))
    place_of_job(path).lock.unlink()
    assert_true(settle(spec, path), path, out)


def test_while_the_volume_is_away_nothing_is_settled(
    job: tuple[JobSpec, Path], tools: Tools, tmp_path: Path, out: Path
) -> None:
    spec, path = job
    run_and_die(spec, path, tools, die_at_note(8, after=True))
    elsewhere = spec.model_copy(
        update={"output": spec.output.model_copy(update={"directory": str(tmp_path / "unmounted")})}
    )
    with pytest.raises(PlaceError) as caught:
        settle_job(elsewhere, journal_path=place_of_job(path).journal, worker=WORKER)
    assert caught.value.code == "STORAGE_OUTPUT_MISSING"
    assert_true(settle(spec, path), path, out)


def test_a_settlement_that_is_killed_itself_is_finished_by_the_next(
    job: tuple[JobSpec, Path], tools: Tools, out: Path
) -> None:
    import os

    from proxx_engine import settled_result

    spec, path = job
    run_and_die(spec, path, tools, die_at_note(8, after=True))
    child = os.fork()
    if child == 0:
        identity.identify_process.cache_clear()
        die_at_call(settled_result, "write_result", after=False)()
        settle_job(spec, journal_path=place_of_job(path).journal, worker=WORKER)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 9
    assert_true(settle(spec, path), path, out)


def test_the_next_run_of_the_folder_settles(
    job: tuple[JobSpec, Path], tools: Tools, out: Path
) -> None:
    spec, path = job
    run_and_die(spec, path, tools, die_at_note(8, after=True))
    ended = proxx("run", out)

    assert ended.returncode == 1
    assert "CLAIM_INTERRUPTED" in ended.stdout
    assert read_result(path)["status"] == "PARTIAL"
    assert (proxies(out), leavings(out)) == (["one.mov"], [])
