"""Sound that was recorded apart: where it lies under the picture, and how channels are mixed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from proxx_engine.spec.model import FrozenModel, Rational

MAX_SAMPLES = 10**12


class LaidSound(FrozenModel):
    """Where a file of sound lies under the picture, counted in its own samples."""

    begins: Annotated[int, Field(ge=-MAX_SAMPLES, le=MAX_SAMPLES)]
    """From the first picture to the file's first sample; below 0, so many samples are cut off."""
    samples: Annotated[int, Field(ge=1, le=MAX_SAMPLES)]
    """How long the track is: as long as the picture, with silence where the file has no sound."""


Mix = Annotated[
    tuple[
        Annotated[tuple[Rational, ...], Field(min_length=1, max_length=64, fail_fast=True)],
        ...,
    ],
    Field(min_length=1, max_length=2, fail_fast=True),
]
"""For each channel of the proxy's track, how much of each channel of the source's goes into it."""
