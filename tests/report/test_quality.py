"""What qc measured stands on the page; what cannot be read is told, and a page stays openable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from proxx_engine import Unread
from sidecar.qc.model import QcClip, QcMeasure, QcPair, QcParameters, QcResult, QcTool
from sidecar.qc.reading import Quality
from sidecar.report.quality import PictureRoom, quality_view

FILE = Path("/out/A.1f0c2a9e.qc.json")
JPEG = "/9j/" + "A" * 96


def quality(stride: int = 24, **changes: Any) -> Quality:
    clip = {
        "index": 0,
        "output": "A.mov",
        "proxy_sha256": "0" * 64,
        "status": "measured",
        "code": None,
        "sentence": None,
        "remarks": (),
        "pictures": (0, 24),
        "equal": 0,
        "measures": (
            QcMeasure(name="psnr_y", values=(40.0, 38.0), lowest=38.0, lowest_at=24, mean=39.0),
        ),
        "filmstrip": (QcPair(number=0, source=JPEG, proxy=JPEG),),
    }
    qc = QcResult(
        qc_version="1.0",
        job_id="1f0c2a9e-5b2d-4c1e-9d3a-0123456789ab",
        jobspec_fingerprint=None,
        label="A",
        parameters=QcParameters(frame_stride=stride, max_frames=None),
        tool=QcTool(name="ffmpeg", version="ffmpeg version 8.0 Copyright (c)", build_sha256=None),
        made_at="2026-02-14T06:00:00Z",
        made_by="Proxx 0",
        clips=(QcClip(**(clip | changes)),),
    )
    return Quality(FILE, qc, qc.clips[0])


def room() -> PictureRoom:
    return PictureRoom(10_000)


def test_measures_and_pictures_come_as_they_were_measured() -> None:
    shown = quality_view(quality(), room())
    assert shown is not None
    assert shown.told == "2 pictures compared, one of every 24; ffmpeg 8.0, 2026-02-14T06:00:00Z"
    [psnr] = shown.measures
    assert (psnr.name, psnr.unit, psnr.numbers) == ("PSNR of luma", "dB", (0, 24))
    assert (psnr.values, psnr.lowest, psnr.mean) == ((40.0, 38.0), 38.0, 39.0)
    [pair] = shown.pictures
    assert pair.source == pair.proxy == f"data:image/jpeg;base64,{JPEG}"
    assert shown.remarks == ()


def test_equal_pictures_are_called_equal() -> None:
    all_equal = quality_view(quality(stride=1, equal=2), room())
    one_equal = quality_view(quality(stride=1, equal=1), room())
    assert all_equal is not None
    assert one_equal is not None
    assert all_equal.told.startswith("2 pictures compared: all equal in luma;")
    assert one_equal.told.startswith("2 pictures compared, 1 equal in luma;")


def test_what_was_not_measured_says_why_and_keeps_its_pictures() -> None:
    shown = quality_view(
        quality(
            status="not_measured",
            code="QC_RENDERED",
            sentence="Only Resolve reads the source",
            pictures=(),
            measures=(),
            filmstrip=(QcPair(number=0, source="", proxy=JPEG),),
        ),
        room(),
    )
    assert shown is not None
    assert shown.told.startswith("not measured;")
    assert shown.remarks == ("Only Resolve reads the source",)
    assert shown.pictures[0].source == ""
    assert shown.pictures[0].proxy


def test_a_file_that_cannot_be_read_is_told() -> None:
    shown = quality_view(Unread(FILE, "is no JSON"), room())
    assert shown is not None
    assert shown.remarks == (f"{FILE} is no JSON",)
    assert shown.pictures == ()


def test_nothing_measured_is_nothing_shown() -> None:
    assert quality_view(None, room()) is None


def test_a_page_that_is_full_leaves_pictures_out_and_says_where_they_are() -> None:
    little = PictureRoom(3 * len(JPEG))
    first, second = (quality_view(quality(), little) for _ in range(2))
    assert first is not None
    assert second is not None
    assert len(first.pictures) == 1
    assert second.pictures == ()
    assert len(second.measures) == 1
    assert str(FILE) in second.remarks[-1]
