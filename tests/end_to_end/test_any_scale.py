"""The same twelve jobs at any scale: the same proxies, byte by byte, and the same results."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from proxx_engine import CreatedJob, JobExecutionResult, JobSpec, Tools, write_job
from sidecar.folders.layout import make_watch_folder
from sidecar.folders.submitting import submit_all
from tests.end_to_end.results_compared import differences
from tests.faults.scenes import ROOT, proxx, start_proxx
from tests.support import MakeClip, make_job

PROFILES = ("prores_proxy", "dnxhr_lb", "h264")
SOUND = ("-f", "lavfi", "-i", "sine=r=48000:d=1")

TEN_LINES = textwrap.dedent(
    """
    import sys, importlib.abc, pathlib
    class NoSidecar(importlib.abc.MetaPathFinder):
        def find_spec(self, name, path, target=None):
            if name.split(".")[0] == "sidecar": raise ImportError("there is no sidecar here")
    sys.meta_path.insert(0, NoSidecar())
    import proxx_engine as proxx
    with proxx.find_tools() as tools:
        for path in sorted(pathlib.Path(sys.argv[1]).glob("*.job.json")):
            proxx.execute_jobspec(proxx.read_jobspec_file(path), tools=tools,
                worker=proxx.identify_worker("ten lines"), stop=proxx.NeverStop(),
                journal_path=proxx.place_of_job(path).journal)
    """
)


@pytest.fixture(scope="module")
def specs(
    make_clip: MakeClip, tools: Tools, tmp_path_factory: pytest.TempPathFactory
) -> list[JobSpec]:
    """Twelve jobs: four clips in each of three profiles."""
    folder = tmp_path_factory.mktemp("scale")
    jobs = []
    for number in range(4):
        picture = ("-f", "lavfi", "-i", f"testsrc2=s=320x180:r=25:d=1,hue=h={number * 40}")
        clip = make_clip(
            f"C{number}.mov", *picture, *SOUND, "-c:v", "mjpeg", "-q:v", "2", "-c:a", "pcm_s16le"
        )
        for profile in PROFILES:
            out = folder / profile
            out.mkdir(exist_ok=True)
            jobs.append(make_job(clip, out, tools, profile=profile))
    return jobs


Run = Callable[[list[JobSpec], Path], None]


def watched(*commands: tuple[str, ...]) -> Run:
    """Return what submits the jobs to a new watch folder, and runs so many watchers over it."""

    def run(specs: list[JobSpec], place: Path) -> None:
        place.mkdir()
        folder = make_watch_folder(place)
        submit_all([(CreatedJob(spec, "ffmpeg"), folder) for spec in specs])
        started = [start_proxx("watch", place, "--once", *words) for words in commands]
        for process in started:
            _out, err = process.communicate(timeout=240)
            assert process.returncode == 0, err

    return run


def run_by_hand(specs: list[JobSpec], place: Path) -> None:
    """Run the jobs without the sidecar."""
    place.mkdir()
    for spec in specs:
        write_job(CreatedJob(spec, "ffmpeg"), place)
    subprocess.run([sys.executable, "-c", TEN_LINES, str(place)], check=True, cwd=ROOT)


def run_as_named(specs: list[JobSpec], place: Path) -> None:
    """Run the jobs with `proxx run`."""
    place.mkdir()
    for spec in specs:
        write_job(CreatedJob(spec, "ffmpeg"), place)
    assert proxx("run", place).returncode == 0


def collect(specs: list[JobSpec]) -> dict[str, tuple[bytes, JobExecutionResult]]:
    """Return proxy and result of each job, and clear them away."""
    found = {}
    for spec in specs:
        out = Path(spec.output.directory)
        (result,) = out.glob(f"*.{spec.job_id[:8]}.result.json")
        proxy = out / spec.clips[0].output_name
        read = JobExecutionResult.model_validate_json(result.read_bytes())
        found[spec.job_id] = (proxy.read_bytes(), read)
    for out in {spec.output.directory for spec in specs}:
        assert [name for name in os.listdir(out) if name.startswith(".")] == []
        shutil.rmtree(out)
        os.mkdir(out)
    return found


@pytest.mark.slow
def test_the_number_of_workers_and_their_order_change_no_byte(
    specs: list[JobSpec], tmp_path: Path
) -> None:
    shuffled = random.Random(4).sample(specs, len(specs))
    scales: dict[str, tuple[Run, list[JobSpec]]] = {
        "one worker": (watched(()), specs),
        "four workers": (watched(("--workers", "4")), specs),
        "three processes, shuffled": (watched((), (), ()), shuffled),
        "ten lines without the sidecar": (run_by_hand, specs),
        "proxx run": (run_as_named, specs),
    }
    first: dict[str, tuple[bytes, JobExecutionResult]] | None = None
    for number, (scale, (run, jobs)) in enumerate(scales.items()):
        run(jobs, tmp_path / f"box{number}")
        made = collect(specs)
        assert len(made) == 12
        first = first or made
        for job_id, (proxy, result) in made.items():
            assert result.status == "COMPLETED", (scale, result.failure)
            assert proxy == first[job_id][0], (scale, result.label)
            assert differences(first[job_id][1], result) == [], scale
