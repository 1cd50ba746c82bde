"""Clips that nobody here made, through every built-in profile; what is peculiar to each is kept."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from tests.end_to_end.looking import Looked, look
from tests.support import Ran, RunClip

CLIPS = (
    "apple_prores_lt.mov",
    "cityCC0.mpg",
    "dv_pal_i.mov",
    "gopro_tmcd_gpmf.mp4",
    "hdr10_hevc_phone.mp4",
    "hdv_1080i.mov",
    "imx_525.mov",
    "iphone_hevc10_hlg_editlist_rot_vfr.mp4",
    "pixel_4k60_rot_vfr_fullrange.mp4",
    "xdcam_hd422_720p.mov",
)
FRAMES = dict(zip(CLIPS, (25, 190, 25, 315, 28, 25, 25, 77, 18, 25), strict=True))


@pytest.fixture(scope="module")
def kept() -> dict[str, tuple[Ran, Looked]]:
    """Proxies of the default profile, made once for the tests below."""
    return {}


@pytest.fixture
def proxied(
    kept: dict[str, tuple[Ran, Looked]], shared_media: Path, run_clip: RunClip, tmp_path: Path
) -> object:
    """Return a function that gives a clip's job and a look at its proxy."""

    def of(name: str) -> tuple[Ran, Looked]:
        if name not in kept:
            ran = run_clip(shared_media / name)
            assert ran.result.status == "COMPLETED", ran.result.failure
            kept[name] = (ran, look(ran.proxy))
        return kept[name]

    return of


def test_the_list_of_clips_is_complete(shared_media: Path) -> None:
    assert sorted(path.name for path in shared_media.iterdir()) == sorted(CLIPS)


@pytest.mark.parametrize("name", CLIPS)
def test_every_real_clip_is_proven_with_all_its_pictures(name: str, proxied: object) -> None:
    ran, seen = proxied(name)  # type: ignore[operator]
    assert seen.frames == FRAMES[name]
    assert ran.result.clips[0].decoded_frames == FRAMES[name]


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["dnxhr_lb", "h264"])
@pytest.mark.parametrize("name", CLIPS)
def test_every_real_clip_is_proven_in_the_other_profiles(
    name: str, profile: str, shared_media: Path, run_clip: RunClip
) -> None:
    ran = run_clip(shared_media / name, profile=profile)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert look(ran.proxy).frames == FRAMES[name]


def test_the_phone_clip_with_an_edit_list_keeps_what_is_shown_at_its_times(
    proxied: object, shared_media: Path
) -> None:
    ran, seen = proxied("iphone_hevc10_hlg_editlist_rot_vfr.mp4")  # type: ignore[operator]
    before = look(shared_media / "iphone_hevc10_hlg_editlist_rot_vfr.mp4")
    video = ran.spec.clips[0].source.video
    assert (before.packets, before.frames, seen.packets) == (86, 77, 77)
    assert (video.variable_frame_rate, video.rotation) == (True, 90)
    assert (seen.size, seen.rotation) == ((540, 960), 0)
    assert seen.color[:3] == (9, 18, 9)
    steps = [
        [later - earlier for earlier, later in pairwise(times)]
        for times in (before.times, seen.times)
    ]
    assert max(abs(a - b) for a, b in zip(*steps, strict=True)) <= Fraction(1, 10_000)


@pytest.mark.parametrize(
    ("name", "size", "pixels", "color", "timecode", "interlaced"),
    [
        ("gopro_tmcd_gpmf.mp4", (424, 240), "1/1", (1, 1, 1), "15:44:35:10", False),
        ("hdv_1080i.mov", (720, 540), "4/3", (1, 1, 1), None, True),
        ("imx_525.mov", (360, 256), "10/11", (6, 1, 6), None, True),
        ("dv_pal_i.mov", (360, 288), "59/54", (5, 1, 6), None, True),
        ("hdr10_hevc_phone.mp4", (960, 540), "1/1", (9, 16, 9), None, False),
        ("pixel_4k60_rot_vfr_fullrange.mp4", (1080, 1920), "1/1", (5, 6, 6), None, False),
        ("xdcam_hd422_720p.mov", (640, 360), "1/1", (1, 1, 1), None, False),
        ("apple_prores_lt.mov", (160, 120), "1/1", (2, 2, 6), None, False),
        ("cityCC0.mpg", (360, 202), "1/1", (2, 2, 2), None, False),
    ],
)
def test_what_is_peculiar_to_a_real_clip_is_in_its_proxy(
    name: str,
    size: tuple[int, int],
    pixels: str,
    color: tuple[int, int, int],
    timecode: str | None,
    interlaced: bool,
    proxied: object,
) -> None:
    _ran, seen = proxied(name)  # type: ignore[operator]
    assert (seen.size, seen.pixel_aspect, seen.color[:3]) == (size, Fraction(pixels), color)
    assert (seen.timecode, set(seen.interlaced)) == (timecode, {interlaced})


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("hdv_1080i.mov", "top_first"),
        ("imx_525.mov", "top_first"),
        ("dv_pal_i.mov", "bottom_first"),
    ],
)
def test_the_first_field_stays_first(name: str, order: str, proxied: object) -> None:
    ran, _seen = proxied(name)  # type: ignore[operator]
    assert ran.spec.clips[0].source.video.field_order == order
    assert ran.check("field_order") == "equal"


def test_data_streams_are_listed_as_left_out_and_sound_is_whole(proxied: object) -> None:
    ran, seen = proxied("gopro_tmcd_gpmf.mp4")  # type: ignore[operator]
    left_out = ran.spec.clips[0].source.left_out
    assert len(left_out) == 3
    assert [(sound.channels, sound.rate) for sound in seen.sounds] == [(2, 48000)]


@pytest.mark.parametrize("name", ["pixel_4k60_rot_vfr_fullrange.mp4", "hdr10_hevc_phone.mp4"])
def test_sound_begins_where_it_began_against_the_picture(
    name: str, proxied: object, shared_media: Path
) -> None:
    before, after = look(shared_media / name), proxied(name)[1]  # type: ignore[operator]
    gaps = [seen.sounds[0].start_seconds - seen.times[0] for seen in (before, after)]
    assert abs(gaps[0] - gaps[1]) <= Fraction(1, 100)
