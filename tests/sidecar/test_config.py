"""One file says what is special of a machine; flags stand above it; all its problems at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from proxx_engine import PathMap, RequestError
from sidecar.config import Config, WatchConfig, parse_path_map, read_config
from tests.sidecar.calling import Proxx

WHOLE = r"""
ffmpeg = "bin/ffmpeg"
threads = 6

[[path_map]]
from = 'P:\shoot'
to = "/mnt/shoot"

[[path_map]]
from = "/Volumes/raid"
to = "/mnt/raid"

[watch]
workers = 4
threads_per_job = 2
poll_seconds = 5
on_batch_done = "notify {batch}"
"""


def pair(written: str, local: str) -> PathMap:
    return PathMap(written=written, local=local)


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "box.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_what_a_file_says(tmp_path: Path) -> None:
    config = read_config(write(tmp_path, WHOLE))
    assert config == Config(
        tmp_path / "bin/ffmpeg",
        6,
        (pair("P:\\shoot", "/mnt/shoot"), pair("/Volumes/raid", "/mnt/raid")),
        WatchConfig(workers=4, threads_per_job=2, poll_seconds=5, on_batch_done="notify {batch}"),
    )


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    assert read_config(write(tmp_path, "")) == Config()


def test_a_relative_tool_lies_beside_the_file_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "etc").mkdir()
    write(tmp_path / "etc", 'ffmpeg = "ffmpeg"')
    monkeypatch.chdir(tmp_path)
    assert read_config(Path("etc/box.toml")).ffmpeg == tmp_path / "etc/ffmpeg"


def test_flags_stand_above_the_file() -> None:
    file = Config(Path("/f"), 2, (pair("/a", "/file"),), WatchConfig(workers=3))
    said = file.under(ffmpeg=None, threads=4, path_maps=(pair("/a", "/flag"),))
    assert said == Config(
        Path("/f"), 4, (pair("/a", "/flag"), pair("/a", "/file")), WatchConfig(workers=3)
    )
    assert file.under(ffmpeg=Path("/g"), threads=None, path_maps=()).ffmpeg == Path("/g")


def test_all_problems_are_told_at_once_with_their_fields(tmp_path: Path) -> None:
    wrong = """
fmpeg = "x"
threads = 0

[[path_map]]
form = "/a"
to = "/b"

