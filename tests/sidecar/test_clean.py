"""`proxx clean`: what dead processes left goes, what anybody may need stays."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from pathlib import Path

import pytest

from proxx_engine import Tools, find_leavings, remove_leaving
from proxx_engine.cleaning import NAMELESS_SECONDS
from proxx_engine.system.identity import identify_process
from tests.faults.scenes import OUTPUT, start_proxx, wait_until, wrap_ffmpeg
from tests.sidecar.calling import Proxx

GONE = {"process_mark": "1", "process_started": 1.0}
ELSEWHERE = {**GONE, "host": "elsewhere"}
ALIVE: dict[str, object] = {}
RESERVATION = ".0123456789abcdef.proxx-reserved"
WORK = ".proxx-0123abcd"
JOB = "a.0d6a8f4e-52d1-4f5c-9a3b-6f1f7d2c8e90"


def lock(path: Path, **owner: object) -> Path:
    """Write a lock of a process like us, but for some facts of it."""
    told = {
        "owner": dataclasses.asdict(identify_process()) | owner,
        "nonce": "0123456789abcdef",
        "taken_at": "2026-02-13T20:00:00.000Z",
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told))
    return path


def age(path: Path, seconds: float = NAMELESS_SECONDS + 60) -> Path:
    then = time.time() - seconds
    os.utime(path, (then, then))
    return path


def work_folder(folder: Path, **owner: object) -> Path:
    lock(folder / WORK / ".owner", **owner)
    (folder / WORK / "A.mov").write_bytes(b"x" * 5000)
    (folder / WORK / ".witnesses").mkdir()
    return folder / WORK


@pytest.fixture
def out(proxx: Proxx) -> Path:
    """An output folder in which a proxy lies."""
    folder = proxx.folder / "out"
    folder.mkdir()
    (folder / "A.mov").write_bytes(b"a proxy")
    return folder


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_what_a_dead_process_left_goes(proxx: Proxx, out: Path) -> None:
    before = names(out)
    work_folder(out, **GONE)
    lock(out / "sub" / RESERVATION, **GONE)
    lock(out / f"{JOB}.lock", **GONE)
    lock(out / ".A.mov.publishing", **GONE)
    lock(out / f".{JOB}.lock.0123abcd.part", **GONE)
    age(out / "sub" / RESERVATION)
    for name in (f".{JOB}.result.json.0123abcd.part", ".proxx-trial-0123abcd"):
        (out / name).touch()
        age(out / name)
    dry = proxx("clean", "out", "--dry-run")
    assert dry.code == 0
    assert "7 leavings would be removed" in dry.out
    assert len(names(out)) > len(before) + 6
    said = proxx("clean", "out")
    assert said.code == 0
    assert "7 leavings removed (6." in said.out
    assert names(out) == before | {"sub"}
    assert "nothing was left behind" in proxx("clean", "out").out


@pytest.mark.parametrize(
    ("owner", "word"),
    [
        pytest.param(ALIVE, "is alive", id="a living owner"),
        pytest.param(ELSEWHERE, "of another host", id="another host's"),
        pytest.param({**GONE, "container": "x"}, "can read", id="a newer version's"),
    ],
)
def test_what_may_be_needed_stays_and_is_told(
    proxx: Proxx, out: Path, owner: dict[str, object], word: str
) -> None:
    work_folder(out, **owner)
    lock(out / RESERVATION, **owner)
    lock(out / f"{JOB}.lock", **owner)
    before = names(out)
    said = proxx("clean", "out")
    assert said.code == 0
    assert names(out) == before
    assert "0 leavings removed (0 B), 3 left" in said.out
    told = proxx.json("clean", "out")["leavings"]
    assert all(entry["done"] == "left" for entry in told)
    assert word in said.out


def test_only_our_exact_names_are_touched(proxx: Proxx, out: Path) -> None:
    foreign = (
        *(".proxx-0123abc", ".proxx-0123ABCD", ".proxx-0123abcd.mov", "proxx-0123abcd"),
        *(".A.mov.0123abcd.part", ".A.mov.publishing", f"{JOB}.lock.bak", "other.lock"),
        *(".0123456789abcde.proxx-reserved", ".proxx-trial-0123abcd.txt", ".hidden"),
    )
    for name in foreign:
        (out / name).write_bytes(b"")
        age(out / name)
    (out / ".proxx-trial-0123abcd").write_bytes(b"something")
    age(out / ".proxx-trial-0123abcd")
    before = names(out)
    assert proxx("clean", "out").code == 0
    assert names(out) == before


def test_links_of_our_names_are_not_followed(proxx: Proxx, out: Path) -> None:
    precious = proxx.folder / "precious"
    precious.mkdir()
    age(lock(precious / ".owner", **GONE))
    (out / WORK).symlink_to(precious)
    (out / RESERVATION).symlink_to(precious / ".owner")
    (out / "sub").symlink_to(precious)
    work_folder(precious, **GONE)
    before = {path: path.lstat().st_ino for path in proxx.folder.rglob("*")}
    assert proxx("clean", "out").out == "nothing was left behind\n"
    assert {path: path.lstat().st_ino for path in proxx.folder.rglob("*")} == before


@pytest.mark.parametrize(
    ("old", "stays"),
    [pytest.param(False, True, id="just made"), pytest.param(True, False, id="long ago")],
)
def test_what_names_no_owner_is_judged_by_its_age(
    proxx: Proxx, out: Path, old: bool, stays: bool
) -> None:
    (out / WORK).mkdir()
    (out / f".{JOB}.job.json.0123abcd.part").write_bytes(b"{")
    (out / ".proxx-trial-0123abcd").mkdir()
    made = [path for path in out.iterdir() if path.name.startswith(".")]
    assert len(made) == 3
    for path in made:
        if old:
            age(path)
    proxx("clean", "out")
    assert [path.exists() for path in made] == [stays] * 3


def test_a_killed_run_is_left_to_settlement_then_nothing_is_left(
    proxx: Proxx, tools: Tools, tmp_path: Path
) -> None:
    proxx.shoot("A.mov")
    proxx("create", "footage", "--out", "out")
    [job] = proxx.folder.glob("out/*.job.json")
    writing = f'{OUTPUT}; head -c 5000 /dev/zero > "$out"; sleep 60'
    wrapped = wrap_ffmpeg(tools, tmp_path, encode=writing)
    running = start_proxx("run", job, "--ffmpeg", wrapped.ffmpeg)
    wait_until(lambda: list(proxx.folder.glob("out/.proxx-*/A.mov")))
    in_use = proxx("clean", "out").out
    assert "is alive" in in_use
    assert "0 leavings removed" in in_use
    running.kill()
    running.communicate()
    unsettled = [one for one in find_leavings([proxx.folder]) if one.verdict == "unsettled"]
    assert {one.kind for one in unsettled} == {"work folder", "lock", "reservation"}
    assert not any(remove_leaving(one) for one in unsettled), "a program is refused as well"
    [waiting] = proxx.json("results", "out")["without_result"]
    assert waiting["state"] == "interrupted"
    said = proxx("clean", "out")
    assert said.code == 0
    assert f"`proxx run {job.name}` settles it" in said.out
    assert list(proxx.folder.glob("out/.proxx-*/A.mov")), "settlement needs nothing taken away"
    assert list(proxx.folder.glob("out/*.lock"))
    assert list(proxx.folder.glob("out/.*.proxx-reserved"))

    assert proxx("run", "out").code == 1
    assert "nothing was left behind" in proxx("clean", "out").out
    assert proxx.json("results", "out")["clips"][0]["failure"]["code"] == "CLAIM_INTERRUPTED"
    assert proxx("resubmit", "out").code == 0
    proxx("run", "out")
    assert proxx("results", "out").code == 0


def test_without_its_job_file_a_killed_run_is_only_space(proxx: Proxx) -> None:
    out = proxx.folder / "out"
    out.mkdir()
    folder = work_folder(out, **GONE)
    said = proxx("clean", "out")
    assert not folder.exists()
    assert "1 leaving removed (5." in said.out


def test_a_folder_that_cannot_be_listed_stops_no_other(proxx: Proxx, out: Path) -> None:
    work_folder(out, **GONE)
    at = os.open(out, os.O_RDONLY)
    for _ in range(20):  # past the 4,096 bytes that a path may have
        os.mkdir("d" * 250, dir_fd=at)
        deeper = os.open("d" * 250, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = deeper
    os.close(at)
    told = proxx("clean", "out", "--json")
    assert told.code == 3
    entries = {entry["kind"]: entry for entry in json.loads(told.out)["leavings"]}
    assert entries["work folder"]["done"] == "removed"
    assert entries["folder"]["done"] == "FAILED"
    assert "File name too long" in entries["folder"]["reason"]
    said = proxx("clean", "out", "--dry-run")
    assert said.code == 3
    assert ", 0 left, 1 FAILED" in said.out


def test_another_process_of_the_job_is_no_bar(proxx: Proxx, out: Path) -> None:
    """A reservation goes when its own process is gone, whatever lies beside it unsettled."""
    lock(out / f"{JOB}.lock", **GONE)
    (out / f"{JOB}.journal.jsonl").write_text('{"time": "t", "event": "job_started"}\n')
    lock(out / RESERVATION, **(GONE | {"pid": 999_999_999}))
    verdicts = {entry["kind"]: entry["verdict"] for entry in proxx.json("clean", "out")["leavings"]}
    assert verdicts == {"lock": "unsettled", "reservation": "abandoned"}


def test_a_folder_that_is_not_there_is_a_missing_place(proxx: Proxx) -> None:
    assert proxx("clean", "nowhere").code == 3
