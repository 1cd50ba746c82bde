"""Sound for numbered pictures; clips whose picture tells no moment; jobs that are made again."""

from __future__ import annotations

import pytest

from tests.counted_tracks import count_otherwise
from tests.recorded_apart import ONE_O_CLOCK, laid, make_picture, pcm
from tests.sidecar.calling import Proxx
from tests.support import MakeClip
from tests.waves import Wave


def test_numbered_pictures_have_sound_by_the_timecode_of_a_list(
    proxx: Proxx, make_clip: MakeClip
) -> None:
    small = make_clip(
        "small.dpx", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=1", "-frames:v", "1", "-update", "1"
    )
    for number in range(86_400, 86_440):
        path = proxx.folder / "footage" / f"A001.{number:07d}.dpx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(small.read_bytes())
    row = "A001.0086400.dpx,01:00:00:00"
    (proxx.folder / "list.csv").write_text(f"File Name,Start TC\n{row}\n")
    wave = Wave(ONE_O_CLOCK - 99_999, 200_000)
    wave.write(proxx.folder / "sound" / "T01.WAV")
    said = proxx(
        *("create", "footage", "--out", "out", "--sound", "sound"),
        *("--sequence-rate", "25", "--timecode-from", "list.csv"),
    )
    assert said.code == 0, said.err
    assert "T01.WAV from its sample 99999 on" in " ".join(said.out.split())
    said = proxx("run", "out")
    assert said.code == 0, said.err
    [proxy] = (proxx.folder / "out").glob("*.mov")
    assert pcm(proxy, 0) == laid(wave, -99_999, 40 * 1920)


def test_a_clip_whose_rate_varies_is_refused_where_a_recording_has_its_timecode(
    proxx: Proxx, make_clip: MakeClip
) -> None:
    clip = make_clip(
        "uneven.mov",
        *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=50", "-frames:v", "60"),
        *("-vf", r"select='not(eq(mod(n\,7)\,3))'", "-fps_mode:v", "passthrough"),
        *("-c:v", "mpeg4", "-timecode", "01:00:00:00"),
    )
    footage = proxx.folder / "footage"
    footage.mkdir()
    (footage / "A.mov").write_bytes(clip.read_bytes())
    (proxx.folder / "sound").mkdir()
    said = proxx("create", "footage", "--out", "out", "--sound", "sound")
    assert said.code == 0, said.err
    assert "its frame rate varies" in said.out
    Wave(ONE_O_CLOCK, 60_000).write(proxx.folder / "sound" / "T01.WAV")
    said = proxx("create", "footage", "--out", "out2", "--sound", "sound")
    assert said.code == 2
    assert "its frame rate varies" in said.err


