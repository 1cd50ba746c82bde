"""The frames of an outline, run as OpenCue's workers run them, and collected."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.faults.scenes import NEVER_LONGER, proxx_command
from tests.sidecar.calling import Proxx, make_proxx
from tests.support import MakeClip


@pytest.fixture
def proxx(
    tmp_path: Path,
    make_clip: MakeClip,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Proxx:
    folder = tmp_path / "night $3, A & B"
    folder.mkdir()
    return make_proxx(folder, make_clip, capsys, monkeypatch)


@pytest.mark.skipif(sys.platform == "win32", reason="asks sh")
def test_each_frames_command_runs_its_task_and_ends_with_its_verdict(proxx: Proxx) -> None:
    proxx.shoot("A.mov", "B.mov", "C.mov")
    proxx.cut("B.mov")
    assert proxx("create", "footage", "--out", "out").code == 0
    (command, *more) = proxx_command()
    assert not more, "the command is installed"
    done = proxx("farm", "export", "out", "--bundle", "bundle", "--opencue", "--proxx", command)
    assert done.code == 0, done.err
    layer = ElementTree.parse(proxx.folder / "bundle" / "opencue.xml").find("job/layers/layer")
    assert layer is not None
    assert layer.findtext("range") == "1-3"
    line = layer.findtext("cmd") or ""
    codes = [
        subprocess.run(
            ["sh", "-c", line.replace("#IFRAME#", str(frame))],
            cwd="/",
            stdout=subprocess.DEVNULL,
            timeout=NEVER_LONGER,
            check=False,
        ).returncode
        for frame in (3, 1, 2, 2)
    ]
    assert codes == [0, 0, 1, 1]
    told = proxx.json("farm", "collect", "bundle")
    assert [task["state"] for task in told["tasks"]] == ["proven", "failed", "proven"]
