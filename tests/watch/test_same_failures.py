"""A failure is the same failure, whoever runs the job and however many run beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from proxx_engine import CreatedJob, JobExecutionResult, JobSpec, Tools, read_journal, write_job
from sidecar.folders.layout import make_watch_folder
from sidecar.folders.submitting import submit_all
from tests.end_to_end.results_compared import differences
from tests.faults.warm_proxx import run_warm as proxx
from tests.support import MakeClip, make_job
from tests.watch.conftest import PICTURE

Ran = dict[str, tuple[JobExecutionResult, list[tuple[object, ...]]]]
"""By label: a job's result, and the facts of its journal."""
_THERE = b"somebody's"


@pytest.fixture
def specs(make_clip: MakeClip, tools: Tools, tmp_path: Path) -> list[JobSpec]:
    """Jobs that fail, each for a reason of its own, and one that does not."""
    jobs = []
    clip = make_clip("clip.mov", *PICTURE)
    for name in ("good", "missing", "changed", "there"):
        footage = tmp_path / "card" / f"{name}.mov"
        footage.parent.mkdir(exist_ok=True)
        shutil.copy(clip, footage)
        jobs.append(make_job(footage, tmp_path / "proxies", tools))
    (tmp_path / "card" / "missing.mov").unlink()
    (tmp_path / "card" / "changed.mov").write_bytes(clip.read_bytes()[:-4096])
    return jobs


def run_them(specs: list[JobSpec], place: Path, workers: int) -> Ran:
    """Run them all, by hand or by so many workers; return the results, and clear them away."""
    out = Path(specs[0].output.directory)
    (out / "there.mov").write_bytes(_THERE)
    place.mkdir()
    if workers == 0:
        for spec in specs:
            write_job(CreatedJob(spec, "ffmpeg"), place)
        assert proxx("run", place).returncode == 1
    else:
        folder = make_watch_folder(place)
        submit_all([(CreatedJob(spec, "ffmpeg"), folder) for spec in specs])
        done = proxx("watch", place, "--once", "--workers", str(workers))
        assert done.returncode == 1, done.stderr
    ran: Ran = {}
    for path in out.glob("*.result.json"):
        result = JobExecutionResult.model_validate_json(path.read_bytes())
        (journal,) = place.rglob(f"*{result.job_id}.journal.jsonl")
        facts = [(f["event"], f.get("index"), f.get("code")) for f in read_journal(journal)]
        ran[str(result.label)] = result, facts
        path.unlink()
    assert (out / "there.mov").read_bytes() == _THERE
    (out / "good.mov").unlink()
    return ran


def code_of(result: JobExecutionResult) -> str | None:
    return result.failure.code if result.failure else None


def test_each_job_fails_for_the_same_reason_in_the_same_words_at_any_scale(
    specs: list[JobSpec], tmp_path: Path
) -> None:
    by_hand = run_them(specs, tmp_path / "by-hand", 0)
    codes = {
        label: result.failure and result.failure.code for label, (result, _) in by_hand.items()
    }
    assert codes == {
        "good": None,
        "missing": "SOURCE_MISSING",
        "changed": "SOURCE_CHANGED",
        "there": "OUTPUT_EXISTS",
    }
    for workers in (1, 4):
        watched = run_them(specs, tmp_path / f"box{workers}", workers)
        assert watched.keys() == by_hand.keys()
        for label, (result, facts) in watched.items():
            assert differences(by_hand[label][0], result) == [], (workers, label)
            assert facts == by_hand[label][1], (workers, label)
