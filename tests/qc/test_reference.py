"""The reference is the picture that the encoder was given: whatever is done to it on purpose, a
good proxy measures high.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import CreationRequest, JobSpec, ProfileSpec, Tools, create_jobs, find_profile
from tests.altered_profiles import conforming, run
from tests.end_to_end.coloured_bars import curved, with_lut, write_cube
from tests.end_to_end.look_pictures import looking
from tests.qc.measured import Qc, Said
from tests.recorded_apart import make_picture
from tests.recorded_apart import run as run_with_sound
from tests.support import CREATED_BY, MakeClip, Ran, execute, run_one_clip
from tests.waves import Wave

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "10")
MOVING = "testsrc2=s=384x216:r=25:d=0.6"
FULL = {"size": looking().size}


def clip_of(make: MakeClip, name: str, *options: str, picture: str = MOVING) -> Path:
    return make(name, "-f", "lavfi", "-i", picture, *(options or H264))


def interlaced(make: MakeClip) -> Path:
    fields = "testsrc2=s=384x288:r=50:d=1,interlace"
    flags = ("-flags", "+ildct+ilme", "-x264-params", "tff=1", "-pix_fmt", "yuv420p")
    return clip_of(make, "woven.mov", *H264, *flags, picture=fields)


def turned(make: MakeClip, tools: Tools, folder: Path) -> Path:
    plain, path = clip_of(make, "plain.mov"), folder / "turned.mov"
    command = [str(tools.ffmpeg), "-v", "error", "-nostdin", "-display_rotation", "90"]
    subprocess.run([*command, "-i", str(plain), "-c", "copy", str(path)], check=True)
    return path


def look(profile: str = "prores_hq", **asked: Any) -> ProfileSpec:
    return looking(profile, **asked)


CASES: dict[str, tuple[Callable[[MakeClip, Tools, Path], Path], Callable[[Path], ProfileSpec]]] = {
    "interlaced": (lambda m, t, f: interlaced(m), lambda f: look()),
    "deinterlaced": (
        lambda m, t, f: interlaced(m),
        lambda f: look("dnxhr_hq"),
    ),
    "rotated": (turned, lambda f: look()),
    "cropped": (lambda m, t, f: clip_of(m, "c.mov"), lambda f: look(crop="crop:2.39")),
    "letterbox": (lambda m, t, f: clip_of(m, "c.mov"), lambda f: look(crop="letterbox:2.39")),
    "flipped": (lambda m, t, f: clip_of(m, "c.mov"), lambda f: look(flips="both")),
    "level": (lambda m, t, f: clip_of(m, "c.mov"), lambda f: look(data_level="full")),
    "LUT": (
        lambda m, t, f: clip_of(m, "c.mov"),
        lambda f: with_lut(write_cube(f, curved), "tv", "prores_hq"),
    ),
    "burnt in": (
        lambda m, t, f: clip_of(m, "c.mov", *H264, "-timecode", "01:00:00:00"),
        lambda f: look(
            burn_in=("timecode@bottom", "frame@top-right", "text=It's: 50%, \\o/@top-left")
        ),
    ),
    "scaled": (
        lambda m, t, f: clip_of(m, "c.mov", picture="testsrc2=s=1280x720:r=24000/1001:d=0.6"),
        lambda f: find_profile("prores_hq"),
    ),
    "23.976 in MXF": (
        lambda m, t, f: clip_of(m, "c.mxf", "-c:v", "mpeg2video", "-q:v", "2", "-r", "24000/1001"),
        lambda f: find_profile("dnxhr_hq").model_copy(update=FULL),
    ),
    "proxy in MXF": (
        lambda m, t, f: clip_of(m, "c.mov"),
        lambda f: find_profile("dnxhr_lb_mxf").model_copy(update=FULL),
    ),
    "H.264 proxy": (lambda m, t, f: clip_of(m, "c.mov"), lambda f: look("h264")),
    "10 bit full range": (
        lambda m, t, f: clip_of(m, "c.mov", *H264, "-pix_fmt", "yuv420p10le", "-color_range", "pc"),
        lambda f: look(),
    ),
    "alpha": (
        lambda m, t, f: clip_of(
            m, "c.mov", "-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"
        ),
        lambda f: look("prores_4444"),
    ),
    "alpha, burnt in": (
        lambda m, t, f: clip_of(
            m, "c.mov", "-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"
        ),
        lambda f: look("prores_4444", burn_in=("frame@bottom",)),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_whatever_is_done_to_the_picture_a_good_proxy_measures_high(
    case: str, qc: Qc, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    make, profile = CASES[case]
    ran = run(make(make_clip, tools, tmp_path), tmp_path, tools, profile(tmp_path))
    assert ran.result.status == "COMPLETED", ran.result.failure
    said = qc(tmp_path / "out")
    assert high(said), (said.clip, said.err)
    assert_some_are_as_of_all(qc, said, tmp_path / "out")


def assert_some_are_as_of_all(qc: Qc, said: Said, out: Path) -> None:
    """What is left out between changes nothing of what is compared."""
    some = qc(out, "--frame-stride", 4, "--max-frames", 3, "--replace", every=False)
    assert some.clip["pictures"] == [0, 4, 8]
    for name in ("psnr_y", "ssim", "vmaf"):
        every = said.values(name)
        assert some.values(name) == [every[number] for number in some.clip["pictures"]]


def high(said: Said, *, psnr: float = 36, ssim: float = 0.96) -> bool:
    assert said.code == 0, (said.err, said.data)
    return min(said.values("psnr_y")) > psnr and min(said.values("ssim")) > ssim


def test_without_its_job_file_a_look_is_not_guessed_and_a_plain_clip_is_measured(
    qc: Qc, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    clip = clip_of(make_clip, "c.mov")
    for name, profile in (("plain", look()), ("text", look(burn_in=("text=A@top",)))):
        place = tmp_path / name
        place.mkdir()
        ran = run(clip, place, tools, profile)
        ran.job_file.unlink()
    plain, text = qc(tmp_path / "plain"), qc(tmp_path / "text")
    assert high(plain)
    assert "no job file is near" in plain.clip["remarks"][0]
    assert (text.code, text.clip["code"]) == (1, "QC_NO_JOBSPEC")
    assert [pair["source"] for pair in text.clip["filmstrip"]] == [""] * 6


def test_an_image_sequence_is_read_by_its_numbers(
    qc: Qc, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    numbered = ("-c:v", "dpx", "-start_number", "997")
    made = clip_of(make_clip, "p%04d.dpx", *numbered)
    folder, out = tmp_path / "50% done" / "A001", tmp_path / "out"
    shutil.copytree(made.parent, folder)
    out.mkdir()
    wish = CreationRequest((folder,), out, look(), CREATED_BY, sequence_rate=Fraction(24))
    [job] = create_jobs(wish, prober=tools.prober).jobs
    assert execute(job.spec, out, tools).result.status == "COMPLETED"
    said = qc(out)
    assert high(said)
    assert said.clip["pictures"] == list(range(15))
    elsewhere = (tmp_path / "50% done").rename(tmp_path / "at 100%d")
    assert qc(out, "--replace").clip["code"] == "SOURCE_MISSING"
    moved = qc(out, "--replace", "--path-map", f"{tmp_path / '50% done'}={elsewhere}")
    assert high(moved)


def test_sound_in_files_of_its_own_is_left_out(
    qc: Qc, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    Wave(begins=3600 * 48000, samples=96_000).write(tmp_path / "sound" / "T01.WAV")
    picture = make_picture(make_clip)
    ran = run_with_sound(picture, tmp_path / "sound", tmp_path, tools, profile=look())
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert high(qc(tmp_path / "out"))


@pytest.mark.parametrize(
    ("seconds", "pictures"), [(20, 480), pytest.param(80, 1918, marks=pytest.mark.slow)]
)
def test_in_a_long_clip_of_23_976_no_picture_is_taken_for_its_neighbour(
    seconds: int, pictures: int, qc: Qc, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    moving = f"testsrc2=s=192x108:r=24000/1001:d={seconds}"
    long = clip_of(make_clip, "long.mov", picture=moving)
    ran = run(long, tmp_path, tools, look())
    assert ran.result.status == "COMPLETED", ran.result.failure
    said = qc(tmp_path / "out", "--frame-stride", 101, "--max-frames", "all", every=False)
    assert high(said)
    assert said.clip["pictures"] == list(range(0, pictures, 101))


def test_a_proxy_that_only_exists_is_measured_too(
    qc: Qc, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    def only_exists(spec: JobSpec) -> JobSpec:
        limits = spec.execution.model_copy(update={"verification": "exists"})
        return spec.model_copy(update={"execution": limits})

    clip = clip_of(make_clip, "c.mov")
    ran = run_one_clip(clip, tmp_path, tools, profile="prores_hq", change=only_exists)
    assert ran.result.verification_level == "exists"
    assert high(qc(tmp_path / "out"))


def uneven(make: MakeClip) -> Path:
    gaps = r"select='not(eq(mod(n\,7)\,3))*not(between(n\,20\,30))'"
    options = ("-vf", gaps, "-fps_mode", "passthrough", "-bf", "0", *H264)
    return clip_of(make, "uneven.mkv", *options, picture="testsrc2=s=384x216:r=60:d=1")


@pytest.mark.parametrize(
    "profile",
    [
        pytest.param(look(), id="kept"),
        pytest.param(conforming("25", profile="prores_hq", **FULL), id="conformed to 25"),
        pytest.param(conforming("120", profile="prores_hq", **FULL), id="conformed to 120"),
    ],
)
def test_where_the_rate_varies_the_picture_on_display_is_compared(
    profile: ProfileSpec, qc: Qc, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    ran = run(uneven(make_clip), tmp_path, tools, profile)
    assert ran.result.status == "COMPLETED", ran.result.failure
    said = qc(tmp_path / "out")
    assert high(said)
    assert_some_are_as_of_all(qc, said, tmp_path / "out")


REAL = (
    *("apple_prores_lt.mov", "dv_pal_i.mov", "hdv_1080i.mov", "imx_525.mov"),
    "xdcam_hd422_720p.mov",
)
LARGER = (
    *("iphone_hevc10_hlg_editlist_rot_vfr.mp4", "hdr10_hevc_phone.mp4", "cityCC0.mpg"),
    *("pixel_4k60_rot_vfr_fullrange.mp4", "gopro_tmcd_gpmf.mp4"),
)


@pytest.mark.parametrize(
    "name", [*REAL, *(pytest.param(name, marks=pytest.mark.slow) for name in LARGER)]
)
def test_real_clips_measure_high(
    name: str, qc: Qc, shared_media: Path, tools: Tools, tmp_path: Path
) -> None:
    ran: Ran = run(shared_media / name, tmp_path, tools, find_profile("prores_hq"))
    assert ran.result.status == "COMPLETED", ran.result.failure
    said = qc(tmp_path / "out", "--frame-stride", 5, "--max-frames", 6, every=False)
    assert high(said), said.clip
    assert said.clip["pictures"][:2] == [0, 5]
