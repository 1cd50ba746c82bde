"""A worker's tools are found anew when the FFmpeg under their name is another, or gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from proxx_engine import PlaceError, Tools, find_tools
from sidecar.folders import tool_box
from sidecar.folders.tool_box import ToolBox
from tests.faults.scenes import wrap_ffmpeg


def test_an_ffmpeg_that_went_away_while_it_was_looked_at_is_missed(
    tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ffmpeg = wrap_ffmpeg(tools, tmp_path).ffmpeg

    def find_and_lose(**said: Any) -> Tools:
        found = find_tools(**said)
        ffmpeg.rename(tmp_path / "hidden")
        return found

    monkeypatch.setattr(tool_box, "find_tools", find_and_lose)
    with ToolBox(ffmpeg=ffmpeg, path_maps=(), threads=1) as box:
        box.current()
        with pytest.raises(PlaceError, match="TOOL_FFMPEG_MISSING"):
            box.current()
