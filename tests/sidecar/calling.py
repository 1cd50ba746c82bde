"""Calls `proxx` in this process, in one folder, with footage that can be broken and mended."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sidecar.cli.main import main
from tests.support import MakeClip

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", "-c:v", "mjpeg", "-q:v", "2")


@dataclass(frozen=True)
class Said:
    """What one call came to."""

    code: int
    out: str
    err: str


class Proxx:
    """The command line, in a folder of a test's own."""

    def __init__(self, folder: Path, clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._clip = clip
        self._capsys = capsys

    def __call__(self, *words: object) -> Said:
        self._capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as left:
            code = int(left.code or 0)
        said = self._capsys.readouterr()
        return Said(code, said.out, said.err)

    def json(self, *words: object) -> Any:
        return json.loads(self(*words, "--json").out)

    def shoot(self, *names: str) -> list[Path]:
        """Put whole clips into the footage folder."""
        paths = [self.folder / "footage" / name for name in names]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._clip.read_bytes())
        return paths

    def cut(self, name: str) -> None:
        """Leave two thirds of a clip, as a copy that was broken off."""
        whole = self._clip.read_bytes()
        (self.folder / "footage" / name).write_bytes(whole[: len(whole) * 2 // 3])

    def results(self, where: str = "out") -> list[Path]:
        """The results beside the proxies."""
        found = (self.folder / where).rglob("*.result.json")
        return sorted(path for path in found if len(path.name.split(".")[-3]) == 8)


def make_proxx(
    folder: Path,
    make_clip: MakeClip,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Proxx:
    """Return the command line in an empty folder."""
    monkeypatch.chdir(folder)
    return Proxx(folder, make_clip("clip.mov", *PICTURE, "-movflags", "+faststart"), capsys)


def fail(proxx: Proxx, *names: str, clips_per_job: int = 1) -> None:
    """Run jobs of clips, of which B.mov was copied in part."""
    proxx.shoot(*names)
    proxx.cut("B.mov")
    options = ("--clips-per-job", clips_per_job, "--batch", "day 1")
    assert proxx("create", "footage", "--out", "out", *options).code == 0
    assert proxx("run", "out").code == 1


def record(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
