"""Runs a clip with a built-in profile of which some fields are altered."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from proxx_engine import (
    Creation,
    CreationRequest,
    ProfileSpec,
    Tools,
    create_jobs,
    find_profile,
)
from tests.support import CREATED_BY, Ran, execute


def conforming(
    rate: str | None, *, profile: str = "prores_proxy", **changes: object
) -> ProfileSpec:
    """Return a built-in profile that makes variable rates constant."""
    stated = Fraction(rate) if rate else None
    update = {"variable_frame_rate": "conform", "conform_frame_rate": stated, **changes}
    return find_profile(profile).model_copy(update=update)


def create(source: Path, out: Path, tools: Tools, profile: ProfileSpec) -> Creation:
    """Return what creation makes of one file."""
    out.mkdir(exist_ok=True)
    return create_jobs(CreationRequest((source,), out, profile, CREATED_BY), prober=tools.prober)


def run(source: Path, folder: Path, tools: Tools, profile: ProfileSpec) -> Ran:
    """Create and execute the job of one file."""
    creation = create(source, folder / "out", tools, profile)
    assert len(creation.jobs) == 1, creation.left_out
    return execute(creation.jobs[0].spec, folder / "out", tools)
