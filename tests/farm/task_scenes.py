"""Small bundles of real clips, made by hand, and `proxx farm task` called for their tasks."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openjd.sessions._action_filter import ActionMessageKind, ActionMonitoringFilter

from proxx_engine import JobExecutionResult, Tools, place_of_job
from sidecar.farm.layout import ROOTS, folder_of_task
from tests.faults.scenes import ROOT, proxx_command, wrap_ffmpeg
from tests.faults.warm_proxx import WarmProcess, start_warm
from tests.sidecar.calling import Proxx, Said, make_proxx
from tests.support import MakeClip

WINDOWS = "P:\\shoot"


class Bundle:
    """A bundle's `jobs/`; its one root is the folder of the test, which jobs call `written`."""

    def __init__(self, proxx: Proxx, written: str | None = None) -> None:
        self.proxx = proxx
        self.here = proxx.folder
        self.written = written or str(proxx.folder)
        self.jobs = proxx.folder / "bundle" / "jobs"
        self.jobs.mkdir(parents=True)
        self.write_roots({"Root1": self.written})

    def write_roots(self, value: object) -> None:
        """Write roots.json, as JSON of anything."""
        (self.jobs / ROOTS).write_text(json.dumps(value), "utf-8")

    def make(self, *names: str, clips_per_job: int = 1, options: Sequence[str] = ()) -> list[Path]:
        """Create jobs of clips that were shot, one task for each, in the order of their names."""
        maps = ["--path-map", f"{self.written}={self.here}"] if self.is_elsewhere else []
        sources = [self.here / "footage" / name for name in names]
        words = ("--out", self.here / "out", "--clips-per-job", clips_per_job, *options, *maps)
        done = self.proxx("create", *sources, *words)
        assert done.code == 0, done.err
        made = sorted((self.here / "out").glob("*.job.json"))
        first = len(list(self.jobs.glob("0*")))
        paths = []
        for number, path in enumerate(made, start=first + 1):
            folder = folder_of_task(self.jobs, number)
            folder.mkdir()
            paths.append(Path(shutil.move(path, folder)))
        return paths

    @property
    def is_elsewhere(self) -> bool:
        return self.written != str(self.here)

    def words(self, number: int, *more: object) -> list[str]:
        """The command of a task, with its root as a farm maps it."""
        root = ("--root", f"Root1={self.here}")
        return ["farm", "task", str(self.jobs), str(number), *root, *map(str, more)]

    def task(self, number: int, *more: object) -> Said:
        """Run a task in this process."""
        return self.proxx(*self.words(number, *more))

    def start(self, number: int, *more: object) -> WarmProcess:
        """Start a task as a process of its own."""
        return start_warm(self.words(number, *more))

    def start_cold(self, number: int, *more: object, **options: Any) -> subprocess.Popen[str]:
        """Start a task as a farm does: what it says goes into one pipe."""
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} | options
        words = [*proxx_command(), *self.words(number, *more)]
        return subprocess.Popen(words, text=True, cwd=ROOT, **streams)

    def job(self, number: int) -> Path:
        """The job file of a task."""
        (path,) = folder_of_task(self.jobs, number).glob("*.job.json")
        return path

    def result(self, number: int) -> JobExecutionResult:
        """The result that lies with a task's job."""
        data = place_of_job(self.job(number)).result.read_bytes()
        return JobExecutionResult.model_validate_json(data)

    def forget(self) -> None:
        """Take away all that tasks made, so that they are begun anew."""
        shutil.rmtree(self.here / "out")
        (self.here / "out").mkdir()
        for path in self.jobs.glob("0*/*"):
            if not path.name.endswith(".job.json"):
                path.unlink()

    def proxies(self) -> dict[str, bytes]:
        """Every proxy by its name."""
        found = (path for path in (self.here / "out").rglob("*.mov"))
        return {path.name: path.read_bytes() for path in found}


@pytest.fixture
def bundle(
    tmp_path: Path,
    make_clip: MakeClip,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Bundle:
    """A bundle on the system that wrote its jobs, without tasks."""
    return Bundle(make_proxx(tmp_path, make_clip, capsys, monkeypatch))


def write_rules(path: Path, *rules: tuple[str, str, object]) -> Path:
    """Write a rules file as the standard's runtime does: format, source, destination."""
    keys = ("source_path_format", "source_path", "destination_path")
    told = [dict(zip(keys, map(str, rule), strict=True)) for rule in rules]
    value = {"version": "pathmapping-1.0", "path_mapping_rules": told} if rules else {}
    path.write_text(json.dumps(value), "utf-8")
    return path


def heard(output: str) -> list[tuple[str, Any, bool]]:
    """Return what the standard's own runtime takes of a task's output: kind, value, `fails`."""
    said: list[tuple[str, Any, bool]] = []

    def take(kind: ActionMessageKind, value: Any, fails: bool) -> None:
        said.append((kind.value, value, fails))

    ears = ActionMonitoringFilter(session_id="1", callback=take)
    for line in output.splitlines():
        record = logging.makeLogRecord({"msg": line, "session_id": "1"})
        ears.filter(record)
    return said


def holding(tools: Tools, folder: Path, *, only: str = "", seconds: float = 60) -> Path:
    """Return an FFmpeg that stands still before it encodes; `only`: what names a held clip."""
    hold = f"sleep {seconds} & wait"
    true_call = 'exec "$real" "$@"'
    body = f'case "$*" in *{only}*) {hold} ;; esac; {true_call}' if only else f"{hold}; {true_call}"
    return wrap_ffmpeg(tools, folder, encode=body).ffmpeg


def kill(process: WarmProcess) -> None:
    """Kill a task as a farm or a power cut would: nothing of it hears of it."""
    process.kill()
    process.communicate(timeout=20)


needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
