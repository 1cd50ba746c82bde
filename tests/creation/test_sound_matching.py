"""Which recording lies under a picture: by timecode, in real seconds, around midnight."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxx_engine.creation.sound.matching import Takes, choose
from proxx_engine.creation.sound.recordings import Recording
from proxx_engine.creation.sound.takes import Take, group_takes
from proxx_engine.planning.laying import lay
from proxx_engine.spec.laid_sound import LaidSound
from proxx_engine.spec.media import AudioStream, Source
from proxx_engine.spec.timecode import counts_drop_frame, frames_of, nominal_rate, timecode_at
from tests.spec.samples import source, video_stream

RATES = [Fraction(r) for r in ("24", "24000/1001", "25", "30000/1001", "50", "60000/1001")]
SAMPLE_RATES = [44100, 48000, 96000, 192000]


def picture(frame: int, count: int, rate: Fraction, *, drop: bool = False) -> Source:
    start = timecode_at(frame, drop_frame=drop, rate=rate)
    video = video_stream(
        frame_rate=f"{rate.numerator}/{rate.denominator}",
        promised_frames={"count": count, "basis": "index"},
    )
    timecode = {"start": start, "drop_frame": drop, "from": "file"}
    return Source.model_validate_json(json.dumps(source(video=video, timecode=timecode)))


def take(begins: int, samples: int, rate: int = 48000, name: str = "T01.WAV") -> Take:
    path = Path("/sound") / name
    return Take((Recording(path, 1, rate, begins, samples, None, (), None, None),))


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Source, Take, Fraction, Fraction]:
    rate, samples_a_second = draw(st.sampled_from(RATES)), draw(st.sampled_from(SAMPLE_RATES))
    drop = draw(st.booleans()) if counts_drop_frame(rate) else False
    dropped = nominal_rate(rate) // 15 * 9 * 6 * 24 if drop else 0
    day = nominal_rate(rate) * 86400 - dropped
    frame, count = draw(st.integers(0, day - 1)), draw(st.integers(1, 200_000))
    clip = picture(frame, count, rate, drop=drop)
    start = frames_of(clip.timecode.start, rate=rate) / rate  # type: ignore[union-attr]
    near = int(start * samples_a_second) + draw(st.integers(-(10**9), 10**9))
    begins = draw(st.sampled_from([max(0, near), draw(st.integers(0, 86400 * samples_a_second))]))
    recorded = take(begins, draw(st.integers(1, 10**9)), samples_a_second)
    return clip, recorded, start, day / rate


@given(scenes())
def test_a_take_lies_within_half_a_sample_of_where_its_timecode_says(
    scene: tuple[Source, Take, Fraction, Fraction],
) -> None:
    clip, recorded, start, day = scene
    file, video = recorded.first, clip.video
    assert video is not None
    seconds = Fraction(video.promised_frames.count or 0) / video.frame_rate
    exact = [file.begins_seconds - start + shift for shift in (0, day, -day)]
    length = Fraction(file.samples, file.sample_rate)
    overlaps = [max(0, min(seconds, at + length) - max(0, at)) for at in exact]
    found = Takes([recorded]).under(clip)
    if not found:
        # What is under a picture for less than a sample rounds to nothing.
        assert max(overlaps) * file.sample_rate <= 1
        return
    [under] = found
    best = max(range(3), key=lambda number: overlaps[number])
    assert any(
        abs(under.begins - at * file.sample_rate) <= Fraction(1, 2)
        for at, overlap in zip(exact, overlaps, strict=True)
        if overlaps[best] - overlap <= Fraction(2, file.sample_rate)
    )
    assert abs(under.length - seconds * file.sample_rate) <= Fraction(1, 2)
    assert under.whole is (under.begins <= 0 and under.begins + file.samples >= under.length)


@given(scenes())
def test_silence_sound_and_silence_are_as_long_as_the_picture(
    scene: tuple[Source, Take, Fraction, Fraction],
) -> None:
    clip, recorded, _start, _day = scene
    for under in Takes([recorded]).under(clip):
        file = recorded.first
        stream = AudioStream(
            stream_index=0,
            codec="pcm_s24le",
            channels=1,
            layout=None,
            sample_rate=file.sample_rate,
            samples=file.samples,
            language=None,
            file_index=1,
        )
        part = lay(LaidSound(begins=under.begins, samples=under.length), stream)
        assert part.before + part.taken + part.after == under.length
        assert part.taken == under.taken > 0
        assert min(part.before, part.cut, part.after, part.skipped_seconds) >= 0
        assert part.cut < file.sample_rate
        first = part.skipped_seconds * file.sample_rate + part.cut
        assert under.begins == (part.before or -first)
        assert first + part.taken <= file.samples


@given(st.lists(st.tuples(st.integers(0, 86400), st.integers(1, 5000)), max_size=30), scenes())
def test_of_many_takes_those_are_found_that_one_by_one_would_be(
    others: list[tuple[int, int]], scene: tuple[Source, Take, Fraction, Fraction]
) -> None:
    clip, recorded, _start, _day = scene
    takes = [
        take(start * 48000, seconds * 48000, name=f"T{number:02d}.WAV")
        for number, (start, seconds) in enumerate(others, start=2)
    ]
    alone = [each for one in (recorded, *takes) for each in Takes([one]).under(clip)]
    together = Takes([recorded, *takes]).under(clip)
    assert {(u.take.first.path, u.begins) for u in alone} == {
        (u.take.first.path, u.begins) for u in together
    }
    chosen = choose(together)
    assert all(each.whole for each in chosen) or not any(each.whole for each in together)


@pytest.mark.parametrize(
    ("timecode_frame", "begins", "expected"),
    [
        pytest.param(24 * 3600 * 25 - 25, 48000, 96_000, id="a take after midnight"),
        pytest.param(25, 24 * 3600 * 48000 - 48000, -96_000, id="a take from before midnight"),
    ],
)
def test_a_clip_and_its_take_may_lie_on_both_sides_of_midnight(
    timecode_frame: int, begins: int, expected: int
) -> None:
    clip = picture(timecode_frame, 100, Fraction(25))
    [under] = Takes([take(begins, 480_000)]).under(clip)
    assert under.begins == expected


def test_a_drop_frame_day_has_fewer_frames() -> None:
    rate = Fraction(30000, 1001)
    day = (30 * 86400 - 2592) / rate
    clip = picture(0, 100, rate, drop=True)
    late = int((day - 1) * 48000)
    [under] = Takes([take(late, 480_000)]).under(clip)
    assert abs(under.begins - (late - day * 48000)) <= Fraction(1, 2)


def test_five_thousand_clips_find_their_takes_among_five_thousand() -> None:
    seeds = random.Random(7)
    takes = Takes(
        take(seeds.randrange(86400) * 48000, 60 * 48000, name=f"{n}.WAV") for n in range(5000)
    )
    clips = [picture(seeds.randrange(86000) * 25, 500, Fraction(25)) for _ in range(500)]
    assert sum(len(takes.under(clip)) for clip in clips) > 500


def split(name: str, *, begins: int = 0, samples: int = 100, channels: int = 1) -> Recording:
    return Recording(Path("/s") / name, channels, 48000, begins, samples, None, (), None, None)


def test_files_of_one_take_are_put_together_only_where_all_says_so() -> None:
    alike = [split("T01_2.WAV"), split("T01_1.WAV"), split("T01_10.WAV")]
    [together] = group_takes(alike)
    assert [path.name for path in together.paths] == ["T01_1.WAV", "T01_2.WAV", "T01_10.WAV"]
    zoom = [split("210101_002_Tr2.WAV"), split("210101_002_Tr1.WAV")]
    [together] = group_takes(zoom)
    assert [path.name for path in together.paths] == ["210101_002_Tr1.WAV", "210101_002_Tr2.WAV"]
    apart = [
        split("210101_002_TrLR.WAV"),
        split("210101_003_Tr1.WAV"),
        split("T01_1.WAV"),
        split("T01_2.WAV", begins=1),
        split("T01_3.WAV", samples=101),
        split("T01_4.WAV", channels=2),
        split("T02_5.WAV"),
        split("../s2/T01_6.WAV"),
        split("T01_7.wave"),
    ]
    assert len(group_takes(apart)) == len(apart)
