"""What is burnt in is what was asked for: each picture's timecode to the pixel, each name as it is.

A text is read by drawing what it should be with the same font and comparing every sample.
"""

from __future__ import annotations

import dataclasses
import re
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from proxx_engine import Tools
from proxx_engine._engines.ffmpeg.looks import place_look
from proxx_engine.spec.timecode import frames_of, timecode_at
from tests.altered_profiles import conforming, create, run
from tests.end_to_end.conftest import Footage
from tests.end_to_end.look_pictures import NOTHING, chain_of, filtered, looking, picture, plan_of
from tests.end_to_end.looking import look
from tests.support import MakeClip

WIDE, HIGH = 480, 96
COUNTED = re.compile(r"timecode='[^']*':timecode_rate=\d+/\d+:tc24hmax=1|text='%\{[^']*\}'")


def still(
    make_clip: MakeClip, rate: str, frames: int, *options: str, name: str = "still.mov"
) -> Path:
    """A grey clip of so many frames; `options` hold its timecode."""
    drawn = ("-f", "lavfi", "-i", f"color=0x808080:s={WIDE}x{HIGH}:r={rate}")
    codec = ("-c:v", "prores_ks", "-profile:v", "0", "-pix_fmt", "yuv422p10le")
    return make_clip(name, *drawn, "-frames:v", str(frames), *codec, *options)


def drawn_alone(source: Path, text: str, chain: str, tools: Tools, folder: Path) -> bytes:
    """Return a picture with a text that stands still instead of what is counted."""
    (folder / "still.txt").write_text(text, "utf-8")
    fixed, count = COUNTED.subn("textfile=still.txt:expansion=none", chain)
    assert count == 1, chain
    command = [str(tools.ffmpeg), "-v", "error", "-nostdin", "-i", f"file:{source}", "-vf", fixed]
    done = [*command, "-frames:v", "1", "-f", "rawvideo", "-"]
    return subprocess.run(done, check=True, cwd=folder, capture_output=True).stdout


