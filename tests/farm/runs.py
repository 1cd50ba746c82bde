"""A bundle of real clips, run here: made, opened up for a test, and what came of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest

from proxx_engine import (
    CreatedJob,
    CreationRequest,
    JobExecutionResult,
    JobSpec,
    Tools,
    create_jobs,
    find_profile,
    place_of_job,
    write_job,
)
from tests.faults.damage import cut
from tests.faults.scenes import wait_until, wrap_ffmpeg
from tests.faults.warm_proxx import run_warm as proxx
from tests.service.worker.faults import Gate
from tests.support import CREATED_BY, MakeClip


@dataclass(frozen=True)
class Scene:
    """Footage, a folder for proxies, and bundles of jobs between them."""

    place: Path
    tools: Tools
    whole: Path
    bad: Path

    @property
    def out(self) -> Path:
        return self.place / "out"

    def sources(self, words: str) -> list[Path]:
        """Return copies of a whole clip (w) and of one that ends early (b), one for each letter."""
        footage = self.place / "footage"
        footage.mkdir(exist_ok=True)
        made = []
        for number, letter in enumerate(words, start=len(list(footage.iterdir())) + 1):
            source = self.whole if letter == "w" else self.bad
            made.append(footage / f"clip{number}{source.suffix}")
            shutil.copyfile(source, made[-1])
        return made

    def job(self, sources: Sequence[Path], *, profile: str = "prores_proxy") -> JobSpec:
        """Return the one job of some clips."""
        self.out.mkdir(exist_ok=True)
        request = CreationRequest(
            tuple(sources),
            self.out,
            find_profile(profile),
            CREATED_BY,
            clips_per_job=9,
            naming_template="{source_name}_{codec}_{job_id}",
        )
        (job,) = create_jobs(request, prober=self.tools.prober).jobs
        return job.spec.model_copy(update={"label": sources[0].stem})

    def jobs(self, words: str) -> list[JobSpec]:
        """Return a job for each word: `w`, `b`, `wb` …, of so many clips."""
        return [self.job(self.sources(word)) for word in words.split()]

    def as_windows(self, spec: JobSpec, root: str = "P:/night") -> JobSpec:
        """Return a job as Windows would have written it, where `place` is called `root`."""

        def there(path: str) -> str:
            below = Path(path).relative_to(self.place)
            return str(PureWindowsPath(root, *below.parts))

        clips = []
        for clip in spec.clips:
            source = clip.source.model_copy(
                update={
                    "path": there(clip.source.path),
                    "files": tuple(map(there, clip.source.files)),
                }
            )
            clips.append(clip.model_copy(update={"source": source}))
        output = spec.output.model_copy(update={"directory": there(spec.output.directory)})
        return spec.model_copy(update={"clips": tuple(clips), "output": output})

    def bundle(self, specs: Sequence[JobSpec], *words: str, name: str = "bundle") -> Path:
        """Export jobs; the order of the tasks is theirs."""
        jobs, bundle = self.place / f"jobs-{name}", self.place / name
        jobs.mkdir()
        for spec in specs:
            write_job(CreatedJob(spec, "ffmpeg"), jobs)
        done = proxx("farm", "export", jobs, "--bundle", bundle, *words)
        assert done.returncode == 0, done.stderr
        return bundle

    def gate(self, bundle: Path, *, holds: int = 1, is_open: bool = False) -> Held:
        """Let the tasks encode with an FFmpeg that counts, and waits from encode `holds` on."""
        folder = self.place / f"gate-{bundle.name}"
        folder.mkdir()
        counted = f'echo begun >> "{folder}/begun"; [ $(wc -l < "{folder}/begun") -lt {holds} ]'
        waits = f'while [ ! -e "{folder}/open" ]; do sleep 0.05; done'
        encode = f'{counted} || {waits}; exec "$real" "$@"'
        gate = Held(wrap_ffmpeg(self.tools, folder, encode=encode).ffmpeg, folder, holds)
        if is_open:
            gate.open()
        change_action(bundle, args=["--ffmpeg", str(gate.ffmpeg)])
        return gate


@dataclass(frozen=True)
class Held(Gate):
    """A gate that lets the first encodes pass."""

    holds: int = 1

    def wait(self) -> None:
        """Wait until the encode that is held has begun."""
        wait_until(lambda: self.begun >= self.holds)


@pytest.fixture(scope="module")
def sources(make_clip: MakeClip, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small clip, and one that ends early."""
    picture = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=1")
    place = tmp_path_factory.mktemp("sources")
    whole = make_clip("whole.mov", *picture, "-c:v", "prores_ks", "-profile:v", "0")
    early = make_clip("early.avi", *picture, "-c:v", "mpeg4", "-q:v", "4")
    return whole, cut(early, place, keep=0.6)


@pytest.fixture
def scene(sources: tuple[Path, Path], tools: Tools, tmp_path: Path) -> Scene:
    return Scene(tmp_path, tools, *sources)


def run(bundle: Path, *words: str | Path) -> tuple[int, dict[str, Any]]:
    """Run a bundle; return the exit code and what a program is told."""
    done = proxx("farm", "run", bundle, *words, "--json")
    return done.returncode, json.loads(done.stdout)


def change_action(bundle: Path, *, args: Sequence[str] = (), **fields: Any) -> None:
    """Change what a bundle's template has the workers do; `args` come behind the others."""
    path = bundle / "template.json"
    template = json.loads(path.read_bytes())
    action = template["steps"][0]["script"]["actions"]["onRun"]
    action["args"] += args
    action.update(fields)
    path.write_text(json.dumps(template), "utf-8")


def job_file(bundle: Path, number: int) -> Path:
    (found,) = (bundle / "jobs" / f"{number:06d}").glob("*.job.json")
    return found


def record(bundle: Path, number: int) -> JobExecutionResult | None:
    """Return the result that lies with a task's job."""
    path = place_of_job(job_file(bundle, number)).result
    return JobExecutionResult.model_validate_json(path.read_bytes()) if path.exists() else None


def beginnings(bundle: Path, number: int) -> int:
    """Return how often a task's job was begun."""
    journal = place_of_job(job_file(bundle, number)).journal
    lines = journal.read_text("ascii").splitlines() if journal.exists() else []
    return sum('"event": "job_started"' in line for line in lines)