def test_a_picture_that_begins_after_its_own_sound_is_refused_by_name(
    proxx: Proxx, make_clip: MakeClip
) -> None:
    late = make_clip(
        "late.mov",
        *("-itsoffset", "0.5", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1"),
        *("-f", "lavfi", "-i", "sine=r=48000:d=1", "-c:v", "mpeg4", "-c:a", "pcm_s16le"),
        *("-timecode", "01:00:00:00"),
    )
    footage = proxx.folder / "footage"
    footage.mkdir()
    (footage / "A.mov").write_bytes(late.read_bytes())
    Wave(ONE_O_CLOCK, 60_000).write(proxx.folder / "sound" / "T01.WAV")
    said = proxx("create", "footage", "--out", "out", "--sound", "sound")
    assert said.code == 2
    assert "its picture begins 0.520 s after its own sound" in said.err


def test_a_failed_job_keeps_its_sound_when_it_is_made_again(
    proxx: Proxx, make_clip: MakeClip
) -> None:
    footage = proxx.folder / "footage"
    footage.mkdir()
    (footage / "A.mov").write_bytes(make_picture(make_clip).read_bytes())
    wave = Wave(ONE_O_CLOCK, 60_000).write(proxx.folder / "sound" / "T01.WAV")
    assert proxx("create", "footage", "--out", "out", "--sound", "sound").code == 0
    whole = wave.read_bytes()
    wave.write_bytes(whole[:-3000])
    said = proxx("run", "out")
    assert said.code == 1
    assert "SOURCE_CHANGED" in said.out + said.err
    said = proxx("resubmit", "out")
    assert said.code != 0
    assert "create its job anew" in said.out + said.err
    wave.write_bytes(whole)
    said = proxx("resubmit", "out")
    assert said.code == 0, said.err
    assert proxx("run", "out").code == 0
    [proxy] = (proxx.folder / "out").glob("*.mov")
    assert pcm(proxy, 1) == laid(Wave(ONE_O_CLOCK, 60_000), 0, 57600)


def test_sound_that_came_later_makes_another_proxy(proxx: Proxx, make_clip: MakeClip) -> None:
    footage = proxx.folder / "footage"
    footage.mkdir()
    (footage / "A.mov").write_bytes(make_picture(make_clip).read_bytes())
    (proxx.folder / "sound").mkdir()
    sound = ("--sound", "sound", "--skip-done", "--replace")
    assert proxx("create", "footage", "--out", "out", *sound).code == 0
    assert proxx("run", "out").code == 0
    again = proxx("create", "footage", "--out", "out", *sound)
    assert "nothing to do" in again.out
    Wave(ONE_O_CLOCK, 60_000).write(proxx.folder / "sound" / "T01.WAV")
    assert "1 job" in proxx("create", "footage", "--out", "out", *sound).out
    assert proxx("run", "out").code == 0
    assert "nothing to do" in proxx("create", "footage", "--out", "out", *sound).out


@pytest.mark.parametrize(
    ("rate", "pictures", "counts", "scale", "seconds"),
    [
        pytest.param("50", 50, 25, 1, 3600 + 12 / 25, id="50 pictures, counted by 25"),
        pytest.param("60000/1001", 60, 30, 1000, 3603.6 + 12 * 1.001 / 30, id="59.94 by 29.97"),
    ],
)
def test_a_timecode_that_counts_every_other_picture_tells_the_right_moment(
    rate: str,
    pictures: int,
    counts: int,
    scale: int,
    seconds: float,
    proxx: Proxx,
    make_clip: MakeClip,
) -> None:
    clip = make_picture(make_clip, "fast.mov", rate=rate)
    footage = proxx.folder / "footage"
    footage.mkdir()
    start = 3600 * counts + 12
    told = count_otherwise(clip, pictures=pictures, counts=counts, start=start, scale=scale)
    (footage / "A.mov").write_bytes(told)
    begins = 3600 * 48000
    Wave(begins, 500_000).write(proxx.folder / "sound" / "T01.WAV")
    said = proxx("create", "footage", "--out", "out", "--sound", "sound")
    assert said.code == 0, said.err
    sample = round(seconds * 48000) - begins
    assert f"T01.WAV from its sample {sample} on" in " ".join(said.out.split())


def test_a_timecode_that_counts_what_no_picture_is_tells_no_moment(
    proxx: Proxx, make_clip: MakeClip
) -> None:
    clip = make_picture(make_clip, "film.mov", rate="24")
    footage = proxx.folder / "footage"
    footage.mkdir()
    told = count_otherwise(clip, pictures=24, counts=25, start=3600 * 25 + 3)
    (footage / "A.mov").write_bytes(told)
    Wave(ONE_O_CLOCK, 500_000).write(proxx.folder / "sound" / "T01.WAV")
    said = proxx("create", "footage", "--out", "out", "--sound", "sound")
    assert said.code == 0, said.err
    assert "its timecode counts 25 frames a second, its picture 24/1" in said.out
    assert (
        proxx("create", "footage", "--out", "o", "--sound", "sound", "--sound-required").code == 2
    )
