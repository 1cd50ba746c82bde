"""Every built-in profile, and every pair of codec and container, makes proxies that are proven."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from proxx_engine import (
    CreationRequest,
    Tools,
    create_jobs,
    decode_profile,
    find_profile,
    load_profiles,
)
from proxx_engine.spec.codecs import CONTAINERS
from tests.end_to_end.conftest import Footage
from tests.end_to_end.looking import look
from tests.spec.samples import encoded
from tests.support import CREATED_BY, Ran, execute, run_one_clip

PROFILES = tuple(profile.name for profile in load_profiles())
SOUND = {
    "mov": "pcm_s24le",
    "mkv": "pcm_s24le",
    "mxf": "pcm_s24le",
    "mp4": "aac",
    "webm": "libopus",
}
TOLERANCE = {"mxf": "1/10", "webm": "1/1000"}
LEFT_OUT = (
    "use dnxhr_lb, which takes every raster and rate",
    "which DNxHD in MXF cannot state; use dnxhr_lb_mxf",
    "MXF takes only 48000; use a MOV profile",
)
"""How the reasons end for which a real clip is left out by some profile."""

PARTIAL = frozenset({"dnxhd", "dnxhd_mxf", "dnxhr_lb_mxf"})
"""Profiles that do not take every clip."""


def pairs() -> list[tuple[str, str]]:
    """Return every pair of the governing document."""
    return [(c, into) for c, containers in CONTAINERS.items() if c != "hevc" for into in containers]


@pytest.fixture
def short(footage: Footage) -> Path:
    """A clip of a raster that every codec takes: stereo, mono, timecode, reel, colour."""
    return footage(
        "short.mov",
        *("-c:a", "pcm_s24le", "-timecode", "00:59:58;28", "-metadata:s:v:0", "reel_name=A001"),
        picture="testsrc2=size=1280x720:rate=30000/1001:duration=0.3",
        sounds=("aevalsrc=sin(900*t)|0.3*sin(1900*t):s=48000:d=0.3", "sine=f=700:r=48000:d=0.3"),
        filters="setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv",
    )


def run(raw: dict[str, Any], source: Path, folder: Path, tools: Tools) -> Ran:
    """Execute the one-clip job of a profile given as plain data."""
    profile = decode_profile(encoded(raw))
    request = CreationRequest((source,), folder / "out", profile, CREATED_BY)
    request.out.mkdir()
    [job] = create_jobs(request, prober=tools.prober).jobs
    return execute(job.spec, request.out, tools)


@pytest.mark.parametrize("name", PROFILES)
def test_a_built_in_profile_makes_a_proxy_that_is_proven(
    name: str, short: Path, tools: Tools, tmp_path: Path
) -> None:
    ran = run_one_clip(short, tmp_path, tools, profile=name)
    assert ran.result.status == "COMPLETED", ran.result.failure
    seen, profile = look(ran.proxy), ran.spec.profile
    assert (seen.frames, len(seen.sounds)) == (9, 2)
    assert ran.check("timecode") == "equal"
    assert [sound.channels for sound in seen.sounds] == [2, 1]
    assert ran.proxy.suffix == f".{profile.container}"


@pytest.mark.parametrize(
    ("codec", "container"), [pytest.param(*pair, id=" in ".join(pair)) for pair in pairs()]
)
def test_a_pair_of_the_governing_document_makes_a_proxy_that_is_proven(
    codec: str, container: str, short: Path, tools: Tools, tmp_path: Path
) -> None:
    name = next(profile.name for profile in load_profiles() if profile.codec == codec)
    raw = find_profile(name).model_dump(mode="json", by_alias=True)
    sound = SOUND[container]
    raw |= {
        "name": "derived",
        "container": container,
        "determinism": "same_cpu",
        "variable_frame_rate": "conform",
        "audio": {
            "codec": sound,
            "length_tolerance_seconds": TOLERANCE.get(container, "0/1"),
            "kilobits_per_channel": None if sound.startswith("pcm") else 96,
        },
    }
    ran = run(raw, short, tmp_path, tools)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert look(ran.proxy).frames == 9


def test_alpha_goes_through_prores_4444(footage: Footage, tools: Tools, tmp_path: Path) -> None:
    source = footage(
        "alpha.mov",
        picture="testsrc2=size=320x180:rate=25:duration=0.3",
        filters="format=yuva444p10le,geq=lum=p(X\\,Y):cb=p(X\\,Y):cr=p(X\\,Y):a=X*3",
        codec=("-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"),
    )
    ran = run_one_clip(source, tmp_path, tools, profile="prores_4444")
    assert ran.result.status == "COMPLETED", ran.result.failure
    first = look(ran.proxy).first
    assert first.format.name == "yuva444p12le"
    line = bytes(first.planes[3])[: 320 * 2]
    seen = [int.from_bytes(line[2 * x : 2 * x + 2], "little") / 4 for x in (10, 150, 310)]
    assert seen == pytest.approx([30, 450, 930], abs=3)


def test_without_alpha_in_its_source_prores_4444_has_none(
    short: Path, tools: Tools, tmp_path: Path
) -> None:
    ran = run_one_clip(short, tmp_path, tools, profile="prores_4444")
    assert look(ran.proxy).pixel_format == "yuv444p12le"


@pytest.mark.parametrize("name", ["dnxhd", "h264_intra"])
@pytest.mark.parametrize("first", ["top", "bottom"])
def test_fields_stay_fields_where_the_encoder_can(
    first: str, name: str, footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    source = footage(
        "fields.mov",
        *("-flags:v", "+ildct+ilme", "-x264-params", f"{first[0]}ff=1"),
        picture="testsrc2=size=1920x1080:rate=50:duration=0.3",
        filters=f"interlace=scan={first[0]}ff",
    )
    ran = run_one_clip(source, tmp_path, tools, profile=name)
    assert ran.result.status == "COMPLETED", ran.result.failure
    target = ran.spec.clips[0].target
    assert target is not None
    assert target.field_order == f"{first}_first"
    assert all(look(ran.proxy).interlaced)


@pytest.mark.slow
@pytest.mark.parametrize("name", PROFILES)
def test_every_real_clip_is_proven_or_left_out_with_its_reason(
    name: str, shared_media: Path, tools: Tools, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    profile = find_profile(name)
    creation = create_jobs(
        CreationRequest((shared_media,), out, profile, CREATED_BY), prober=tools.prober
    )
    assert [entry for entry in creation.left_out if not entry.reason.endswith(LEFT_OUT)] == []
    assert len(creation.jobs) + len(creation.left_out) == 10
    if name not in PARTIAL:
        assert len(creation.jobs) == 10
    for job in creation.jobs:
        result = execute(job.spec, out, tools).result
        assert result.status == "COMPLETED", (job.spec.label, result.failure)
