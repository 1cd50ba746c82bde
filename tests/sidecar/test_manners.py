"""What every command does alike: odd names, empty words, signals, and what it leaves behind."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sidecar.cli.paths import quoted
from tests.sidecar.calling import Proxx

ROOT = Path(__file__).parents[2]


def program(*words: str, **environment: str) -> dict[str, object]:
    """Return what starts `proxx` in a process of its own."""
    settings = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]} | environment
    return {"args": [sys.executable, "-m", "sidecar.cli.main", *words], "env": settings}


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("create", "", "--out", "out"), id="footage"),
        pytest.param(("create", "footage", "--out", ""), id="a folder"),
        pytest.param(("run", ""), id="a job"),
        pytest.param(("results", "out", "--batch", ""), id="an option"),
    ],
)
def test_an_empty_word_is_no_folder(proxx: Proxx, words: tuple[str, ...]) -> None:
    proxx.shoot("A.mov")
    said = proxx(*words)
    assert said.code == 2
    assert "empty argument" in said.err
    assert sorted(path.name for path in proxx.folder.iterdir()) == ["footage"]


@pytest.mark.parametrize("encoding", ["utf-8:strict", "ascii:strict"])
def test_json_tells_names_that_are_no_text(proxx: Proxx, encoding: str) -> None:
    [whole] = proxx.shoot("Ä.mov")
    odd = os.fsencode(whole.parent) + b"/b\xff.mov"
    try:
        Path(os.fsdecode(odd)).write_bytes(whole.read_bytes())
    except OSError:
        pytest.skip("this file system keeps only names that are text")
    done = subprocess.run(
        **program("create", "footage", "--out", "out", "--json", PYTHONIOENCODING=encoding),  # type: ignore[call-overload]
        cwd=proxx.folder,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [Path(job["clips"][0]).name for job in told["jobs"]] == ["Ä.mov"]
    assert len(told["left_out"]) == 1


def test_what_is_left_out_is_named_below_the_footage(proxx: Proxx) -> None:
    proxx.shoot("day 1/A.mov")
    for day in ("day 1", "day 2"):
        (proxx.folder / "footage" / day).mkdir(exist_ok=True)
        (proxx.folder / "footage" / day / "notes.txt").write_text("x")
    said = proxx("create", "footage", "--out", "out").out
    assert "  day 1/notes.txt  " in said
    assert "  day 2/notes.txt  " in said


def test_a_refused_act_makes_no_folder_in_the_watch_folder(proxx: Proxx) -> None:
    (proxx.folder / "watch").mkdir()
    (proxx.folder / "footage").mkdir()
    assert proxx("create", "footage", "--out", "out", "--into", "watch").code == 2
    assert list((proxx.folder / "watch").iterdir()) == []
    proxx.shoot("A.mov")
    assert proxx("create", "footage", "--out", "out", "--into", "watch").code == 0
    assert len(list((proxx.folder / "watch/pending").iterdir())) == 1


def test_a_path_is_told_as_it_is_typed() -> None:
    for name in ("o&x", "it's", "a b", "$HOME", "plain"):
        assert shlex.split(quoted(Path("/m") / name)) == [f"/m/{name}"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_an_act_that_is_ended_while_it_writes_takes_back_what_it_wrote(
    proxx: Proxx, number: signal.Signals
) -> None:
    [clip] = proxx.shoot("A0000.mov")
    for copy in range(1, 150):
        os.link(clip, clip.with_name(f"A{copy:04d}.mov"))
    process = subprocess.Popen(
        **program("create", "footage", "--out", "out"),  # type: ignore[call-overload]
        cwd=proxx.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    out = proxx.folder / "out"
    while process.poll() is None and not (out.is_dir() and len(list(out.iterdir())) > 5):
        time.sleep(0.002)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert said == b"proxx: stopped\n"
    assert list(out.iterdir()) == []


needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
PROGRAM = [sys.executable, "-m", "sidecar.cli.main"]


@needs_full
def test_words_that_cannot_be_written_are_no_failure_of_a_job(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    assert proxx("create", "footage", "--out", "out").code == 0
    assert proxx("run", "out").code == 0
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*PROGRAM, "results", "out"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=proxx.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
    assert done.returncode == 3
    assert done.stderr == "proxx: what it says cannot be written: No space left on device\n"


@needs_full
def test_a_watch_whose_words_cannot_be_written_runs_all_that_waits(proxx: Proxx) -> None:
    proxx.shoot("A.mov", "B.mov")
    (proxx.folder / "box").mkdir()
    assert proxx("watch", "box", "--once").code == 0
    assert proxx("create", "footage", "--out", "out", "--into", "box").code == 0
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*PROGRAM, "watch", "box", "--once"],
            stdout=full,
            stderr=full,
            check=False,
            cwd=proxx.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
    assert done.returncode == 3
    assert len(list((proxx.folder / "box" / "completed").rglob("*.job.json"))) == 2


@pytest.mark.parametrize("closed", [(1,), (2,), (0, 1, 2)], ids=["out", "err", "all"])
def test_closed_streams_end_no_job_and_no_file_stands_in_for_them(
    proxx: Proxx, closed: tuple[int, ...]
) -> None:
    proxx.shoot("A.mov")
    assert proxx("create", "footage", "--out", "out").code == 0
    (job,) = (proxx.folder / "out").glob("*.job.json")
    before = job.read_bytes()
    shut = " ".join(f"{number}>&-" for number in closed)
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$@" {shut}', "sh", *PROGRAM, "run", "out", "--json"],
        check=False,
        capture_output=True,
        text=True,
        cwd=proxx.folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert bool(done.stdout) == (1 not in closed)
    assert proxx("results", "out").code == 0
    assert job.read_bytes() == before


def test_what_is_wrong_with_the_words_is_told_in_one_line(proxx: Proxx) -> None:
    said = proxx("farm", "task", "jobs", "1", "more\nopenjd_env: A=B")
    assert said.code == 2
    assert "more\\nopenjd_env: A=B" in said.err.splitlines()[-1]
