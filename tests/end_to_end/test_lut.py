"""A LUT changes the picture as its numbers say: computed here by hand, measured in the proxy."""

from __future__ import annotations

import dataclasses
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from proxx_engine import (
    ProfileSpec,
    Tools,
    plan_job,
)
from proxx_engine._engines.ffmpeg.looks import place_lut
from tests.altered_profiles import create, run
from tests.end_to_end.coloured_bars import (
    BARS,
    HEIGHT,
    WIDTH,
    Function,
    Rgb,
    apart,
    bars_of,
    bars_of_proxy,
    by_hand,
    curved,
    held_by_rgb,
    identity,
    inverted,
    mixed,
    with_lut,
    write_cube,
    write_curve,
)
from tests.support import MakeClip


@pytest.fixture
def bars(make_clip: MakeClip, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a maker of bars without loss: the matrix they are tagged with → file."""

    def make(matrix: str = "bt709", *, filters: str = "null") -> Path:
        raw = tmp_path_factory.mktemp("bars") / "bars.yuv"
        planes = [
            b"".join(bar[plane].to_bytes(2, "little") * (WIDTH // len(BARS)) for bar in BARS)
            * HEIGHT
            for plane in range(3)
        ]
        raw.write_bytes(b"".join(planes) * 5)
        tags = f"setparams=color_primaries=bt709:color_trc=bt709:colorspace={matrix}:range=tv"
        return make_clip(
            "bars.mkv",
            *("-f", "rawvideo", "-pix_fmt", "yuv444p10le", "-s", f"{WIDTH}x{HEIGHT}", "-r", "25"),
            *("-i", f"file:{raw}", "-vf", f"{tags},{filters}", "-c:v", "ffv1"),
        )

    return make


def _filtered(source: Path, tools: Tools, folder: Path, profile: ProfileSpec) -> list[Rgb]:
    """Return what the plan's own filters make of the first picture, before any codec."""
    [job] = create(source, folder / "out", tools, profile).jobs
    [clip] = plan_job(job.spec).clips
    assert clip.lut is not None
    assert place_lut(clip.lut, folder) is None
    chain = clip.command[clip.command.index("-vf") + 1]
    command = [str(tools.ffmpeg), "-v", "error", "-nostdin", "-i", f"file:{source}", "-vf", chain]
    raw = subprocess.run(
        [*command, "-frames:v", "1", "-f", "rawvideo", "-"],
        check=True,
        cwd=folder,
        capture_output=True,
    ).stdout
    samples = memoryview(raw).cast("H")
    luma, chroma = WIDTH * HEIGHT, WIDTH * HEIGHT // 2
    assert len(samples) == luma + 2 * chroma
    planes = [samples[:luma], samples[luma : luma + chroma], samples[luma + chroma :]]
    return bars_of(planes, WIDTH, HEIGHT)


TABLES = [
    pytest.param(write_cube, identity, id="cube, identity"),
    pytest.param(write_cube, inverted, id="cube, inverting"),
    pytest.param(write_cube, mixed, id="cube, mixing channels"),
    pytest.param(write_curve, inverted, id="curve, inverting"),
    pytest.param(write_curve, curved, id="curve, another for each channel"),
]


@pytest.mark.parametrize("range_", ["pc", "tv"])
@pytest.mark.parametrize(("write", "table"), TABLES)
def test_pictures_change_as_computed_by_hand(
    write: Callable[..., Path],
    table: Function,
    range_: str,
    bars: Callable[..., Path],
    tools: Tools,
    tmp_path: Path,
) -> None:
    profile = with_lut(write(tmp_path, table), range_)
    found = _filtered(bars(), tools, tmp_path, profile)
    wanted = [by_hand(bar, "bt709", table, range_) for bar in BARS]
    assert apart(found, wanted) <= 1.0, (found, wanted)


def test_what_is_whiter_than_white_is_kept_only_in_video_range(
    bars: Callable[..., Path], tools: Tools, tmp_path: Path
) -> None:
    path = write_cube(tmp_path, identity)
    kept = {}
    for range_ in ("pc", "tv"):
        folder = tmp_path / range_
        folder.mkdir()
        kept[range_] = _filtered(bars(), tools, folder, with_lut(path, range_))[-1][0]
    assert (kept["pc"], kept["tv"]) == (940, pytest.approx(1000, abs=1))


@pytest.mark.parametrize(
    ("matrix", "filters"),
    [
        pytest.param("smpte170m", "null", id="BT.601"),
        pytest.param("bt2020nc", "null", id="BT.2020"),
        pytest.param("bt709", "scale=out_range=pc,format=yuv444p12le", id="full range"),
        pytest.param("bt709", "format=gbrp12le", id="RGB"),
    ],
)
@pytest.mark.parametrize("range_", ["pc", "tv"])
def test_a_source_of_any_kind_comes_to_the_same_colours(
    matrix: str,
    filters: str,
    range_: str,
    bars: Callable[..., Path],
    tools: Tools,
    tmp_path: Path,
) -> None:
    found = _filtered(
        bars(matrix, filters=filters),
        tools,
        tmp_path,
        with_lut(write_cube(tmp_path, mixed), range_),
    )
    # What lies beyond black and white is clipped where a source has been RGB or full range.
    held = [held_by_rgb(bar) if "gbr" in filters else bar for bar in BARS[:-1]]
    wanted = [by_hand(bar, matrix, mixed, range_) for bar in held]
    assert apart(found[:-1], wanted) <= 1.5, (found, wanted)


@pytest.mark.parametrize("range_", ["pc", "tv"])
def test_the_proxy_shows_what_was_computed_and_says_what_it_is(
    range_: str, bars: Callable[..., Path], tools: Tools, tmp_path: Path
) -> None:
    source = bars("smpte170m")
    ran = run(source, tmp_path, tools, with_lut(write_cube(tmp_path, mixed), range_))
    assert ran.result.status == "COMPLETED", ran.result.failure
    wanted = [by_hand(bar, "smpte170m", mixed, range_) for bar in BARS]
    assert apart(bars_of_proxy(ran.proxy), wanted) <= 6
    assert ran.check("color.matrix") == "planned"
    assert "look.cube" in " ".join(ran.result.clips[0].invocation.command or ())
    assert str(tmp_path) not in " ".join(
        word for word in ran.result.clips[0].invocation.command or () if "cube" in word
    )


def test_bytes_are_the_same_at_any_number_of_threads(
    bars: Callable[..., Path], tools: Tools, tmp_path: Path
) -> None:
    profile, hashes = with_lut(write_cube(tmp_path, curved), "tv"), set()
    for threads in (1, 4):
        folder = tmp_path / str(threads)
        folder.mkdir()
        ran = run(bars(), folder, dataclasses.replace(tools, threads=threads), profile)
        hashes.add(ran.result.clips[0].output_sha256)
    assert len(hashes) == 1
    assert None not in hashes


@pytest.mark.parametrize("range_", ["pc", "tv"])
@pytest.mark.parametrize("write", [write_cube, write_curve], ids=["cube", "curve"])
def test_pictures_are_the_same_on_any_processor(
    write: Callable[..., Path], range_: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = make_clip(
        "many colours.mkv",
        *("-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=0.12,noise=alls=30:allf=t+u:all_seed=7"),
        *("-c:v", "ffv1", "-pix_fmt", "yuv420p"),
    )
    [job] = create(source, tmp_path / "out", tools, with_lut(write(tmp_path, curved), range_)).jobs
    [clip] = plan_job(job.spec).clips
    assert clip.lut is not None
    place_lut(clip.lut, tmp_path)
    chain = clip.command[clip.command.index("-vf") + 1]
    hashes = set()
    for flags in ("0", "sse2", "ssse3", "avx", "all"):
        limited = () if flags == "all" else ("-cpuflags", flags)
        command = [str(tools.ffmpeg), "-v", "error", "-nostdin", *limited, "-i", f"file:{source}"]
        hashes.add(
            subprocess.run(
                [*command, "-vf", chain, "-f", "md5", "-"],
                check=True,
                cwd=tmp_path,
                capture_output=True,
            ).stdout
        )
    assert len(hashes) == 1


def test_a_look_and_a_conformed_rate_go_together(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = make_clip(
        "uneven.mkv",
        *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=60:d=1", "-fps_mode", "passthrough"),
        *("-vf", r"select='not(eq(mod(n\,7)\,3))*not(between(n\,30\,44))'"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
    )
    profile = with_lut(write_cube(tmp_path, mixed), "pc").model_copy(
        update={"variable_frame_rate": "conform", "conform_frame_rate": Fraction(30)}
    )
    ran = run(source, tmp_path, tools, profile)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert ran.check("frame_map") == "planned"


def test_tags_of_high_dynamic_range_do_not_survive_a_look(
    shared_media: Path, tools: Tools, tmp_path: Path
) -> None:
    profile = with_lut(write_cube(tmp_path, identity), "pc", "h264")
    small = profile.size.model_copy(update={"mode": "quarter"})
    ran = run(
        shared_media / "hdr10_hevc_phone.mp4",
        tmp_path,
        tools,
        profile.model_copy(update={"size": small}),
    )
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert ran.check("color.transfer") == ran.check("color.primaries") == "planned"
    data = ran.proxy.read_bytes()
    assert [box for box in (b"mdcv", b"clli", b"SmDm", b"CoLL") if box in data] == []
