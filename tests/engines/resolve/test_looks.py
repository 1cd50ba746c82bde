"""Looks that Resolve makes of camera raw on the clip's own timeline, and those that it does not."""

from __future__ import annotations

import hashlib
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from proxx_engine.spec.profile import Look
from tests.engines.resolve.conftest import MakeStage
from tests.engines.resolve.stage import Stage
from tests.fakes.resolve import Answers, HoldsNone, Raises, Turned
from tests.resolve.inner_talk import HOSTS, talk_with

CLIP = "testsrc2=size=640x360:rate=24"
"""The picture that the double's camera took."""


def look(**fields: Any) -> Look:
    nothing = dict.fromkeys(("lut", "burn_in", "flips", "data_level", "crop"))
    return Look.model_validate(nothing | fields)


def picture(stage: Stage, *source: str) -> bytes:
    """The first picture of something, as 8-bit grey of 64 by 64."""
    command = [str(stage.tools.ffmpeg), "-v", "error", *source, "-frames:v", "1"]
    command += ["-vf", "scale=64:64:flags=area,format=gray", "-f", "rawvideo", "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def differ(stage: Stage, filters: str) -> float:
    """How far the proxy's first picture is from the camera's after some filters, of 255."""
    made = picture(stage, "-i", str(stage.proxy))
    wanted = picture(stage, "-f", "lavfi", "-i", f"{CLIP},{filters}")
    return sum(abs(a - b) for a, b in zip(made, wanted, strict=True)) / len(wanted)


LOOKS = {
    "horizontal": (look(flips="horizontal"), "hflip", "null", "320x180"),
    "vertical": (look(flips="vertical"), "vflip", "null", "320x180"),
    "both": (look(flips="both"), "hflip,vflip", "hflip", "320x180"),
    "cropped": (look(crop="crop:1.0"), "crop=360:360", "null", "180x180"),
    "letterboxed": (look(crop="letterbox:1.0"), "pad=640:640:-1:-1", "null", "320x320"),
    "wider": (look(desqueeze=Fraction(2)), "null", "pad=1280:360:-1:-1", "640x180"),
    "two": (look(crop="crop:1.0", flips="both"), "hflip,vflip,crop=360", "crop=360", "180x180"),
}
"""A look, the filters that make the same, some that make another, and the raster at half size."""


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_is_made_on_the_clips_own_timeline(make_stage: MakeStage, name: str) -> None:
    asked, like, unlike, raster = LOOKS[name]
    stage = make_stage(look=asked)
    result = stage.run()
    assert result.status == "COMPLETED", result.failure
    assert result.proven
    assert stage.changes() == []
    checks = {check.name: check.actual for check in result.clips[0].verification.checks}
    assert checks["raster"] == raster
    assert differ(stage, like) < 3
    assert differ(stage, unlike) > 6


@pytest.mark.parametrize("language", HOSTS)
def test_a_look_is_made_through_a_host(make_stage: MakeStage, language: str) -> None:
    stage = make_stage(look=look(flips="both", crop="crop:1.0"))
    result = stage.run(host=talk_with(stage.fake, language).resolve)
    assert result.status == "COMPLETED", result.failure
    assert stage.changes() == []
    assert differ(stage, "hflip,vflip,crop=360") < 3


def test_the_result_says_what_of_the_look_resolve_was_told(make_stage: MakeStage) -> None:
    result = make_stage(look=look(crop="crop:1.0", flips="horizontal")).run()
    told = result.clips[0].invocation.render_settings
    assert told is not None
    assert told["timelineInputResMismatchBehavior"] == "scaleToCrop"
    assert told["FlipX"] == "True"
    assert "FlipY" not in told
    [shape] = [
        check
        for check in result.clips[0].verification.checks
        if check.name == "display_aspect_ratio"
    ]
    assert (shape.verdict, "crop:1.0" in str(shape.expected)) == ("planned", True)


def test_without_a_look_nothing_is_told_of_one(make_stage: MakeStage) -> None:
    stage = make_stage()
    result = stage.run()
    told = result.clips[0].invocation.render_settings
    assert told is not None
    assert not [key for key in told if key.startswith(("timeline", "Flip"))]
    assert stage.fake.log.of("SetProperty") == []


REFUSED = {
    "burn_in": look(burn_in=("timecode@bottom",)),
    "data_level": look(data_level="full"),
    "crop": look(crop="matte:2.39"),
    "crop and desqueeze": look(crop="crop:2.39", desqueeze=Fraction(2)),
}


@pytest.mark.parametrize("field", REFUSED)
def test_what_resolve_does_not_make_is_refused_by_name(make_stage: MakeStage, field: str) -> None:
    stage = make_stage(look=REFUSED[field])
    result = stage.run()
    assert result.failure is not None
    assert (result.failure.code, result.failure.stage) == ("RENDER_LOOK_REFUSED", "preflight")
    assert f"{field}: " in result.failure.sentence
    assert stage.fake.log.of("SaveAsNewRenderPreset") == []
    assert stage.changes() == []


def test_a_lut_is_refused_by_name(make_stage: MakeStage, tmp_path: Path) -> None:
    table = b"LUT_1D_SIZE 2\n0 0 0\n1 1 1\n"
    (tmp_path / "film.cube").write_bytes(table)
    pinned = {"path": str(tmp_path / "film.cube"), "sha256": hashlib.sha256(table).hexdigest()}
    result = make_stage(look=look(lut=pinned | {"range": "pc", "table": "1d"})).run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_LOOK_REFUSED"
    assert "lut: " in result.failure.sentence


LIES: dict[str, Any] = {
    "True": Answers(True),
    "False": Answers(False),
    "None": Answers(None),
    "throws": Raises(),
}


@pytest.mark.parametrize("how", LIES)
@pytest.mark.parametrize("method", ["TimelineItem.SetProperty", "TimelineItem.GetProperty"])
def test_a_flip_that_is_not_seen_is_not_rendered(
    make_stage: MakeStage, method: str, how: str
) -> None:
    stage = make_stage(look=look(flips="both"))
    stage.fake.faults.always(method, LIES[how])
    result = stage.run()
    seen = (method, how) == ("TimelineItem.GetProperty", "True")
    assert (result.status == "COMPLETED") == seen
    assert bool(stage.fake.log.of("StartRendering")) == seen
    assert stage.changes() == []
    if not seen:
        assert result.failure is not None
        assert result.failure.code in ("RENDER_TIMELINE_REFUSED", "RENDER_NO_ANSWER")
        assert "FlipX" in result.failure.sentence


def test_a_flip_that_was_made_and_says_nothing_is_rendered(make_stage: MakeStage) -> None:
    stage = make_stage(look=look(flips="both"))
    stage.fake.faults.always("TimelineItem.SetProperty", Answers(None, acts=True))
    stage.fake.faults.always("TimelineItem.GetProperty", Turned(lambda true: float(true)))
    stage.fake.faults.always("GetItemListInTrack", HoldsNone())
    assert stage.run().status == "COMPLETED"
    assert differ(stage, "hflip,vflip") < 3


def test_a_timeline_that_does_not_scale_as_asked_is_not_rendered(make_stage: MakeStage) -> None:
    stage = make_stage(look=look(crop="crop:1.0"))

    def as_before(answer: Any) -> Any:
        return "scaleToFit" if answer == "scaleToCrop" else answer

    stage.fake.faults.always("Timeline.GetSetting", Turned(as_before))
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "RENDER_TIMELINE_REFUSED"
    assert "timelineInputResMismatchBehavior" in result.failure.sentence
    assert not Path(stage.proxy).exists()
