"""DNxHD's table, and what else a container or codec cannot hold: decided when a job is made."""

from __future__ import annotations

from typing import Any

import pytest

from proxx_engine import (
    ProbeError,
    ProfileSpec,
    decode_jobspec,
    decode_profile,
    find_profile,
    plan_job,
)
from proxx_engine.creation.targets import target_for
from proxx_engine.spec.job_spec import Target
from tests.spec.samples import audio_stream, clip, encoded, job, profile, source, video_stream


def target_of(profile_name: str | ProfileSpec, audio: Any = (), **video: Any) -> Target:
    """Return the target of a made-up clip."""
    wanted = find_profile(profile_name) if isinstance(profile_name, str) else profile_name
    described = source(video=video_stream(**video), audio=list(audio))
    spec = decode_jobspec(encoded(job(clips=[clip(source=described, target=None)])))
    return target_for(spec.clips[0].source, wanted)


def refusal(profile_name: str, audio: Any = (), **video: Any) -> str:
    """Return why a made-up clip is left out."""
    with pytest.raises(ProbeError) as refused:
        target_of(profile_name, audio, **video)
    return refused.value.detail


@pytest.mark.parametrize(
    ("width", "height", "rate", "fields", "megabits"),
    [
        (1920, 1080, "24000/1001", "progressive", 36),
        (1920, 1080, "24/1", "progressive", 36),
        (1920, 1080, "25/1", "progressive", 36),
        (1920, 1080, "30000/1001", "progressive", 45),
        (1920, 1080, "50/1", "progressive", 75),
        (1920, 1080, "60000/1001", "progressive", 90),
        (1920, 1080, "25/1", "top_first", 120),
        (1920, 1080, "30000/1001", "top_first", 145),
        (1280, 720, "25/1", "progressive", 60),
        (1280, 720, "60000/1001", "progressive", 145),
        pytest.param(3840, 2160, "25/1", "progressive", 36, id="UHD, made smaller"),
    ],
)
def test_a_raster_of_the_table_has_its_bit_rate(
    width: int, height: int, rate: str, fields: str, megabits: int
) -> None:
    target = target_of("dnxhd", width=width, height=height, frame_rate=rate, field_order=fields)
    assert target.bit_rate == megabits * 1_000_000
    assert (target.width, target.height) == (min(width, 1920), min(height, 1080))


@pytest.mark.parametrize(
    ("video", "says"),
    [
        pytest.param({"frame_rate": "30/1"}, "no 1920x1080p at 30/1", id="30 and not 29.97"),
        pytest.param({"width": 720, "height": 576}, "no 720x576p", id="SD"),
        pytest.param({"width": 4096, "height": 2160}, "no 1920x1012p", id="17:9"),
        pytest.param({"rotation": 90}, "no 608x1080p", id="upright"),
        pytest.param(
            {"width": 1280, "height": 720, "field_order": "top_first", "frame_rate": "25/1"},
            "no 1280x720i",
            id="720 in fields",
        ),
    ],
)
def test_any_other_raster_is_refused_naming_dnxhr(video: dict[str, Any], says: str) -> None:
    told = refusal("dnxhd", **video)
    assert says in told
    assert told.endswith("use dnxhr_lb, which takes every raster and rate")
    assert target_of("dnxhr_lb", **video).bit_rate is None


def test_lower_field_first_is_refused_where_the_file_cannot_say_so() -> None:
    video = {"field_order": "bottom_first", "frame_rate": "25/1"}
    assert target_of("dnxhd", **video).field_order == "bottom_first"
    assert "its lower field comes first" in refusal("dnxhd_mxf", **video)
    assert target_of("dnxhr_lb_mxf", **video).field_order == "progressive"


@pytest.mark.parametrize("name", ["dnxhr_lb_mxf", "vp9"])
def test_pixels_are_made_square_where_no_one_says_their_shape(name: str) -> None:
    sd = {"width": 720, "height": 576, "pixel_aspect_ratio": "16/15"}
    target = target_of(name, **sd, frame_rate="25/1")
    assert (target.width, target.height, target.pixel_aspect_ratio) == (384, 288, 1)
    kept = target_of("dnxhr_lb", **sd, frame_rate="25/1")
    assert (kept.width, kept.height) == (360, 288)
    assert kept.pixel_aspect_ratio != 1


def test_a_rate_that_mxf_does_not_hold_is_refused() -> None:
    told = refusal("dnxhr_lb_mxf", frame_rate="15/1")
    assert "MXF cannot hold 15/1 frames a second" in told
    assert target_of("dnxhr_lb", frame_rate="15/1").frame_rate == 15


