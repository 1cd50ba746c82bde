"""QcResult 1.0: what was measured of one job's proxies, and a few pictures of them.

`<label>.<first 8>.qc.json` lies with `<label>.<first 8>.result.json`. The same files, parameters
and FFmpeg build give the same bytes but for `made_at`; VMAF also needs the same kind of processor.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

EQUAL_DB = 100.0
"""PSNR of pictures that are equal, which mathematics calls infinite and JSON cannot hold. What is
above is written so, too: nobody can see it. `equal` counts those that are really so.
"""
MAX_STRIDE = 1_000_000
MAX_PICTURES = 1_000_000
MAX_PAIRS = 12

MeasureName = Literal["psnr_y", "ssim", "vmaf"]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Jpeg = Annotated[str, StringConstraints(pattern=r"^(/9j/[A-Za-z0-9+/]+={0,2})?$", max_length=2**20)]
"""A JPEG file in Base64, empty where there is no picture."""
PictureNumber = Annotated[int, Field(ge=0, le=10**12)]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=8192)]


class _Frozen(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )


class QcParameters(_Frozen):
    """Which pictures are compared."""

    frame_stride: Annotated[int, Field(ge=1, le=MAX_STRIDE)]
    """Every so many, from the first."""
    max_frames: Annotated[int, Field(ge=1, le=MAX_PICTURES)] | None
    """At most so many; None: to the end of the clip."""


class QcTool(_Frozen):
    """What decoded the pictures and compared them."""

    name: Literal["ffmpeg"]
    version: str
    build_sha256: Sha256 | None


class QcMeasure(_Frozen):
    """One measure over the pictures that were compared."""

    name: MeasureName
    """`psnr_y`: of luma, in dB, at most 100; `ssim`: of luma and chroma, at most 1; `vmaf`: by
    vmaf_v0.6.1, each picture as a still: 97.4 where it is equal, some points below what is usual
    for films, whose motion hides faults, and the same at any stride.
    """
    values: Annotated[tuple[float, ...], Field(min_length=1, max_length=MAX_PICTURES)]
    """One for each picture."""
    lowest: float
    lowest_at: PictureNumber
    """The first picture that has it."""
    mean: float


class QcPair(_Frozen):
    """The same picture of source and proxy, small."""

    number: PictureNumber
    source: Jpeg
    """As the encoder was given it."""
    proxy: Jpeg


class QcClip(_Frozen):
    """What was measured of one proxy."""

    index: int
    output: str
    """The proxy's path from the job's output folder."""
    proxy_sha256: Sha256
    """Of the file that was measured, as the job's result has it."""
    status: Literal["measured", "not_measured"]
    code: str | None
    """Why it was not measured; None where it was."""
    sentence: Sentence | None
    remarks: Annotated[tuple[Sentence, ...], Field(max_length=16)]
    """What a reader of the numbers must know."""
    pictures: Annotated[tuple[PictureNumber, ...], Field(max_length=MAX_PICTURES)]
    """Numbers of the proxy's pictures that were compared, from 0."""
    equal: Annotated[int, Field(ge=0, le=MAX_PICTURES)]
    """How many of them are equal in every value of luma."""
    measures: Annotated[tuple[QcMeasure, ...], Field(max_length=3)]
    filmstrip: Annotated[tuple[QcPair, ...], Field(max_length=MAX_PAIRS)]

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        measured = self.status == "measured"
        if measured != bool(self.measures) or measured == (self.code is not None):
            raise ValueError("status, code and measures contradict each other")
        if (self.code is None) != (self.sentence is None):
            raise ValueError("a code has a sentence, and a sentence a code")
        if any(len(each.values) != len(self.pictures) for each in self.measures):
            raise ValueError("a measure has one value for each picture")
        return self


class QcResult(_Frozen):
    """What was measured of one job."""

    qc_version: Literal["1.0"]
    job_id: str
    jobspec_fingerprint: str | None
    label: str | None
    parameters: QcParameters
    tool: QcTool
    made_at: str
    """UTC; all that differs from one measuring to the next."""
    made_by: str
    """Proxx and its version."""
    clips: Annotated[tuple[QcClip, ...], Field(min_length=1)]
    """The clips whose proxies were there, in the job's order."""
