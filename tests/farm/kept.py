"""Bundles that are kept: the jobs of each, the words that make it, and what of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sidecar.cli.main import main
from tests.farm.scenes import contents, job_value, write_jobs
from tests.spec.samples import profile

GOLDEN = Path(__file__).with_name("golden")
_LUT = {"path": "/mnt/looks/day 3.cube", "sha256": "ab" * 32, "range": "tv", "table": "3d"}
_LOOK = {"lut": _LUT, "burn_in": None, "flips": None, "data_level": None, "crop": None}
_WINDOWS = tuple(
    job_value(
        n,
        label=f"B00{n}",
        files=[rf"P:\Shoot\Day {n}\B00{n}.mov"],
        out=r"\\nas\Proxies\Day 3",
        clips=1,
    )
    for n in (1, 2)
)


@dataclass(frozen=True)
class Kept:
    """One bundle that is kept."""

    jobs: tuple[dict[str, Any], ...]
    words: tuple[str, ...] = ()


BUNDLES: Mapping[str, Kept] = MappingProxyType(
    {
        "posix": Kept(
            (
                job_value(10, label="clip 10", files=["/mnt/shoot/A/10.mov", "/mnt/sound/T1.WAV"]),
                job_value(9, label="clip 9", profile=profile(look=_LOOK)),
                job_value(1, label="clip 1", out="/mnt/cache/day 4/Proxy"),
            )
        ),
        "windows": Kept(_WINDOWS, ("--name", "Night 3", "--allowed-failures", "all")),
        "mapped": Kept(
            _WINDOWS,
            (
                *("--path-map", r"P:\=/Volumes/P", "--path-map", r"\\nas\Proxies=/Volumes/Proxies"),
                *("--root", "/Volumes/P", "--root", r"\\nas\Proxies", "--proxx", r"C:\Proxx\proxx"),
            ),
        ),
    }
)


def made_bundle(name: str, place: Path) -> dict[str, bytes]:
    """Return the documents of a bundle as they are made now, and the names of its jobs."""
    kept = BUNDLES[name]
    write_jobs(place / "jobs", *kept.jobs)
    words = ["farm", "export", place / "jobs", "--bundle", place / "bundle", *kept.words]
    assert main([str(word) for word in words]) == 0
    files = contents(place / "bundle")
    jobs = [file for file in files if file.endswith(".job.json")]
    documents = {file: data for file, data in files.items() if file not in jobs}
    return {**documents, "names_of_jobs.txt": "".join(f"{job}\n" for job in jobs).encode()}
