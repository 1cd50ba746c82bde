"""A flip mirrors each picture, and what its fields are goes with it."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from proxx_engine import Tools
from tests.altered_profiles import create, run
from tests.end_to_end.conftest import Footage
from tests.end_to_end.look_pictures import filtered, looking, picture
from tests.end_to_end.looking import fields_stated, look

WIDTH, HEIGHT = 96, 64
LOSSLESS = ("-c:v", "ffv1", "-pix_fmt", "yuv422p10le")
PICTURE = f"testsrc2=size={WIDTH}x{HEIGHT}:rate=25:duration=0.2"
FLIPS = ("horizontal", "vertical", "both")


@pytest.mark.parametrize("flips", FLIPS)
def test_every_sample_is_where_its_mirror_image_was(
    flips: str, footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    source = footage("plain.mkv", picture=PICTURE, codec=LOSSLESS)
    plain = filtered(source, tools, tmp_path, looking())
    flipped = filtered(source, tools, tmp_path, looking(flips=flips))
    assert len(flipped) == len(plain) == 5
    for before, after in zip(plain, flipped, strict=True):
        assert picture(after, WIDTH, HEIGHT) == picture(before, WIDTH, HEIGHT).mirrored(flips)


@pytest.mark.parametrize("flips", FLIPS)
def test_a_flipped_proxy_is_proven_and_shows_the_mirrored_colours(
    flips: str, footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    quarters = "color=red:s=160x90:r=25:d=0.4[a];color=lime:s=160x90:r=25:d=0.4[b]"
    quarters += ";color=blue:s=160x90:r=25:d=0.4[c];color=white:s=160x90:r=25:d=0.4[d]"
    quarters += ";[a][b]hstack[t];[c][d]hstack[u];[t][u]vstack"
    source = footage("quarters.mov", picture=quarters)
    ran = run(source, tmp_path, tools, looking(flips=flips))
    assert ran.result.status == "COMPLETED", ran.result.failure
    shown = look(ran.proxy)
    corner = shown.rgb(0.25, 0.25)
    wanted = {"horizontal": (0, 255, 0), "vertical": (0, 0, 255), "both": (255, 255, 255)}[flips]
    assert tuple(255 * (value > 128) for value in corner) == wanted, corner
    assert ran.check("field_order") == "equal"


@pytest.mark.parametrize("scan", ["tff", "bff"])
@pytest.mark.parametrize("flips", FLIPS)
def test_a_flip_on_its_head_makes_the_other_field_the_first(
    flips: str, scan: str, footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    source = _woven(footage, scan)
    ran = run(source, tmp_path, tools, looking(flips=flips))
    assert ran.result.status == "COMPLETED", ran.result.failure
    [clip] = ran.spec.clips
    orders = ("top_first", "bottom_first")
    before, other = orders if scan == "tff" else orders[::-1]
    assert clip.source.video is not None
    assert clip.target is not None
    turned = flips != "horizontal"
    assert clip.source.video.field_order == before
    assert clip.target.field_order == (other if turned else before)
    assert ran.check("field_order") == ("planned" if turned else "equal")
    stated = {"top_first": b"\x02\x09", "bottom_first": b"\x02\x0e"}
    assert fields_stated(ran.proxy) in (stated[clip.target.field_order], b"\x02\x01", b"\x02\x06")


@pytest.mark.parametrize("scan", ["tff", "bff"])
def test_each_field_stays_whole_and_in_its_time_when_it_is_flipped(
    scan: str, footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    """A bright line moves down by a field; flipped it moves up, field by field, without a jerk."""
    source = _woven(footage, scan)
    for flips, direction in ((None, 1), ("vertical", -1)):
        profile = looking(flips=flips) if flips else looking()
        first = (scan == "tff") is (flips is None)
        middles = []
        for raw in filtered(source, tools, tmp_path, profile):
            rows = picture(raw, WIDTH, HEIGHT).luma
            for parity in (0, 1) if first else (1, 0):
                bright = [y for y in range(parity, HEIGHT, 2) if rows[y][WIDTH // 2] > 600]
                middles.append(sum(bright) / len(bright))
        steps = [direction * (b - a) for a, b in itertools.pairwise(middles)]
        assert all(1 <= step <= 3 for step in steps), (flips, middles)


def test_flipped_fields_are_deinterlaced_in_their_own_order_first(
    footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    profile = looking(flips="vertical").model_copy(update={"interlaced": "deinterlace"})
    ran = run(_woven(footage, "tff"), tmp_path, tools, profile)
    assert ran.result.status == "COMPLETED", ran.result.failure
    command = " ".join(ran.result.clips[0].invocation.command or ())
    assert re.search(r"bwdif=mode=send_frame:parity=tff.*scale=.*vflip", command)
    assert set(look(ran.proxy).interlaced) == {False}


def test_fields_that_a_container_cannot_state_are_left_out_by_name(
    footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    source = footage(
        "hd.mxf",
        picture="testsrc2=size=1920x1080:rate=25:duration=0.2",
        filters="setfield=tff",
        codec=("-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-b:v", "20M"),
    )
    creation = create(source, tmp_path / "out", tools, looking("dnxhd_mxf", flips="vertical"))
    [left] = creation.left_out
    assert "flipped, its lower field comes first, which DNxHD in MXF cannot state" in left.reason


@pytest.mark.parametrize("flips", FLIPS)
def test_bytes_are_the_same_on_any_processor_and_number_of_threads(
    flips: str, footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    source = footage("plain.mkv", picture=PICTURE, codec=LOSSLESS)
    seen = {
        tuple(filtered(source, tools, tmp_path, looking(flips=flips), *options))
        for options in (("-cpuflags", "0"), ("-cpuflags", "ssse3"), (), ("-threads", "8"))
    }
    assert len(seen) == 1


def _woven(footage: Footage, scan: str) -> Path:
    """A bright bar of 12 lines that sinks by 2 lines a field, woven into frames."""
    lines = f"color=black:s={WIDTH}x{HEIGHT}:r=50:d=0.4,format=yuv422p10le,"
    lines += "geq=lum='if(between(Y-2*N,4,15),900,80)':cb=512:cr=512"
    return footage(
        f"woven {scan}.mov",
        picture=lines,
        filters=f"tinterlace=mode=interleave_{'top' if scan == 'tff' else 'bottom'},"
        f"setfield={scan}",
        codec=(
            "-c:v",
            "prores_ks",
            "-profile:v",
            "3",
            "-flags",
            "+ildct",
            "-pix_fmt",
            "yuv422p10le",
        ),
    )
