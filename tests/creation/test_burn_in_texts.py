"""What is burnt in is settled when a job is made: what cannot be drawn is refused by name."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import proxx_engine
from proxx_engine import JobSpecValidationError, ProfileSpec, Tools, decode_jobspec, plan_job
from proxx_engine.creation.burning_in import with_burn_ins
from proxx_engine.creation.targets import target_for
from proxx_engine.errors import ProbeError
from proxx_engine.planning.burn_ins import FONT_SHA256, parse_burn_in
from proxx_engine.planning.profile_rules import check_profile
from proxx_engine.spec.job_spec import BurnIn
from proxx_engine.system.fonts import font_characters, read_font
from tests.altered_profiles import create
from tests.end_to_end.look_pictures import looking
from tests.spec.samples import clip, encoded, job, source, video_stream
from tests.support import MakeClip, execute

TIMECODE = {"start": "01:00:00:00", "drop_frame": False, "from": "file"}


def burnt(
    *entries: str, name: str = "A001C001", profile: ProfileSpec | None = None, **changes: Any
) -> tuple[BurnIn, ...]:
    """Return what is burnt into a clip of 1080p."""
    asked = profile or looking(burn_in=entries)
    value = source(**({"timecode": TIMECODE, "reel": "A001"} | changes))
    [made] = decode_jobspec(encoded(job(clips=[clip(source=value)]))).clips
    target = target_for(made.source, asked)
    return with_burn_ins(target, made.source, asked, name=name).burn_in


def shown(entry: BurnIn) -> tuple[str, str | None, str, int]:
    return entry.shows, entry.text, entry.place, entry.size


def test_each_kind_is_written_down_as_it_is_drawn() -> None:
    entries = (
        *("timecode@bottom", "name@top-left", "frame@top-right:3%", "reel@bottom-left:3%"),
        *("text=NOT FOR @ RELEASE@center:10%",),
    )
    assert [shown(each) for each in burnt(*entries)] == [
        ("timecode", "01:00:00:00", "bottom", 54),
        ("text", "A001C001", "top-left", 54),
        ("frame", None, "top-right", 32),
        ("text", "A001", "bottom-left", 32),
        ("text", "NOT FOR @ RELEASE", "center", 108),
    ]


@pytest.mark.parametrize("entry", ["timecode@bottom", "reel@top"])
def test_what_a_clip_does_not_have_leaves_it_out_by_name(entry: str) -> None:
    with pytest.raises(ProbeError) as refused:
        burnt(entry, timecode=None, reel=None)
    what = entry.partition("@")[0]
    assert f"has no {what} to burn in" in refused.value.detail
    assert {"timecode": "timecode-or-zero", "reel": "reel-or-none"}[what] in refused.value.detail


def test_a_clip_without_timecode_or_reel_is_taken_where_that_is_stated() -> None:
    made = burnt("timecode-or-zero@bottom", "reel-or-none@top", timecode=None, reel=None)
    assert [each.text for each in made] == ["00:00:00:00"]
    made = burnt("timecode-or-zero@bottom", "reel-or-none@top")
    assert [each.text for each in made] == ["01:00:00:00", "A001"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("クリップ", "holds U+30AF KATAKANA LETTER KU, which the font DejaVu Sans Mono has not"),
        ("clip \U0001f600", "holds U+1F600 GRINNING FACE, which the font DejaVu Sans Mono has not"),
        ("שלום", "U+05E9 HEBREW LETTER SHIN, which is written from right to left"),
        ("مرحبا", "which is written from right to left"),
        ("A\u202egnp.mov", "U+202E RIGHT-TO-LEFT OVERRIDE, which is no character of its own"),
        ("A\u2066B", "U+2066 LEFT-TO-RIGHT ISOLATE, which is no character of its own"),
        ("A\u200bB", "U+200B ZERO WIDTH SPACE, which is no character of its own"),
        ("x\u0323\u0301\u0338", "U+0338 COMBINING LONG SOLIDUS OVERLAY, which is no character"),
        ("A\u2028B", "U+2028 LINE SEPARATOR, which is no character of its own"),
        ("A\x85B", "holds U+0085, which is no character of its own"),
        (" ", "its name is empty and cannot be burnt in"),
    ],
)
def test_what_the_font_cannot_draw_is_refused_by_its_letter(name: str, says: str) -> None:
    with pytest.raises(ProbeError) as refused:
        burnt("name@top", name=name)
    assert says in refused.value.detail


def test_a_name_from_a_mac_is_drawn_as_any_other() -> None:
    [apart] = burnt("name@top", name="Stra\u00dfe A\u0308rger e\u0301")
    [together] = burnt("name@top", name="Straße Ärger é")
    assert apart == together


def test_a_text_that_does_not_fit_is_drawn_smaller_and_refused_where_it_cannot_be_read() -> None:
    [long] = burnt("name@top", name="A" * 100)
    assert 20 <= long.size < 54
    with pytest.raises(ProbeError) as refused:
        burnt("name@top", name="A" * 500)
    assert "at top has 500 characters, of which no more than" in refused.value.detail
    one, two, three = burnt("name@top-left", "reel@top", "frame@top-right", name="A" * 60)
    assert one.size < 20 < two.size
    assert two.size == three.size == 54


def test_a_timecode_that_the_rate_of_the_proxy_does_not_have_is_refused() -> None:
    conformed = looking(burn_in=("timecode@top",)).model_copy(
        update={"variable_frame_rate": "conform", "conform_frame_rate": Fraction(25)}
    )
    drops = {"start": "00:10:00;28", "drop_frame": True, "from": "file"}
    varies = video_stream(frame_rate="30000/1001", variable_frame_rate=True)
    with pytest.raises(ProbeError) as refused:
        burnt(profile=conformed, timecode=drops, video=varies)
    assert (
        "its timecode 00:10:00;28 cannot be burnt in: it counts drop-frame" in refused.value.detail
    )
    with pytest.raises(ProbeError) as refused:
        burnt("timecode-or-zero@top", timecode=None, video=video_stream(frame_rate="25/2"))
    assert "its 25/2 frames a second are none that timecode counts; burn in frame instead" in (
        refused.value.detail
    )


@pytest.mark.parametrize(
    ("start", "rate", "fits"),
    [
        ("01:00:00:20", "30000/1001", False),
        ("01:00:00:20", "25/1", False),
        ("01:00:00:20", "60000/1001", True),
        ("01:00:00:20", "60/1", True),
        ("01:00:00:00", "30000/1001", True),
    ],
)
def test_frames_of_another_rate_than_the_proxys_are_not_burnt_in_as_its_own(
    start: str, rate: str, fits: bool
) -> None:
    """20 of 60 frames are a third of a second; burnt in as 20 of 30 they would be two thirds."""
    conformed = looking(burn_in=("timecode@top",)).model_copy(
        update={"variable_frame_rate": "conform", "conform_frame_rate": Fraction(rate)}
    )
    video = video_stream(frame_rate="60000/1001", variable_frame_rate=True)
    timecode = TIMECODE | {"start": start}
    if fits:
        [made] = burnt(profile=conformed, timecode=timecode, video=video)
        assert made.text == start
        return
    with pytest.raises(ProbeError) as refused:
        burnt(profile=conformed, timecode=timecode, video=video)
    assert refused.value.detail == (
        f"its timecode {start} counts 60 frames a second, the proxy {round(Fraction(rate))}: it "
        "cannot be burnt in; conform it to that"
    )


@pytest.mark.parametrize(
    ("entries", "at", "code", "says"),
    [
        (("timecode",), 0, "SPEC_UNKNOWN_VALUE", "found 'timecode', expected WHAT@PLACE"),
        (("{tc}",), 0, "SPEC_UNKNOWN_VALUE", "found '{tc}', expected WHAT@PLACE"),
        (("clock@top",), 0, "SPEC_UNKNOWN_VALUE", "found 'clock' before the @, expected timecode,"),
        (("text=@top",), 0, "SPEC_UNKNOWN_VALUE", "or text=WORDS"),
        (("text= @top",), 0, "SPEC_UNKNOWN_VALUE", "or text=WORDS"),
        (
            ("name@middle",),
            0,
            "SPEC_UNKNOWN_VALUE",
            "found 'middle' behind the @, expected top-left",
        ),
        (("name@top:0.5%",), 0, "SPEC_UNKNOWN_VALUE", "found the size 0.5%, expected 1% to 25%"),
        (("name@top:30%",), 0, "SPEC_UNKNOWN_VALUE", "found the size 30%"),
        (("name@top:5",), 0, "SPEC_UNKNOWN_VALUE", "expected WHAT@PLACE or WHAT@PLACE:SIZE%"),
        (
            ("name@top", "reel@bottom", "frame@top"),
            2,
            "SPEC_DUPLICATE_KEY",
            "found top, where burn_in[0] stands already",
        ),
    ],
)
def test_an_entry_that_is_none_is_refused_with_what_is_allowed(
    entries: tuple[str, ...], at: int, code: str, says: str
) -> None:
    [issue] = check_profile(looking(burn_in=entries), path="profile")
    assert (issue.code, issue.path) == (code, f"profile.look.burn_in[{at}]")
    assert says in issue.sentence


def test_the_last_at_sign_parts_a_text_from_its_place() -> None:
    asked = parse_burn_in("text=me@here.com@bottom-right:3.5%")
    assert (asked.what, asked.text, asked.place, asked.percent) == (
        *("text", "me@here.com", "bottom-right", 3.5),
    )


def test_the_font_is_the_one_that_jobs_name_and_has_what_it_is_said_to_have() -> None:
    import hashlib

    assert hashlib.sha256(read_font()).hexdigest() == FONT_SHA256
    fonts = Path(proxx_engine.__file__).parent / "fonts"
    assert "Bitstream Vera is a trademark" in (fonts / "DejaVuSansMono.licence.txt").read_text()
    page = (fonts.parent.parent / "install" / "LICENCES.md").read_text("utf-8")
    assert f"| 2.37 | Bitstream-Vera | {FONT_SHA256[:12]} |" in page
    has = font_characters()
    assert {*map(ord, "AZaz09 äßéЖΩłş€—…·;:")} <= has
    assert not {*map(ord, "クש"), 0x1F600, 0x10FFFF, 0} & has
    assert 3000 < len(has) < 3600


@pytest.fixture
def made(make_clip: MakeClip, tools: Tools, tmp_path: Path) -> Any:
    drawn = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.2", "-timecode", "01:00:00:00")
    profile = looking(burn_in=("timecode@bottom", "name@top"))
    [only] = create(make_clip("a.mov", *drawn), tmp_path / "out", tools, profile).jobs
    return only.spec


def _changed(spec: Any, **changes: Any) -> Any:
    [only] = spec.clips
    target = only.target.model_copy(update=changes)
    return spec.model_copy(update={"clips": (only.model_copy(update={"target": target}),)})


def test_a_target_that_is_not_what_its_look_burns_in_is_refused(made: Any) -> None:
    timecode, name = made.clips[0].target.burn_in
    later = timecode.model_copy(update={"text": "01:00:00:01"})
    as_text = timecode.model_copy(update={"shows": "text"})
    for changes, at, says in (
        ({"burn_in": (name,)}, "burn_in", "found texts at top, the look burns in at bottom, top"),
        ({"burn_in": ()}, "burn_in", "found texts at nothing"),
        ({"burn_in": (later, name)}, "burn_in[0].text", "found 01:00:00:01, the clip begins at"),
        ({"burn_in": (as_text, name)}, "burn_in[0]", "found text, the look burns in timecode"),
        ({"font_sha256": None}, "font_sha256", "a font goes with what is burnt in"),
    ):
        with pytest.raises(JobSpecValidationError) as refused:
            plan_job(_changed(made, **changes))
        first = refused.value.issues[0]
        assert first.path == f"clips[0].target.{at}"
        assert says in first.sentence


def test_a_font_that_is_not_here_is_told_before_the_first_frame(
    made: Any, tools: Tools, tmp_path: Path
) -> None:
    ran = execute(_changed(made, font_sha256="ab" * 32), tmp_path / "out", tools)
    assert ran.result.failure is not None
    assert (ran.result.failure.code, ran.result.failure.stage) == ("TOOL_FONT_MISSING", "preflight")


def test_an_ffmpeg_that_draws_no_text_is_told_before_the_first_frame(
    made: Any, tools: Tools, tmp_path: Path
) -> None:
    from dataclasses import replace

    plain = tmp_path / "ffmpeg"
    plain.write_text(
        "#!/bin/sh\n"
        'case "$*" in *filter=drawtext*) echo "Unknown filter \'drawtext\'."; exit 0;; esac\n'
        f'exec "{tools.ffmpeg}" "$@"\n'
    )
    plain.chmod(0o755)
    ran = execute(made, tmp_path / "out", replace(tools, ffmpeg=plain))
    assert ran.result.failure is not None
    assert (ran.result.failure.code, ran.result.failure.stage) == (
        *("TOOL_FILTER_MISSING", "preflight"),
    )
    assert "no drawtext" in ran.result.failure.sentence
