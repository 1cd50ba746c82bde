"""What was measured → lines for a person. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from sidecar.qc.jobs import Measured
from sidecar.qc.model import MeasureName, QcClip, QcMeasure

_NAMES: Mapping[MeasureName, str] = MappingProxyType(
    {"psnr_y": "PSNR", "ssim": "SSIM", "vmaf": "VMAF"}
)
_FORMS: Mapping[MeasureName, str] = MappingProxyType(
    {"psnr_y": "{:.1f} dB", "ssim": "{:.4f}", "vmaf": "{:.1f}"}
)


def told(measured: Measured) -> Iterator[str]:
    """Yield what came of one job: a line for each proxy, and what a person must know below it."""
    if measured.ending == "refused":
        yield f"{measured.path}"
        way = "" if measured.stored.differing else "; --replace measures anew"
        yield f"    REFUSED: {measured.reason}{way}"
    if measured.ending == "not written":
        yield f"NOT WRITTEN  {measured.reason}"
    before = measured.ending == "done before"
    clips = measured.qc.clips if measured.qc else ()
    for clip in clips:
        yield from _clip(clip, before=before)
    if before and any(clip.status == "not_measured" for clip in clips):
        yield "    --replace measures anew"
    for lacking in measured.lacking:
        yield f"NOT MEASURED  {lacking}"


def _clip(clip: QcClip, *, before: bool) -> Iterator[str]:
    if clip.status == "not_measured":
        yield f"{clip.output}  NOT MEASURED{' before' * before}"
        yield f"    {clip.code}: {clip.sentence}"
    else:
        values = ", ".join(map(_measure, clip.measures))
        yield f"{clip.output}  {values}{'; measured before' * before}"
    yield from (f"    {remark}" for remark in clip.remarks)


def _measure(measure: QcMeasure) -> str:
    form = _FORMS[measure.name]
    lowest, mean = form.format(measure.lowest), form.format(measure.mean)
    return f"{_NAMES[measure.name]} {mean}, lowest {lowest} at {measure.lowest_at}"
