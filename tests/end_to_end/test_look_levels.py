"""A data level says how the source's values are read, whatever its file says of them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from proxx_engine import (
    Creation,
    CreationRequest,
    JobSpecValidationError,
    ResolveClip,
    Tools,
    create_jobs,
    plan_job,
)
from tests.altered_profiles import create, run
from tests.end_to_end.coloured_bars import apart, by_hand, identity, write_cube
from tests.end_to_end.look_pictures import chain_of, filtered, looking, picture, plan_of
from tests.support import CREATED_BY, MakeClip

WIDTH, HEIGHT = 256, 16
FULL_RANGE = range(0, 1021, 4)
"""Each column one value of 10 bits."""


@pytest.fixture
def ramp(make_clip: MakeClip, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a maker of a ramp from 0 to 1020, tagged with a range."""

    def make(tag: str, *, chroma: int = 512) -> Path:
        raw = tmp_path_factory.mktemp("ramp") / "ramp.yuv"
        luma = b"".join(value.to_bytes(2, "little") for value in FULL_RANGE) * HEIGHT
        flat = chroma.to_bytes(2, "little") * (WIDTH * HEIGHT)
        raw.write_bytes((luma + flat) * 3)
        return make_clip(
            f"ramp {tag}.mkv",
            *("-f", "rawvideo", "-pix_fmt", "yuv422p10le", "-s", f"{WIDTH}x{HEIGHT}", "-r", "25"),
            *("-i", f"file:{raw}", "-vf", f"setparams=range={tag}:colorspace=bt709"),
            *("-color_range", tag, "-c:v", "ffv1"),
        )

    return make


def by_level(value: int, level: str) -> float:
    """Return what of 10 bits in video range a value is when it is read so."""
    return value if level == "video" else 64 + value * 876 / 1023


@pytest.mark.parametrize("tag", ["tv", "pc", "unknown"])
@pytest.mark.parametrize("level", ["video", "full"])
def test_a_ramp_is_read_as_stated_whatever_its_file_says(
    level: str, tag: str, ramp: Callable[..., Path], tools: Tools, tmp_path: Path
) -> None:
    profile = looking(data_level=level)
    shown = picture(filtered(ramp(tag), tools, tmp_path, profile)[0], WIDTH, HEIGHT).luma[5]
    wanted = [by_level(value, level) for value in FULL_RANGE]
    assert max(abs(a - b) for a, b in zip(shown, wanted, strict=True)) <= 1, shown


@pytest.mark.parametrize("level", ["video", "full"])
def test_colour_is_read_by_the_same_level(
    level: str, ramp: Callable[..., Path], tools: Tools, tmp_path: Path
) -> None:
    chain = filtered(ramp("unknown", chroma=800), tools, tmp_path, looking(data_level=level))
    blue = picture(chain[0], WIDTH, HEIGHT).planes[1][5][40]
    assert blue == pytest.approx(800 if level == "video" else 512 + 288 * 896 / 1023, abs=1)


def test_without_a_level_the_file_is_believed(
    ramp: Callable[..., Path], tools: Tools, tmp_path: Path
) -> None:
    for tag, level in (("tv", "video"), ("pc", "full"), ("unknown", "video")):
        shown = picture(filtered(ramp(tag), tools, tmp_path, looking())[0], WIDTH, HEIGHT).luma[5]
        wanted = [by_level(value, level) for value in FULL_RANGE]
        assert max(abs(a - b) for a, b in zip(shown, wanted, strict=True)) <= 1


@pytest.mark.parametrize("level", ["video", "full"])
def test_the_proxy_is_of_video_range_and_the_level_is_recorded_as_planned(
    level: str, ramp: Callable[..., Path], tools: Tools, tmp_path: Path
) -> None:
    ran = run(ramp("tv"), tmp_path, tools, looking("h264", data_level=level))
    assert ran.result.status == "COMPLETED", ran.result.failure
    report = ran.result.clips[0].verification
    assert report is not None
    check = next(c for c in report.checks if c.name == "color.range")
    assert (check.actual, check.verdict) == ("tv", "planned")
    assert check.expected == f"tv (source is tv; read as {level})"


