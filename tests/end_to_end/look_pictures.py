"""What a plan's own filters make of a file, sample by sample, before any codec."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proxx_engine import ClipPlan, ProfileSpec, Tools, find_profile, plan_job
from proxx_engine._engines.ffmpeg.looks import place_look
from proxx_engine.spec.profile import Look, SizeRule
from tests.altered_profiles import create

FULL = SizeRule(mode="full", width=None, height=None)
NOTHING = Look(lut=None, burn_in=None, flips=None, data_level=None, crop=None)


def looking(profile: str = "prores_proxy", **look: Any) -> ProfileSpec:
    """Return a built-in profile in full size with a look."""
    changes = {"look": NOTHING.model_copy(update=look) if look else None, "size": FULL}
    return find_profile(profile).model_copy(update=changes)


@dataclass(frozen=True)
class Picture:
    """One picture of 10 bits, 4:2:2: planes of rows of samples."""

    planes: tuple[tuple[tuple[int, ...], ...], ...]

    def mirrored(self, flips: str) -> Picture:
        """Return it flipped, by hand."""
        across, down = flips in ("horizontal", "both"), flips in ("vertical", "both")
        return Picture(
            tuple(
                tuple(row[::-1] if across else row for row in (plane[::-1] if down else plane))
                for plane in self.planes
            )
        )

    @property
    def luma(self) -> tuple[tuple[int, ...], ...]:
        """The rows of its first plane."""
        return self.planes[0]


def plan_of(source: Path, tools: Tools, folder: Path, profile: ProfileSpec) -> ClipPlan:
    """Return the plan of one file."""
    creation = create(source, folder / "out", tools, profile)
    assert len(creation.jobs) == 1, creation.left_out
    return plan_job(creation.jobs[0].spec).clips[0]


def chain_of(plan: ClipPlan) -> str:
    """Return a plan's filters."""
    return plan.command[plan.command.index("-vf") + 1]


def filtered(
    source: Path,
    tools: Tools,
    folder: Path,
    profile: ProfileSpec,
    *options: str,
    chain: str | None = None,
) -> list[bytes]:
    """Return what the plan's filters make of a file: each picture's bytes."""
    plan = plan_of(source, tools, folder, profile)
    assert place_look(plan, folder) is None
    command = [str(tools.ffmpeg), "-v", "error", "-nostdin", *options, "-i", f"file:{source}"]
    made = [*command, "-fps_mode", "passthrough", "-vf", chain or chain_of(plan)]
    raw = subprocess.run(
        [*made, "-f", "rawvideo", "-"], check=True, cwd=folder, capture_output=True
    ).stdout
    assert plan.target is not None
    wide, per_sample = plan.target.width, 2 if "10le" in profile.video.pixel_format else 1
    shares = 2 if "422" in profile.video.pixel_format else 1.5
    size = int(wide * plan.target.height * shares * per_sample)
    assert raw
    assert len(raw) % size == 0
    return [raw[at : at + size] for at in range(0, len(raw), size)]


def picture(raw: bytes, width: int, height: int) -> Picture:
    """Return the samples of one picture of 10 bits, 4:2:2."""
    samples = memoryview(raw).cast("H")
    planes, at = [], 0
    for across in (width, width // 2, width // 2):
        rows = [tuple(samples[at + y * across : at + (y + 1) * across]) for y in range(height)]
        planes.append(tuple(rows))
        at += across * height
    return Picture(tuple(planes))
