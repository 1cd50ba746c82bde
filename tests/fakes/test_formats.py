"""Which formats and codecs are listed where, and by what name they are taken."""

from __future__ import annotations

import pytest

from tests.fakes.conftest import Start
from tests.fakes.resolve import VERSIONS, FakeResolve
from tests.fakes.scripting import project_of


@pytest.mark.parametrize(
    ("format_id", "codec", "taken"),
    [
        ("mov", "ProRes422HQ", True),
        ("mov", "Apple ProRes 422 HQ", False),
        ("QuickTime", "ProRes422HQ", False),
        ("mov", "Avid DNxHR LB", False),
        ("mov", "DNxHRLB", True),
        ("mp4", "DNxHRLB", False),
        ("nowhere", "DNxHRLB", False),
    ],
)
def test_ids_are_taken_and_labels_are_not(
    fake: FakeResolve, format_id: str, codec: str, taken: bool
) -> None:
    """6.1 format.ids: by the ext and the id alone; what is refused changes nothing."""
    project = project_of(fake)
    before = project.GetCurrentRenderFormatAndCodec()
    assert project.SetCurrentRenderFormatAndCodec(format_id, codec) is taken
    wanted = {"format": format_id, "codec": codec} if taken else before
    assert project.GetCurrentRenderFormatAndCodec() == wanted


def test_codecs_are_listed_by_ext(fake: FakeResolve) -> None:
    project = project_of(fake)
    assert project.GetRenderFormats()["QuickTime"] == "mov"
    assert project.GetRenderCodecs("QuickTime") == {}
    assert project.GetRenderCodecs("wav") == {}
    assert project.GetRenderCodecs("mov")["Apple ProRes 422 Proxy"] == "ProRes422P"
    assert project.GetRenderResolutions("mov", "nothing") == []
    assert {"Width": 1920, "Height": 1080} in project.GetRenderResolutions("mov", "DNxHRLB")


@pytest.mark.parametrize(
    ("profile", "has", "has_not"),
    [
        ("mac version=18.6", "ProRes422P H264 DNxHRLB", ""),
        ("windows version=19.1", "H264 DNxHRLB", "ProRes422P"),
        ("windows version=21.0.4", "ProRes422P H264_NVIDIA", ""),
        ("linux version=19.1", "DNxHRLB", "ProRes422P H264"),
        ("linux edition=free", "ProRes422P", "H264 H264_NVIDIA"),
        ("linux edition=studio", "H264_NVIDIA", "H264"),
    ],
)
def test_codecs_of_a_platform(start: Start, profile: str, has: str, has_not: str) -> None:
    """6.1 format.platforms: ProRes, H.264 and H.265 are not everywhere; DNxHR is."""
    platform, _space, other = profile.partition(" ")
    key, _equals, value = other.partition("=")
    resolve = start(platform=platform, **{key: value})
    listed = set(project_of(resolve).GetRenderCodecs("mov").values())
    assert set(has.split()) <= listed
    assert not set(has_not.split()) & listed


@pytest.mark.parametrize("version", VERSIONS)
def test_mxf_has_no_prores(start: Start, version: str) -> None:
    """6.1 format.mxf: neither kind of MXF lists ProRes, on any platform."""
    for platform in ("mac", "windows", "linux"):
        project = project_of(start(version=version, platform=platform))
        for format_id in ("mxf", "mxf_op1a"):
            listed = project.GetRenderCodecs(format_id).values()
            assert not any("ProRes" in codec for codec in listed)
            assert "DNxHRLB" in listed
            assert not project.SetCurrentRenderFormatAndCodec(format_id, "ProRes422P")


def test_labels_change_with_the_version_and_ids_do_not(start: Start) -> None:
    def label(version: str) -> str:
        codecs = project_of(start(version=version)).GetRenderCodecs("mov")
        return next(text for text, codec in codecs.items() if codec == "DNxHRLB")

    assert [label("20.3"), label("21.0.4")] == ["DNxHR LB", "Avid DNxHR LB"]
