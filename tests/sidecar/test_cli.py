"""`proxx` as people and programs call it: exit codes, words, JSON, and what is left on the disk."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import __version__
from tests.faults.warm_proxx import run_warm
from tests.support import MakeClip

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.4", "-c:v", "mpeg4")


class Cli:
    """Calls `proxx` in one folder: in a fork, or in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return run_warm(*words, folder=self.folder)

    def alone(self, *words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sidecar.cli.main", *map(str, words)],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": "/usr/bin:/bin"},
        )

    def json(self, *words: str | Path) -> Any:
        return json.loads(self(*words, "--json").stdout)


@pytest.fixture
def cli(tmp_path: Path, make_clip: MakeClip) -> Cli:
    """The command line in a folder with two clips and a note."""
    footage = tmp_path / "footage"
    footage.mkdir()
    clip = make_clip("clip.mov", *PICTURE).read_bytes()
    (footage / "A.mov").write_bytes(clip)
    (footage / "B.mov").write_bytes(clip)
    (footage / "note.txt").write_text("x")
    return Cli(tmp_path)


def _tree(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
    }


def test_from_footage_to_proven_proxies(cli: Cli) -> None:
    before = _tree(cli.folder / "footage")
    created = cli.alone("create", "footage", "--out", "out")
    assert created.returncode == 0, created.stderr
    assert "2 clips, 2 jobs (2 for ffmpeg)" in created.stdout
    assert "note.txt  no footage: .txt" in created.stdout
    ran = cli.alone("run", "out")
    assert ran.returncode == 0, ran.stderr
    assert "2 jobs, 2 completed and proven" in ran.stdout
    assert _tree(cli.folder / "footage") == before
    names = sorted(path.name for path in (cli.folder / "out").iterdir() if path.suffix == ".mov")
    assert names == ["A.mov", "B.mov"]
    again = cli("run", "out")
    assert again.returncode == 0
    assert "2 had run before, their results stand: 2 completed" in again.stdout


def test_the_two_copies_of_a_result_are_equal(cli: Cli) -> None:
    cli("create", "footage/A.mov", "--out", "out")
    cli("run", "out")
    copies = [path.read_bytes() for path in (cli.folder / "out").glob("*.result.json")]
    assert len(copies) == 2
    assert copies[0] == copies[1]


def test_plan_shows_everything_and_touches_nothing(cli: Cli) -> None:
    cli("create", "footage", "--out", "out")
    before = _tree(cli.folder)
    shown = cli("plan", "out")
    assert shown.returncode == 0
    assert "prores_aw" in shown.stdout
    assert "0 would be refused" in shown.stdout
    assert _tree(cli.folder) == before


def test_plan_tells_what_would_be_refused(cli: Cli) -> None:
    cli("create", "footage", "--out", "out")
    (cli.folder / "footage/A.mov").unlink()
    (cli.folder / "out/B.mov").write_bytes(b"somebody's")
    jobs = cli.json("plan", "out")["jobs"]
    codes = [refusal["code"] for job in jobs for refusal in job["refusals"]]
    assert codes == ["SOURCE_MISSING", "OUTPUT_EXISTS"]


def test_a_wrong_job_stops_all_before_any_runs(cli: Cli) -> None:
    cli("create", "footage", "--out", "out")
    (cli.folder / "out/bad.job.json").write_text('{"spec_version": "1.0", "lable": "x"}')
    ran = cli("run", "out")
    assert ran.returncode == 2
    assert "did you mean" in ran.stderr
    assert not list((cli.folder / "out").glob("*.mov"))
    assert cli.json("run", "out")["results"][0]["status"] == "FAILED"


def test_one_failing_job_does_not_stop_the_others(cli: Cli) -> None:
    cli("create", "footage", "--out", "out")
    (cli.folder / "footage/A.mov").write_bytes(b"something else")
    ran = cli("run", "out")
    assert ran.returncode == 1
    assert "SOURCE_CHANGED" in ran.stdout
    assert "2 jobs, 1 completed and proven, 1 NOT completed" in ran.stdout
    assert (cli.folder / "out/B.mov").exists()


def test_camera_raw_asks_for_resolve(cli: Cli) -> None:
    (cli.folder / "footage/R.braw").write_bytes(b"raw" * 50)
    (cli.folder / "watch").mkdir()
    created = cli("create", "footage", "--out", "out", "--into-resolve", "watch")
    assert "(2 for ffmpeg, 1 for resolve)" in created.stdout
    jobs = list((cli.folder / "watch/pending").iterdir())
    assert len(jobs) == 1
    ran = cli("watch", "watch", "--once")
    assert ran.returncode == 3
    assert "TOOL_RESOLVE_MISSING" in ran.stdout
    assert list((cli.folder / "watch/pending").iterdir()) == jobs


def test_jobs_are_born_in_the_watch_folder(cli: Cli) -> None:
    (cli.folder / "watch").mkdir()
    assert cli("create", "footage", "--out", "out", "--into", "watch").returncode == 0
    assert len(list((cli.folder / "watch/pending").glob("*.job.json"))) == 2
    assert not list((cli.folder / "out").iterdir())


def test_a_missing_watch_folder_is_a_missing_place(cli: Cli) -> None:
    created = cli("create", "footage", "--out", "out", "--into", "nowhere")
    assert created.returncode == 3
    assert "STORAGE_WATCH_FOLDER_MISSING" in created.stderr
    assert not (cli.folder / "out").exists()


