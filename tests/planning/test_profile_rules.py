"""Which codec goes into which container, and what else a profile must keep to."""

from __future__ import annotations

import re
from typing import Any

import pytest

from proxx_engine import Issue, decode_profile, load_profiles
from proxx_engine.planning.profile_rules import check_profile
from proxx_engine.spec.codecs import CODEC_IDS
from tests.spec.samples import changed, encoded, profile

GOVERNING = {
    "prores_proxy": ["mov"],
    "prores_lt": ["mov"],
    "prores_standard": ["mov"],
    "prores_hq": ["mov"],
    "prores_4444": ["mov"],
    "h264": ["mp4", "mov", "mkv"],
    "h265": ["mp4", "mov", "mkv"],
    "hevc": ["mp4", "mov", "mkv"],
    "dnxhd": ["mov", "mxf"],
    "dnxhr": ["mov", "mxf"],
    "vp9": ["webm", "mkv"],
    "av1": ["mp4", "mkv", "webm"],
}
"""The governing document, "Supported Codecs and Containers"."""
CONTAINERS = ("mov", "mp4", "mkv", "mxf", "webm")


def issues_of(value: dict[str, Any]) -> list[Issue]:
    return check_profile(decode_profile(encoded(value)), path="profile")


def pairs(*, allowed: bool) -> list[Any]:
    return [
        pytest.param(codec, container, id=f"{codec} in {container}")
        for codec, containers in GOVERNING.items()
        for container in CONTAINERS
        if (container in containers) is allowed
    ]


def test_there_are_the_codecs_of_the_governing_document() -> None:
    assert set(CODEC_IDS) == set(GOVERNING)


@pytest.mark.parametrize(("codec", "container"), pairs(allowed=True))
def test_a_pair_that_is_allowed(codec: str, container: str) -> None:
    issues = issues_of(profile(codec=codec, container=container))
    assert "profile.container" not in {issue.path for issue in issues}


@pytest.mark.parametrize(("codec", "container"), pairs(allowed=False))
def test_a_pair_that_is_refused_with_the_list(codec: str, container: str) -> None:
    told = [
        i for i in issues_of(profile(codec=codec, container=container)) if "container" in i.path
    ]
    assert [issue.code for issue in told] == ["SPEC_BAD_PAIR"]
    assert ", ".join(GOVERNING[codec]) in told[0].sentence
    assert f"found {container}" in told[0].sentence


@pytest.mark.parametrize("built_in", load_profiles(), ids=lambda each: each.name)
def test_a_built_in_profile_keeps_every_rule(built_in: Any) -> None:
    assert check_profile(built_in, path="") == []


