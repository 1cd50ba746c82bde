"""Every part of a look at once, on clips of every kind: proven, and the same bytes every time."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import pytest

from proxx_engine import Tools, read_lut
from tests.altered_profiles import run
from tests.end_to_end.coloured_bars import mixed, write_cube
from tests.end_to_end.conftest import Footage
from tests.end_to_end.look_pictures import looking

WITH_ALL = {
    "flips": "both",
    "data_level": "full",
    "crop": "letterbox:16:9",
    "desqueeze": Fraction(4, 3),
    "burn_in": ("timecode-or-zero@bottom", "name@top-left:4%", "text=PROOF@center:8%"),
}


@pytest.mark.parametrize(
    "profile",
    [
        *("prores_proxy", "h264"),
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("dnxhr_lb", "vp9", "av1")),
    ],
)
def test_everything_at_once_is_proven_and_the_same_at_any_number_of_threads(
    profile: str, footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    source = footage(
        "clip.mov",
        *("-timecode", "00:59:59;20", "-c:a", "pcm_s24le"),
        picture="testsrc2=size=640x480:rate=30000/1001:duration=1",
        sounds=("sine=f=440:r=48000:d=1",),
    )
    lut = read_lut(write_cube(tmp_path, mixed), "tv")
    hashes = set()
    for threads in (1, 8):
        folder = tmp_path / str(threads)
        folder.mkdir()
        asked = looking(profile, lut=lut, **WITH_ALL)
        ran = run(source, folder, dataclasses.replace(tools, threads=threads), asked)
        assert ran.result.status == "COMPLETED", ran.result.failure
        hashes.add(ran.result.clips[0].output_sha256)
        assert ran.check("display_aspect_ratio") == ran.check("color.range") == "planned"
    assert len(hashes) == 1


@pytest.mark.parametrize(
    ("name", "interlaced"),
    [
        *(("dv_pal_i.mov", "keep"), ("imx_525.mov", "deinterlace")),
        *(
            pytest.param(*asked, marks=pytest.mark.slow)
            for asked in (
                *(("hdv_1080i.mov", "keep"), ("hdv_1080i.mov", "deinterlace")),
                *(("cityCC0.mpg", "keep"), ("cityCC0.mpg", "deinterlace")),
                *(("imx_525.mov", "keep"), ("dv_pal_i.mov", "deinterlace")),
            )
        ),
    ],
)
def test_everything_at_once_on_real_clips_is_proven(
    name: str, interlaced: str, shared_media: Path, tools: Tools, tmp_path: Path
) -> None:
    asked = looking(**WITH_ALL).model_copy(update={"interlaced": interlaced})
    ran = run(shared_media / name, tmp_path, tools, asked)
    assert ran.result.status == "COMPLETED", ran.result.failure
    video, target = ran.spec.clips[0].source.video, ran.spec.clips[0].target
    assert video is not None
    assert target is not None
    if interlaced == "keep" and video.field_order != "progressive":
        assert target.field_order not in (video.field_order, "progressive")
        assert ran.check("field_order") == "planned"