@pytest.mark.parametrize("range_", ["tv", "pc"])
def test_a_lut_is_given_what_the_level_means(
    range_: str, ramp: Callable[..., Path], tools: Tools, tmp_path: Path
) -> None:
    from proxx_engine import read_lut

    lut = read_lut(write_cube(tmp_path, identity), range_)  # type: ignore[arg-type]
    chain = filtered(ramp("tv"), tools, tmp_path, looking(lut=lut, data_level="full"))
    row = picture(chain[0], WIDTH, HEIGHT).luma[5]
    for column in (10, 60, 128, 200, 250):
        wanted = by_hand((by_level(4 * column, "full"), 512, 512), "bt709", identity, range_)
        assert apart([(row[column], 512, 512)], [wanted]) <= 3


SAID = MappingProxyType(
    {
        "Auto": None,
        "Video": "video",
        "Full": "full",
        "": None,
    }
)


def _from_resolve(source: Path, out: Path, tools: Tools, said: str | None, **look: Any) -> Creation:
    out.mkdir()
    nothing = dict.fromkeys(ResolveClip.model_fields)
    told = ResolveClip.model_validate(nothing | {"data_level": said, "properties": ()})
    request = CreationRequest((source,), out, looking(**look), CREATED_BY)
    return create_jobs(replace(request, resolve_clips={source: told}), prober=tools.prober)


@pytest.mark.parametrize("said", [*SAID, None])
@pytest.mark.parametrize("asked", [None, "video", "full"])
def test_what_resolve_says_of_a_clip_counts_only_where_it_is_asked_for(
    asked: str | None, said: str | None, ramp: Callable[..., Path], tools: Tools, tmp_path: Path
) -> None:
    source = ramp("tv")
    for number, follow in enumerate((None, "resolve")):
        look = {"data_level": asked, "data_level_from": follow}
        [job] = _from_resolve(source, tmp_path / str(number), tools, said, **look).jobs
        target = job.spec.clips[0].target
        assert target is not None
        told = SAID.get(said or "")
        assert target.data_level == ((told or asked) if follow else asked)


def test_a_level_of_resolve_that_nobody_knows_leaves_its_clip_out(
    ramp: Callable[..., Path], tools: Tools, tmp_path: Path
) -> None:
    creation = _from_resolve(
        ramp("tv"), tmp_path / "out", tools, "Legal", data_level_from="resolve"
    )
    assert "says Data Level 'Legal', expected Auto, Video or Full" in creation.left_out[0].reason


