"""What the command line says of a look stands in the JobSpec, and what is wrong in it is named."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from proxx_engine import decode_jobspec
from tests.sidecar.conftest import Proxx


def made(proxx: Proxx) -> Any:
    [job] = (proxx.folder / "out").glob("*.job.json")
    return decode_jobspec(job.read_bytes())


def test_every_option_is_a_field_of_the_profile_that_is_frozen(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    said = proxx(
        *("create", "footage", "--out", "out", "--flip", "both", "--data-level", "full"),
        *("--crop", "crop:2.39", "--desqueeze", "1.33", "--burn-in", "name@top"),
        *("--burn-in", "timecode-or-zero@bottom:4%"),
    )
    assert said.code == 0, said.err
    look = made(proxx).profile.look
    assert (look.flips, look.data_level, look.data_level_from) == ("both", "full", None)
    assert (look.crop, look.desqueeze) == ("crop:2.39", Fraction(4, 3))
    assert look.burn_in == ("name@top", "timecode-or-zero@bottom:4%")
    assert proxx("run", "out").code == 0


def test_the_level_of_resolve_is_asked_for_by_its_name(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    assert proxx("create", "footage", "--out", "out", "--data-level", "resolve").code == 0
    look = made(proxx).profile.look
    assert (look.data_level, look.data_level_from) == (None, "resolve")


def test_proxies_of_another_shape_are_told_when_their_jobs_are_made(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    said = proxx("create", "footage", "--out", "out", "--crop", "crop:1:1")
    assert said.code == 0
    assert "what takes proxies of another shape than their originals have: 5" in said.out
    assert "does not link them (LINK_SHAPE)" in said.out


def test_a_matte_keeps_the_shape_and_nothing_is_told(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    said = proxx("create", "footage", "--out", "out", "--crop", "matte:2.39")
    assert said.code == 0
    assert "another shape" not in said.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("--burn-in", "timecode"), "expected WHAT@PLACE", id="no place"),
        pytest.param(("--burn-in", "text=a\nb@top"), "look.burn_in[0]", id="two lines"),
        pytest.param(("--burn-in", "text=\udc80@top"), "look.burn_in[0]", id="no UTF-8"),
        pytest.param(("--flip", "left"), "horizontal", id="a flip that is none"),
        pytest.param(("--data-level", "legal"), "video", id="a level that is none"),
        pytest.param(("--crop", "2.39"), "crop:2.39", id="a shape without its way"),
        pytest.param(("--desqueeze", "much"), "expected a factor such as 1.33", id="a word"),
        pytest.param(("--desqueeze", "1/0"), "expected a factor such as 1.33", id="by nothing"),
        pytest.param(("--desqueeze", "3"), "up to 2/1", id="too wide"),
        pytest.param(("--desqueeze", "-2"), "look.desqueeze", id="below nothing"),
    ],
)
def test_a_look_that_is_none_is_refused_and_nothing_written(
    proxx: Proxx, words: tuple[str, ...], told: str
) -> None:
    proxx.shoot("A.mov")
    said = proxx("create", "footage", "--out", "out", *words)
    assert said.code == 2
    assert told in said.err
    assert not (proxx.folder / "out").exists()


def test_a_clip_that_the_look_cannot_be_made_for_costs_only_itself(proxx: Proxx) -> None:
    proxx.shoot("A.mov", "クリップ.mov")
    said = proxx("create", "footage", "--out", "out", "--burn-in", "name@top")
    assert said.code == 0
    assert "U+30AF KATAKANA LETTER KU, which the font DejaVu Sans Mono has not" in said.out
    assert made(proxx).clips[0].output_name == "A.mov"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--burn-in", "name@top"), "burn_in: it burns in only presets of its own"),
        (("--crop", "matte:1:1"), "crop: no script blackens a part of a picture"),
        (
            ("--crop", "crop:1:1", "--desqueeze", "2"),
            "crop and desqueeze: its timeline scales in one way only",
        ),
        (("--data-level", "full"), "data_level: how a source is read no setting of a render says"),
    ],
)
def test_camera_raw_is_left_out_with_the_reason(
    proxx: Proxx, words: tuple[str, ...], told: str
) -> None:
    proxx.shoot("A.mov")
    (proxx.folder / "footage" / "B.braw").write_bytes(b"raw" * 1000)
    said = proxx("create", "footage", "--out", "out", *words)
    assert said.code == 0
    assert told in said.out
    assert made(proxx).clips[0].output_name == "A.mov"


@pytest.mark.parametrize(
    "words",
    [
        ("--data-level", "resolve"),
        ("--flip", "vertical"),
        ("--crop", "crop:1:1"),
        ("--desqueeze", "2"),
    ],
)
def test_camera_raw_takes_what_resolve_makes_of_a_look(
    proxx: Proxx, words: tuple[str, ...]
) -> None:
    proxx.shoot("A.mov")
    (proxx.folder / "footage" / "B.braw").write_bytes(b"raw" * 1000)
    said = proxx("create", "footage", "--out", "out", *words)
    assert said.code == 0
    assert "2 clips" in said.out


def test_a_profile_of_ones_own_begins_with_a_look(proxx: Proxx) -> None:
    look = ("--burn-in", "timecode-or-zero@bottom", "--crop", "matte:2.39", "--desqueeze", "1.5")
    assert proxx("profiles", "new", "dailies", "--from", "h264", *look).code == 0
    assert proxx("profiles", "check", "dailies.toml").code == 0
    text = (proxx.folder / "dailies.toml").read_text("utf-8")
    assert "timecode-or-zero, frame (from 0), name, reel" in " ".join(text.replace("#", "").split())
    assert proxx("profiles", "new", "plain", "--from", "h264").code == 0
    text = (proxx.folder / "plain.toml").read_text("utf-8")
    assert "# look: not set\n# [look] may hold:\n" in text
    assert "#   desqueeze:\n#     How much wider an anamorphic picture is made" in text
    proxx.shoot("A.mov")
    said = proxx("create", "footage", "--out", "out", "--profile", "dailies.toml")
    assert said.code == 0, said.err
    asked = json.loads(next((proxx.folder / "out").glob("*.job.json")).read_text("utf-8"))
    assert asked["profile"]["look"]["burn_in"] == ["timecode-or-zero@bottom"]
    assert asked["profile"]["look"]["desqueeze"] == "3/2"
