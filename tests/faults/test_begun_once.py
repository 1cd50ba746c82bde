"""A job that was begun is never begun again, whoever asks, and whatever became of its lock."""

from __future__ import annotations

from pathlib import Path

from proxx_engine import NeverStop, Tools, execute_jobspec, place_of_job, read_journal
from proxx_engine.journal import Journal
from tests.faults.scenes import leavings, proxies, write_jobs
from tests.support import WORKER, make_job


def test_the_engine_refuses_a_job_whose_journal_says_that_it_was_begun(
    clip: Path, tools: Tools, out: Path
) -> None:
    spec = make_job(clip, out, tools)
    (job,) = write_jobs(clip, out, tools, spec)
    place = place_of_job(job)
    Journal(place.journal).note("job_started", job_id=spec.job_id, clips=1, worker="w")
    before = list(read_journal(place.journal))

    result = execute_jobspec(
        spec, tools=tools, worker=WORKER, stop=NeverStop(), journal_path=place.journal
    )

    assert result.failure is not None
    assert result.failure.code == "CLAIM_INTERRUPTED"
    assert result.clips[0].status == "NOT_RUN"
    assert list(read_journal(place.journal)) == before
    assert not place.result.exists(), "what is true of it is for its settlement to say"
    assert (proxies(out), leavings(out)) == ([], [place.lock.name]), "the lock waits for it too"
