"""A crop, a letterbox, a matte, a de-squeezed picture: which samples are where, and the proof."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from proxx_engine import JobSpecValidationError, Tools, plan_job
from tests.altered_profiles import create, run
from tests.end_to_end.conftest import Footage
from tests.end_to_end.look_pictures import Picture, filtered, looking, picture, plan_of
from tests.end_to_end.looking import look
from tests.support import Ran

LOSSLESS = ("-c:v", "ffv1", "-pix_fmt", "yuv422p10le")
WIDE, HIGH = 192, 108
PICTURE = f"testsrc2=size={WIDE}x{HIGH}:rate=25:duration=0.2"
BLACK = (64, 512, 512)


def shown(footage: Footage, tools: Tools, folder: Path, **asked: Any) -> tuple[Picture, Ran]:
    """Return the first picture before any codec, and the run that was proven."""
    source = footage("plain.mkv", picture=PICTURE, codec=LOSSLESS)
    profile = looking(**asked)
    ran = run(source, folder, tools, profile)
    assert ran.result.status == "COMPLETED", ran.result.failure
    target = ran.spec.clips[0].target
    assert target is not None
    raw = filtered(source, tools, folder / "again", profile)
    assert len(raw) == 5
    return picture(raw[0], target.width, target.height), ran


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "again").mkdir()
    return tmp_path


def whole(footage: Footage, tools: Tools, folder: Path) -> Picture:
    """Return the first picture of the clip as it is."""
    source = footage("plain.mkv", picture=PICTURE, codec=LOSSLESS)
    return picture(filtered(source, tools, folder, looking())[0], WIDE, HIGH)


def part(shot: Picture, left: int, top: int, width: int, height: int) -> Picture:
    """Return a part of a picture of 4:2:2."""
    planes = []
    for number, plane in enumerate(shot.planes):
        by = 2 if number else 1
        rows = plane[top : top + height]
        planes.append(tuple(row[left // by : (left + width) // by] for row in rows))
    return Picture(tuple(planes))


def colours(shot: Picture) -> set[tuple[int, ...]]:
    """Return every value that a picture has, plane by plane."""
    return {tuple(sorted({value for row in plane for value in row})) for plane in shot.planes}


def check_of(ran: Ran, name: str) -> tuple[str, str]:
    report = ran.result.clips[0].verification
    assert report is not None
    return next((c.expected, c.verdict) for c in report.checks if c.name == name)


def test_a_crop_shows_the_middle_of_the_picture_and_nothing_else(
    footage: Footage, tools: Tools, folder: Path
) -> None:
    before = whole(footage, tools, folder)
    after, ran = shown(footage, tools, folder, crop="crop:2.4")
    assert after == part(before, 0, 14, WIDE, 80)
    assert check_of(ran, "display_aspect_ratio") == ("12/5 (crop:2.4)", "planned")
    assert check_of(ran, "raster")[1] == "planned"


def test_a_letterbox_shows_the_whole_picture_between_black_bars(
    footage: Footage, tools: Tools, folder: Path
) -> None:
    before = whole(footage, tools, folder)
    after, ran = shown(footage, tools, folder, crop="letterbox:4:3")
    assert part(after, 0, 18, WIDE, HIGH) == before
    for top, height in ((0, 18), (126, 18)):
        assert colours(part(after, 0, top, WIDE, height)) == {(64,), (512,)}
    assert check_of(ran, "display_aspect_ratio") == ("4/3 (letterbox:4:3)", "planned")


def test_a_matte_blackens_what_lies_outside_and_keeps_the_rest_where_it_was(
    footage: Footage, tools: Tools, folder: Path
) -> None:
    before = whole(footage, tools, folder)
    after, ran = shown(footage, tools, folder, crop="matte:2.4")
    assert part(after, 0, 14, WIDE, 80) == part(before, 0, 14, WIDE, 80)
    for top in (0, 94):
        assert colours(part(after, 0, top, WIDE, 14)) == {(64,), (512,)}
    assert check_of(ran, "display_aspect_ratio")[1] == "equal"
    assert check_of(ran, "raster")[1] == "equal"


def test_pillars_are_black_too(footage: Footage, tools: Tools, folder: Path) -> None:
    before = whole(footage, tools, folder)
    after, _ran = shown(footage, tools, folder, crop="letterbox:2.4")
    assert len(after.luma[0]) == 260
    assert part(after, 34, 0, WIDE, HIGH) == before
    assert colours(part(after, 0, 0, 34, HIGH)) == {(64,), (512,)}


@pytest.mark.parametrize(
    ("factor", "width"), [("4/3", 256), ("3/2", 288), ("9/5", 346), ("2/1", 384)]
)
def test_a_circle_that_was_squeezed_is_round(
    factor: str, width: int, footage: Footage, tools: Tools, folder: Path
) -> None:
    from fractions import Fraction

    squeeze = Fraction(factor)
    round_then_squeezed = (
        f"color=black:s={WIDE}x{HIGH}:r=25:d=0.2,format=yuv422p10le,geq=lum='if(lt("
        f"hypot((X-95.5)*{float(squeeze)},Y-53.5),40),900,64)':cb=512:cr=512"
    )
    source = footage("squeezed.mkv", picture=round_then_squeezed, codec=LOSSLESS)
    profile = looking(desqueeze=squeeze)
    ran = run(source, folder, tools, profile)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert look(ran.proxy).size == (width, HIGH)
    assert look(ran.proxy).pixel_aspect == 1
    rows = picture(filtered(source, tools, folder / "again", profile)[0], width, HIGH).luma
    across = sum(value > 480 for value in rows[HIGH // 2])
    down = sum(row[width // 2] > 480 for row in rows)
    assert abs(across - down) <= 2, (across, down)
    expected, verdict = check_of(ran, "display_aspect_ratio")
    assert verdict == "planned"
    assert f"de-squeezed by {float(squeeze):.4g}" in expected


@pytest.mark.parametrize("profile", ["prores_proxy", "h264", "h265", "dnxhr_lb", "prores_4444"])
@pytest.mark.parametrize("crop", ["crop:2.39", "letterbox:2.39", "matte:1.85"])
def test_every_kind_of_proxy_takes_a_shape_and_is_proven(
    profile: str, crop: str, footage: Footage, tools: Tools, folder: Path
) -> None:
    source = footage("clip.mov", picture="testsrc2=size=640x360:rate=25:duration=0.2")
    ran = run(source, folder, tools, looking(profile, crop=crop))
    assert ran.result.status == "COMPLETED", ran.result.failure


@pytest.mark.parametrize("crop", ["crop:1.5", "letterbox:1.3", "matte:1.5"])
def test_fields_keep_their_lines(crop: str, footage: Footage, tools: Tools, folder: Path) -> None:
    """Even lines are white and odd ones grey: each stays on its own."""
    woven = f"color=black:s={WIDE}x{HIGH}:r=25:d=0.2,format=yuv422p10le"
    source = footage(
        "woven.mov",
        picture=f"{woven},geq=lum='if(mod(Y,2),400,900)':cb=512:cr=512",
        filters="setfield=tff",
        codec=("-c:v", "prores_ks", "-profile:v", "3", "-flags", "+ildct"),
    )
    profile = looking(crop=crop)
    plan = plan_of(source, tools, folder / "again", profile)
    assert plan.target is not None
    assert plan.target.field_order == "top_first"
    rows = picture(
        filtered(source, tools, folder, profile)[0], plan.target.width, plan.target.height
    ).luma
    middle = [row[plan.target.width // 2] for row in rows]
    lit = [(y % 2, value > 600) for y, value in enumerate(middle) if value > 200]
    assert len(lit) > 60
    assert set(lit) == {(0, True), (1, False)}
    assert run(source, folder, tools, profile).result.status == "COMPLETED"


def test_an_upright_picture_is_cut_as_it_is_shown(
    shared_media: Path, tools: Tools, folder: Path
) -> None:
    profile = looking("h264", crop="crop:1:1")
    quarter = profile.size.model_copy(update={"mode": "quarter"})
    source = shared_media / "pixel_4k60_rot_vfr_fullrange.mp4"
    ran = run(source, folder, tools, profile.model_copy(update={"size": quarter}))
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert look(ran.proxy).size == (540, 540)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("dv_pal_i.mov", {"crop": "letterbox:16:9"}),
        ("hdv_1080i.mov", {"crop": "crop:2.39"}),
        pytest.param("gopro_tmcd_gpmf.mp4", {"crop": "matte:2.39"}, marks=pytest.mark.slow),
        ("cityCC0.mpg", {"crop": "crop:4:3"}),
    ],
)
def test_real_clips_take_a_shape_and_are_proven(
    name: str, asked: dict[str, str], shared_media: Path, tools: Tools, folder: Path
) -> None:
    ran = run(shared_media / name, folder, tools, looking(**asked))
    assert ran.result.status == "COMPLETED", ran.result.failure


def test_a_proxy_of_another_shape_says_which_programs_it_does_not_fit(
    footage: Footage, tools: Tools, folder: Path
) -> None:
    _shot, cut = shown(footage, tools, folder, crop="crop:2.4")
    said = cut.result.clips[0].nle_verdicts
    assert said["resolve"].startswith("no: the original is shown 1.78:1, the proxy 2.40:1")
    assert said["final_cut"].startswith("no: ")
    source = footage("plain.mkv", picture=PICTURE, codec=LOSSLESS)
    matte = run(source, folder / "again", tools, looking(crop="matte:2.4"))
    assert "is shown" not in matte.result.clips[0].nle_verdicts["resolve"]


def test_a_target_that_is_not_what_its_look_means_is_refused(
    footage: Footage, tools: Tools, folder: Path
) -> None:
    source = footage("plain.mkv", picture=PICTURE, codec=LOSSLESS)
    [job] = create(source, folder / "out", tools, looking(crop="crop:2.4")).jobs
    [clip] = job.spec.clips
    assert clip.target is not None
    for wrong in ({"framing": None}, {"height": 82}, {"width": 190}):
        target = clip.target.model_copy(update=wrong)
        spec = job.spec.model_copy(update={"clips": (clip.model_copy(update={"target": target}),)})
        with pytest.raises(JobSpecValidationError) as refused:
            plan_job(spec)
        [issue] = refused.value.issues
        assert issue.path == "clips[0].target.framing"
        assert "the look means 192x80 of pixels 1/1" in issue.sentence
    plain = job.spec.profile.model_copy(update={"look": None})
    with pytest.raises(JobSpecValidationError) as refused:
        plan_job(job.spec.model_copy(update={"profile": plain}))
    assert [i.sentence for i in refused.value.issues] == [
        "found a framing, the profile has no such look"
    ]


@pytest.mark.parametrize("crop", ["crop:2.39", "letterbox:4:3", "matte:2.39"])
def test_pictures_are_the_same_on_any_processor_and_number_of_threads(
    crop: str, footage: Footage, tools: Tools, folder: Path
) -> None:
    source = footage("clip.mov", picture="testsrc2=size=640x360:rate=25:duration=0.2")
    seen = {
        tuple(filtered(source, tools, folder, looking(crop=crop, desqueeze=None), *options))
        for options in (("-cpuflags", "0"), ("-cpuflags", "ssse3"), (), ("-threads", "8"))
    }
    assert len(seen) == 1


def test_bars_beside_a_picture_with_alpha_are_opaque(
    footage: Footage, tools: Tools, folder: Path
) -> None:
    clear = "color=red@0.5:s=320x180:r=25:d=0.2,format=argb"
    source = footage("alpha.mov", picture=clear, codec=("-c:v", "qtrle", "-pix_fmt", "argb"))
    ran = run(source, folder, tools, looking("prores_4444", crop="letterbox:4:3"))
    assert ran.result.status == "COMPLETED", ran.result.failure
    [clip] = ran.spec.clips
    assert clip.target is not None
    assert clip.target.alpha
    plane = look(ran.proxy).first.reformat(format="rgba").planes[0]
    opaque, half = (bytes(plane)[y * plane.line_size + 4 * 160 + 3] for y in (2, 120))
    assert opaque >= 253
    assert half == pytest.approx(128, abs=3)