@pytest.mark.parametrize(
    ("rate", "start", "frames"),
    [
        pytest.param("30000/1001", "00:00:59;25", 10, id="29.97 DF, a minute"),
        pytest.param("30000/1001", "00:09:59;25", 10, id="29.97 DF, the tenth minute"),
        pytest.param("30000/1001", "09:59:59;25", 10, id="29.97 DF, an hour"),
        pytest.param("30000/1001", "23:59:59;25", 10, id="29.97 DF, midnight"),
        pytest.param("30000/1001", "00:00:59:25", 10, id="29.97 NDF, a minute"),
        pytest.param("60000/1001", "00:00:59;55", 12, id="59.94 DF, a minute"),
        pytest.param("60000/1001", "00:09:59;55", 12, id="59.94 DF, the tenth minute"),
        pytest.param("60000/1001", "01:00:59;57", 8, id="59.94 DF, after an hour"),
        pytest.param("60000/1001", "00:00:59:55", 12, id="59.94 NDF, a minute"),
        pytest.param("24000/1001", "00:59:59:20", 8, id="23.976, an hour"),
        pytest.param("24", "10:00:00:20", 8, id="24"),
        pytest.param("25", "23:59:59:20", 8, id="25, midnight"),
        pytest.param("50", "01:00:59:45", 8, id="50"),
        pytest.param("60", "01:00:59:55", 8, id="60"),
    ],
)
def test_every_picture_shows_the_timecode_that_arithmetic_gives_it(
    rate: str, start: str, frames: int, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = still(make_clip, rate, frames, "-timecode", start)
    profile = looking(burn_in=("timecode@bottom:20%",))
    shown = filtered(source, tools, tmp_path, profile)
    chain = chain_of(plan_of(source, tools, tmp_path, profile))
    exact, drop = Fraction(rate), ";" in start
    first = frames_of(start, rate=exact)
    assert len(shown) == frames
    assert len(set(shown)) == frames
    for number, raw in enumerate(shown):
        wanted = timecode_at(first + number, drop_frame=drop, rate=exact)
        assert raw == drawn_alone(source, wanted, chain, tools, tmp_path), (number, wanted)


def test_a_long_clip_never_loses_count(make_clip: MakeClip, tools: Tools, tmp_path: Path) -> None:
    """Ten minutes of drop-frame: the pictures at each minute, and some between, are right."""
    drawn = ("-f", "lavfi", "-i", "color=0x808080:s=192x32:r=30000/1001")
    codec = ("-c:v", "ffv1", "-pix_fmt", "yuv420p", "-timecode", "00:59:58;10")
    source = make_clip("long.mov", *drawn, "-frames:v", "18200", *codec)
    profile = looking("h264", burn_in=("timecode@top:25%",))
    shown = filtered(source, tools, tmp_path, profile)
    chain = chain_of(plan_of(source, tools, tmp_path, profile))
    rate = Fraction(30000, 1001)
    first = frames_of("00:59:58;10", rate=rate)
    minutes = [50 + 1798 * n for n in range(1, 10)]
    for number in sorted({*range(0, 18200, 2995), *minutes, *(m + 1 for m in minutes), 18199}):
        wanted = timecode_at(first + number, drop_frame=True, rate=rate)
        assert shown[number] == drawn_alone(source, wanted, chain, tools, tmp_path), wanted


def test_frames_are_counted_from_0(make_clip: MakeClip, tools: Tools, tmp_path: Path) -> None:
    source = still(make_clip, "25", 12)
    profile = looking(burn_in=("frame@top-right:20%",))
    shown = filtered(source, tools, tmp_path, profile)
    chain = chain_of(plan_of(source, tools, tmp_path, profile))
    for number, raw in enumerate(shown):
        assert raw == drawn_alone(source, f"{number:06d}", chain, tools, tmp_path)


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


def test_a_proxy_with_everything_burnt_in_is_proven_and_its_record_is_the_same_anywhere(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = still(
        make_clip, "30000/1001", 40, "-timecode", "00:59:58;28", name="A001 'C1' 50%.mov"
    )
    everything = (
        *("timecode@bottom", "name@top-left:4%", "frame@top-right", "reel-or-none@bottom-left"),
        *("text=NOT FOR RELEASE@center:10%",),
    )
    hashes, commands = set(), set()
    for threads in (1, 8):
        folder = tmp_path / f"{threads}"
        folder.mkdir()
        profile = looking("h264", burn_in=everything)
        ran = run(source, folder, dataclasses.replace(tools, threads=threads), profile)
        assert ran.result.status == "COMPLETED", ran.result.failure
        [clip] = ran.result.clips
        hashes.add(clip.output_sha256)
        command = clip.invocation.command or ()
        commands.add(command[command.index("-vf") + 1])
    assert len(hashes) == len(commands) == 1
    assert not [command for command in commands if "A001" in command or str(tmp_path) in command]


@pytest.mark.parametrize("profile", ["prores_proxy", "h264", "dnxhr_lb", "prores_4444", "h265"])
def test_pictures_are_the_same_on_any_processor_and_number_of_threads(
    profile: str, footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    source = footage("busy.mov", picture="testsrc2=s=640x360:r=25:d=0.2")
    everything = ("timecode-or-zero@bottom", "name@top-left", "text=PROOF@center:15%")
    asked = looking(profile, burn_in=everything)
    plan = plan_of(source, tools, tmp_path, asked)
    assert place_look(plan, tmp_path) is None
    seen = set()
    for options in (("-cpuflags", "0"), ("-cpuflags", "ssse3"), (), ("-threads", "8")):
        command = [str(tools.ffmpeg), "-v", "error", *options, "-i", f"file:{source}"]
        end = ["-vf", chain_of(plan), "-f", "md5", "-"]
        done = subprocess.run([*command, *end], check=True, cwd=tmp_path, capture_output=True)
        seen.add(done.stdout)
    assert len(seen) == 1


def test_a_conformed_clip_counts_the_pictures_that_it_has_then(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = make_clip(
        "uneven.mov",
        *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=60:d=1", "-fps_mode", "passthrough"),
        *("-vf", r"select='not(eq(mod(n\,7)\,3))*not(between(n\,30\,44))'"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
    )
    look_of = NOTHING.model_copy(update={"burn_in": ("timecode-or-zero@bottom",)})
    ran = run(source, tmp_path, tools, conforming("25", look=look_of))
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert "timecode_rate=25/1" in " ".join(ran.result.clips[0].invocation.command or ())
    kept = conforming("25", look=look_of).model_copy(
        update={"variable_frame_rate": "keep", "conform_frame_rate": None}
    )
    [left] = create(source, tmp_path / "kept", tools, kept).left_out
    assert (
        "its frame rate varies, and a timecode counts the frames of a constant one" in left.reason
    )


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


@pytest.mark.parametrize(
    "name",
    [
        *("dv_pal_i.mov", "imx_525.mov", "gopro_tmcd_gpmf.mp4", "cityCC0.mpg"),
        *("xdcam_hd422_720p.mov", "iphone_hevc10_hlg_editlist_rot_vfr.mp4"),
    ],
)
def test_real_clips_with_names_and_numbers_are_proven(
    name: str, shared_media: Path, tools: Tools, tmp_path: Path
) -> None:
    varies = "vfr" in name
    counted = "frame@bottom" if varies else "timecode-or-zero@bottom"
    profile = looking(burn_in=(counted, "name@top", "reel-or-none@top-left"))
    quarter = profile.size.model_copy(update={"mode": "quarter" if varies else "full"})
    ran = run(shared_media / name, tmp_path, tools, profile.model_copy(update={"size": quarter}))
    assert ran.result.status == "COMPLETED", ran.result.failure


@pytest.mark.parametrize("rate", ["15", "12", "48000/1001", "120000/1001", "100"])
def test_a_rate_that_is_rare_is_counted_too(
    rate: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = still(make_clip, rate, 12, "-timecode", "01:00:00:05")
    ran = run(source, tmp_path, tools, looking(burn_in=("timecode@bottom:20%",)))
    assert ran.result.status == "COMPLETED", ran.result.failure
