"""Clips of several files: sound beside the picture, numbered pictures; each becomes one proxy."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from proxx_engine import (
    Creation,
    CreationRequest,
    JobSpecValidationError,
    Tools,
    create_jobs,
    find_profile,
    plan_job,
    read_sound,
)
from tests.end_to_end.looking import look
from tests.recorded_apart import laid, pcm
from tests.support import CREATED_BY, MakeClip, Ran, execute
from tests.waves import Wave

P2_VIDEO = (
    *("-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=25:d=0.4", "-c:v", "dnxhd", "-b:v", "120M"),
    *("-pix_fmt", "yuv422p", "-timecode", "10:00:00:00", "-f", "mxf_opatom"),
)


def sine(hertz: int, seconds: str = "0.4") -> tuple[str, ...]:
    sound = f"sine=frequency={hertz}:r=48000:d={seconds}"
    return ("-f", "lavfi", "-i", sound, "-c:a", "pcm_s16le", "-ac", "1", "-f", "mxf_opatom")


def p2_xml(channels: int) -> str:
    audio = "".join("<Audio><AudioFormat>MXF</AudioFormat></Audio>" for _ in range(channels))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<P2Main xmlns="urn:schemas-Professional-Plug-in:P2:ClipMetadata:v3.1"><ClipContent>'
        "<ClipName>0001AB</ClipName><EssenceList><Video><VideoFormat>MXF</VideoFormat>"
        "<FrameRate>25p</FrameRate><StartTimecode>10:00:00:00</StartTimecode></Video>"
        f"{audio}</EssenceList></ClipContent></P2Main>"
    )


@pytest.fixture
def p2_card(make_clip: MakeClip, tmp_path: Path) -> Path:
    """A P2 card of one clip with four tracks of sound."""
    contents = tmp_path / "card" / "CONTENTS"
    for name in ("CLIP", "VIDEO", "AUDIO", "ICON", "PROXY", "VOICE"):
        (contents / name).mkdir(parents=True)
    (contents / "CLIP/0001AB.XML").write_text(p2_xml(4), "utf-8")
    (contents / "VIDEO/0001AB.MXF").write_bytes(make_clip("v.MXF", *P2_VIDEO).read_bytes())
    for track in range(4):
        clip = make_clip(f"a{track}.MXF", *sine(300 + 200 * track))
        (contents / f"AUDIO/0001AB{track:02d}.MXF").write_bytes(clip.read_bytes())
    return tmp_path / "card"


def created(tools: Tools, footage: Path, **more: object) -> Creation:
    out = footage.parent / "out"
    out.mkdir(exist_ok=True)
    profile = find_profile(str(more.pop("profile", "prores_proxy")))
    request = CreationRequest((footage,), out, profile, CREATED_BY, **more)  # type: ignore[arg-type]
    return create_jobs(request, prober=tools.prober)


def run_only_clip(tools: Tools, footage: Path, **more: object) -> Ran:
    creation = created(tools, footage, **more)
    assert len(creation.jobs) == 1, creation.left_out
    return execute(creation.jobs[0].spec, footage.parent / "out", tools)


def test_a_p2_clip_has_its_sound_out_of_files_of_their_own(tools: Tools, p2_card: Path) -> None:
    ran = run_only_clip(tools, p2_card)
    assert ran.result.status == "COMPLETED", ran.result.failure
    source = ran.spec.clips[0].source
    assert [Path(name).name for name in source.files] == [
        "0001AB.MXF",
        *(f"0001AB{track:02d}.MXF" for track in range(4)),
    ]
    assert [stream.file_index for stream in source.audio] == [1, 2, 3, 4]
    seen = look(ran.proxy)
    assert [sound.channels for sound in seen.sounds] == [1, 1, 1, 1]
    assert [ran.check(f"audio.{track}.content") for track in range(4)] == ["equal"] * 4
    assert ran.check("timecode") == "equal"


@pytest.mark.parametrize("only", [False, True])
def test_a_recorders_sound_stands_behind_that_of_the_card(
    only: bool, tools: Tools, p2_card: Path, tmp_path: Path
) -> None:
    wave = Wave(begins=36_000 * 48_000 + 99, samples=48_000)
    wave.write(tmp_path / "sound" / "T01.WAV")
    ran = run_only_clip(tools, p2_card, sound=read_sound((tmp_path / "sound",), only=only))
    assert ran.result.status == "COMPLETED", ran.result.failure
    tracks = 1 if only else 5
    assert len(look(ran.proxy).sounds) == tracks
    assert pcm(ran.proxy, tracks - 1) == laid(wave, 99, 19_200)


def test_a_cut_sound_file_of_a_card_is_seen(tools: Tools, p2_card: Path) -> None:
    sound = p2_card / "CONTENTS/AUDIO/0001AB02.MXF"
    spec = created(tools, p2_card).jobs[0].spec
    sound.write_bytes(sound.read_bytes()[:-20_000])
    cut = created(tools, p2_card)
    if cut.jobs:
        result = execute(cut.jobs[0].spec, p2_card.parent / "out", tools).result
        assert result.failure is not None
        assert result.failure.code in ("SOURCE_TRUNCATED", "SOURCE_DAMAGED")
    changed = execute(spec, p2_card.parent / "out", tools).result
    assert changed.failure is not None
    assert changed.failure.code == "SOURCE_CHANGED"


@pytest.fixture
def numbered(tools: Tools, tmp_path: Path) -> Path:
    """Twelve DPX pictures whose names hold what FFmpeg takes for a pattern."""
    return make_sequence(tools, tmp_path / "seq", "A%01d_take %%_{:06d}.dpx")


def make_sequence(
    tools: Tools, folder: Path, name: str, *, first: int = 86_400, frames: int = 12
) -> Path:
    import subprocess

    folder.mkdir(exist_ok=True)
    plain = folder / "p%d.tmp"
    kind = name.rpartition(".")[2]
    codec = {"dpx": "dpx", "exr": "exr", "tiff": "tiff", "tif": "tiff"}[kind]
    picture = f"testsrc2=s=320x180:r=24,trim=end_frame={frames}"
    command = [str(tools.ffmpeg), "-v", "error", "-f", "lavfi", "-i", picture, "-c:v", codec]
    command += ["-pix_fmt", "gbrpf32le"] if kind == "exr" else []
    subprocess.run([*command, "-start_number", "0", "-f", "image2", str(plain)], check=True)
    for number in range(frames):
        (folder / f"p{number}.tmp").rename(folder / name.format(first + number))
    return folder


@pytest.mark.parametrize(
    ("name", "first"),
    [
        pytest.param("A%01d_take %%_{:06d}.dpx", 86_400, id="DPX, per cent signs in the name"),
        pytest.param("shot.{:04d}.exr", 1001, id="EXR"),
        pytest.param("plate_{:d}.tif", 7, id="TIFF without leading zeros, from 7 to 18"),
        pytest.param("{:08d}.dpx", 0, id="a name that is only a number, from 0"),
    ],
)
def test_numbered_pictures_are_one_clip_at_the_rate_a_person_gives(
    tools: Tools, tmp_path: Path, name: str, first: int
) -> None:
    folder = make_sequence(tools, tmp_path / "seq", name, first=first)
    ran = run_only_clip(tools, folder, sequence_rate=Fraction(24000, 1001))
    assert ran.result.status == "COMPLETED", ran.result.failure
    source = ran.spec.clips[0].source
    assert len(source.files) == 12
    assert source.video is not None
    assert source.video.promised_frames.count == 12
    seen = look(ran.proxy)
    assert seen.frames == 12
    assert seen.times[1] - seen.times[0] == Fraction(1001, 24000)


def test_without_a_rate_a_sequence_is_left_out_with_the_option_named(
    tools: Tools, numbered: Path
) -> None:
    creation = created(tools, numbered)
    assert creation.jobs == ()
    [entry] = creation.left_out
    assert "--sequence-rate" in entry.reason


def test_a_gap_is_refused_and_the_missing_number_named(tools: Tools, numbered: Path) -> None:
    sorted(numbered.iterdir())[5].unlink()
    creation = created(tools, numbered, sequence_rate=Fraction(24))
    assert creation.jobs == ()
    assert "86405" in creation.left_out[0].reason


@pytest.mark.parametrize("which", ["deleted", "changed"])
def test_a_picture_that_is_not_as_it_was_stops_the_job(
    tools: Tools, numbered: Path, which: str
) -> None:
    spec = created(tools, numbered, sequence_rate=Fraction(24)).jobs[0].spec
    picture = sorted(numbered.iterdir())[7]
    if which == "deleted":
        picture.unlink()
    else:
        data = bytearray(picture.read_bytes())
        data[40_000] ^= 1
        picture.write_bytes(data)
    result = execute(spec, numbered.parent / "out", tools).result
    assert result.failure is not None
    wanted = "SOURCE_MISSING" if which == "deleted" else "SOURCE_CHANGED"
    assert result.failure.code == wanted


def test_pictures_that_change_their_size_midway_are_no_clip(
    tools: Tools, numbered: Path, make_clip: MakeClip
) -> None:
    small = make_clip(
        "small.dpx", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=1", "-frames:v", "1", "-update", "1"
    )
    sorted(numbered.iterdir())[6].write_bytes(small.read_bytes())
    ran = run_only_clip(tools, numbered, sequence_rate=Fraction(24))
    assert ran.result.failure is not None
    assert ran.result.failure.code == "SOURCE_UNEVEN"
    assert "160x90" in ran.result.failure.sentence


def test_a_cut_picture_is_damage(tools: Tools, numbered: Path) -> None:
    picture = sorted(numbered.iterdir())[6]
    picture.write_bytes(picture.read_bytes()[:30_000])
    ran = run_only_clip(tools, numbered, sequence_rate=Fraction(24))
    assert ran.result.status == "FAILED"
    assert ran.result.failure is not None
    assert ran.result.failure.code.startswith("SOURCE_")


def test_names_that_do_not_follow_the_numbering_are_refused(tools: Tools, numbered: Path) -> None:
    spec = created(tools, numbered, sequence_rate=Fraction(24)).jobs[0].spec
    [clip] = spec.clips
    swapped = (clip.source.files[0], clip.source.files[2], clip.source.files[1])
    source = clip.source.model_copy(update={"files": swapped})
    bad = spec.model_copy(update={"clips": (clip.model_copy(update={"source": source}),)})
    with pytest.raises(JobSpecValidationError) as caught:
        plan_job(bad)
    assert [issue.path for issue in caught.value.issues] == ["clips[0].source.sequence"]
