"""Before anything of the user's is changed, it is written down for whoever comes later."""

from __future__ import annotations

import json

import pytest

from proxx_engine import clear_remains
from tests.engines.resolve.conftest import MakeStage

_MARK = b"in Resolve before: "


def test_what_is_the_users_stands_in_the_log_of_the_job(make_stage: MakeStage) -> None:
    stage = make_stage()
    stage.run()
    log = (stage.folder / "job" / "raw.ffmpeg.log").read_bytes().splitlines()
    (line,) = [line for line in log if line.startswith(_MARK)]
    told = json.loads(line.removeprefix(_MARK))
    assert told["word"].startswith("Proxx ")
    assert told["project_id"] == stage.fake.projects[0].unique_id
    assert told["timeline"]["playhead"] == "01:00:00:13"
    assert told["page"] == "edit"


def test_what_cannot_be_written_down_is_not_changed(make_stage: MakeStage) -> None:
    stage = make_stage()
    (stage.folder / "job").mkdir()
    (stage.folder / "job" / "raw.ffmpeg.log").mkdir()
    result = stage.run()
    assert result.failure is not None
    assert result.failure.code == "STORAGE_FAILED"
    assert stage.changes() == []
    assert stage.fake.log.of("SaveAsNewRenderPreset") == []


@pytest.mark.parametrize("what", [" settings", " backup", " read back", " place"])
def test_whatever_a_run_of_another_machine_left_is_told(make_stage: MakeStage, what: str) -> None:
    stage = make_stage()
    name = f"Proxx 0123456789ab{what}"
    assert stage.fake.handle.GetProjectManager().GetCurrentProject().SaveAsNewRenderPreset(name)
    [told] = clear_remains(stage.fake.handle, [])
    assert told.startswith("Proxx 0123456789ab: is in Resolve")
    assert name in stage.fake.presets
