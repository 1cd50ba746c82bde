"""Variable frame rates kept, conformed in sync with the sound, or refused."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

from proxx_engine import JobSpec, JobSpecValidationError, Tools, encode_json, find_profile, plan_job
from tests.altered_profiles import conforming, create, run
from tests.end_to_end.conftest import Footage
from tests.end_to_end.looking import look
from tests.support import MakeClip, Ran

FLASHES = (Fraction(1), Fraction(2), Fraction(3))
_ON = "+".join(f"between(t,{at},{at}.1)" for at in (1, 2, 3))
_UNEVEN = r"select='not(eq(mod(n\,7)\,3))*not(between(n\,70\,100))*not(between(n\,130\,131))'"
"""Every seventh picture missing, half a second without any, and a small gap."""


def _flash_and_beep(make_clip: MakeClip, name: str, *options: str, rate: int = 60) -> Path:
    flash = f"drawbox=w=iw:h=ih:t=fill:color=white:enable='{_ON}'"
    beep = f"aevalsrc='0.5*sin(2*PI*1000*t)*({_ON})':s=48000:d=4"
    return make_clip(
        name,
        *("-f", "lavfi", "-i", f"color=black:s=320x180:r={rate}:d=4", "-f", "lavfi", "-i", beep),
        *("-vf", f"{flash},{_UNEVEN}", "-fps_mode", "passthrough"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-pix_fmt", "yuv420p"),
        *("-c:a", "pcm_s16le", *options),
    )


def _flashes(path: Path) -> list[Fraction]:
    """Return the times at which white begins."""
    times, white_before = [], False
    with av.open(str(path)) as file:
        for picture in file.decode(video=0):
            plane = bytes(picture.planes[0])
            step = 2 if "10" in picture.format.name else 1
            white = int.from_bytes(plane[2000 * step : 2000 * step + step], "little") > (
                500 if step == 2 else 125
            )
            if white and not white_before:
                times.append(picture.pts * picture.time_base)
            white_before = white
    return times


def _beeps(path: Path) -> list[Fraction]:
    """Return the times at which the tone begins."""
    times, silent = [], 48000
    with av.open(str(path)) as file:
        position = None
        for block in file.decode(audio=0):
            position = block.pts * block.time_base if position is None else position
            kind = {"s16": "h", "s32": "i"}[block.format.name]
            for sample in memoryview(bytes(block.planes[0])).cast(kind)[: block.samples]:
                loud = abs(sample) > 1 << (10 if kind == "h" else 26)
                if loud and silent > 4800:
                    times.append(position)
                silent = 0 if loud else silent + 1
                position += Fraction(1, 48000)
    return times


def _frame_map(ran: Ran) -> list[int]:
    runs = ran.result.clips[0].frame_map
    assert runs is not None
    return [run.source + n for run in runs for n in range(run.count)]


@pytest.mark.parametrize("rate", ["25", "30000/1001", "60"])
@pytest.mark.parametrize("name", ["flash.mov", "flash.mkv"])
def test_a_flash_stays_with_its_beep(
    name: str, rate: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    ran = run(_flash_and_beep(make_clip, name), tmp_path, tools, conforming(rate))
    assert ran.result.status == "COMPLETED", ran.result.failure
    beeps, flashes = _beeps(ran.proxy), _flashes(ran.proxy)
    assert [round(beep) for beep in beeps] == list(FLASHES)
    # The clock of a Matroska counts in milliseconds.
    apart = [abs(flash - beep) for flash, beep in zip(flashes, beeps, strict=True)]
    assert max(apart) <= 1 / (2 * Fraction(rate)) + Fraction(2, 1000)
    frames = [Fraction(n) / Fraction(rate) for n in range(len(look(ran.proxy).times))]
    drift = (abs(a - b) for a, b in zip(look(ran.proxy).times, frames, strict=True))
    assert max(drift) < Fraction(1, 10_000)
    assert len(frames) == round(4 * Fraction(rate))


@pytest.mark.parametrize("offset", ["0.4837", "-0.4837"], ids=["picture late", "sound late"])
def test_a_flash_stays_with_its_beep_where_one_begins_later(
    offset: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    whole = _flash_and_beep(make_clip, "flash.mov")
    late = offset.removeprefix("-")
    shift = ("-itsoffset", late) if offset == late else ()
    other = () if shift else ("-itsoffset", late)
    source = make_clip(
        "late.mov",
        *(*shift, "-i", f"file:{whole}", *other, "-i", f"file:{whole}"),
        *("-map", "0:v", "-map", "1:a", "-c", "copy"),
    )
    gaps = [a - b for a, b in zip(_flashes(source), _beeps(source), strict=True)]
    assert min(abs(gap) for gap in gaps) > Fraction(45, 100)
    ran = run(source, tmp_path, tools, conforming("25"))
    assert ran.result.status == "COMPLETED", ran.result.failure
    kept = [a - b for a, b in zip(_flashes(ran.proxy), _beeps(ran.proxy), strict=True)]
    assert max(abs(a - b) for a, b in zip(gaps, kept, strict=True)) <= Fraction(22, 1000)


@pytest.mark.parametrize(
    ("profile", "container"), [("prores_proxy", "mov"), ("dnxhr_lb", "mxf"), ("h264", "mkv")]
)
def test_what_is_conformed_goes_into_every_container(
    profile: str, container: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = _flash_and_beep(make_clip, "flash.mov")
    asked = conforming("30", profile=profile, container=container)
    ran = run(source, tmp_path, tools, asked)
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert look(ran.proxy).frames == 120


def test_the_map_tells_of_every_frame_which_picture_it_shows(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = _flash_and_beep(make_clip, "flash.mov")
    ran = run(source, tmp_path, tools, conforming("30"))
    begins = [*look(source).times, Fraction(4)]
    shown = _frame_map(ran)
    for frame, picture in enumerate(shown):
        middle = (frame + Fraction(1, 2)) / 30
        assert begins[picture] <= middle <= begins[picture + 1] + Fraction(1, 16000)
    assert (
        b'"frame_map"'
        in ran.job_file.with_name(
            ran.job_file.name.replace(".job.json", ".result.json")
        ).read_bytes()
    )
    assert ran.check("frame_map") == ran.check("frames.muxed") == ran.check("times") == "planned"
    assert ran.result.clips[0].decoded_frames == look(source).frames


def test_the_last_picture_is_shown_as_long_as_its_source_says(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    held = r"setts=duration=if(eq(N\,24)\,10*DURATION\,DURATION):ts=TS+if(eq(N\,5)\,100\,0)"
    source = make_clip(
        "held.mov",
        *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", "-c:v", "libx264", "-bf", "0"),
        *("-preset", "ultrafast", "-pix_fmt", "yuv420p", "-bsf:v", held),
        *("-enc_time_base:v", "1/12800", "-video_track_timescale", "12800"),
    )
    ran = run(source, tmp_path, tools, conforming("25"))
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert _frame_map(ran) == [*range(24), *[24] * 10]


@pytest.mark.parametrize(
    ("clip", "pictures", "rate", "frames"),
    [
        pytest.param(
            "iphone_hevc10_hlg_editlist_rot_vfr.mp4", 77, "30000/1001", 77, id="iPhone, edit list"
        ),
        pytest.param("pixel_4k60_rot_vfr_fullrange.mp4", 18, "60/1", 18, id="Pixel, 60 a second"),
    ],
)
def test_a_phone_clip_goes_to_its_own_rate(
    clip: str,
    pictures: int,
    rate: str,
    frames: int,
    shared_media: Path,
    tools: Tools,
    tmp_path: Path,
) -> None:
    ran = run(shared_media / clip, tmp_path, tools, conforming(None))
    assert ran.result.status == "COMPLETED", ran.result.failure
    target = ran.spec.clips[0].target
    assert target is not None
    assert (target.frame_rate, target.variable_frame_rate) == (Fraction(rate), "conform")
    assert ran.result.clips[0].decoded_frames == pictures
    assert look(ran.proxy).frames == frames


def test_half_the_rate_of_a_phone_clip_drops_half_of_it(
    shared_media: Path, tools: Tools, tmp_path: Path
) -> None:
    ran = run(shared_media / "pixel_4k60_rot_vfr_fullrange.mp4", tmp_path, tools, conforming("30"))
    assert ran.result.status == "COMPLETED", ran.result.failure
    assert (len(_frame_map(ran)), len(set(_frame_map(ran)))) == (9, 9)


def test_a_constant_rate_is_left_alone(footage: Footage, tools: Tools, tmp_path: Path) -> None:
    ran = run(footage("even.mov"), tmp_path, tools, conforming("30"))
    clip, target = ran.result.clips[0], ran.spec.clips[0].target
    assert target is not None
    assert (target.frame_rate, target.variable_frame_rate) == (25, None)
    assert clip.frame_map is None
    assert not any("fps=fps" in argument for argument in clip.invocation.command or ())
    assert ran.check("frames.muxed") == "equal"


def test_conforming_gives_the_same_bytes_at_any_number_of_threads(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    import dataclasses

    source, hashes = _flash_and_beep(make_clip, "flash.mov"), set()
    for threads in (1, 4):
        folder = tmp_path / str(threads)
        folder.mkdir()
        ran = run(source, folder, dataclasses.replace(tools, threads=threads), conforming("25"))
        hashes.add(ran.result.clips[0].output_sha256)
    assert len(hashes) == 1
    assert None not in hashes


def test_what_a_profile_refuses_is_left_out_with_its_reason(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    asked = find_profile("prores_proxy").model_copy(update={"variable_frame_rate": "refuse"})
    creation = create(_flash_and_beep(make_clip, "flash.mov"), tmp_path / "out", tools, asked)
    assert creation.jobs == ()
    [left] = creation.left_out
    told = "its frame rate varies, and the profile refuses that; use keep or conform"
    assert left.reason == told


def test_a_rate_that_mxf_cannot_hold_is_left_out_with_those_it_can(
    make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = _flash_and_beep(make_clip, "fast.mov", rate=240)
    asked = conforming(None, profile="dnxhr_lb", container="mxf")
    creation = create(source, tmp_path / "out", tools, asked)
    assert creation.jobs == ()
    told = "MXF cannot hold 240/1 frames a second; it holds 24000/1001, 24/1, 25/1"
    assert creation.left_out[0].reason.startswith(told)


def test_fields_at_a_variable_rate_are_not_conformed(
    footage: Footage, tools: Tools, tmp_path: Path
) -> None:
    source = footage(
        "fields.mkv",
        *("-fps_mode", "passthrough", "-flags:v", "+ildct+ilme", "-bf", "0"),
        picture="testsrc2=size=320x180:rate=50:duration=2",
        filters=rf"interlace,{_UNEVEN}",
    )
    creation = create(source, tmp_path / "out", tools, conforming("25"))
    assert creation.jobs == ()
    assert "interlaced, which cannot be conformed" in creation.left_out[0].reason


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        pytest.param("variable_frame_rate", "refuse", "SPEC_BAD_PAIR", id="refuse"),
        pytest.param("variable_frame_rate", "keep", "SPEC_BAD_PAIR", id="not as the profile says"),
        pytest.param("variable_frame_rate", None, "SPEC_MISSING_FIELD", id="no policy"),
        pytest.param("frame_rate", Fraction(24), "SPEC_BAD_PAIR", id="another rate"),
    ],
)
def test_a_jobspec_that_says_otherwise_is_refused(
    field: str, value: object, code: str, make_clip: MakeClip, tools: Tools, tmp_path: Path
) -> None:
    source = _flash_and_beep(make_clip, "flash.mov")
    [job] = create(source, tmp_path / "out", tools, conforming("30")).jobs
    wrong = _altered(job.spec, **{field: value})
    with pytest.raises(JobSpecValidationError) as refused:
        plan_job(wrong)
    assert {issue.code for issue in refused.value.issues} == {code}
    assert all(issue.path.startswith("clips[0].target.") for issue in refused.value.issues)
    assert encode_json(job.spec) != encode_json(wrong)


def _altered(spec: JobSpec, **changes: object) -> JobSpec:
    clip = spec.clips[0]
    assert clip.target is not None
    target = clip.target.model_copy(update=changes)
    return spec.model_copy(update={"clips": (clip.model_copy(update={"target": target}),)})