def setting(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


H264 = profile("h264")["video"]["settings"]


@pytest.mark.parametrize(
    ("name", "where", "value", "code", "path", "says"),
    [
        pytest.param(
            "prores_proxy",
            "codec",
            "prores_lt",
            "SPEC_UNKNOWN_VALUE",
            "video.settings[0]",
            "profile: found '0', allowed with prores_lt: 1",
            id="ProRes LT with the settings of Proxy",
        ),
        pytest.param(
            "prores_proxy",
            "codec",
            "h265",
            "SPEC_BAD_PAIR",
            "video.encoder",
            "h265 is made by libx265, found prores_aw",
            id="an encoder that does not make the codec",
        ),
        pytest.param(
            "prores_proxy",
            "video.settings",
            [setting("profile", "0")],
            "SPEC_MISSING_FIELD",
            "video.settings",
            "'vendor' is missing",
            id="a setting left to the encoder",
        ),
        pytest.param(
            "prores_proxy",
            "video.settings",
            [setting("profile", "0"), setting("vendor", "apl0"), setting("vendor", "apl0")],
            "SPEC_DUPLICATE_KEY",
            "video.settings",
            "'vendor' twice",
            id="a setting named twice",
        ),
        pytest.param(
            "h264",
            "video.threads",
            None,
            "SPEC_OUT_OF_RANGE",
            "video.threads",
            "found null, expected a number",
            id="threads not pinned where they change bytes",
        ),
        pytest.param(
            "h264",
            "video.threads",
            2,
            "SPEC_OUT_OF_RANGE",
            "video.threads",
            "found 2, x264-params says 4",
            id="two numbers of threads",
        ),
        pytest.param(
            "h264",
            "video.settings",
            [*H264, setting("maxrate", "5M")],
            "SPEC_UNKNOWN_VALUE",
            "video.settings[5]",
            "found 'maxrate', allowed: preset, crf",
            id="a rate limit, which makes bytes differ",
        ),
        pytest.param(
            "dnxhr_lb",
            "interlaced",
            "keep",
            "SPEC_UNKNOWN_VALUE",
            "interlaced",
            "found keep, allowed with dnxhr: deinterlace",
            id="fields in DNxHR",
        ),
        pytest.param(
            "h264",
            "container",
            "mp4",
            "SPEC_BAD_PAIR",
            "audio.codec",
            "pcm_s16le goes into mov, mkv, mxf, found mp4",
            id="PCM in MP4",
        ),
        pytest.param(
            "h264_mp4",
            "container",
            "mkv",
            "SPEC_BAD_PAIR",
            "audio.codec",
            "aac goes into mp4, mov, found mkv",
            id="AAC in MKV",
        ),
        pytest.param(
            "h264_mp4",
            "audio.kilobits_per_channel",
            None,
            "SPEC_OUT_OF_RANGE",
            "audio.kilobits_per_channel",
            "found null, expected a number with aac",
            id="AAC without a bit rate",
        ),
        pytest.param(
            "h264",
            "audio.kilobits_per_channel",
            96,
            "SPEC_OUT_OF_RANGE",
            "audio.kilobits_per_channel",
            "found 96, expected null with pcm_s16le",
            id="PCM with a bit rate",
        ),
        pytest.param(
            "prores_proxy",
            "audio.length_tolerance_seconds",
            "1/10",
            "SPEC_OUT_OF_RANGE",
            "audio.length_tolerance_seconds",
            "PCM keeps every sample",
            id="a tolerance where none is needed",
        ),
        pytest.param(
            "vp9",
            "determinism",
            "any_cpu",
            "SPEC_UNKNOWN_VALUE",
            "determinism",
            "allowed with libopus: same_cpu",
            id="a promise that sound does not keep",
        ),
        pytest.param(
            "prores_hq",
            "video.alpha",
            "keep",
            "SPEC_UNKNOWN_VALUE",
            "video.alpha",
            "alpha is kept by prores_4444",
            id="alpha in ProRes 422",
        ),
        pytest.param(
            "dnxhd",
            "variable_frame_rate",
            "keep",
            "SPEC_BAD_PAIR",
            "variable_frame_rate",
            "found keep, allowed with DNxHD",
            id="a variable rate in DNxHD",
        ),
        pytest.param(
            "dnxhr_lb_mxf",
            "variable_frame_rate",
            "keep",
            "SPEC_BAD_PAIR",
            "variable_frame_rate",
            "found keep, allowed with MXF",
            id="a variable rate in MXF",
        ),
        pytest.param(
            "h265",
            "video.threads",
            1,
            "SPEC_OUT_OF_RANGE",
            "video.threads",
            "found 1, x265-params says 4",
            id="two numbers of threads for H.265",
        ),
        pytest.param(
            "h264",
            "size",
            {"mode": "height", "width": None, "height": 541},
            "SPEC_OUT_OF_RANGE",
            "size.height",
            "found 541, expected an even number",
            id="an odd height",
        ),
        pytest.param(
            "h264",
            "size",
            {"mode": "box", "width": None, "height": 540},
            "SPEC_OUT_OF_RANGE",
            "size.width",
            "found null, expected a number",
            id="a box without width",
        ),
    ],
)
def test_a_profile_that_breaks_a_rule(
    name: str, where: str, value: Any, code: str, path: str, says: str
) -> None:
    issues = issues_of(changed(profile(name), where, value))
    told = [i for i in issues if (i.code, i.path) == (code, f"profile.{path}")]
    assert told, issues
    assert re.search(says, told[0].sentence), told[0].sentence
