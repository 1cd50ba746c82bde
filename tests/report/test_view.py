"""Results on a disk → what stands on the page: in order, in the results' own words."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sidecar.report.gathering import gather
from sidecar.report.model import ClipView, ReportView
from sidecar.report.page import render_page
from sidecar.report.view import view_of
from tests.report.rewrite import GOLDEN_VIEW, view_of_the_kept_result
from tests.results.scenes import clip_document, failed, put_proxy, write_result


def view(*paths: Path) -> ReportView:
    gathered = gather(paths, inspecting=lambda _path, _number, _total: None)
    return view_of(gathered, paths=paths, made_at="2026-02-14T06:00:00Z", made_by="Proxx 0")


def shoot(out: Path, *names: str, clip: dict[str, Any] | None = None, **changes: Any) -> None:
    for name in names:
        put_proxy(out / name)
        document = clip_document(name, out, **(clip or {}))
        write_result(out, document, label=name, **({"batch": "night"} | changes))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def only(found: ReportView) -> ClipView:
    [clip] = found.clips
    return clip


def test_the_gravest_stands_first_and_what_counts_no_more_last(out: Path) -> None:
    shoot(out, "B.mov", "A.mov")
    write_result(out, failed("Z.mov", out), label="Z.mov", batch="night")
    shoot(out, "Y.mov", verification_level="exists")
    write_result(out, failed("X.mov", out), label="X.mov", batch="night", minute=1)
    put_proxy(out / "X.mov")
    write_result(out, clip_document("X.mov", out), label="X.mov", batch="night", minute=2)
    (out / "torn.result.json").write_text("{")
    found = view(out)
    assert [(clip.name, clip.words) for clip in found.clips if clip.kind == "clip"] == [
        ("Z.mov", "FAILED"),
        ("Y.mov", "exists only"),
        ("A.mov", "proven"),
        ("B.mov", "proven"),
        ("X.mov", "proven"),
        ("X.mov", "done by another job"),
    ]
    assert found.hidden == 1
    assert found.title == "Batch night"
    assert [(count.state, count.count) for count in found.counts] == [
        ("failed", 1),
        ("unreadable", 1),
        ("exists-only", 1),
        ("proven", 3),
        ("superseded", 1),
    ]
    assert found.headline.tone == "bad"


def test_a_failure_speaks_its_own_words_and_its_engine_s(out: Path) -> None:
    clip = failed("A.mov", out) | {"stderr": {"text": "moov atom not found\n", "truncated": False}}
    write_result(out, clip, label="A")
    told = only(view(out))
    assert told.failure is not None
    assert (told.failure.code, told.failure.sentence) == ("SOURCE_TRUNCATED", "It broke")
    assert told.messages == "moov atom not found"
    assert told.remarks == ()
    assert told.tone == "bad"


def test_long_messages_keep_both_ends_and_say_so(out: Path) -> None:
    text = "begin " + "x" * 100_000 + " end"
    clip = failed("A.mov", out) | {"stderr": {"text": text, "truncated": True}}
    write_result(out, clip, label="A")
    messages = only(view(out)).messages
    assert messages.startswith("begin ")
    assert messages.endswith(" end")
    assert "94,010 letters: see the result" in messages


def test_a_proven_clip_brings_its_proof_and_its_command(out: Path) -> None:
    shoot(out, "it's A.mov")
    told = only(view(out))
    document = json.loads(Path(told.files[0]).read_bytes())["clips"][0]
    assert len(told.checks) == len(document["verification"]["checks"])
    assert told.messages == ""
    assert "{ffmpeg}" in told.command or "ffmpeg" in told.command
    assert told.proxy == str(out / "it's A.mov")
    assert {line.name for line in told.nle} >= {"DaVinci Resolve", "Media Composer"}


def test_two_jobs_whose_short_ids_meet_are_two_rows(out: Path) -> None:
    for number in (1, 2):
        job = f"1f0c2a9e-5b2d-4c1e-9d3a-{number:012d}"
        put_proxy(out / f"{number}.mov")
        clip = clip_document(f"{number}.mov", out)
        write_result(out / str(number), clip, label=str(number), job_id=job)
    assert sorted(clip.key for clip in view(out).clips) == ["c-1f0c2a9e-0", "c-1f0c2a9e-0-2"]


def test_both_engines_halves_of_a_batch_stand_on_one_page(out: Path) -> None:
    shoot(out, "A.mov")
    resolve = {"name": "resolve", "version": "DaVinci Resolve 20.3", "build_sha256": None}
    clip = clip_document("B.mov", out)
    clip["invocation"] = {
        "kind": "resolve",
        "command": None,
        "render_settings": {"Format": "mov", "Codec": "ProRes422P"},
        "executed_command": None,
    }
    put_proxy(out / "B.mov")
    write_result(out, clip, label="B.mov", batch="night", engine=resolve)
    found = view(out)
    assert found.engines == ("ffmpeg", "resolve")
    assert found.batches == ("night",)
    commands = {clip.engine: clip.command for clip in found.clips}
    assert commands["resolve"] == "Format = mov\nCodec = ProRes422P"


def test_what_has_no_clip_is_a_row_too(out: Path) -> None:
    write_result(out, label="A", job_id=None, status="FAILED")
    (out / "torn.result.json").write_text("{")
    kinds = {clip.kind: clip for clip in view(out).clips}
    assert kinds["clip"].source == ""
    assert kinds["file"].words == "UNREADABLE"


def test_without_results_there_is_an_empty_page(out: Path) -> None:
    out.mkdir()
    found = view(out)
    assert (found.clips, found.night, found.speeds, found.sizes) == ((), None, None, None)
    assert found.headline.sentence == "no clip yet"


def test_the_view_of_a_result_of_1_0_is_the_kept_one() -> None:
    assert view_of_the_kept_result() == GOLDEN_VIEW.read_text("utf-8"), (
        "`python -m tests.report.rewrite`, then look at the diff"
    )


def test_a_clip_whose_clock_was_set_while_it_was_made_is_drawn_as_long_as_it_took(
    out: Path,
) -> None:
    for name, started in (("back.mov", "2026-02-13T23:00:00Z"), ("on.mov", "1970-01-01T00:00:07Z")):
        shoot(out, name, clip={"started_at": started, "duration_seconds": 60.0})
    night = view(out).night
    assert night is not None
    drawn = [stretch for lane in night.lanes for stretch in lane.stretches]
    assert [(each.begin, each.end) for each in drawn] == [(0, 1), (0, 1)]
    assert night.told.startswith("2026-02-13 19:59Z to 20:00Z, 2 clips")


def test_a_moment_is_told_in_utc_whatever_its_result_counts_by(out: Path) -> None:
    put_proxy(out / "A.mov")
    write_result(out, clip_document("A.mov", out), label="A", batch="night")
    path = next(out.glob("*.result.json"))
    path.write_text(
        path.read_text().replace("2026-02-13T20:00:00.000Z", "2026-02-14T01:30:00+02:00")
    )
    assert only(view(out)).ended == "2026-02-13 23:30:00Z"
    path.write_text(
        path.read_text().replace("2026-02-14T01:30:00+02:00", "0001-01-01T00:00:00+02:00")
    )
    assert only(view(out)).ended == ""


def test_jobs_of_no_batch_stand_under_no_batch_s_title(out: Path) -> None:
    shoot(out, "A.mov")
    shoot(out, "B.mov", batch=None)
    assert view(out).title == "out"


@pytest.mark.parametrize("path", [r"C:\night\out\sub\A.mov", "/night/out/sub/A.mov"])
def test_a_row_s_folder_is_the_job_s_whichever_system_wrote_it(out: Path, path: str) -> None:
    clip = clip_document("sub/A.mov", out)
    clip["output"] = {"path": path, "relative_path": "sub/A.mov"}
    write_result(out, clip, label="A")
    assert only(view(out)).folder == path[: -len("/sub/A.mov")]


@pytest.mark.skipif(sys.platform == "win32", reason="asks a shell of POSIX")
def test_a_command_is_one_for_a_shell_also_where_a_name_holds_what_no_one_sees(out: Path) -> None:
    name = "Screen at 3.00\u202fPM it's \\ \n.mov"
    words = ["printf", "%s", name, "plain words", "\u202e"]
    clip = failed("A.mov", out)
    clip["invocation"] |= {"executed_command": words}
    write_result(out, clip, label="A")
    told = only(view(out)).command
    assert told.isprintable()
    said = subprocess.run(["bash", "-c", told], check=True, capture_output=True)
    assert said.stdout.decode() == name + "plain words\u202e"


def test_a_result_of_numbers_beyond_measure_costs_no_page(out: Path) -> None:
    checks = [
        {"name": name, "expected": told, "actual": told, "verdict": "equal"}
        for name, told in (("frames.played", "9" * 4000), ("frame_rate", "25/1"))
    ]
    clip = clip_document("A.mov", out, verification={"checks": checks}, duration_seconds=1e308)
    write_result(out, clip, label="A")
    told = only(view(out))
    assert told.media_seconds is None
    assert render_page(view(out))


def test_a_row_is_called_by_letters_digits_and_hyphens_whatever_its_job_is_called(
    out: Path,
) -> None:
    for job in ("ab-0", "ab", '"> <x'):
        write_result(
            out / job[:2],
            *(failed(f"{job[:2]}{n}.mov", out) | {"index": n} for n in (0, 2)),
            label=job[:2],
            job_id=job,
        )
    keys = [clip.key for clip in view(out).clips]
    assert len(set(keys)) == 6
    assert all(re.fullmatch("[A-Za-z0-9-]+", key) for key in keys)


def test_a_job_of_many_clips_is_one_row_that_stands_for_all_of_them(out: Path) -> None:
    shoot(out, "A.mov")
    job = {"job_id": "1f0c2a9e", "label": "B", "clips": [{}] * 40, "created_at": ""}
    (out / "B.1f0c2a9e.job.json").write_text(json.dumps(job))
    counted = {count.state: (count.count, count.clips) for count in view(out).counts}
    assert counted == {"waiting": (1, 40), "proven": (1, 1)}
