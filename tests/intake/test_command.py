"""`proxx intake` as a person and as a program meet it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sidecar.calling import Proxx, Said, make_proxx, record
from tests.support import MakeClip

ROOT = Path(__file__).parents[2]
QUICK = ("--poll-seconds", "0.05", "--quiet-seconds", "0.1")


@pytest.fixture
def proxx(
    tmp_path: Path,
    make_clip: MakeClip,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Proxx:
    (tmp_path / "watch").mkdir()
    (tmp_path / "footage").mkdir()
    return make_proxx(tmp_path, make_clip, capsys, monkeypatch)


def intake(proxx: Proxx, *more: object) -> Said:
    words = ("footage", "--into", "watch", "--out", "out", *QUICK, "--once")
    return proxx("intake", *words, *more)


def jobs(proxx: Proxx) -> list[Path]:
    return sorted((proxx.folder / "watch/pending").glob("*.job.json"))


def test_once_takes_what_is_whole_and_says_so_in_few_lines(proxx: Proxx) -> None:
    proxx.shoot("CARD/A.mov", "CARD/B.mov", "loose.mov")
    (proxx.folder / "footage/CARD/notes.txt").write_text("x")
    before = record(proxx.folder / "footage")
    said = intake(proxx)
    assert said.code == 0, said.err
    assert [line[10:] for line in said.out.splitlines()[:-1]] == [
        f"taking from {proxx.folder}/footage: 2 there",
        "CARD, loose.mov: arrived",
        f"CARD: taken, 2 clips, 2 jobs in {proxx.folder}/watch/pending",
        "CARD: left out: CARD/notes.txt: no footage: .txt",
        f"loose.mov: taken, 1 clip, 1 job in {proxx.folder}/watch/pending",
    ]
    assert said.out.splitlines()[-1] == "3 clips taken, 3 jobs made"
    assert len(jobs(proxx)) == 3
    assert record(proxx.folder / "footage") == before
    again = intake(proxx)
    assert again.code == 0
    assert [line[10:] for line in again.out.splitlines()[:-1]] == [
        f"taking from {proxx.folder}/footage: 2 there, 2 of them taken before"
    ]


def test_what_many_files_have_in_common_is_one_line(proxx: Proxx) -> None:
    proxx.shoot("CARD/A.mov")
    for number in range(20):
        (proxx.folder / f"footage/CARD/{number}.txt").write_text("x")
        proxx.shoot(f"loose {number:02d}.mov")
    said = intake(proxx)
    assert "20 files: no footage: .txt" in said.out
    assert "loose 00.mov, loose 01.mov, loose 02.mov and 17 more: taken, 20 clips" in said.out
    assert len(said.out.splitlines()) == 6


def test_json_is_one_object_a_line(proxx: Proxx) -> None:
    proxx.shoot("CARD/A.mov")
    (proxx.folder / "footage/B.mov.part").write_text("x")
    said = intake(proxx, "--json")
    told = [json.loads(line) for line in said.out.splitlines()]
    assert [line["event"] for line in told] == [
        *("started", "arrived", "arrived", "taken", "waits", "ended"),
    ]
    [job] = told[3]["jobs"]
    assert Path(job["job_file"]) == jobs(proxx)[0]
    assert told[4]["unit"] == "B.mov.part"
    assert told[5]["waiting"] == ["B.mov.part"]
    assert (told[5]["clips"], told[5]["jobs"], told[5]["stopped"]) == (1, 1, False)


def test_a_card_that_cannot_be_taken_is_an_exit_code(proxx: Proxx) -> None:
    proxx.shoot("CARD/A.mov", "CARD/A.mp4", "OTHER/A.mov")
    said = intake(proxx)
    assert said.code == 2
    assert "CARD: NOT TAKEN until it changes" in said.out
    assert "{source_name}_{source_ext}" in said.out
    assert len(jobs(proxx)) == 1
    assert intake(proxx, "--name", "{source_name}_{source_ext}").code == 0
    assert len(jobs(proxx)) == 3


def test_options_of_create_reach_the_jobs(proxx: Proxx) -> None:
    proxx.shoot("CARD/A.mov", "CARD/B.mov")
    options = ("--profile", "h264", "--batch", "day 1", "--clips-per-job", "2", "--name")
    assert intake(proxx, *options, "{source_name}_{date}").code == 0
    [job] = [json.loads(path.read_bytes()) for path in jobs(proxx)]
    assert (job["batch"], job["profile"]["name"], len(job["clips"])) == ("day 1", "h264", 2)
    assert job["created_by"]["tool"] == "proxx intake"
    assert job["label"] == "CARD-0001"


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (("--out", "footage"), 2, "is the hot folder"),
        (("--into", "nowhere"), 3, "watch folder is not there"),
        (("--name", "{no}"), 2, "--name"),
        (("--profile", "no"), 2, "no"),
        (("--looks", "0"), 2, "whole number"),
        (("--quiet-seconds", "-1"), 2, "seconds"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_made(
    more: tuple[str, ...], code: int, words: str, proxx: Proxx
) -> None:
    proxx.shoot("CARD/A.mov")
    said = intake(proxx, *more)
    assert said.code == code
    assert words in said.err
    assert jobs(proxx) == []


def test_a_missing_hot_folder_is_told(proxx: Proxx) -> None:
    (proxx.folder / "footage").rmdir()
    said = intake(proxx)
    assert said.code == 3
    assert "the hot folder is not there" in said.err


@pytest.fixture
def running(proxx: Proxx) -> Iterator[subprocess.Popen[str]]:
    words = ("intake", "footage", "--into", "watch", "--out", "out", *QUICK, "--json")
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "sidecar.cli.main", *words],
        cwd=proxx.folder,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def told(process: subprocess.Popen[str], event: str) -> dict[str, Any]:
    assert process.stdout is not None
    for line in process.stdout:
        loaded: dict[str, Any] = json.loads(line)
        if loaded["event"] == event:
            return loaded
    raise AssertionError(process.communicate()[1])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order(
    number: int, proxx: Proxx, running: subprocess.Popen[str]
) -> None:
    told(running, "started")
    proxx.shoot("CARD/A.mov")
    assert told(running, "taken")["clips"] == 1
    running.send_signal(number)
    ended = told(running, "ended")
    assert (ended["stopped"], ended["jobs"]) == (True, 1)
    assert running.wait(10) == 130
    assert list((proxx.folder / "watch/intake").glob("*/intake.lock")) == []


def test_a_second_one_on_the_same_folder_is_refused(
    proxx: Proxx, running: subprocess.Popen[str]
) -> None:
    told(running, "started")
    said = intake(proxx)
    assert said.code == 2
    assert f"process {running.pid} on" in said.err


def test_a_killed_one_holds_nobody_up(proxx: Proxx, running: subprocess.Popen[str]) -> None:
    told(running, "started")
    proxx.shoot("CARD/A.mov")
    told(running, "taken")
    running.send_signal(signal.SIGKILL)
    running.wait(10)
    said = intake(proxx)
    assert (said.code, len(jobs(proxx))) == (0, 1)


def test_cards_copied_slowly_become_each_clip_one_job_though_it_is_killed(
    proxx: Proxx, running: subprocess.Popen[str]
) -> None:
    """End to end: real clips in small pieces, one intake killed in the middle, another after it."""
    told(running, "started")
    [whole] = proxx.shoot("../whole.mov")
    data = whole.read_bytes()
    names = [f"CARD_{card}/CLIP/C{clip:04d}.mov" for card in "AB" for clip in range(3)]
    for number, name in enumerate(names):
        path = proxx.folder / "footage" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            for start in range(0, len(data), len(data) // 6 + 1):
                stream.write(data[start : start + len(data) // 6 + 1])
                stream.flush()
                time.sleep(0.03)
        if number == 3:
            running.kill()
    said = intake(proxx)
    assert said.code == 0, said.err
    sources = sorted(
        os.path.relpath(clip["source"]["path"], proxx.folder / "footage")
        for job in jobs(proxx)
        for clip in json.loads(job.read_bytes())["clips"]
    )
    assert sources == names
    assert intake(proxx).out.count("taken before") == 1
    assert len(jobs(proxx)) == len(names)
    assert proxx("watch", "watch", "--once").code == 0, "what was taken was whole"
    assert len(list((proxx.folder / "out").rglob("*.mov"))) == len(names)
