"""Without the extra `timelines`: OTIO and AAF tell the cure, all else works."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from sidecar.timelines import reading
from tests.sidecar.calling import Proxx
from tests.timelines.conftest import Shoot
from tests.timelines.dialects import asset, clipitem, edl, fcp7, fcpxml, write

HIDING = """
import importlib.machinery
hidden = set({names})
class Hider:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hider())
"""
NO_LIMIT = """
import resource
def refuse(*_asked):
    raise ValueError("current limit exceeds maximum limit")
resource.setrlimit = refuse
"""
READING = """
from sidecar.timelines.otio_child import main
sys.exit(main(sys.argv[1:]))
"""


def _begin(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let the process that reads begin with some code."""
    run = subprocess.run

    def without(command: list[str], **options: Any) -> Any:
        if "sidecar.timelines.otio_child" in command:
            begin = command.index("-m")
            beginning = ["-c", f"import sys\n{code}{READING}"]
            command = [*command[:begin], *beginning, *command[begin + 2 :]]
        return run(command, **options)

    monkeypatch.setattr(reading.subprocess, "run", without)


@pytest.mark.parametrize(
    ("name", "lacking"),
    [
        ("cut.otio", "opentimelineio"),
        ("cut.aaf", "opentimelineio"),
        ("cut.aaf", "otio_aaf_adapter"),
        ("cut.aaf", "aaf2"),
    ],
)
def test_what_is_missing_is_named_with_its_cure(
    proxx: Proxx, monkeypatch: pytest.MonkeyPatch, name: str, lacking: str
) -> None:
    write(proxx.folder / name, "{}")
    _begin(monkeypatch, HIDING.format(names=(lacking,)))
    said = proxx("create", "--timeline", name, "--out", "out")
    assert said.code == 3, said.err
    assert "TOOL_TIMELINES_MISSING" in said.err
    assert lacking in said.err
    cure = f"{sys.executable} -m pip install opentimelineio otio-aaf-adapter"
    assert cure in said.err
    assert "Traceback" not in said.err
    assert not (proxx.folder / "out").exists()


def test_lists_and_xml_need_nothing_more(
    proxx: Proxx, shoot: Shoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    [path] = shoot("A.mov")
    monkeypatch.setattr(reading.subprocess, "run", None)
    write(proxx.folder / "a.edl", edl({"A.mov": ("01:00:01:00", "01:00:02:00")}))
    cut = '<asset-clip ref="r2" offset="0s" start="90000/25s" duration="1s"/>'
    write(proxx.folder / "b.fcpxml", fcpxml(cut, assets=asset("r2", "A", path.as_uri())))
    items = [clipitem(0, "A.mov", "file:///gone/A.mov", first=0, frames=9)]
    write(proxx.folder / "c.xml", fcp7(items))
    timelines = (word for name in ("a.edl", "b.fcpxml", "c.xml") for word in ("--timeline", name))
    assert proxx("create", *timelines, "--search", ".", "--out", "out").code == 0


def test_nothing_of_it_is_imported_unless_it_is_used(tmp_path: Path) -> None:
    words = "import sidecar.cli.create_command, sidecar.cli.timeline_command, sys; "
    words += "sys.exit('opentimelineio' in sys.modules)"
    subprocess.run([sys.executable, "-c", words], check=True, cwd=tmp_path)


def test_where_memory_cannot_be_limited_an_otio_is_read_all_the_same(
    proxx: Proxx, shoot: Shoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shoot("A.mov")
    otio.adapters.write_to_file(otio.schema.Clip("A.mov"), str(proxx.folder / "cut.otio"))
    _begin(monkeypatch, NO_LIMIT)
    said = proxx("create", "--timeline", "cut.otio", "--search", ".", "--out", "out")
    assert said.code == 0, said.err
