"""`proxx export`: what is written of real jobs and told, and what it refuses."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from proxx_engine import Tools
from sidecar.timelines.ale import read_ale
from tests.report.exports.rows import put, seen
from tests.results.scenes import PROXY, failed, write_result
from tests.sidecar.calling import PICTURE, Proxx, fail, record

FORMS = {"csv": "list.csv", "ale": "list.ale", "sha256": "SUMS", "mhl": "out"}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def done(proxx: Proxx) -> Proxx:
    """Two proven proxies of 25 and 24 frames a second, made up."""
    put(proxx.folder / "out", "A.mov", minute=1)
    told = seen(frame_rate="24/1")
    put(proxx.folder / "out", "B.mov", minute=2, verification=told)
    return proxx


def test_real_jobs_are_told_with_their_failure_and_the_exit_code_of_results(proxx: Proxx) -> None:
    fail(proxx, "A.mov", "B.mov", "C.mov")
    said = proxx("export", "csv", "out", "--out", "list.csv")
    assert said.code == proxx("results", "out").code == 1
    assert f"3 lines in {proxx.folder / 'list.csv'}" in said.out
    lines = {line["name"]: line for line in table(proxx.folder / "list.csv")}
    assert [lines[name]["state"] for name in sorted(lines)] == ["proven", "failed", "proven"]
    assert lines["B.mov"]["code"] == "SOURCE_TRUNCATED"
    assert lines["B.mov"]["next_step"]
    assert {line["batch"] for line in lines.values()} == {"day 1"}
    said = proxx("export", "sha256", "out", "--out", "SUMS")
    assert said.code == 1
    assert "left out: 1\n  B.mov  failed: SOURCE_TRUNCATED" in said.out
    assert len((proxx.folder / "SUMS").read_text().splitlines()) == 2


def test_a_real_clip_with_timecode_is_in_the_list_as_it_is(proxx: Proxx, tools: Tools) -> None:
    [source] = proxx.shoot("A.mov")
    source.unlink()
    words = [str(tools.ffmpeg), "-v", "error", *PICTURE, "-timecode", "01:02:03:04"]
    subprocess.run([*words, "-metadata:s:v", "reel_name=R1", str(source)], check=True)
    profile = ("--profile", "h264")
    assert proxx("create", "footage", "--out", "out", *profile).code == 0
    assert proxx("run", "out").code == 0
    said = proxx("export", "ale", "out", "--out", "list.ale")
    assert said.code == 0, said.out + said.err
    [used] = read_ale((proxx.folder / "list.ale").read_text())
    assert used.url == str(source)
    assert used.reel == "R1"
    assert used.span is not None
    assert "01:02:03:04" in str(used.span)
    assert "01:02:04:04" in str(used.span)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_adds_files_and_changes_none(done: Proxx, form: str) -> None:
    before = record(done.folder)
    data = done.json("export", form, "out", "--out", FORMS[form])
    after = record(done.folder)
    assert before.items() <= after.items()
    assert (data["count"], data["left_out"]) == (2, [])
    written = {str(Path(path).relative_to(done.folder)) for path in data["written"]}
    chain = {"out/ascmhl/ascmhl_chain.xml"} if form == "mhl" else set()
    assert after.keys() - before.keys() == written | chain


def test_each_rate_gets_a_file_all_or_none(done: Proxx) -> None:
    said = done("export", "ale", "out", "--out", "list.ale")
    assert said.code == 0
    names = sorted(path.name for path in done.folder.glob("*.ale"))
    assert names == ["list.24.ale", "list.25.ale"]
    assert f"1 proxy of 24 fps in {done.folder / 'list.24.ale'}" in said.out
    (done.folder / "list.24.ale").unlink()
    said = done("export", "ale", "out", "--out", "list.ale")
    assert said.code == 2
    assert f"{done.folder / 'list.25.ale'} is there already" in said.err
    assert not (done.folder / "list.24.ale").exists()


@pytest.mark.parametrize("form", ["csv", "ale", "sha256"])
def test_nothing_is_overwritten(done: Proxx, form: str) -> None:
    out = done.folder / FORMS[form]
    for there in (lambda: out.write_text("mine"), lambda: out.symlink_to("nowhere"), out.mkdir):
        there()
        said = done("export", form, "out", "--out", out)
        assert said.code == 2
        assert "is there already; nothing is overwritten" in said.err
        out.rmdir() if out.is_dir() else out.unlink()


@pytest.mark.parametrize(("form", "name"), [("csv", "list.txt"), ("ale", "list.csv")])
def test_a_name_of_another_form_is_refused(done: Proxx, form: str, name: str) -> None:
    said = done("export", form, "out", "--out", name)
    assert said.code == 2
    assert f"expected --out NAME.{form}, found {name}" in said.err


@pytest.mark.parametrize("form", FORMS)
def test_a_folder_that_is_away_is_a_place_that_is_missing(done: Proxx, form: str) -> None:
    out = "away" if form == "mhl" else f"away/{FORMS[form]}"
    said = done("export", form, "out", "--out", out)
    assert said.code == 3
    assert "STORAGE_NOT_WRITABLE" in said.err
    assert not (done.folder / "away").exists()


def test_the_place_of_a_source_or_a_proxy_that_is_away_is_not_taken(proxx: Proxx) -> None:
    source = proxx.folder / "Card" / "A.MOV"
    source.parent.mkdir()
    put(proxx.folder / "out", "gone.mov", source=str(source)).unlink()
    put(proxx.folder / "out", "B.mov")
    for out in ("Card/A.MOV", "card/../Card/a.mov", "out/gone.mov", "out/GONE.mov"):
        said = proxx("export", "sha256", "out", "--out", out)
        assert said.code == 2, out
        assert "is the place of a source or a proxy" in said.err
        assert not (proxx.folder / out).exists()


@pytest.mark.parametrize("form", ["ale", "sha256", "mhl"])
def test_where_nothing_is_proven_nothing_is_written(proxx: Proxx, form: str) -> None:
    write_result(proxx.folder / "out", failed("A.mov", proxx.folder / "out"))
    said = proxx("export", form, "out", "--out", FORMS[form])
    assert said.code == 2
    assert "nothing written" in said.err
    assert "A.mov  failed: SOURCE_TRUNCATED" in said.out
    assert not (proxx.folder / "out" / "ascmhl").exists()


def test_paths_without_a_result_are_a_wrong_request(proxx: Proxx) -> None:
    (proxx.folder / "empty").mkdir()
    (proxx.folder / "broken.12345678.result.json").write_text("{")
    for path in ("empty", "broken.12345678.result.json"):
        said = proxx("export", "csv", path, "--out", "list.csv")
        assert said.code == 2
        assert f"no result and no job like that in {path}" in said.err


def test_a_batch_alone_however_its_umlaut_is_written(proxx: Proxx) -> None:
    put(proxx.folder / "out", "A.mov", batch="K\u00f6ln")
    put(proxx.folder / "out", "B.mov", batch="Bonn")
    assert proxx("export", "csv", "out", "--out", "list.csv", "--batch", "Ko\u0308ln").code == 0
    assert [line["name"] for line in table(proxx.folder / "list.csv")] == ["A.mov"]
    said = proxx("export", "csv", "out", "--out", "none.csv", "--batch", "Mainz")
    assert said.code == 2
    assert not (proxx.folder / "none.csv").exists()


def test_what_another_job_did_again_stands_in_it_only_when_asked_for(proxx: Proxx) -> None:
    write_result(proxx.folder / "out", failed("A.mov", proxx.folder / "out"), minute=1)
    put(proxx.folder / "out", "A.mov", minute=2)
    assert proxx("export", "csv", "out", "--out", "list.csv").code == 0
    assert [line["state"] for line in table(proxx.folder / "list.csv")] == ["proven"]
    assert proxx("export", "csv", "out", "--out", "all.csv", "--all").code == 0
    assert [line["state"] for line in table(proxx.folder / "all.csv")] == ["superseded", "proven"]
    said = proxx("export", "sha256", "out", "--out", "SUMS")
    assert said.code == 0
    assert "left out" not in said.out


@pytest.mark.parametrize("form", ["csv", "sha256", "ale"])
def test_with_verify_each_proxy_is_read_whole(done: Proxx, form: str) -> None:
    (done.folder / "out/A.mov").write_bytes(PROXY[::-1])
    assert done("export", form, "out", "--out", FORMS[form]).code == 0
    said = done("export", form, "out", "--out", f"2{FORMS[form]}", "--verify")
    assert said.code == 1
    if form == "csv":
        assert table(done.folder / "2list.csv")[0]["state"] == "changed"
    else:
        assert "A.mov  changed: content differs" in said.out


def test_a_history_always_reads_each_proxy_whole(done: Proxx) -> None:
    (done.folder / "out/A.mov").write_bytes(PROXY[::-1])
    said = done("export", "mhl", "out", "--out", "out")
    assert said.code == 1
    assert "1 proxy in generation 1: " in said.out
    assert "A.mov  changed: content differs" in said.out


def test_a_broken_history_is_a_wrong_request(done: Proxx) -> None:
    (done.folder / "out/ascmhl").mkdir()
    said = done("export", "mhl", "out", "--out", "out")
    assert said.code == 2
    assert f"{done.folder / 'out'}: its history cannot be read: Missing ASC MHL chain" in said.err
    assert "Traceback" not in said.err


def test_proxies_are_found_where_their_root_is_called_otherwise(proxx: Proxx) -> None:
    there = proxx.folder / "mnt"
    path = put(there, "A.mov", output={"path": "/Volumes/X/A.mov", "relative_path": "A.mov"})
    results = proxx.folder / "results"
    results.mkdir()
    [result] = there.glob("*.result.json")
    document = result.read_text()
    job = json.loads(document)["job_id"]
    (results / f"A.{job}.result.json").write_text(document)
    result.unlink()
    mapped = ("--path-map", f"/Volumes/X={there}")
    assert proxx("export", "csv", "results", "--out", "list.csv", *mapped).code == 0
    [line] = table(proxx.folder / "list.csv")
    assert line["proxy"] == str(path)


def test_the_library_is_imported_for_a_history_alone(tmp_path: Path) -> None:
    words = "import sidecar.cli.export_command, sys; sys.exit('ascmhl' in sys.modules)"
    subprocess.run([sys.executable, "-c", words], check=True, cwd=tmp_path)


def test_what_the_user_may_not_write_is_told_by_its_place(done: Proxx) -> None:
    if os.geteuid() == 0:
        done.folder.joinpath("proc").symlink_to("/proc")
        said = done("export", "csv", "out", "--out", "proc/list.csv")
    else:
        done.folder.joinpath("locked").mkdir(mode=0o500)
        said = done("export", "csv", "out", "--out", "locked/list.csv")
    assert said.code == 3
    assert "list.csv: " in said.err
    assert "Traceback" not in said.err
