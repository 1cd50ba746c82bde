"""Footage → JobSpecs: names, batches, engines, and what is refused before anything is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from proxx_engine import (
    Creation,
    CreationError,
    CreationRequest,
    Tools,
    create_jobs,
    find_profile,
)
from tests.support import CREATED_BY, MakeClip

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.4", "-c:v", "mpeg4")


@pytest.fixture
def card(make_clip: MakeClip, tmp_path: Path) -> Path:
    """Four clips in two folders, and one of camera raw."""
    clip = make_clip("plain.mov", *PICTURE)
    for name in ("A001.mov", "A002.mov", "sub/B001.mov", "sub/B002.mov"):
        (tmp_path / "card" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(clip, tmp_path / "card" / name)
    (tmp_path / "card/R001.braw").write_bytes(b"raw" * 100)
    return tmp_path / "card"


def _create(tools: Tools, card: Path, **options: object) -> Creation:
    request = CreationRequest(
        (card,), card.parent / "out", find_profile("prores_proxy"), CREATED_BY, **options
    )
    return create_jobs(request, prober=tools.prober)


def test_one_clip_to_a_job_tied_by_a_batch(tools: Tools, card: Path) -> None:
    jobs = _create(tools, card, batch="day 1").jobs
    assert sorted(job.spec.label for job in jobs) == ["A001", "A002", "B001", "B002", "R001"]
    assert {job.spec.batch for job in jobs} == {"day 1"}
    assert len({job.spec.job_id for job in jobs}) == 5
    by_label = {job.spec.label: job for job in jobs}
    assert by_label["B001"].spec.clips[0].output_subdirectory == "sub"
    assert by_label["A001"].file_name == f"A001.{by_label['A001'].spec.job_id}.job.json"


def test_camera_raw_goes_to_resolve_in_jobs_of_its_own(tools: Tools, card: Path) -> None:
    jobs = _create(tools, card, clips_per_job=10).jobs
    assert [(job.engine, len(job.spec.clips)) for job in jobs] == [("ffmpeg", 4), ("resolve", 1)]
    raw = jobs[1].spec.clips[0]
    assert raw.source.video is None
    assert raw.target is None


def test_clips_per_job_cuts_in_order(tools: Tools, card: Path) -> None:
    created = _create(tools, card, clips_per_job=3).jobs
    jobs = [job.spec.clips for job in created if job.engine == "ffmpeg"]
    assert [[clip.output_name for clip in clips] for clips in jobs] == [
        ["A001.mov", "A002.mov", "B001.mov"],
        ["B002.mov"],
    ]
    assert [clip.index for clip in jobs[0]] == [0, 1, 2]


def test_names_are_resolved_and_frozen(tools: Tools, card: Path) -> None:
    template = "{date}_{source_name}_{source_ext}_{index}_{codec}_{resolution}_{job_id}"
    spec = _create(tools, card, naming_template=template).jobs[0].spec
    date = spec.created_at[:10].replace("-", "")
    clip = spec.clips[0]
    size = f"{clip.target.width}x{clip.target.height}" if clip.target else "unknown"
    stem = Path(clip.source.path)
    assert clip.output_name == (
        f"{date}_{stem.stem}_{stem.suffix[1:]}_000_prores_proxy_{size}_{spec.job_id[:8]}.mov"
    )
    assert spec.output.naming_template == template


def test_names_that_would_meet_are_refused_over_the_whole_act(tools: Tools, card: Path) -> None:
    shutil.copyfile(card / "A001.mov", card / "a001.mp4")
    with pytest.raises(CreationError) as refused:
        _create(tools, card)
    assert [issue.code for issue in refused.value.issues] == ["OUTPUT_NAME_COLLISION"]
    assert "a001.mp4" in str(refused.value)
    assert "A001.mov" in str(refused.value)


def test_an_existing_proxy_is_refused_before_anything_is_written(tools: Tools, card: Path) -> None:
    out = card.parent / "out"
    (out / "sub").mkdir(parents=True)
    (out / "sub/B001.mov").write_bytes(b"somebody's")
    with pytest.raises(CreationError) as refused:
        _create(tools, card)
    assert [issue.code for issue in refused.value.issues] == ["OUTPUT_EXISTS"]
    assert [path.name for path in out.rglob("*")] == ["sub", "B001.mov"]


def test_every_wrong_path_is_told_at_once(tools: Tools, tmp_path: Path) -> None:
    request = CreationRequest(
        (tmp_path / "one", tmp_path / "two"),
        tmp_path / "out",
        find_profile("prores_proxy"),
        CREATED_BY,
        naming_template="{nonsense}",
    )
    with pytest.raises(CreationError) as refused:
        create_jobs(request, prober=tools.prober)
    codes = [issue.code for issue in refused.value.issues]
    assert codes == ["SOURCE_MISSING", "SOURCE_MISSING", "SPEC_BAD_TEMPLATE"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("nul.mov", "is a device name on Windows", id="a Windows device"),
        pytest.param("a\u200bb.mov", "invisible", id="a zero-width space"),
        pytest.param("~x/clip.mov", "below output.directory", id="a folder that begins with ~"),
    ],
)
def test_a_name_no_proxy_can_have_costs_only_its_clip(
    tools: Tools, card: Path, name: str, told: str
) -> None:
    (card / name).parent.mkdir(exist_ok=True)
    shutil.copyfile(card / "A001.mov", card / name)
    creation = _create(tools, card)
    assert len(creation.jobs) == 5
    [left] = creation.left_out
    assert left.path == card / name
    assert told in left.reason


def test_names_from_a_mac_are_put_together(tools: Tools, card: Path) -> None:
    folder = card / "u\u0308bung"
    folder.mkdir()
    shutil.copyfile(card / "A001.mov", folder / "a\u0308.mov")
    clips = [job.spec.clips[0] for job in _create(tools, card).jobs]
    [clip] = [clip for clip in clips if clip.output_subdirectory == "\u00fcbung"]
    assert clip.output_name == "\u00e4.mov"


def test_footage_that_is_none_is_left_out_with_its_reason(
    tools: Tools, card: Path, make_clip: MakeClip
) -> None:
    shutil.copyfile(
        make_clip("sound.mov", "-f", "lavfi", "-i", "sine=d=0.2", "-c:a", "pcm_s16le"),
        card / "sound.mov",
    )
    (card / "text.mp4").write_text("this is no film")
    left = {entry.path.name: entry.reason for entry in _create(tools, card).left_out}
    assert left["sound.mov"] == "sound only"
    assert "Invalid data" in left["text.mp4"]


def test_a_timecode_that_cannot_be_costs_only_its_clip(
    tools: Tools, card: Path, make_clip: MakeClip
) -> None:
    broken = make_clip("tc.mkv", *PICTURE, "-metadata", "timecode=01:00:00;00")
    shutil.copyfile(broken, card / "broken.mkv")
    creation = _create(tools, card)
    assert len(creation.jobs) == 5
    [left] = creation.left_out
    assert "01:00:00;00, which counts drop-frame" in left.reason


def test_a_file_that_says_strange_things_of_itself_costs_only_itself(
    tools: Tools, card: Path, make_clip: MakeClip
) -> None:
    tags = ("-timecode", "01:00:00:00", "-metadata:s:v:0", "reel_name=A\x01B")
    strange = make_clip("reel.mov", *PICTURE, *tags)
    shutil.copyfile(strange, card / "strange.mov")
    creation = _create(tools, card)
    assert len(creation.jobs) == 5
    [left] = creation.left_out
    assert left.path.name == "strange.mov"
    assert "reel" in left.reason


@pytest.mark.parametrize("template", ["a/b_{source_name}", "{source_name}?", "-{source_name}"])
def test_a_template_that_no_name_can_follow_is_one_problem(
    tools: Tools, card: Path, template: str
) -> None:
    with pytest.raises(CreationError) as refused:
        _create(tools, card, naming_template=template)
    assert [issue.code for issue in refused.value.issues] == ["SPEC_BAD_TEMPLATE"]


def test_limits_follow_the_longest_clip(tools: Tools, card: Path) -> None:
    execution = _create(tools, card).jobs[1].spec.execution
    assert execution.clip_timeout_seconds == 3600
    assert execution.stall_seconds == 300
    assert execution.verification == "conform"
