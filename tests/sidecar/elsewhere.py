"""A root that jobs call /Volumes/RAID and that is called `raid` here, and what jobs hold of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sidecar.calling import Proxx

FROM = "/Volumes/RAID"


@pytest.fixture
def raid(proxx: Proxx) -> Path:
    """A root with footage of two clips in two folders."""
    proxx.shoot("A.mov", "day 1/B.mov")
    root = proxx.folder / "raid"
    root.mkdir()
    (proxx.folder / "footage").rename(root / "footage")
    return root


@pytest.fixture
def maps(raid: Path) -> tuple[str, str]:
    return ("--path-map", f"{FROM}={raid}")


def written(job: dict[str, Any]) -> list[str]:
    """Every path that a job holds."""
    lut = ((job["profile"]["look"] or {}).get("lut") or {}).get("path")
    files = [name for clip in job["clips"] for name in clip["source"]["files"]]
    paths = [clip["source"]["path"] for clip in job["clips"]]
    return [job["output"]["directory"], *paths, *files, *([lut] if lut else [])]


def all_jobs(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in sorted(folder.rglob("*.job.json"))]
