"""Colour, range, shape, rotation and fields: the picture in the proxy is the picture of the source.

A plain colour is followed through every change of matrix and range, and measured in the proxy.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from tests.end_to_end.conftest import Footage
from tests.end_to_end.looking import fields_stated, look
from tests.support import RunClip

TERRACOTTA = (192, 96, 48)
_FLAT = "color=c=0xC06030:size={size}:rate=25:duration=0.4,format=gbrp"
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "8", "-pix_fmt")


def _near(color: tuple[int, int, int]) -> bool:
    return all(abs(one - other) <= 6 for one, other in zip(color, TERRACOTTA, strict=True))


def _colored(matrix: str, *, primaries: str = "bt709", transfer: str = "bt709") -> str:
    name = {"bt2020nc": "bt2020"}.get(matrix, matrix)
    return (
        f"scale=out_color_matrix={name}:out_range=tv,format=yuv420p,"
        f"setparams=color_primaries={primaries}:color_trc={transfer}:colorspace={matrix}:range=tv"
    )


@pytest.mark.parametrize("profile", ["prores_proxy", "dnxhr_lb", "h264"])
@pytest.mark.parametrize(
    ("primaries", "transfer", "matrix", "numbers"),
    [
        pytest.param("bt709", "bt709", "bt709", (1, 1, 1), id="BT.709"),
        pytest.param("bt2020", "arib-std-b67", "bt2020nc", (9, 18, 9), id="HLG"),
        pytest.param("bt2020", "smpte2084", "bt2020nc", (9, 16, 9), id="PQ"),
    ],
)
def test_colour_tags_are_kept_and_colours_with_them(
    primaries: str,
    transfer: str,
    matrix: str,
    numbers: tuple[int, int, int],
    profile: str,
    footage: Footage,
    run_clip: RunClip,
) -> None:
    filters = _colored(matrix, primaries=primaries, transfer=transfer)
    source = footage(
        "tags.mov", picture=_FLAT.format(size="640x360"), filters=filters, codec=(*X264, "yuv420p")
    )
    ran = run_clip(source, profile=profile)
    assert ran.result.status == "COMPLETED"
    seen = look(ran.proxy)
    assert seen.color[:2] == numbers[:2]
    # DNxHR's encoder can write no matrix but BT.709 into its pictures: they are converted.
    assert seen.color[2] == (1 if profile == "dnxhr_lb" else numbers[2])
    assert _near(seen.rgb())


@pytest.mark.parametrize("profile", ["prores_proxy", "dnxhr_lb", "h264"])
@pytest.mark.parametrize("matrix", ["smpte170m", "bt470bg", "smpte240m"])
def test_a_matrix_that_a_codec_cannot_say_is_converted_and_not_only_renamed(
    matrix: str, profile: str, footage: Footage, run_clip: RunClip
) -> None:
    source = footage(
        "sd.mov",
        picture=_FLAT.format(size="720x576"),
        filters=_colored(matrix, primaries="bt470bg", transfer="smpte170m"),
        codec=(*X264, "yuv420p"),
    )
    ran = run_clip(source, profile=profile)
    assert ran.result.status == "COMPLETED"
    seen = look(ran.proxy)
    if profile == "h264":
        assert seen.color[2] == {"smpte170m": 6, "bt470bg": 5, "smpte240m": 7}[matrix]
    else:
        assert seen.matrix in ("smpte170m", "bt709")
        assert _near(seen.rgb())


@pytest.mark.parametrize("profile", ["prores_proxy", "dnxhr_lb", "h264"])
def test_an_rgb_source_becomes_bt709(profile: str, footage: Footage, run_clip: RunClip) -> None:
    source = footage(
        "rgb.mov",
        picture=_FLAT.format(size="640x360"),
        codec=("-c:v", "libx264rgb", "-qp", "0", "-pix_fmt", "rgb24"),
    )
    ran = run_clip(source, profile=profile)
    assert ran.result.status == "COMPLETED"
    assert look(ran.proxy).matrix == "bt709"
    assert _near(look(ran.proxy).rgb())


@pytest.mark.parametrize("profile", ["prores_proxy", "dnxhr_lb", "h264"])
def test_an_untagged_sd_source_keeps_its_colours(
    profile: str, footage: Footage, run_clip: RunClip
) -> None:
    filters = "scale=out_color_matrix=smpte170m:out_range=tv,format=yuv420p,setparams=range=tv"
    source = footage(
        "bare.mov",
        picture=_FLAT.format(size="720x576"),
        filters=f"{filters}:colorspace=unknown",
        codec=(*X264, "yuv420p"),
    )
    ran = run_clip(source, profile=profile)
    assert ran.result.status == "COMPLETED"
    if profile == "dnxhr_lb":
        assert ran.check("color.matrix") == "planned"
        assert _near(look(ran.proxy).rgb())
    else:
        assert look(ran.proxy).matrix == "unknown"


@pytest.mark.parametrize("profile", ["prores_proxy", "dnxhr_lb", "h264"])
def test_full_range_becomes_video_range_with_the_same_colours(
    profile: str, footage: Footage, run_clip: RunClip
) -> None:
    source = footage(
        "full.mov",
        picture=_FLAT.format(size="640x360"),
        filters="scale=out_color_matrix=bt709:out_range=pc,format=yuvj420p,"
        "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=pc",
        codec=(*X264, "yuvj420p"),
    )
    ran = run_clip(source, profile=profile)
    assert ran.result.status == "COMPLETED"
    assert ran.check("color.range") == "planned"
    seen = look(ran.proxy)
    assert seen.color[3] in (0, 1)
    assert _near(seen.rgb())


@pytest.mark.parametrize("aspect", ["64/45", "152/135", "10/11", "4/3"])
def test_pixels_that_are_not_square_keep_the_display_aspect_exactly(
    aspect: str, footage: Footage, run_clip: RunClip
) -> None:
    source = footage("sar.mov", filters=f"setsar=sar={aspect}:max=100000")
    ran = run_clip(source)
    assert ran.result.status == "COMPLETED"
    before, after = look(source), look(ran.proxy)
    shown = [look.pixel_aspect * Fraction(*look.size) for look in (before, after)]
    assert shown[0] == shown[1] == Fraction(aspect) * Fraction(16, 9)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_source_is_turned_as_shown_and_carries_no_rotation(
    turn: int, footage: Footage, run_clip: RunClip, make_clip: object
) -> None:
    left_red = "color=c=red:size=160x180:rate=25:duration=0.4[l];color=c=blue:size=160x180[r];"
    flat = footage("flat.mov", picture=f"{left_red}[l][r]hstack=shortest=1")
    source = make_clip(  # type: ignore[operator]
        f"turned{turn}.mov", "-display_rotation", str(-turn), "-i", f"file:{flat}", "-c", "copy"
    )
    ran = run_clip(source)
    assert ran.result.status == "COMPLETED"
    assert ran.check("rotation") == "planned"
    seen = look(ran.proxy)
    assert seen.size == ((160, 90) if turn == 180 else (90, 160))
    assert seen.rotation == 0
    # Turned clockwise, the red left side comes to the top, the right, the bottom.
    places = {90: (0.5, 0.1), 180: (0.9, 0.5), 270: (0.5, 0.9)}
    red, _green, blue = seen.rgb(*places[turn])
    assert red > 200 > 60 > blue


@pytest.mark.parametrize(
    ("first", "stated"), [("tff", b"\x02\x09"), ("bff", b"\x02\x0e")], ids=["top", "bottom"]
)
@pytest.mark.parametrize("profile", ["prores_proxy", "h264", "dnxhr_lb"])
def test_fields_stay_fields_or_become_one_picture_per_frame(
    first: str, stated: bytes, profile: str, footage: Footage, run_clip: RunClip
) -> None:
    source = footage(
        f"{first}.mov",
        *("-flags:v", "+ildct+ilme", "-x264-params", f"{first}=1"),
        picture="testsrc2=size=720x576:rate=50:duration=1",
        filters=f"interlace=scan={first}",
    )
    ran = run_clip(source, profile=profile)
    assert ran.result.status == "COMPLETED"
    seen = look(ran.proxy)
    assert seen.frames == 25
    assert set(seen.interlaced) == {profile != "dnxhr_lb"}
    assert ran.check("field_order") == ("planned" if profile == "dnxhr_lb" else "equal")
    if profile == "prores_proxy":
        assert fields_stated(ran.proxy) == stated


@pytest.mark.parametrize("profile", ["prores_proxy", "h264", "dnxhr_lb"])
def test_one_field_is_never_scaled_into_the_other(
    profile: str, footage: Footage, run_clip: RunClip
) -> None:
    source = footage(
        "comb.mov",
        *("-flags:v", "+ildct+ilme", "-x264-params", "tff=1", "-qp", "4"),
        picture="color=white:size=720x576:rate=50:duration=0.4",
        filters="negate=enable=eq(mod(n\\,2)\\,1),interlace=scan=tff:lowpass=off",
    )
    ran = run_clip(source, profile=profile)
    assert ran.result.status == "COMPLETED"
    lines = [look(ran.proxy).luma(line) for line in range(100, 104)]
    steps = [abs(one - other) for one, other in pairwise(lines)]
    if profile == "dnxhr_lb":
        # One whole picture out of the first field, not a mixture of two moments.
        assert max(steps) < 20
        assert min(lines) > 200
    else:
        assert min(steps) > 150