def test_a_colour_tag_that_mxf_does_not_hold_becomes_its_equal_or_none() -> None:
    color = {"primaries": "film", "transfer": "smpte170m", "matrix": "bt709", "range": "tv"}
    in_mxf, in_mov = (target_of(name, color=color).color for name in ("dnxhr_lb_mxf", "dnxhr_lb"))
    assert (in_mxf.primaries, in_mxf.transfer) == ("unknown", "bt709")
    assert (in_mov.primaries, in_mov.transfer) == ("film", "smpte170m")


def test_a_colour_tag_is_left_open_that_mov_does_not_state_alone() -> None:
    color = {"primaries": "unknown", "transfer": "linear", "matrix": "bt709", "range": "tv"}
    common = color | {"transfer": "bt709"}
    assert target_of("prores_proxy", color=color).color.transfer == "unknown"
    assert target_of("dnxhr_lb", color=common).color.transfer == "unknown"
    assert target_of("prores_proxy", color=common).color.transfer == "bt709"
    assert target_of("h264", color=color).color.transfer == "linear"
    whole = color | {"primaries": "bt709"}
    assert target_of("prores_proxy", color=whole).color.transfer == "linear"


@pytest.mark.parametrize(
    ("name", "stream", "says"),
    [
        ("h264_mp4", {"channels": 8, "layout": "7.1"}, "is 7.1, which aac cannot hold"),
        ("h264_mp4", {"channels": 8, "layout": None}, "8 channels without a layout"),
        ("h264_mp4", {"sample_rate": 192000}, "192000 samples a second, which aac"),
        ("vp9", {"channels": 5, "layout": "5.0"}, "is 5.0, which libopus cannot hold"),
        ("dnxhr_lb_mxf", {"sample_rate": 44100}, "MXF takes only 48000"),
    ],
)
def test_sound_that_a_codec_cannot_hold_is_refused(
    name: str, stream: dict[str, Any], says: str
) -> None:
    told = refusal(name, [audio_stream(**stream)])
    assert says in told


def test_sound_coded_with_loss_has_its_bit_rate_layout_and_rate_frozen() -> None:
    [aac] = target_of("h264_mp4", [audio_stream(channels=6, layout="5.1(side)")]).audio
    assert (aac.layout, aac.bit_rate, aac.sample_rate) == ("5.1", 576_000, 48000)
    [low] = target_of("h264_mp4", [audio_stream(channels=1, layout=None, sample_rate=8000)]).audio
    assert (low.layout, low.bit_rate, low.sample_rate) == ("mono", 48_000, 8000)
    [opus] = target_of("vp9", [audio_stream(sample_rate=44100)]).audio
    assert (opus.layout, opus.bit_rate, opus.sample_rate) == ("stereo", 192_000, 48000)


def test_alpha_is_kept_only_where_asked_for_and_there() -> None:
    assert target_of("prores_4444", pixel_format="yuva444p12le").alpha
    assert target_of("prores_4444", pixel_format="rgba").alpha
    assert not target_of("prores_4444").alpha
    assert not target_of("prores_proxy", pixel_format="rgba").alpha
    raw = profile("prores_4444")
    raw["video"]["alpha"] = "drop"
    assert not target_of(decode_profile(encoded(raw)), pixel_format="rgba").alpha


@pytest.mark.parametrize(
    ("name", "megabits"),
    [
        pytest.param("dnxhd", 36 + 2 * 48000 * 24 / 1e6, id="DNxHD, whose raster says it"),
        pytest.param("h264_mp4", 10 / 4 * 0.96 + 0.192, id="AAC, whose profile says it"),
        pytest.param(
            "prores_proxy", 55 / 4 * 0.96 + 2 * 48000 * 24 / 1e6, id="PCM, by its samples"
        ),
    ],
)
def test_space_is_estimated_by_profile_raster_and_sound(name: str, megabits: float) -> None:
    wanted = find_profile(name)
    described = source(video=video_stream(frame_rate="24/1"), timecode=None)
    spec = decode_jobspec(encoded(job(clips=[clip(source=described, target=None)])))
    [bare] = spec.clips
    target = target_for(bare.source, wanted)
    whole = bare.model_copy(
        update={"target": target, "output_name": f"A001C001.{wanted.container}"}
    )
    plan = plan_job(spec.model_copy(update={"clips": (whole,), "profile": wanted}))
    seconds = float(bare.source.duration_seconds or 0)
    assert plan.estimated_bytes == pytest.approx(megabits * 1e6 / 8 * seconds, rel=1e-3)