def test_rgb_has_no_level_and_is_left_out_by_name(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    picture_of = ("-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=0.2")
    source = make_clip("rgb.mkv", *picture_of, "-c:v", "ffv1", "-pix_fmt", "gbrp10le")
    [left] = create(source, tmp_path / "out", tools, looking(data_level="video")).left_out
    assert "its picture is RGB, whose values are always full" in left.reason


def test_rgb_is_full_as_it_is(make_clip: MakeClip, tools: Tools, tmp_path: Path) -> None:
    """One look for a day's footage: what is read as full already needs nothing, and is taken."""
    picture_of = ("-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=0.2")
    source = make_clip("rgb.mkv", *picture_of, "-c:v", "ffv1", "-pix_fmt", "gbrp10le")
    shown = filtered(source, tools, tmp_path, looking(data_level="full"))
    assert shown == filtered(source, tools, tmp_path, looking())
    assert run(source, tmp_path, tools, looking(data_level="full")).result.status == "COMPLETED"


def test_a_job_whose_target_says_another_level_than_its_look_is_refused(
    ramp: Callable[..., Path], tools: Tools, tmp_path: Path
) -> None:
    [job] = create(ramp("tv"), tmp_path / "out", tools, looking(data_level="full")).jobs
    [clip] = job.spec.clips
    assert clip.target is not None
    target = clip.target.model_copy(update={"data_level": None})
    spec = job.spec.model_copy(update={"clips": (clip.model_copy(update={"target": target}),)})
    with pytest.raises(JobSpecValidationError) as refused:
        plan_job(spec)
    [issue] = refused.value.issues
    assert issue.path == "clips[0].target.data_level"
    assert issue.sentence == "found null, the look means full"


def test_pictures_are_the_same_on_any_processor_and_number_of_threads(
    ramp: Callable[..., Path], tools: Tools, tmp_path: Path
) -> None:
    source = ramp("tv", chroma=700)
    seen = {
        tuple(filtered(source, tools, tmp_path, looking(data_level="full"), *options))
        for options in (("-cpuflags", "0"), ("-cpuflags", "ssse3"), (), ("-threads", "8"))
    }
    assert len(seen) == 1


def test_every_pixel_format_of_a_camera_is_read_so(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    """White of 8 bits is 255: shifted to 10 bits swscale makes 1020 of it, as it always did."""
    for name in ("yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p12le"):
        raw = tmp_path / "white.yuv"
        white = subprocess.run(
            [
                *(str(tools.ffmpeg), "-v", "error"),
                *("-f", "lavfi", "-i", "color=white:s=64x16:d=0.2"),
                *("-vf", f"scale=out_range=pc,format={name},setparams=range=tv"),
                *("-color_range", "tv", "-f", "rawvideo", "-"),
            ],
            check=True,
            capture_output=True,
        ).stdout
        raw.write_bytes(white)
        source = make_clip(
            f"white {name}.mkv",
            *("-f", "rawvideo", "-pix_fmt", name, "-s", "64x16", "-i", f"file:{raw}"),
            *("-c:v", "ffv1"),
        )
        for level, least in (("video", 1000), ("full", 936)):
            folder = tmp_path / f"{name} {level}"
            folder.mkdir()
            [first, *_] = filtered(source, tools, folder, looking(data_level=level))
            value = picture(first, 64, 16).luma[8][32]
            assert least <= value <= (1023 if level == "video" else 941), (name, level, value)


@pytest.mark.parametrize(("level", "white"), [("video", 1020), ("full", 937)])
def test_a_picture_that_is_full_by_its_kind_is_read_as_stated_too(
    level: str, white: int, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    drawn = ("-f", "lavfi", "-i", "color=white:s=64x16:d=0.2")
    source = make_clip("white.avi", *drawn, "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "2")
    [first, *_] = filtered(source, tools, tmp_path, looking(data_level=level))
    assert picture(first, 64, 16).luma[8][32] == pytest.approx(white, abs=3)


@pytest.mark.parametrize("name", ["yuvj420p", "yuvj422p", "yuvj444p"])
def test_what_is_full_by_its_kind_loses_no_value_when_it_is_called_video(
    name: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    drawn = ("-f", "lavfi", "-i", "testsrc2=s=64x64:d=0.2")
    source = make_clip(f"{name}.avi", *drawn, "-c:v", "mjpeg", "-pix_fmt", name, "-q:v", "2")
    profile = looking(data_level="video")
    relabelled = chain_of(plan_of(source, tools, tmp_path, profile)).split(",")[:3]
    start = [str(tools.ffmpeg), "-v", "error", "-i", f"file:{source}"]
    plain, called = (
        subprocess.run([*start, *more, "-f", "rawvideo", "-"], check=True, capture_output=True)
        for more in ((), ("-vf", ",".join(relabelled)))
    )
    assert plain.stdout == called.stdout


@pytest.mark.parametrize("profile", ["prores_proxy", "h264"])
def test_a_phone_whose_values_are_full_is_read_as_video_with_every_picture_in_its_time(
    profile: str, shared_media: Path, tools: Tools, tmp_path: Path
) -> None:
    small = {"size": {"mode": "quarter", "width": None, "height": None}}
    look = looking(profile, data_level="video")
    quarter = look.model_copy(update={"size": look.size.model_copy(update=small["size"])})
    source = shared_media / "pixel_4k60_rot_vfr_fullrange.mp4"
    ran = run(source, tmp_path, tools, quarter)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert (ran.check("times"), ran.check("end")) == ("equal", "equal")
    assert "format=yuv420p,setparams=range=tv" in " ".join(
        ran.result.clips[0].invocation.command or ()
    )
