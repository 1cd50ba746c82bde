"""What a render leaves on the disk: real files, right or wrong as a test says."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.fakes.resolve import FakeResolve, Outcome, Scene, outcomes, read_facts
from tests.fakes.scripting import add_job, finish, project_of, settings_for, timeline_of


@pytest.mark.parametrize(
    ("rate", "timecode", "codec", "found"),
    [
        (Fraction(24), "10:00:00:00", "ProRes422P", "prores"),
        (Fraction(24000, 1001), "19:37:31:16", "ProRes422LT", "prores"),
        (Fraction(30000, 1001), "01:00:00;02", "DNxHRLB", "dnxhd"),
        (Fraction(25), "00:00:00:00", "DNxHRHQX_10", "dnxhd"),
        (Fraction(50), "23:59:59:10", "MPEG4", "mpeg4"),
    ],
)
def test_a_render_writes_a_real_file(
    fake: FakeResolve,
    scene: Scene,
    out: Path,
    rate: Fraction,
    timecode: str,
    codec: str,
    found: str,
) -> None:
    """6.1 render.real: frames, rate, timecode, codec and sound are what was asked for."""
    clip = scene.raw("A001.braw", frames=10, rate=rate, timecode=timecode)
    finish(fake, add_job(fake, clip, out, codec=codec))
    facts = read_facts(out / "proxy.mov")
    assert facts is not None
    assert (facts.frames, facts.rate, facts.timecode) == (10, rate, timecode)
    assert (facts.width, facts.height, facts.codec) == (320, 180, found)
    assert (facts.channels, facts.sample_rate) == (2, 48_000)


def test_every_listed_codec_is_written(fake: FakeResolve, scene: Scene, out: Path) -> None:
    clip = scene.raw("A001.braw", frames=2)
    full = {"FormatWidth": 1920, "FormatHeight": 1080}
    for number, codec in enumerate(project_of(fake).GetRenderCodecs("mov").values()):
        size = full if codec.startswith("DNxHD") else {}
        name = f"proxy {number}"
        status = finish(fake, add_job(fake, clip, out, codec=codec, name=name, **size))
        assert status["JobStatus"] == "Complete", (codec, status)


def test_a_file_grows_while_it_is_written(fake: FakeResolve, scene: Scene, out: Path) -> None:
    job = add_job(fake, scene.raw("A001.braw", frames=10), out)
    project_of(fake).StartRendering([job], False)
    sizes = [(out / "proxy.mov").stat().st_size]
    for _second in range(4):
        fake.advance(1)
        sizes.append((out / "proxy.mov").stat().st_size)
    assert sizes == sorted(set(sizes))
    assert sizes[0] == 0


def test_what_stuck_from_the_user_is_rendered(fake: FakeResolve, scene: Scene, out: Path) -> None:
    """Marks, a rate and no sound that somebody else left in the settings make the file wrong."""
    clip = scene.raw("A001.braw", frames=12)
    left = {"SelectAllFrames": False, "MarkIn": 864_002, "MarkOut": 864_007, "ExportAudio": False}
    finish(fake, add_job(fake, clip, out, **left))
    facts = read_facts(out / "proxy.mov")
    assert facts is not None
    assert (facts.frames, facts.timecode, facts.channels) == (6, "10:00:00:02", 0)
    finish(fake, add_job(fake, clip, out, SelectAllFrames=True, FrameRate=48))
    facts = read_facts(out / "proxy.mov")
    assert facts is not None
    assert (facts.frames, facts.rate) == (24, Fraction(48))


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        pytest.param(outcomes.SHORT, {"frames": 8}, id="short"),
        pytest.param(outcomes.LONG, {"frames": 11}, id="long"),
        pytest.param(outcomes.BAD_TIMECODE, {"timecode": "00:00:00:01"}, id="another timecode"),
        pytest.param(outcomes.NO_TIMECODE, {"timecode": None}, id="no timecode"),
        pytest.param(outcomes.WRONG_RATE, {"rate": Fraction(30)}, id="another rate"),
        pytest.param(outcomes.WRONG_SIZE, {"width": 256}, id="another size"),
        pytest.param(outcomes.WRONG_CODEC, {"codec": "mpeg4"}, id="another codec"),
        pytest.param(outcomes.SILENT, {"channels": 0}, id="no sound"),
    ],
)
def test_a_render_may_write_something_else(
    fake: FakeResolve, scene: Scene, out: Path, outcome: Outcome, expected: dict[str, object]
) -> None:
    """6.1 render.wrong: short, bad timecode and more, and Resolve says Complete."""
    fake.rendering.outcomes.append(outcome)
    status = finish(fake, add_job(fake, scene.raw("A001.braw", frames=10), out))
    assert (status["JobStatus"], status["CompletionPercentage"]) == ("Complete", 100)
    facts = read_facts(out / "proxy.mov")
    assert {key: getattr(facts, key) for key in expected} == expected


@pytest.mark.parametrize(
    ("outcome", "left"),
    [
        pytest.param(outcomes.EMPTY, "proxy.mov", id="0 byte"),
        pytest.param(outcomes.TORN, "proxy.mov", id="half a file"),
        pytest.param(outcomes.MISSING, None, id="no file"),
        pytest.param(outcomes.NUMBERED, "proxy00864000.mov", id="a name with eight digits"),
    ],
)
def test_a_render_may_leave_no_good_file(
    fake: FakeResolve, scene: Scene, out: Path, outcome: Outcome, left: str | None
) -> None:
    """6.1 render.wrong: 0 byte, half, none, and a name with eight digits; all are Complete."""
    fake.rendering.outcomes.append(outcome)
    status = finish(fake, add_job(fake, scene.raw("A001.braw", frames=10), out))
    assert status["JobStatus"] == "Complete"
    assert [path.name for path in out.iterdir()] == ([left] if left else [])
    if left and outcome != outcomes.NUMBERED:
        assert read_facts(out / left) is None


def test_individual_clips_are_numbered_and_keep_their_own(
    fake: FakeResolve, scene: Scene, out: Path
) -> None:
    first = scene.raw("A001.braw", frames=6)
    second = scene.raw("A002.braw", frames=5, rate=Fraction(25), timecode="12:00:00:00")
    timeline_of(fake, first, "both")
    project = project_of(fake)
    project.GetMediaPool().AppendToTimeline([second.handle])
    fake.handle.OpenPage("deliver")
    project.SetCurrentRenderMode(0)
    project.SetCurrentRenderFormatAndCodec("mov", "DNxHRLB")
    project.SetRenderSettings(settings_for(out, "two"))
    finish(fake, project.AddRenderJob())
    files = sorted(out.iterdir())
    assert [path.name for path in files] == ["two_00864000.mov", "two_00864006.mov"]
    facts = read_facts(files[1])
    assert facts is not None
    assert (facts.frames, facts.rate, facts.timecode) == (5, Fraction(25), "12:00:00:00")


def test_the_timecode_key_may_count_for_nothing(fake: FakeResolve, scene: Scene, out: Path) -> None:
    clip = scene.raw("A001.braw", frames=4)
    timecodes = []
    for counts in (True, False):
        fake.quirks.timecode_key_counts = counts
        finish(fake, add_job(fake, clip, out, TimelineStartTimecode="02:00:00:00"))
        facts = read_facts(out / "proxy.mov")
        timecodes.append(facts and facts.timecode)
    assert timecodes == ["02:00:00:00", "10:00:00:00"]
