"""What SetRenderSettings takes, and what it passes over."""

from __future__ import annotations

import pytest

from tests.fakes.conftest import Start
from tests.fakes.resolve import FakeResolve
from tests.fakes.resolve.profile import table
from tests.fakes.scripting import project_of


def test_an_unknown_key_is_passed_over(fake: FakeResolve) -> None:
    """6.1 settings.unknown_key: it is not kept, and the rest is taken."""
    assert project_of(fake).SetRenderSettings({"NoSuchKey": 1, "CustomName": "A"}) is True
    assert fake.current().deliver.settings == {"CustomName": "A"}


@pytest.mark.parametrize(
    ("version", "kept"),
    [
        ("18.6", set()),
        ("19.1", {"TimelineStartTimecode"}),
        ("20.3", {"TimelineStartTimecode", "ExportSubtitle"}),
        ("21.0.4", {"TimelineStartTimecode", "ExportSubtitle", "DataBurnIn"}),
        ("21.1", {"TimelineStartTimecode", "ExportSubtitle", "DataBurnIn", "UseUniqueFilenames"}),
    ],
)
def test_a_key_of_a_later_version_is_an_unknown_one(
    start: Start, version: str, kept: set[str]
) -> None:
    fake = start(version=version)
    later = {
        "TimelineStartTimecode": "01:00:00:00",
        "ExportSubtitle": False,
        "DataBurnIn": "None",
        "UseUniqueFilenames": False,
    }
    assert project_of(fake).SetRenderSettings(later) is True
    assert set(fake.current().deliver.settings) == kept


@pytest.mark.parametrize(
    "bad",
    [
        {"ExportAudio": 1},
        {"ExportAudio": "True"},
        {"MarkIn": 1.5},
        {"MarkIn": True},
        {"FormatWidth": 321},
        {"FormatWidth": 8},
        {"TargetDir": None},
        {"PixelAspectRatio": "wide"},
        {"AudioBitDepth": 20},
        {"AlphaMode": 1},
        {"MultiPassEncode": True},
        {"FrameRate": "24"},
    ],
    ids=str,
)
def test_one_bad_value_spoils_all(fake: FakeResolve, bad: dict[str, object]) -> None:
    """6.1 settings.atomic: a wrong type, or a value that cannot be, is False; nothing changes."""
    project = project_of(fake)
    project.SetRenderSettings({"CustomName": "before"})
    assert project.SetRenderSettings({"CustomName": "after", **bad}) is False
    assert fake.current().deliver.settings == {"CustomName": "before"}


@pytest.mark.parametrize(
    "key", [key for key, rule in table("render_settings").items() if rule["types"] != ["str"]]
)
def test_a_number_as_text_is_refused(start: Start, key: str) -> None:
    """6.1 settings.numeric_text: '50000' is no number, for any key."""
    assert project_of(start(version="21.1")).SetRenderSettings({key: "50000"}) is False


@pytest.mark.parametrize(
    ("quality", "taken"),
    [("Best", True), ("Least", True), (0, True), (50_000, True), ("50000", False), ("best", False)],
)
def test_quality_is_a_number_or_a_word(fake: FakeResolve, quality: object, taken: bool) -> None:
    """6.1 settings.quality: an int, or one of five words."""
    assert project_of(fake).SetRenderSettings({"VideoQuality": quality}) is taken


def test_some_keys_need_others(fake: FakeResolve) -> None:
    project = project_of(fake)
    assert project.SetRenderSettings({"ExportAlpha": True, "AlphaMode": 1}) is True
    project.SetCurrentRenderFormatAndCodec("mov", "H264_NVIDIA")
    assert project.SetRenderSettings({"MultiPassEncode": True, "EncodingProfile": "High"}) is True
    project.SetCurrentRenderFormatAndCodec("mxf_op1a", "DNxHRLB")
    assert project.SetRenderSettings({"NetworkOptimization": True}) is False


@pytest.mark.parametrize(("edition", "taken"), [("free", False), ("studio", True)])
def test_the_free_edition_ends_at_uhd(start: Start, edition: str, taken: bool) -> None:
    project = project_of(start(edition=edition))
    assert project.SetRenderSettings({"FormatWidth": 4096}) is taken
    assert project.SetRenderSettings({"FormatWidth": 3840, "FormatHeight": 2160}) is True
    assert project.SetRenderSettings({"FrameRate": 120}) is taken
