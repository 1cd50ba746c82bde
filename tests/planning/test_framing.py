"""Where a picture lies in a proxy of another shape, in numbers that a person can follow."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from proxx_engine import decode_profile
from proxx_engine.planning.framing import frame_picture, parse_crop
from proxx_engine.planning.profile_rules import check_profile
from proxx_engine.spec.job_spec import Rectangle
from proxx_engine.spec.profile import ProfileSpec
from tests.spec.samples import changed, encoded, profile

LOOK = {"lut": None, "burn_in": None, "flips": None, "data_level": None, "crop": None}
Box = tuple[int, int, int, int]


def shaped(mode: str = "full", **look: Any) -> ProfileSpec:
    size = {"mode": mode, "width": None, "height": None}
    if mode == "box":
        size |= {"width": 1920, "height": 1080}
    return decode_profile(encoded(profile(look=LOOK | look, size=size)))


def box(rectangle: Rectangle | None) -> Box | None:
    if rectangle is None:
        return None
    return rectangle.left, rectangle.top, rectangle.width, rectangle.height


@pytest.mark.parametrize(
    ("size", "crop", "mode", "raster", "taken", "placed", "seen"),
    [
        pytest.param(
            *((1920, 1080), "crop:2.39", "half", (960, 402)),
            *((0, 138, 1920, 804), None, None),
            id="cut to scope",
        ),
        pytest.param(
            *((1920, 1080), "crop:4:3", "half", (720, 540)),
            *((240, 0, 1440, 1080), None, None),
            id="cut to 4:3",
        ),
        pytest.param(
            *((1920, 1080), "crop:16:9", "half", (960, 540), None, None, None),
            id="cut to its own shape",
        ),
        pytest.param(
            *((4096, 1716), "letterbox:16:9", "box", (1920, 1080)),
            *(None, (0, 138, 1920, 804), None),
            id="scope in 16:9, in a box",
        ),
        pytest.param(
            *((1440, 1080), "letterbox:16:9", "half", (960, 540)),
            *(None, (120, 0, 720, 540), None),
            id="4:3 between pillars",
        ),
        pytest.param(
            *((1920, 1080), "letterbox:1.777:1", "half", (960, 540), None, None, None),
            id="no bar thinner than a line",
        ),
        pytest.param(
            *((1920, 1080), "matte:2.39", "half", (960, 540)),
            *(None, None, (0, 68, 960, 402)),
            id="blackened to scope",
        ),
        pytest.param(
            *((1080, 1920), "crop:1:1", "half", (540, 540)),
            *((0, 420, 1080, 1080), None, None),
            id="an upright picture to a square",
        ),
    ],
)
def test_a_shape_is_made(
    size: tuple[int, int],
    crop: str,
    mode: str,
    raster: tuple[int, int],
    taken: Box | None,
    placed: Box | None,
    seen: Box | None,
) -> None:
    wide, high, aspect, framing = frame_picture(
        *size, Fraction(1), shaped(mode, crop=crop), lines=2
    )
    assert (wide, high, aspect) == (*raster, 1)
    assert framing is not None
    assert (box(framing.taken), box(framing.placed), box(framing.seen)) == (taken, placed, seen)


@pytest.mark.parametrize(
    ("size", "factor", "crop", "mode", "raster"),
    [
        pytest.param((1920, 1080), "4/3", None, "full", (2560, 1080), id="1.33"),
        pytest.param((1920, 1080), "3/2", None, "full", (2880, 1080), id="1.5"),
        pytest.param((1920, 1080), "9/5", None, "full", (3456, 1080), id="1.8"),
        pytest.param((2880, 2160), "2/1", None, "half", (2880, 1080), id="2 in half size"),
        pytest.param((2880, 2160), "2/1", None, "box", (1920, 720), id="2 in a box"),
        pytest.param((2880, 2160), "2/1", "crop:2.39", "box", (1920, 804), id="2, then cut"),
        pytest.param((2880, 2160), "2/1", "letterbox:16:9", "box", (1920, 1080), id="2, in 16:9"),
    ],
)
def test_an_anamorphic_picture_has_square_pixels_and_its_shape(
    size: tuple[int, int], factor: str, crop: str | None, mode: str, raster: tuple[int, int]
) -> None:
    made = shaped(mode, desqueeze=factor, crop=crop)
    wide, high, aspect, framing = frame_picture(*size, Fraction(1), made, lines=2)
    assert (wide, high, aspect) == (*raster, 1)
    assert framing is not None
    assert framing.desqueeze == Fraction(factor)
    if crop and crop.startswith("letterbox"):
        assert box(framing.placed) == (0, 180, 1920, 720)


def test_pixels_that_are_not_square_count_in_a_shape() -> None:
    """PAL at 16:15 is 768 wide as shown: cut to 16:9, 432 of its lines are left."""
    made = frame_picture(720, 576, Fraction(16, 15), shaped(crop="crop:16:9"), lines=4)
    wide, high, aspect, framing = made
    assert framing is not None
    assert (wide, high, aspect, box(framing.taken)) == (
        720,
        432,
        Fraction(16, 15),
        (0, 72, 720, 432),
    )


@pytest.mark.parametrize("crop", ["crop:2.35", "letterbox:2:1", "matte:1.9", "matte:1.2"])
@pytest.mark.parametrize("size", [(1920, 1080), (720, 576), (1440, 1080), (641, 361), (322, 238)])
def test_woven_pictures_are_cut_at_whole_pairs_of_lines(size: tuple[int, int], crop: str) -> None:
    _wide, high, _aspect, framing = frame_picture(
        *size, Fraction(1), shaped("half", crop=crop), lines=4
    )
    assert framing is not None
    assert high % 4 == 0
    for part in (framing.taken, framing.placed, framing.seen):
        if part is not None:
            assert part.top % 4 == 0
            assert part.left % 2 == 0


@pytest.mark.parametrize(
    ("size", "pixels", "crop", "lines"),
    [
        pytest.param((720, 486), "9/10", "crop:4:3", 4, id="NTSC of 486 lines, woven, to 4:3"),
        pytest.param((719, 719), "1", "crop:1:1", 2, id="an odd square to a square"),
    ],
)
def test_a_picture_that_has_its_shape_already_is_taken_whole_whatever_its_lines(
    size: tuple[int, int], pixels: str, crop: str, lines: int
) -> None:
    *_made, framing = frame_picture(*size, Fraction(pixels), shaped(crop=crop), lines=lines)
    assert framing is not None
    assert framing.taken is None


@pytest.mark.parametrize("text", ["crop:2.39", "crop:2.39:1", "crop:239:100"])
def test_a_shape_has_several_spellings(text: str) -> None:
    assert parse_crop(text).aspect == Fraction(239, 100)


@pytest.mark.parametrize(
    ("name", "value", "code", "says"),
    [
        ("crop", "2.39", "SPEC_UNKNOWN_VALUE", "expected crop, letterbox or matte, then a shape"),
        ("crop", "cut:2.39", "SPEC_UNKNOWN_VALUE", "found 'cut:2.39', expected crop, letterbox"),
        ("crop", "crop:16:0", "SPEC_UNKNOWN_VALUE", "expected crop, letterbox or matte"),
        ("crop", "crop:0", "SPEC_UNKNOWN_VALUE", "a shape of 0.00:1; from 0.25 to 4:1 is made"),
        ("crop", "crop:9", "SPEC_UNKNOWN_VALUE", "a shape of 9.00:1"),
        ("crop", "crop:1e3", "SPEC_UNKNOWN_VALUE", "found 'crop:1e3'"),
        ("crop", "", "SPEC_UNKNOWN_VALUE", "found ''"),
        (
            "desqueeze",
            "1/1",
            "SPEC_OUT_OF_RANGE",
            "found 1/1, expected more than 1/1 and up to 2/1",
        ),
        ("desqueeze", "3/1", "SPEC_OUT_OF_RANGE", "such as 4/3, 3/2, 9/5, 2/1"),
        ("desqueeze", "1/2", "SPEC_OUT_OF_RANGE", "found 1/2"),
    ],
)
def test_a_shape_that_is_none_is_refused_by_name(
    name: str, value: str, code: str, says: str
) -> None:
    wrong = decode_profile(encoded(changed(profile(look=LOOK), f"look.{name}", value)))
    [issue] = check_profile(wrong, path="profile")
    assert (issue.code, issue.path) == (code, f"profile.look.{name}")
    assert says in issue.sentence
