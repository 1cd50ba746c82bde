"""`proxx qc` over results, jobs and folders: what it takes, refuses and leaves alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sidecar.cli.main import main
from tests.qc.measured import Qc, beside, qc_files, results_of
from tests.sidecar.calling import record
from tests.support import Ran


def test_a_result_a_job_and_a_folder_name_the_same_proxies(
    qc: Qc, ran: Ran, tmp_path: Path
) -> None:
    for named in (beside(ran), ran.job_file, tmp_path / "out"):
        said = qc(named, "--replace")
        assert said.code == 0, said.err
        assert qc_files(tmp_path) == [
            beside(ran).with_name(beside(ran).name.replace(".result.", ".qc."))
        ]


def test_nothing_but_its_own_file_changes_and_no_verdict(qc: Qc, ran: Ran, tmp_path: Path) -> None:
    before = record(tmp_path)
    assert main(["results", str(tmp_path / "out"), "--json"]) == 0
    assert qc(tmp_path / "out").code == 0
    after = record(tmp_path)
    [made] = after.keys() - before.keys()
    assert made.endswith(".qc.json")
    assert {name: after[name] for name in before} == before
    assert main(["results", str(tmp_path / "out"), "--json"]) == 0


def test_the_same_again_is_told_as_done_and_other_parameters_are_refused(
    qc: Qc, ran: Ran, tmp_path: Path
) -> None:
    first = qc(tmp_path / "out")
    [path] = qc_files(tmp_path)
    before = path.read_bytes()
    again = qc(tmp_path / "out")
    assert (again.code, again.data["jobs"][0]["ending"]) == (0, "done before")
    assert again.clip == first.clip
    other = qc(tmp_path / "out", "--frame-stride", 5, every=False)
    assert (other.code, other.data["jobs"][0]["ending"]) == (2, "refused")
    assert "--frame-stride 1 --max-frames all" in other.data["jobs"][0]["reason"]
    assert path.read_bytes() == before
    replaced = qc(tmp_path / "out", "--frame-stride", 5, "--replace", every=False)
    assert (replaced.code, replaced.clip["pictures"]) == (0, [0, 5, 10, 15, 20])
    assert path.read_bytes() != before


def test_a_file_that_is_none_of_ours_is_never_overwritten_unasked(
    qc: Qc, ran: Ran, tmp_path: Path
) -> None:
    path = beside(ran).with_name(beside(ran).name.replace(".result.", ".qc."))
    path.write_text("my notes")
    said = qc(tmp_path / "out")
    assert (said.code, path.read_text()) == (2, "my notes")
    assert "no JSON" in said.data["jobs"][0]["reason"]


def test_the_same_files_give_the_same_bytes_but_for_the_time(ran: Ran, tmp_path: Path) -> None:
    made = []
    for threads in (1, 3):
        assert main(["qc", str(tmp_path / "out"), "--replace", "--threads", str(threads)]) == 0
        [path] = qc_files(tmp_path)
        loaded = json.loads(path.read_bytes())
        assert loaded.pop("made_at")
        made.append(loaded)
    assert made[0] == made[1]


def test_a_proxy_that_is_gone_or_changed_is_refused_by_name(
    qc: Qc, ran: Ran, tmp_path: Path
) -> None:
    whole = ran.proxy.read_bytes()
    ran.proxy.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    changed = qc(tmp_path / "out")
    assert changed.code == 1
    assert changed.data["jobs"][0]["lacking"] == [f"{ran.proxy}: content differs"]
    ran.proxy.unlink()
    gone = qc(tmp_path / "out")
    assert (gone.code, gone.data["jobs"][0]["ending"]) == (1, "no proxy")
    assert gone.data["jobs"][0]["lacking"] == [f"{ran.proxy}: proxy is gone"]
    assert qc_files(tmp_path) == []


def test_a_source_that_is_gone_or_changed_is_told_and_the_proxy_is_shown_alone(
    qc: Qc, ran: Ran, source: Path, tmp_path: Path
) -> None:
    whole = source.read_bytes()
    source.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    changed = qc(tmp_path / "out")
    assert (changed.code, changed.clip["code"]) == (1, "SOURCE_CHANGED")
    source.unlink()
    gone = qc(tmp_path / "out", "--replace")
    assert (gone.code, gone.clip["code"]) == (1, "SOURCE_MISSING")
    assert str(source) in gone.clip["sentence"]
    assert (gone.clip["measures"], gone.clip["pictures"]) == ([], [])
    assert [bool(pair["proxy"]) for pair in gone.clip["filmstrip"]] == [True] * 6
    assert [pair["source"] for pair in gone.clip["filmstrip"]] == [""] * 6


def test_a_source_that_is_damaged_by_now_is_told_in_the_words_of_ffmpeg(
    qc: Qc, ran: Ran, source: Path, tmp_path: Path
) -> None:
    ran.job_file.unlink()
    source.write_bytes(source.read_bytes()[:-60_000])
    said = qc(tmp_path / "out")
    assert (said.code, said.clip["status"]) == (1, "not_measured")
    assert said.clip["code"] in ("QC_FAILED", "QC_COUNT")


def test_a_tree_that_was_moved_is_measured_where_it_is(qc: Qc, ran: Ran, tmp_path: Path) -> None:
    moved = (tmp_path / "out").rename(tmp_path / "elsewhere")
    said = qc(moved)
    assert said.code == 0, said.data
    assert [path.parent for path in qc_files(tmp_path)] == [moved]


def test_where_a_root_has_another_name_a_map_says_so(
    qc: Qc, ran: Ran, source: Path, tmp_path: Path
) -> None:
    here = source.parent.rename(tmp_path / "mounted")
    assert qc(tmp_path / "out").clip["code"] == "SOURCE_MISSING"
    mapped = f"{source.parent}={here}"
    assert qc(tmp_path / "out", "--replace", "--path-map", mapped).code == 0


def test_a_place_whose_name_is_no_text_is_told_as_it_can_be_written(
    qc: Qc, ran: Ran, source: Path, tmp_path: Path
) -> None:
    said = qc(tmp_path / "out", "--path-map", f"{source.parent}=/nowhere/\udce9")
    assert (said.code, said.clip["code"]) == (1, "SOURCE_MISSING")
    assert "/nowhere/\\udce9/A001.mov" in said.clip["sentence"]


def test_a_proxy_in_its_sources_place_is_never_compared_with_itself(
    qc: Qc, ran: Ran, source: Path, tmp_path: Path
) -> None:
    ran.job_file.unlink()
    source.write_bytes(ran.proxy.read_bytes())
    copied = qc(tmp_path / "out")
    assert (copied.code, copied.clip["code"]) == (1, "SOURCE_CHANGED")
    assert "the proxy itself" in copied.clip["sentence"]
    mapped = qc(tmp_path / "out", "--replace", "--path-map", f"{source.parent}={tmp_path / 'out'}")
    assert (mapped.code, mapped.clip["code"]) == (1, "SOURCE_CHANGED")


def test_copies_of_a_result_that_differ_are_refused(qc: Qc, ran: Ran, tmp_path: Path) -> None:
    path = results_of(ran)[0]
    path.write_bytes(path.read_bytes() + b"\n")
    said = qc(tmp_path / "out")
    assert (said.code, said.data["jobs"][0]["ending"]) == (2, "refused")
    assert "the copies differ" in said.data["jobs"][0]["reason"]


def test_no_way_is_told_that_would_be_refused_too(
    ran: Ran, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = results_of(ran)[0]
    path.write_bytes(path.read_bytes() + b"\n")
    assert main(["qc", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().out
    assert "REFUSED: the copies differ" in said
    assert "--replace" not in said


@pytest.mark.parametrize(
    "words",
    [
        ("--frame-stride", "0"),
        ("--frame-stride", "-1"),
        ("--frame-stride", "1.5"),
        ("--max-frames", "0"),
        ("--max-frames", "every"),
        ("--max-frames", "99999999999999999999"),
    ],
)
def test_a_number_that_is_none_is_refused_with_what_is_allowed(
    words: tuple[str, str], qc: Qc, ran: Ran, tmp_path: Path
) -> None:
    said = qc(tmp_path / "out", *words, every=False)
    assert said.code == 2
    assert f"found '{words[1]}'" in said.err
    assert qc_files(tmp_path) == []


def test_a_folder_without_a_proxy_is_the_wrong_request(qc: Qc, tmp_path: Path) -> None:
    said = qc(tmp_path)
    assert (said.code, said.data) == (
        2,
        {"error": f"proxx qc: no result with a proxy in {tmp_path}"},
    )


def test_a_person_reads_one_line_for_each_proxy(
    ran: Ran, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["qc", str(tmp_path / "out"), "--frame-stride", "5"]) == 0
    first, *_rest, last = capsys.readouterr().out.splitlines()
    assert first.startswith("A001.mov  PSNR ")
    assert " dB, lowest " in first
    assert last == "1 proxy measured"


def test_a_job_of_several_clips_is_one_file_and_a_lost_proxy_is_named(
    qc: Qc, source: Path, tmp_path: Path
) -> None:
    other = source.parent / "B" / "B001.mov"
    other.parent.mkdir()
    other.write_bytes(source.read_bytes())
    out = tmp_path / "out"
    made = ("create", source.parent, "--out", out, "--clips-per-job", 2)
    assert main([str(word) for word in made]) == 0
    assert main(["run", str(out)]) == 0
    said = qc(out)
    assert said.code == 0, said.data
    [path] = qc_files(tmp_path)
    assert path.parent == out
    clips = said.data["jobs"][0]["qc"]["clips"]
    assert [(clip["index"], clip["output"]) for clip in clips] == [
        (0, "A001.mov"),
        (1, "B/B001.mov"),
    ]
    (out / "A001.mov").unlink()
    lost = qc(out, "--replace")
    assert lost.code == 1
    assert lost.data["jobs"][0]["lacking"] == [f"{out / 'A001.mov'}: proxy is gone"]
    assert [clip["index"] for clip in lost.data["jobs"][0]["qc"]["clips"]] == [1]


def test_a_proxy_that_another_job_replaced_is_measured_once(
    qc: Qc, source: Path, tmp_path: Path
) -> None:
    out = str(tmp_path / "out")
    assert main(["create", str(source), "--out", out]) == 0
    assert main(["run", out]) == 0
    assert main(["create", str(source), "--out", out, "--flip", "both", "--replace"]) == 0
    assert main(["run", out]) == 0
    said = qc(out)
    assert said.code == 0, said.data
    assert said.clip["status"] == "measured"
    assert len(qc_files(tmp_path)) == 1


def test_what_could_not_be_measured_before_says_how_it_is_tried_anew(
    ran: Ran, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away = source.rename(source.with_name("away"))
    assert main(["qc", str(tmp_path / "out")]) == 1
    away.rename(source)
    capsys.readouterr()
    assert main(["qc", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().out
    assert "NOT MEASURED before" in said
    assert "--replace" in said
