"""A text changes the picture where it stands, says what it should, and nothing else is touched."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from proxx_engine import Tools
from proxx_engine._engines.ffmpeg.looks import place_look
from tests.altered_profiles import run
from tests.end_to_end.burnt_in import HIGH, WIDE, still
from tests.end_to_end.conftest import Footage
from tests.end_to_end.look_pictures import chain_of, filtered, looking, picture, plan_of
from tests.end_to_end.looking import look
from tests.support import MakeClip

HOSTILE = (
    "50% %{pts} %{n} %%",
    "it's a \"test\" 'quoted'",
    r"back\slash \n \: \\",
    "a:b=c,d;e[f]g@h|i",
    "%{eif:n:d} $(rm -rf /) `x`",
    "Ärger Ωmega Жук Zażółć",
    "{source_name} {tc}",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_a_text_is_drawn_as_it_stands_whatever_it_says(
    words: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = still(make_clip, "25", 2)
    plan = plan_of(source, tools, tmp_path, looking(burn_in=(f"text={words}@top-left:10%",)))
    assert plan.target is not None
    [burn_in] = plan.target.burn_in
    assert burn_in.text == words
    # The same letters one by one, drawn by another way: as an option that was escaped by hand.
    escaped = "".join(f"\\{c}" if c in "\\':" else c for c in words)
    escaped = "".join(f"\\{c}" if c in "\\'[],;" else c for c in escaped)
    chain = chain_of(plan)
    inline = chain.replace("textfile=look.0.txt", f"text={escaped}")
    assert inline != chain
    assert place_look(plan, tmp_path) is None
    made = [
        subprocess.run(
            [
                *(str(tools.ffmpeg), "-v", "error", "-i", f"file:{source}"),
                *("-vf", each, "-f", "rawvideo", "-"),
            ],
            check=True,
            cwd=tmp_path,
            capture_output=True,
        ).stdout
        for each in (chain, inline)
    ]
    assert made[0] == made[1]


def test_nothing_but_the_text_and_its_box_changes(
    footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    source = footage(
        "busy.mkv",
        picture="testsrc2=s=480x270:r=25:d=0.2",
        codec=("-c:v", "ffv1", "-pix_fmt", "yuv422p10le"),
    )
    plain = filtered(source, tools, tmp_path, looking())
    drawn = filtered(source, tools, tmp_path, looking(burn_in=("timecode-or-zero@bottom",)))
    for before, after in zip(plain, drawn, strict=True):
        one, other = picture(before, 480, 270), picture(after, 480, 270)
        changed = {y for y in range(270) if one.luma[y] != other.luma[y]}
        assert 10 <= len(changed) <= 30
        assert min(changed) > 225
        wide = [
            x
            for x in range(480)
            if one.luma[min(changed) + 4][x] != other.luma[min(changed) + 4][x]
        ]
        assert 140 < min(wide) < max(wide) < 340
        for plane in (1, 2):
            assert one.planes[plane][: min(changed) - 1] == other.planes[plane][: min(changed) - 1]


PLACES = ("top-left", "top", "top-right", "center", "bottom-left", "bottom", "bottom-right")


def test_each_place_is_where_it_says_and_none_meets_another(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = still(make_clip, "25", 1, name="A001C002_NAME.mov")
    seen = {}
    [plain] = filtered(source, tools, tmp_path, looking())
    blank = picture(plain, WIDE, HIGH).luma
    for place in PLACES:
        [raw] = filtered(source, tools, tmp_path, looking(burn_in=(f"name@{place}:10%",)))
        rows = picture(raw, WIDE, HIGH).luma
        seen[place] = {
            (x, y) for y in range(HIGH) for x in range(WIDE) if rows[y][x] != blank[y][x]
        }
    for place, points in seen.items():
        across = sum(x for x, _y in points) / len(points)
        down = sum(y for _x, y in points) / len(points)
        side = place.partition("-")[2] if "-" in place else ""
        wanted = {"left": across < 120, "": 200 < across < 280, "right": across > 360}[side]
        assert wanted, (place, across)
        row = place.partition("-")[0]
        assert {"top": down < 20, "center": 38 < down < 58, "bottom": down > 76}[row], (place, down)
    every = looking(burn_in=tuple(f"name@{place}:10%" for place in PLACES))
    [raw] = filtered(source, tools, tmp_path, every)
    rows = picture(raw, WIDE, HIGH).luma
    together = {(x, y) for y in range(HIGH) for x in range(WIDE) if rows[y][x] != blank[y][x]}
    assert sum(map(len, seen.values())) == len(set().union(*seen.values()))
    assert together == set().union(*seen.values())


def test_a_woven_picture_has_one_text_in_both_its_fields(
    footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    source = footage(
        "woven.mov",
        picture="color=0x808080:s=480x96:r=25:d=0.2",
        filters="setfield=tff",
        codec=("-c:v", "prores_ks", "-profile:v", "0", "-flags", "+ildct"),
    )
    profile = looking(burn_in=("timecode-or-zero@center:25%",), flips="vertical")
    chain = chain_of(plan_of(source, tools, tmp_path, profile))
    ran = run(source, tmp_path, tools, profile)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert set(look(ran.proxy).interlaced) == {True}
    assert chain.index("vflip") < chain.index("drawtext")


@pytest.mark.parametrize(("clear", "least"), [(0.0, 90), (0.5, 170), (1.0, 252)])
def test_a_text_on_a_picture_with_alpha_is_seen_and_makes_nothing_clearer(
    clear: float, least: int, footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    """A text and its box lie over the picture as glass does: what is opaque stays opaque."""
    picture_of = f"color=0x808080@{clear}:s=320x180:r=25:d=0.2,format=argb"
    source = footage("alpha.mov", picture=picture_of, codec=("-c:v", "qtrle", "-pix_fmt", "argb"))
    profile = looking("prores_4444", burn_in=("timecode-or-zero@bottom:20%", "text=X@center:25%"))
    ran = run(source, tmp_path, tools, profile)
    assert ran.result.status == "COMPLETED", ran.result.failure
    plane = look(ran.proxy).first.reformat(format="rgba").planes[0]
    values = [bytes(plane)[y * plane.line_size : y * plane.line_size + 1280] for y in range(180)]
    seen = [row[3::4] for row in values]
    assert min(map(min, seen)) >= round(clear * 255) - 3
    box, watermark = seen[145][110:210], seen[90]
    assert min(box) >= round((clear + (1 - clear) * 0.5) * 255) - 6
    assert max(watermark) >= least
    assert max(seen[2]) <= round(clear * 255) + 3
