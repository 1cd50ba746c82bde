"""A release as one is made: the sources copied clean, wheel and sdist built of them, and read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from install.environment import ROOT

_NOT_OURS = shutil.ignore_patterns(".*", "__pycache__", "*.pyc")


@dataclass(frozen=True)
class Release:
    """What one build made."""

    wheel: Path
    sdist: Path

    @property
    def in_wheel(self) -> dict[str, bytes]:
        """The wheel's files by their paths."""
        with zipfile.ZipFile(self.wheel) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    @property
    def in_sdist(self) -> frozenset[str]:
        """The paths in the sdist, below its one folder."""
        with tarfile.open(self.sdist) as archive:
            return frozenset(member.name.partition("/")[2] for member in archive)

    @property
    def metadata(self) -> bytes:
        """The wheel's METADATA."""
        return next(
            content
            for name, content in self.in_wheel.items()
            if name.endswith(".dist-info/METADATA")
        )


def project() -> dict[str, object]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def copy_sources(folder: Path) -> Path:
    """Copy what a release is made of, and nothing that lies beside it, into a new folder."""
    folder.mkdir(parents=True)
    tool: dict[str, dict[str, dict[str, dict[str, dict[str, list[str]]]]]]
    tool = project()["tool"]  # type: ignore[assignment]
    for name in (".gitignore", *tool["hatch"]["build"]["targets"]["sdist"]["only-include"]):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=_NOT_OURS)
        elif source.is_file():
            shutil.copyfile(source, folder / name)
    return folder


def files_in(folder: Path) -> frozenset[str]:
    """Return the paths of all files below a folder."""
    return frozenset(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def build(sources: Path, out: Path, **environment: str) -> Release:
    """Build wheel and sdist with what the tests' environment has: nothing is fetched."""
    command = [sys.executable, "-P", "-m", "build", "--no-isolation", "--wheel", "--sdist"]
    run([*command, "--outdir", str(out), str(sources)], cwd=out.parent, **environment)
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    return Release(wheel, sdist)


def run(command: list[str], *, cwd: Path, **environment: str) -> str:
    """Return what a program said; a failure shows all of it."""
    without = ("SOURCE_DATE_EPOCH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    inherited: Mapping[str, str] = {k: v for k, v in os.environ.items() if k not in without}
    said = subprocess.run(
        command,
        cwd=cwd,
        env={**inherited, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert said.returncode == 0, said.stdout
    return said.stdout
