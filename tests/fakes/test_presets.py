"""Render presets: the one way to keep the Deliver page's settings, and to set what has no key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.conftest import Start
from tests.fakes.resolve import FakeResolve
from tests.fakes.scripting import project_of

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<!--DbAppVer="{version}" DbPrjVer="17"-->
<SyRecordInfo>
  <RecordFormatType>mov</RecordFormatType>
  <RecordFormatSubType>apco</RecordFormatSubType>
  <UsePrefixAndSuffixFromSrc>1</UsePrefixAndSuffixFromSrc>
  <ForceHighestQualityDebayerRes>1</ForceHighestQualityDebayerRes>
  <RecordAudioEnabled>1</RecordAudioEnabled>
</SyRecordInfo>
"""


def preset_file(folder: Path, name: str = "Proxx", version: str = "19.1.3") -> str:
    path = folder / f"{name}.xml"
    path.write_text(FILE.format(version=version), encoding="utf-8")
    return str(path)


def test_a_preset_keeps_everything(fake: FakeResolve) -> None:
    project, deliver = project_of(fake), fake.current().deliver
    project.SetRenderSettings({"ExportAudio": False, "FormatWidth": 640})
    project.SetCurrentRenderMode(0)
    deliver.hidden["DisableCcDuringRecording"] = "1"
    before = deliver.preset()
    assert project.SaveAsNewRenderPreset("kept") is True
    assert project.SaveAsNewRenderPreset("kept") is False, "the name is taken"
    project.SetRenderSettings({"ExportAudio": True, "MarkIn": 7})
    project.SetCurrentRenderMode(1)
    deliver.hidden["DisableCcDuringRecording"] = "0"
    assert project.LoadRenderPreset("no such preset") is False
    assert project.LoadRenderPreset("kept") is True
    assert deliver.preset() == before
    assert project.DeleteRenderPreset("kept") is True
    assert project.DeleteRenderPreset("kept") is False
    assert "kept" not in project.GetRenderPresetList()


def test_whether_a_preset_keeps_the_place_is_a_switch(fake: FakeResolve) -> None:
    project = project_of(fake)
    project.SetRenderSettings({"TargetDir": "/before", "CustomName": "before"})
    project.SaveAsNewRenderPreset("kept")
    project.SetRenderSettings({"TargetDir": "/after", "CustomName": "after"})
    fake.quirks.presets_hold_the_place = False
    project.LoadRenderPreset("kept")
    assert fake.current().deliver.settings == {"TargetDir": "/after", "CustomName": "after"}
    fake.quirks.presets_hold_the_place = True
    project.LoadRenderPreset("kept")
    assert fake.current().deliver.settings == {"TargetDir": "/before", "CustomName": "before"}


def test_an_imported_preset_is_the_current_one(fake: FakeResolve, tmp_path: Path) -> None:
    assert fake.handle.ImportRenderPreset(preset_file(tmp_path)) is True
    project, deliver = project_of(fake), fake.current().deliver
    assert project.GetCurrentRenderFormatAndCodec() == {"format": "mov", "codec": "ProRes422P"}
    assert deliver.preset_name == "Proxx"
    assert deliver.hidden["UsePrefixAndSuffixFromSrc"] == "1"
    assert deliver.hidden["ForceHighestQualityDebayerRes"] == "1"
    assert "Proxx" in project.GetRenderPresetList()
    assert fake.handle.ImportRenderPreset(preset_file(tmp_path)) is False, "the name is taken"


@pytest.mark.parametrize(
    ("version", "taken"), [("18.6.6", True), ("19.1.3", True), ("20.3.2", False)]
)
def test_a_preset_of_a_newer_resolve_is_refused(
    start: Start, tmp_path: Path, version: str, taken: bool
) -> None:
    fake = start(version="19.1")
    assert fake.handle.ImportRenderPreset(preset_file(tmp_path, version=version)) is taken


def test_what_is_no_preset_is_refused(fake: FakeResolve, tmp_path: Path) -> None:
    other = tmp_path / "other.xml"
    other.write_text("<SomethingElse/>")
    broken = tmp_path / "broken.xml"
    broken.write_text("<SyRecordInfo>")
    before = fake.current().deliver.preset()
    for path in (str(other), str(broken), str(tmp_path / "nowhere.xml"), None):
        assert fake.handle.ImportRenderPreset(path) is False
    assert fake.current().deliver.preset() == before


def test_a_preset_goes_out_and_comes_back(fake: FakeResolve, tmp_path: Path) -> None:
    project, deliver = project_of(fake), fake.current().deliver
    project.SetRenderSettings({"FormatWidth": 960, "FormatHeight": 540, "ExportAudio": False})
    deliver.hidden["RecordAudioNumChannels"] = "-1"
    project.SaveAsNewRenderPreset("Mine")
    assert fake.handle.ExportRenderPreset("Mine", str(tmp_path)) is True
    assert fake.handle.ExportRenderPreset("None such", str(tmp_path)) is False
    before = deliver.preset()
    project.DeleteRenderPreset("Mine")
    project.LoadRenderPreset("ProRes 422 HQ")
    assert fake.handle.ImportRenderPreset(str(tmp_path / "Mine.xml")) is True
    assert deliver.preset() == before


def test_18_6_deletes_no_preset(start: Start) -> None:
    assert project_of(start(version="18.6")).DeleteRenderPreset is None