[watch]
worker = 2
poll_seconds = "2"
threads_per_job = true
"""
    with pytest.raises(RequestError) as caught:
        read_config(write(tmp_path, wrong))
    assert caught.value.subject == str(tmp_path / "box.toml")
    told = {issue.path: str(issue) for issue in caught.value.issues}
    assert told.keys() == {
        *("fmpeg", "threads", "path_map[0].form", "path_map[0].from"),
        *("watch.worker", "watch.poll_seconds", "watch.threads_per_job"),
    }
    assert 'did you mean "ffmpeg"?' in told["fmpeg"]
    assert 'did you mean "from"?' in told["path_map[0].form"]
    assert 'did you mean "workers"?' in told["watch.worker"]
    assert "is missing" in told["path_map[0].from"]


@pytest.mark.parametrize(
    ("maps", "where", "code"),
    [
        pytest.param([("nas", "/mnt")], "path_map[0].from", "SPEC_BAD_PATH", id="relative"),
        pytest.param([("/nas", "mnt")], "path_map[0].to", "SPEC_BAD_PATH", id="to a relative"),
        pytest.param([("/a/../b", "/m")], "path_map[0].from", "SPEC_BAD_PATH", id="with dots"),
        pytest.param([("P:\\x", "/m\x0cnt")], "path_map[0].to", "SPEC_BAD_PATH", id="read as \\f"),
        pytest.param([("/a", "P:/x")], "path_map[0].to", "SPEC_BAD_PATH", id="to another system"),
        pytest.param(
            [("P:/a", "/m"), ("/x", "/y"), ("p:\\A\\", "/n")],
            "path_map[2].from",
            "SPEC_DUPLICATE_KEY",
            id="twice",
        ),
    ],
)
def test_a_map_that_cannot_be(
    maps: list[tuple[str, str]], where: str, code: str, tmp_path: Path
) -> None:
    rows = (f"[[path_map]]\nfrom = {one!r}\nto = {other!r}\n" for one, other in maps)
    text = "".join(row.replace("\\x0c", "\\f").replace("'", '"') for row in rows)
    with pytest.raises(RequestError) as caught:
        read_config(write(tmp_path, text))
    assert [(issue.path, issue.code) for issue in caught.value.issues] == [(where, code)]


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        pytest.param("threads = \n", "SPEC_NOT_TOML", "line 1", id="no TOML"),
        pytest.param('x = "P:\\shoot"', "SPEC_NOT_TOML", "single quotes", id="a backslash"),
        pytest.param(b"\xff", "SPEC_NOT_TOML", "utf-8", id="no text"),
        pytest.param("threads = 1979-05-27", "SPEC_WRONG_TYPE", "whole number", id="a date"),
        pytest.param("watch = 3", "SPEC_WRONG_TYPE", "watch", id="no table"),
    ],
)
def test_a_file_that_cannot_be_read(
    text: str | bytes, code: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(RequestError) as caught:
        read_config(write(tmp_path, text))
    assert caught.value.issues[0].code == code
    assert told in str(caught.value)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("missing.toml", "pipe", "."):
        with pytest.raises(RequestError) as caught:
            read_config(tmp_path / name)
        assert caught.value.issues[0].code == "SPEC_UNREADABLE"


@pytest.mark.parametrize(
    ("text", "written", "local"),
    [
        ("P:\\shoot=/mnt/shoot", "P:\\shoot", "/mnt/shoot"),
        ("P:=/mnt", "P:", "/mnt"),
        ("\\\\nas\\s=/mnt", "\\\\nas\\s", "/mnt"),
        ("/a=b=/mnt", "/a=b", "/mnt"),
        ("/a=/mnt/x=y", "/a", "/mnt/x=y"),
    ],
)
def test_a_map_in_one_word(text: str, written: str, local: str) -> None:
    assert parse_path_map(text) == pair(written, local)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/a", "expected FROM=TO"),
        ("", "expected FROM=TO"),
        ("=/a", "no absolute path"),
        ("/a=", "no absolute path"),
        ("a=/b", "'a' is no absolute path"),
        ("/a=b", "'b' is no absolute path"),
        ("/a=P:\\b", "another system"),
        ("/a=/b=/c", "in two ways"),
    ],
)
def test_a_word_that_is_no_map(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_path_map(text)


@pytest.fixture
def moved(proxx: Proxx) -> Proxx:
    """A job whose root has moved since it was created."""
    root = proxx.folder / "root"
    root.mkdir()
    proxx.shoot("A.mov")[0].parent.rename(root / "footage")
    assert proxx("create", root / "footage", "--out", root / "out").code == 0
    jobs = proxx.folder / "jobs"
    jobs.mkdir()
    (job,) = (root / "out").glob("*.job.json")
    job.rename(jobs / job.name)
    root.rename(proxx.folder / "moved")
    return proxx


def test_a_job_runs_where_its_root_is_called_otherwise(moved: Proxx) -> None:
    here = f"{moved.folder}/root={moved.folder}/moved"
    assert moved("run", "jobs").code == 3
    for result in moved.folder.glob("jobs/*.result.json"):
        result.unlink()
    for journal in moved.folder.glob("jobs/*.journal.jsonl"):
        journal.unlink()
    said = moved.json("run", "jobs", "--path-map", here)
    assert said["results"][0]["result"]["status"] == "COMPLETED"
    assert (moved.folder / "moved/out/A.mov").exists()
    assert not (moved.folder / "root").exists()


def test_what_is_planned_is_shown_by_both_names(moved: Proxx) -> None:
    (moved.folder / "box.toml").write_text(
        f'threads = 3\n[[path_map]]\nfrom = "{moved.folder}/root"\nto = "{moved.folder}/moved"\n'
    )
    assert moved.json("plan", "jobs")["jobs"][0]["refusals"]
    (job,) = moved.json("plan", "jobs", "--config", "box.toml")["jobs"]
    assert job["refusals"] == []
    (clip,) = job["clips"]
    assert clip["source"] == f"{moved.folder}/root/footage/A.mov"
    assert clip["here"]["source"] == f"{moved.folder}/moved/footage/A.mov"
    assert clip["here"]["output"] == f"{moved.folder}/moved/out/A.mov"
    assert "{threads}" in clip["command"]
    assert "{threads}" not in clip["here"]["command"]
    said = moved("plan", "jobs", "--config", "box.toml", "--threads", 2).out
    assert f"here: {moved.folder}/moved/out/A.mov" in said
    assert "on 2 processors" in said


def test_an_interrupted_job_is_settled_where_its_root_is(moved: Proxx) -> None:
    (job,) = (moved.folder / "jobs").glob("*.job.json")
    from tests.faults.test_releasing import GONE, write_lock

    write_lock(job.with_name(job.name.replace(".job.json", ".lock")), **GONE)
    here = f"{moved.folder}/root={moved.folder}/moved"
    said = moved("run", "jobs", "--path-map", here)
    assert said.code == 1
    assert "CLAIM_INTERRUPTED" in said.out
    assert len(moved.results("moved/out")) == 1


def test_doctor_looks_at_every_root(proxx: Proxx) -> None:
    good = f"P:\\shoot={proxx.folder}"
    report = proxx.json("doctor", "--path-map", good)
    (finding,) = (f for f in report["findings"] if f["name"].startswith("P:"))
    assert finding["good"]
    assert finding["found"].endswith(" free")
    away = proxx("doctor", "--path-map", good, "--path-map", f"/x={proxx.folder}/away")
    assert away.code == 3
    assert f"/x is {proxx.folder}/away" in away.out
    assert "mend the map" in away.out


def test_doctor_compares_clocks_when_it_may_write(proxx: Proxx) -> None:
    names = [f["name"] for f in proxx.json("doctor", ".")["findings"]]
    assert "clock" not in names
    report = proxx.json("doctor", ".", "--self-test")
    (clock,) = (f for f in report["findings"] if f["name"] == "clock")
    assert clock["good"]


@pytest.mark.parametrize("command", ["run", "plan", "doctor"])
def test_a_configuration_that_is_wrong_is_told_before_anything_is_done(
    command: str, proxx: Proxx
) -> None:
    (proxx.folder / "box.toml").write_text("thread = 3\n")
    said = proxx(command, ".", "--config", "box.toml")
    assert said.code == 2
    assert "box.toml: 1 problem" in said.err
    assert 'did you mean "threads"?' in said.err
    assert proxx(command, ".", "--path-map", "P:=x").code == 2
    assert proxx(command, ".", "--config", "none.toml").code == 2