def test_the_weaker_look_is_named_in_every_view(cli: Cli) -> None:
    cli("create", "footage/A.mov", "--out", "out", "--verification", "exists")
    ran = cli("run", "out")
    assert ran.returncode == 0
    assert "COMPLETED (exists only)" in ran.stdout
    assert "0 completed and proven, 1 exist only" in ran.stdout


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        pytest.param((), 2, "usage: proxx COMMAND", id="no command"),
        pytest.param(("encode",), 2, "there is no command 'encode'", id="an unknown command"),
        pytest.param(("run",), 2, "arguments are required", id="a missing argument"),
        pytest.param(("run", "nowhere.json"), 2, "No such file", id="a job that is not there"),
        pytest.param(("run", "footage"), 2, "holds no job", id="a folder without jobs"),
        pytest.param(("create", "nowhere", "--out", "o"), 2, "does not exist", id="no footage"),
        pytest.param(
            ("create", "footage", "--out", "o", "--profile", "prores_prox"),
            2,
            "Did you mean prores_proxy?",
            id="a misspelt profile",
        ),
        pytest.param(
            ("create", "footage", "--out", "o", "--clips-per-job", "0"),
            2,
            "whole number from 1",
            id="no clips in a job",
        ),
        pytest.param(("doctor", "--ffmpeg", "nowhere"), 3, "NO  ffmpeg", id="no FFmpeg"),
        pytest.param(("--version",), 0, f"proxx {__version__}", id="the version"),
        pytest.param(("--help",), 0, "exit codes: 0 done", id="the help"),
    ],
)
def test_exit_codes_and_words(cli: Cli, words: tuple[str, ...], code: int, told: str) -> None:
    done = cli(*words)
    assert done.returncode == code
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_shown_profile_can_be_used_as_ones_own(cli: Cli) -> None:
    shown = cli("profiles", "show", "h264").stdout.replace('name = "h264"', 'name = "mine"', 1)
    (cli.folder / "mine.toml").write_text(shown)
    created = cli.json("create", "footage/A.mov", "--out", "out", "--profile", "mine.toml")
    job = json.loads(Path(created["jobs"][0]["job_file"]).read_text())
    assert job["profile"]["name"] == "mine"
    assert job["profile"]["codec"] == "h264"


def test_probe_says_what_a_file_is(cli: Cli) -> None:
    source = cli.json("probe", "footage/A.mov")["files"][0]
    assert source["engine"] == "ffmpeg"
    assert source["source"]["video"]["width"] == 320
    assert cli("probe", "footage/note.txt").returncode == 1


def test_doctor_tries_a_folder(cli: Cli) -> None:
    before = _tree(cli.folder / "footage")
    report = cli.json("doctor", "footage", "--self-test")
    assert report["good"]
    assert {"publish replaces nothing", "claim: exclusive create has one winner"} <= {
        finding["name"] for finding in report["findings"]
    }
    assert _tree(cli.folder / "footage") == before


def test_hostile_names_do_not_reach_the_terminal(cli: Cli) -> None:
    hostile = cli.folder / "footage" / "a\x1b[31mred\n.txt"
    hostile.write_text("x")
    created = cli("create", "footage", "--out", "out")
    assert "\x1b" not in created.stdout
    assert "a\\x1b[31mred\\n.txt" in created.stdout


def test_paths_may_be_written_with_dots(cli: Cli) -> None:
    assert cli("create", "footage/../footage", "--out", "./x/../out").returncode == 0
    assert cli("run", "./out/../out").returncode == 0
    assert (cli.folder / "out/A.mov").exists()


def test_a_reader_that_goes_away_does_not_end_the_work(cli: Cli) -> None:
    cli("create", "footage", "--out", "out")
    words = f"{sys.executable} -m sidecar.cli.main run out | true"
    environment = {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": "/usr/bin:/bin"}
    subprocess.run(["sh", "-c", words], cwd=cli.folder, check=True, env=environment)
    assert sorted(path.name for path in (cli.folder / "out").glob("*.mov")) == ["A.mov", "B.mov"]


def test_a_job_that_has_run_is_not_run_by_name(cli: Cli) -> None:
    created = cli.json("create", "footage/A.mov", "--out", "out")
    job = created["jobs"][0]["job_file"]
    assert cli("run", job, job).returncode == 0
    again = cli("run", job)
    assert again.returncode == 2
    assert "has run (COMPLETED), and its result stands" in again.stderr


def test_an_earlier_failure_is_not_forgotten(cli: Cli) -> None:
    cli("create", "footage", "--out", "out")
    (cli.folder / "footage/A.mov").unlink()
    assert cli("run", "out").returncode == 1
    again = cli("run", "out")
    assert again.returncode == 1
    assert "1 completed, 1 NOT completed" in again.stdout


def test_validate_reads_jobs_that_have_run(cli: Cli) -> None:
    created = cli.json("create", "footage/A.mov", "--out", "out")
    cli("run", "out")
    Path(created["jobs"][0]["job_file"]).write_text("garbage")
    assert cli("validate", "out").returncode == 2


@pytest.mark.parametrize("step", ["create_exclusive", "publish"])
def test_an_interrupted_creation_takes_back_what_it_wrote(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    from sidecar.cli import main
    from sidecar.folders import submitting

    real, calls = getattr(submitting, step), []

    def second_fails(*arguments: Any, **options: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments, **options)

    monkeypatch.setattr(submitting, step, second_fails)
    footage, out = str(cli.folder / "footage"), cli.folder / "out"
    assert main.main(["create", footage, "--out", str(out)]) == 130
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["x = " + "1" * 5000, "x = " + "[" * 5000, "\x00", "x"], ids=range(4)
)
def test_a_profile_that_is_no_toml_is_told(cli: Cli, text: str) -> None:
    (cli.folder / "mine.toml").write_text(text)
    shown = cli("profiles", "show", "mine.toml")
    assert shown.returncode == 2
    assert "SPEC_NOT_TOML" in shown.stderr
