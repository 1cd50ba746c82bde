"""What qc measured of a clip → its part of the page. Pure.

A page of a whole night holds a few pictures of each clip, and none once it has grown too large.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from proxx_engine import Unread
from sidecar.qc.model import QcClip, QcPair
from sidecar.qc.reading import Quality
from sidecar.report.model import Measure, PicturePair, QualityView
from sidecar.words import plural

_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"psnr_y": ("PSNR of luma", "dB"), "ssim": ("SSIM", ""), "vmaf": ("VMAF", "")}
)
_JPEG = "data:image/jpeg;base64,"


class PictureRoom:
    """How much of a page's pictures is left, in letters."""

    def __init__(self, letters: int) -> None:
        self._left = letters

    def take(self, pairs: tuple[QcPair, ...]) -> bool:
        """Take the room of some pictures; False where it is no longer there."""
        needed = sum(len(pair.source) + len(pair.proxy) for pair in pairs)
        fits = needed <= self._left
        self._left -= needed if fits else 0
        return fits


def quality_view(read: Quality | Unread | None, room: PictureRoom) -> QualityView | None:
    """Return what the page says of a clip's quality; None where nothing was measured."""
    if read is None:
        return None
    if isinstance(read, Unread):
        return QualityView("", (), (), (f"{read.path} {read.sentence}",))
    clip, qc = read.clip, read.qc
    fits = room.take(clip.filmstrip)
    left_out = f"the pictures are left out, for the page is large: see {read.path}"
    return QualityView(
        told=f"{_told(clip, qc.parameters.frame_stride)}; {_tool(qc.tool.version)}, {qc.made_at}",
        measures=tuple(
            Measure(
                *_NAMES[each.name], clip.pictures, each.values, lowest=each.lowest, mean=each.mean
            )
            for each in clip.measures
        ),
        pictures=tuple(map(_pair, clip.filmstrip if fits else ())),
        remarks=(
            *((clip.sentence,) if clip.sentence else ()),
            *clip.remarks,
            *(() if fits else (left_out,)),
        ),
    )


def _told(clip: QcClip, stride: int) -> str:
    if not clip.pictures:
        return "not measured"
    said = f"{plural(len(clip.pictures), 'picture')} compared"
    said += f", one of every {stride}" if stride > 1 else ""
    if clip.equal == len(clip.pictures):
        return f"{said}: all equal in luma"
    return said + (f", {clip.equal} equal in luma" if clip.equal else "")


def _tool(version: str) -> str:
    """Return FFmpeg's name of itself without its claims: ffmpeg 8.0."""
    return version.partition(" Copyright")[0].replace("ffmpeg version ", "ffmpeg ")


def _pair(pair: QcPair) -> PicturePair:
    return PicturePair(
        pair.number,
        f"{_JPEG}{pair.source}" if pair.source else "",
        f"{_JPEG}{pair.proxy}" if pair.proxy else "",
    )
