"""What FFmpeg wrote down of the pictures that it compared → measures."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from proxx_engine import read_regular
from sidecar.qc.command import (
    PROXY_PICTURES,
    PSNR_FILE,
    SOURCE_PICTURES,
    SSIM_FILE,
    VMAF_FILE,
)
from sidecar.qc.model import EQUAL_DB, MeasureName, QcMeasure, QcPair
from sidecar.qc.sampling import mean_of

_MAX_LOG = 512 * 1024 * 1024
_MAX_JPEG = 512 * 1024
_PSNR = re.compile(r"^n:\d+ .*\bmse_y:(\S+) .*\bpsnr_y:(\S+)", re.MULTILINE)
_SSIM = re.compile(r"^n:\d+ .*\bAll:(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Compared:
    """The values of each picture, in order; empty for what was not measured."""

    psnr_y: tuple[float, ...]
    ssim: tuple[float, ...]
    vmaf: tuple[float, ...]
    equal: int
    """How many pictures are equal in every value of luma."""


def read_values(folder: Path, *, with_vmaf: bool) -> Compared:
    """Read what one run wrote into its folder. Raises: OSError, ValueError."""
    psnr = _PSNR.findall(_text(folder / PSNR_FILE))
    ssim = _SSIM.findall(_text(folder / SSIM_FILE))
    vmaf: tuple[float, ...] = ()
    if with_vmaf:
        frames = json.loads(_text(folder / VMAF_FILE))["frames"]
        vmaf = tuple(float(frame["metrics"]["vmaf"]) for frame in frames)
    return Compared(
        psnr_y=tuple(min(float(value), EQUAL_DB) for _error, value in psnr),
        ssim=tuple(map(float, ssim)),
        vmaf=vmaf,
        # Two digits behind the point: an error that they do not show is no infinite ratio.
        equal=sum(value == "inf" for _error, value in psnr),
    )


def measures_of(numbers: Sequence[int], compared: Compared) -> tuple[QcMeasure, ...]:
    """Return each measure that every picture has; pictures of a few samples have no SSIM."""
    named: tuple[tuple[MeasureName, tuple[float, ...]], ...] = (
        ("psnr_y", compared.psnr_y),
        ("ssim", compared.ssim),
        ("vmaf", compared.vmaf),
    )
    return tuple(
        QcMeasure(
            name=name,
            values=values,
            lowest=min(values),
            lowest_at=numbers[values.index(min(values))],
            mean=mean_of(values),
        )
        for name, values in named
        if values and all(map(math.isfinite, values))
    )


def read_pairs(folder: Path, numbers: Sequence[int]) -> tuple[QcPair, ...]:
    """Return the filmstrip; `numbers` are those of its pictures. One that is not there is empty."""
    return tuple(
        QcPair(
            number=number,
            source=_jpeg(folder / SOURCE_PICTURES.format(position)),
            proxy=_jpeg(folder / PROXY_PICTURES.format(position)),
        )
        for position, number in enumerate(numbers, start=1)
    )


def _text(path: Path) -> str:
    return read_regular(path, limit=_MAX_LOG).decode("utf-8", "replace")


def _jpeg(path: Path) -> str:
    try:
        return base64.b64encode(read_regular(path, limit=_MAX_JPEG)).decode("ascii")
    except (OSError, ValueError):
        return ""
