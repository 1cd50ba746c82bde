"""What Resolve says of a clip → its JobSpec: timecode, place, limits, and who it is."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import (
    CreatedJob,
    CreationRequest,
    RawProperty,
    ResolveClip,
    Tools,
    create_jobs,
    find_profile,
    plan_job,
    write_job,
)
from proxx_engine.creation.footage.roots import mirror_path
from proxx_engine.planning.fingerprint import fingerprint_clip, fingerprint_job
from tests.support import CREATED_BY, MakeClip, execute

PLATE = ("-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=0.04", "-frames:v", "1")
PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.4", "-c:v", "mpeg4")


def _said(**facts: Any) -> ResolveClip:
    return ResolveClip.model_validate(
        {
            "project_id": "p1",
            "project_name": "Film",
            "media_id": "m1",
            "clip_name": "the clip",
            "data_level": "Auto",
            "flips": None,
            "color_science": "davinciYRGB",
            "frames": 10,
            "frame_rate": "25/1",
            "start_timecode": "10:00:00:00",
            "width": 320,
            "height": 180,
            "audio_channels": 0,
            "properties": (RawProperty(name="Usage", value="1"),),
        }
        | facts
    )


def _create(
    tools: Tools, out: Path, clips: dict[Path, ResolveClip], **options: Any
) -> list[CreatedJob]:
    request = CreationRequest(
        tuple(clips),
        out,
        find_profile("prores_proxy"),
        CREATED_BY,
        resolve_clips=clips,
        **options,
    )
    return list(create_jobs(request, prober=tools.prober).jobs)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A file that only Resolve opens."""
    path = tmp_path / "shoot/A001.braw"
    path.parent.mkdir()
    path.write_bytes(b"raw" * 100)
    return path


def test_what_resolve_says_goes_into_the_clip(tools: Tools, raw: Path, tmp_path: Path) -> None:
    said = _said()
    [job] = _create(tools, tmp_path / "out", {raw: said})
    [clip] = job.spec.clips
    assert job.engine == "resolve"
    assert clip.resolve == said
    assert clip.source.timecode is not None
    assert (clip.source.timecode.start, clip.source.timecode.source) == ("10:00:00:00", "resolve")
    assert plan_job(job.spec).clips[0].rendering is not None


def test_resolve_stands_above_the_file_and_disagreement_is_recorded(
    tools: Tools, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = make_clip("A.mov", *PICTURE, "-timecode", "01:00:00:00")
    [job] = _create(tools, tmp_path / "out", {clip: _said()})
    timecode = job.spec.clips[0].source.timecode
    assert timecode is not None
    assert (timecode.start, timecode.source) == ("10:00:00:00", "resolve")
    assert timecode.differs == "file says 01:00:00:00"


def test_a_timecode_that_the_clip_cannot_count_is_not_taken_but_told(
    tools: Tools, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = make_clip("A.mov", *PICTURE, "-timecode", "01:00:00:00")
    said = _said(start_timecode="10:00:00:49", frame_rate="50/1")
    [job] = _create(tools, tmp_path / "out", {clip: said})
    timecode = job.spec.clips[0].source.timecode
    assert timecode is not None
    assert (timecode.start, timecode.source) == ("01:00:00:00", "file")
    assert timecode.differs is not None
    assert timecode.differs.startswith("Resolve says 10:00:00:49, which ")


def test_a_long_raw_clip_has_the_time_that_it_needs(
    tools: Tools, raw: Path, tmp_path: Path
) -> None:
    [job] = _create(tools, tmp_path / "out", {raw: _said(frames=25 * 7200)})
    assert job.spec.execution.clip_timeout_seconds == 30 * 7200


@pytest.mark.parametrize("kind", ["tif", "png", "jpg", "tga", "bmp"])
def test_pictures_have_the_rate_that_resolve_shows_them_at(
    tools: Tools, make_clip: MakeClip, tmp_path: Path, kind: str
) -> None:
    frame = make_clip(f"plate.{kind}", *PLATE)
    for number in range(1, 6):
        shutil.copyfile(frame, tmp_path / f"p_{number:04d}.{kind}")
    named = tmp_path / f"p_0001.{kind}"
    said = _said(frame_rate="24000/1001", frames=5, start_timecode=None)
    out = tmp_path / "out"
    out.mkdir()
    [job] = _create(tools, out, {named: said})
    [clip] = job.spec.clips
    assert clip.source.video is not None
    assert clip.source.video.frame_rate == Fraction(24000, 1001)
    assert clip.resolve == said
    result = execute(job.spec, tmp_path, tools).result
    assert result.status == "COMPLETED", result.failure


def test_one_stem_in_two_folders_makes_two_proxies(
    tools: Tools, make_clip: MakeClip, tmp_path: Path
) -> None:
    one, other = tmp_path / "c1/A.mov", tmp_path / "c2/A.mov"
    for path in (one, other):
        path.parent.mkdir()
        shutil.copyfile(make_clip("A.mov", *PICTURE), path)
    clips = {one: _said(), other: _said(media_id="m2")}
    both = _create(tools, tmp_path / "out", clips, mirrored_from=(one.parent.parent,))
    places = [job.spec.clips[0].output_subdirectory for job in both]
    assert places == ["c1", "c2"]
    [alone] = _create(tools, tmp_path / "out", {other: _said()}, mirrored_from=(tmp_path,))
    assert alone.spec.clips[0].output_subdirectory == mirror_path(other.parent, (tmp_path,))


@pytest.mark.parametrize(
    ("folder", "roots", "expected"),
    [
        ("/media/shoot/day1/A", ("/media/shoot",), "day1/A"),
        ("/media/shoot/day1/A", ("/media", "/media/shoot/day1"), "A"),
        ("/media/shoot/day1/A", (), "media/shoot/day1/A"),
        ("/media/shoot2/A", ("/media/shoot",), "media/shoot2/A"),
        ("/media/shoot", ("/media/shoot",), ""),
        ("/me\u0301dia/A", ("/m\u00e9dia",), "A"),
    ],
)
def test_a_place_depends_on_the_roots_alone(
    folder: str, roots: tuple[str, ...], expected: str
) -> None:
    assert mirror_path(Path(folder), map(Path, roots)) == expected


def test_how_a_clip_is_used_changes_no_fingerprint_but_what_it_is_does(
    tools: Tools, raw: Path, tmp_path: Path
) -> None:
    def fingerprints(**facts: Any) -> tuple[str, str]:
        [job] = _create(tools, tmp_path / "out", {raw: _said(**facts)})
        return fingerprint_job(job.spec), fingerprint_clip(job.spec.clips[0], "profile")

    usual = fingerprints()
    assert fingerprints(properties=(RawProperty(name="Usage", value="7"),)) == usual
    again = fingerprints(frames=11)
    assert again[0] != usual[0]
    assert again[1] != usual[1]


def test_a_clip_that_was_made_for_resolve_is_made_once(
    tools: Tools, raw: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    [job] = _create(tools, out, {raw: _said()})
    write_job(job, out)
    assert _create(tools, out, {raw: _said()}, skip_done="proven") == []
