"""Which engine makes a proxy: every row of the table of formats, and jobs that need two."""

from __future__ import annotations

import pytest

from proxx_engine import JobSpecValidationError, decode_jobspec, plan_job
from proxx_engine.planning.routing import (
    RAW_EXTENSIONS,
    UNSUPPORTED_EXTENSIONS,
    SourceFormat,
    route_source,
)
from tests.spec.samples import Json, clip, encoded, job, source

MOV = "mov,mp4,m4a,3gp,3g2,mj2"


def raw_clip(index: int, container: str = "braw") -> Json:
    value = source(f"R{index:03d}", container=container, video=None, audio=[], timecode=None)
    return clip(index, source=value, target=None)


@pytest.mark.parametrize(
    ("found", "engine"),
    [
        pytest.param(SourceFormat("r3d", None, None, None), "resolve", id="RED"),
        pytest.param(SourceFormat("braw", None, None, None), "resolve", id="Blackmagic RAW"),
        pytest.param(SourceFormat("ari", None, None, None), "resolve", id="ARRIRAW"),
        pytest.param(SourceFormat("arx", None, None, None), "resolve", id="ARRIRAW HDE"),
        pytest.param(SourceFormat("mxf", "none", None, None), "resolve", id="ARRIRAW in MXF"),
        pytest.param(SourceFormat(MOV, "none", None, "arri"), "resolve", id="ARRIRAW, Codex MOV"),
        pytest.param(SourceFormat("mxf", "unknown", None, None), "resolve", id="Sony X-OCN in MXF"),
        pytest.param(SourceFormat("mxf", "bin_data", None, None), "resolve", id="raw as data"),
        pytest.param(SourceFormat("mxf", None, None, None), "resolve", id="MXF without a codec"),
        pytest.param(SourceFormat("crm", None, None, None), "resolve", id="Cinema RAW Light"),
        pytest.param(SourceFormat("rmf", None, None, None), "resolve", id="Canon RAW"),
        pytest.param(SourceFormat("nev", None, None, None), "resolve", id="Nikon N-RAW"),
        pytest.param(SourceFormat("vrw", None, None, None), "resolve", id="Panasonic V-RAW"),
        pytest.param(SourceFormat("cine", None, None, None), "resolve", id="Phantom Cine"),
        pytest.param(SourceFormat("dng", None, None, None), "resolve", id="CinemaDNG"),
        pytest.param(SourceFormat(MOV, "prores", None, "aprn"), "resolve", id="ProRes RAW"),
        pytest.param(SourceFormat(MOV, "prores", None, "aprh"), "resolve", id="ProRes RAW HQ"),
        pytest.param(SourceFormat(MOV, "none", None, "aprn"), "resolve", id="ProRes RAW, unread"),
        pytest.param(SourceFormat("mxf", "prores_raw", None, None), "resolve", id="ProRes RAW MXF"),
        pytest.param(SourceFormat(MOV, "prores", "HQ", "apch"), "ffmpeg", id="ProRes"),
        pytest.param(SourceFormat("mxf", "prores", "HQ", None), "ffmpeg", id="ProRes in MXF"),
        pytest.param(SourceFormat(MOV, "cfhd", None, "CFHD"), "ffmpeg", id="CineForm"),
        pytest.param(SourceFormat("mxf", "h264", "High 4:2:2 Intra", None), "ffmpeg", id="XAVC"),
        pytest.param(SourceFormat("mxf", "hevc", "Rext", None), "ffmpeg", id="XF-HEVC"),
        pytest.param(SourceFormat(MOV, "hevc", "Main 10", "hvc1"), "ffmpeg", id="HEVC log"),
        pytest.param(SourceFormat("mxf", "dnxhd", "DNXHR HQX", None), "ffmpeg", id="DNxHR in MXF"),
        pytest.param(SourceFormat("mxf", "mpeg2video", "4:2:2", None), "ffmpeg", id="XDCAM"),
        pytest.param(SourceFormat("mpegts", "h264", "High", None), "ffmpeg", id="AVCHD"),
    ],
)
def test_the_engine_of_a_format(found: SourceFormat, engine: str) -> None:
    route = route_source(found)
    assert route.engine == engine
    assert route.reason


def test_what_neither_engine_reads_is_no_camera_raw_of_ours() -> None:
    assert set(UNSUPPORTED_EXTENSIONS) == {"zraw", "krw", "gpr"}
    assert not set(UNSUPPORTED_EXTENSIONS) & set(RAW_EXTENSIONS)


@pytest.mark.parametrize("raw", [True, False], ids=["camera raw", "FFmpeg's"])
def test_a_job_of_one_engine(raw: bool) -> None:
    clips = [raw_clip(0), raw_clip(1, "r3d")] if raw else [clip(0), clip(1)]
    plan = plan_job(decode_jobspec(encoded(job(clips=clips))))
    assert plan.engine == ("resolve" if raw else "ffmpeg")
    assert [bool(each.command) for each in plan.clips] == [not raw, not raw]
    assert [each.expected is None for each in plan.clips] == [raw, raw]


@pytest.mark.parametrize("container", sorted(UNSUPPORTED_EXTENSIONS))
def test_a_job_that_no_engine_reads_is_refused(container: str) -> None:
    value = job(clips=[raw_clip(0, container)])
    with pytest.raises(JobSpecValidationError) as caught:
        plan_job(decode_jobspec(encoded(value)))
    told = [(issue.code, issue.path) for issue in caught.value.issues]
    assert ("ROUTE_UNSUPPORTED", "clips[0].source.container") in told


def test_a_mixed_job_is_refused_and_its_clips_are_named() -> None:
    value = job(clips=[clip(0), raw_clip(1), clip(2), raw_clip(3)])
    with pytest.raises(JobSpecValidationError) as caught:
        plan_job(decode_jobspec(encoded(value)))
    (issue,) = caught.value.issues
    assert (issue.code, issue.path) == ("ROUTE_MIXED_ENGINES", "clips")
    assert "2 of 4 clips need Resolve (clips 1, 3)" in issue.sentence


def test_only_ten_clips_of_a_mixed_job_are_named() -> None:
    value = job(clips=[clip(0), *(raw_clip(n) for n in range(1, 15))])
    with pytest.raises(JobSpecValidationError, match=r"clips 1, 2, .*10, …\)"):
        plan_job(decode_jobspec(encoded(value)))
