"""A proxy shows all of its source's raster, also of a MOV that says to show less of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import pytest

from proxx_engine import ProfileSpec, Tools, find_profile, plan_job
from tests.altered_profiles import create, run
from tests.end_to_end.clean_apertures import with_clean_aperture
from tests.end_to_end.conftest import Footage
from tests.end_to_end.look_pictures import FULL, looking
from tests.support import execute

LIMITED = ("hdv_1080i.mov", "dv_pal_i.mov", "imx_525.mov", "xdcam_hd422_720p.mov")


def in_full_size(profile: str) -> ProfileSpec:
    return find_profile(profile).model_copy(update={"size": FULL})


def woven(footage: Footage, *options: str) -> Path:
    return footage(
        "woven.mov",
        *options,
        picture="testsrc2=s=192x108:r=25:d=0.2",
        filters="setfield=tff",
        codec=("-c:v", "prores_ks", "-profile:v", "3", "-flags", "+ildct"),
    )


@pytest.mark.parametrize(
    "profile", [in_full_size("prores_proxy"), in_full_size("h264"), looking(crop="crop:4:3")]
)
def test_a_clean_aperture_changes_no_byte_of_a_proxy(
    profile: ProfileSpec, footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    plain = woven(footage)
    limited = with_clean_aperture(plain, tmp_path / "in" / "woven.mov", width=180, height=90)
    hashes = []
    for number, source in enumerate((plain, limited)):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        ran = run(source, folder, tools, profile)
        assert ran.result.status == "COMPLETED", ran.result.failure
        hashes.append(ran.result.clips[0].output_sha256)
    assert hashes[0] == hashes[1]


def test_only_a_clip_that_says_to_show_less_has_another_command(
    footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    plain = woven(footage)
    for name, width, height, less in (
        *(("less.mov", 180, 108, True), ("lower.mov", 192, 106, True)),
        ("all.mov", 192, 108, False),
    ):
        source = with_clean_aperture(plain, tmp_path / name, width=width, height=height)
        [job] = create(source, tmp_path / "out", tools, in_full_size("prores_proxy")).jobs
        [clip] = job.spec.clips
        assert clip.source.video is not None
        assert clip.target is not None
        assert (clip.source.video.clean_aperture, clip.target.whole_raster) == (less, less)
    [job] = create(plain, tmp_path / "out", tools, in_full_size("prores_proxy")).jobs
    [clip] = job.spec.clips
    assert clip.target is not None
    assert not clip.target.whole_raster


def test_a_job_that_does_not_say_so_runs_as_it_did_and_is_another(
    footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    source = with_clean_aperture(woven(footage), tmp_path / "less.mov", width=180, height=108)
    [job] = create(source, tmp_path / "out", tools, in_full_size("prores_proxy")).jobs
    [clip] = job.spec.clips
    assert clip.target is not None
    older = clip.target.model_copy(update={"whole_raster": False})
    [now] = plan_job(job.spec).clips
    before = job.spec.model_copy(update={"clips": (clip.model_copy(update={"target": older}),)})
    [then] = plan_job(before).clips
    assert now.fingerprint != then.fingerprint
    place = now.command.index("-apply_cropping")
    assert then.command == now.command[:place] + now.command[place + 2 :]


@pytest.mark.parametrize("name", LIMITED)
def test_a_real_clips_proxy_shows_what_its_decoder_gives(
    name: str, shared_media: Path, tools: Tools, tmp_path: Path
) -> None:
    ran = run(shared_media / name, tmp_path, tools, in_full_size("prores_hq"))
    assert ran.result.status == "COMPLETED", ran.result.failure
    shots = []
    for path in (shared_media / name, ran.proxy):
        with av.open(str(path)) as file:
            shot = next(file.decode(video=0)).reformat(format="gray")
            wide, plane = shot.width, shot.planes[0]
            lines = [bytes(plane)[y * plane.line_size :][:wide] for y in range(shot.height)]
            shots.append(b"".join(lines))
    source, proxy = shots
    assert len(source) == len(proxy)
    off = sum(abs(one - other) for one, other in zip(source, proxy, strict=True))
    assert off < 2 * len(source)


@pytest.mark.parametrize("look", [{}, {"crop": "crop:4:3"}])
def test_an_ffmpeg_that_cannot_take_all_of_it_is_told_before_the_first_frame(
    look: dict[str, str], footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    source = woven(footage)
    if not look:
        source = with_clean_aperture(source, tmp_path / "woven.mov", width=180, height=90)
    old = tmp_path / "ffmpeg"
    old.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *"-h long"*) "{tools.ffmpeg}" "$@" | sed /apply_cropping/d; exit;; esac\n'
        f'exec "{tools.ffmpeg}" "$@"\n'
    )
    old.chmod(0o755)
    [job] = create(source, tmp_path / "out", tools, looking(**look)).jobs
    ran = execute(job.spec, tmp_path / "out", replace(tools, ffmpeg=old))
    assert ran.result.failure is not None
    assert (ran.result.failure.code, ran.result.failure.stage) == (
        *("TOOL_OPTION_MISSING", "preflight"),
    )
    assert "no -apply_cropping in ffmpeg version" in ran.result.failure.sentence
