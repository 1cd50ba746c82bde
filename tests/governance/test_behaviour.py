"""Each law seen at work: one real job, in a process of its own, with everything written down that
it did.
"""

from __future__ import annotations

import ast
import json
import os
import re
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from proxx_engine.phase1_lock import RULES
from tests.governance.observed_run import Observations
from tests.governance.one_clip_job import write_job

ROOT = Path(__file__).resolve().parents[2]
# Who holds a lock is told by the machine, its boot and the start of the process.
_IDENTITY = re.compile(
    r"/proc/\d+/stat|/proc/stat|/etc/machine-id|/var/lib/dbus/machine-id|/proc/sys/kernel/random/boot_id"
)


@dataclass(frozen=True)
class Run:
    folder: Path
    seen: Observations
    said: str

    def commands_of(self, program: str) -> list[list[str]]:
        return [command for command in self.seen.started if program in command]


def observe(folder: Path, ffmpeg: Path | None = None) -> Run:
    job, report = write_job(folder), folder / "observations.json"
    command = [sys.executable, "-B", "-m", "tests.governance.observed_run", str(job), str(report)]
    done = subprocess.run(
        [*command, *([str(ffmpeg)] if ffmpeg else [])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return Run(
        folder,
        Observations(**json.loads(report.read_text(encoding="utf-8"))),
        done.stdout + done.stderr,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A job that comes to a good end."""
    observed = observe(tmp_path_factory.mktemp("good"))
    assert observed.seen.status == "COMPLETED", observed.seen.failures
    return observed


@pytest.fixture(scope="module")
def failed_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A job whose encoder ends with an error."""
    if os.name == "nt":
        pytest.skip("the failing encoder is a script with an interpreter line")
    folder = tmp_path_factory.mktemp("bad")
    encoder = folder / "ffmpeg"
    encoder.write_text(f"#!{sys.executable}\nraise SystemExit(1)\n", encoding="utf-8")
    encoder.chmod(encoder.stat().st_mode | stat.S_IXUSR)
    return observe(folder, encoder)


def test_no_async(run: Run) -> None:
    assert "asyncio" not in run.seen.modules


def test_no_retry(failed_run: Run) -> None:
    """What failed was started once, and the failure is the end."""
    assert failed_run.seen.status == "FAILED"
    assert len(failed_run.commands_of(failed_run.seen.ffmpeg)) == 1


def test_no_environment(run: Run) -> None:
    assert run.seen.variables == []


def test_no_hidden_configuration(run: Run) -> None:
    """Only the job, its source, its output, Python's and the package's own files, and who this
    machine is.
    """
    ours = (str(run.folder), str(ROOT / "proxx_engine"), sys.prefix, sys.base_prefix, os.devnull)
    # A name without a folder is opened relative to a folder that was opened before.
    others = {
        name for name in run.seen.opened if not name.startswith(ours) and Path(name).is_absolute()
    }
    assert {name for name in others if not _IDENTITY.fullmatch(name)} == set()


def test_no_progress_callback(run: Run) -> None:
    """Facts are written when something is finished: their number does not grow with the frames."""
    journal = (run.folder / "job" / "job.journal.jsonl").read_text(encoding="utf-8")
    events = [json.loads(line)["event"] for line in journal.splitlines()]
    of_the_clip = [event for event in events if event.startswith(("clip_", "publish"))]
    assert of_the_clip == [
        "clip_started",
        "clip_encoded",
        "clip_verified",
        "publishing",
        "published",
    ]


def test_no_direct_engine_call(run: Run) -> None:
    """Every program was started on behalf of execution_adapter."""
    assert run.seen.started_through
    assert {files[0] for files in run.seen.started_through} == {"execution_adapter.py"}


def test_no_threads(run: Run) -> None:
    assert run.seen.threads == 0
    assert "multiprocessing" not in run.seen.modules


def test_no_mutable_state(run: Run, failed_run: Run) -> None:
    assert run.seen.changed_state == []
    assert failed_run.seen.changed_state == []


def test_no_silent_except(failed_run: Run) -> None:
    """The failure has a sentence, in the result that lies with the job too."""
    assert [bool(sentence) for sentence in failed_run.seen.failures] == [True]
    (result,) = (failed_run.folder / "job").glob("*.result.json")
    assert json.loads(result.read_text(encoding="utf-8"))["clips"][0]["failure"]["code"]


def test_no_clock(run: Run) -> None:
    assert set(run.seen.timers_of) == {"proxx_engine.system.clock"}


def test_no_subprocess(run: Run) -> None:
    """One encode and one decode of the proxy, both through the lifeline; one child that probes."""
    encode, decode = run.commands_of(run.seen.ffmpeg)
    assert str(run.folder / "source" / "clip.mov") in " ".join(encode)
    assert str(run.folder / "source" / "clip.mov") not in " ".join(decode)
    children = [
        Path(word).name for command in run.seen.started for word in command if word.endswith(".py")
    ]
    assert sorted(children) == ["lifeline.py", "lifeline.py", "probe_child.py"]
    assert {files[-1] for files in run.seen.started_through} == {"system/process.py"}


def test_no_print(run: Run, failed_run: Run) -> None:
    assert run.said == ""
    assert failed_run.said == ""


def test_nothing_goes_to_the_network(run: Run) -> None:
    assert run.seen.network == []


def test_standard_library_only() -> None:
    """The installer's modules load in a Python that has no packages."""
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted((ROOT / "install").rglob("*.py"))
        if path.stem not in {"__main__", "build_hook"}
    ]
    program = f"import sys, importlib\nsys.path.insert(0, {str(ROOT)!r})\n"
    program += f"for name in {names!r}: importlib.import_module(name)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", program],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_law_is_seen_at_work() -> None:
    tree = ast.parse(Path(__file__).read_bytes())
    tests = {
        node.name.removeprefix("test_") for node in tree.body if isinstance(node, ast.FunctionDef)
    }
    assert {rule.id for rule in RULES} <= tests
