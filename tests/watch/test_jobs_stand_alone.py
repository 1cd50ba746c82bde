"""A job is a unit of its own: nothing is shared between two, and nothing in one overtakes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from proxx_engine import (
    CreatedJob,
    CreationRequest,
    JobSpec,
    Tools,
    create_jobs,
    find_profile,
    place_of_job,
    read_journal,
)
from sidecar.folders.layout import WatchFolder
from sidecar.folders.submitting import submit_all
from tests.faults.scenes import wrap_ffmpeg
from tests.faults.warm_proxx import run_warm as proxx
from tests.folders.scenes import submit
from tests.support import CREATED_BY, MakeClip, make_job
from tests.watch.conftest import PICTURE
from tests.watch.looking import homes


def test_two_jobs_of_one_source_each_encode_it(
    folder: WatchFolder, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    clip = make_clip("twice.mov", *PICTURE)
    outs = tmp_path / "proxies", tmp_path / "others"
    specs = [make_job(clip, out, tools) for out in outs]
    submit(folder, *specs)
    noted = tmp_path / "encodes"
    own = wrap_ffmpeg(tools, tmp_path, encode=f'echo x >> \'{noted}\'; exec "$real" "$@"')
    done = proxx("watch", folder.root, "--once", "--workers", "2", "--ffmpeg", own.ffmpeg)
    assert done.returncode == 0, done.stderr
    assert noted.read_text() == "x\nx\n"
    digests = {hashlib.sha256((out / "twice.mov").read_bytes()).hexdigest() for out in outs}
    assert len(digests) == 1


def test_the_clips_of_a_job_run_one_after_the_other_in_its_order(
    folder: WatchFolder, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    clips = tuple(make_clip(f"{name}.mov", *PICTURE) for name in ("b", "a", "c"))
    request = CreationRequest(
        clips, tmp_path / "proxies", find_profile("prores_proxy"), CREATED_BY, clips_per_job=3
    )
    (job,) = create_jobs(request, prober=tools.prober).jobs
    submit_all([(CreatedJob(job.spec, "ffmpeg"), folder)])
    done = proxx("watch", folder.root, "--once", "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert homes(folder, "completed") == [job.spec.label]
    events = [(fact["event"], fact["index"]) for fact in facts_of(folder) if "index" in fact]
    steps = ("clip_started", "clip_encoded", "clip_verified", "publishing", "published")
    order = [clip.index for clip in job.spec.clips]
    assert events == [(step, index) for index in order for step in steps]
    assert [clip["index"] for clip in the_record(folder)["clips"]] == order


def test_what_ran_is_byte_for_byte_what_was_submitted(folder: WatchFolder, good: JobSpec) -> None:
    (waiting,) = submit(folder, good)
    submitted = waiting.read_bytes()
    assert proxx("watch", folder.root, "--once").returncode == 0
    (ran,) = folder.root.glob("completed/*/*/*.job.json")
    assert ran.read_bytes() == submitted


def facts_of(folder: WatchFolder) -> list[dict[str, object]]:
    (job_file,) = folder.root.glob("completed/*/*/*.job.json")
    return list(read_journal(place_of_job(job_file).journal))


def the_record(folder: WatchFolder) -> dict[str, list[dict[str, object]]]:
    (path,) = folder.root.glob("completed/*/*/*.result.json")
    loaded: dict[str, list[dict[str, object]]] = json.loads(path.read_bytes())
    return loaded
