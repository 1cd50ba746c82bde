"""Many files at a time, in order, bounded, and nothing left running."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from proxx_engine import CreationRequest, ProbeError, Prober, Tools, create_jobs, find_profile
from proxx_engine.creation.sources.side_by_side import inspect_side_by_side
from tests.support import CREATED_BY, MakeClip

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.4", "-c:v", "mpeg4")


@pytest.fixture
def prober() -> Iterator[Prober]:
    with Prober() as one:
        yield one


def test_answers_come_in_the_order_of_the_questions(prober: Prober) -> None:
    def inspect(number: int, _prober: Prober) -> int:
        time.sleep(0.01 * (5 - number % 5))
        return number

    assert list(inspect_side_by_side(inspect, range(20), prober, side_by_side=4)) == list(range(20))


@pytest.mark.parametrize("side_by_side", [1, 3])
def test_never_more_run_than_were_allowed(prober: Prober, side_by_side: int) -> None:
    guard, running, most = threading.Lock(), [0], [0]

    def inspect(_number: int, _prober: Prober) -> None:
        with guard:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.005)
        with guard:
            running[0] -= 1

    list(inspect_side_by_side(inspect, range(24), prober, side_by_side=side_by_side))
    assert most[0] == side_by_side


def test_each_prober_serves_one_question_at_a_time(prober: Prober) -> None:
    busy: set[int] = set()

    def inspect(_number: int, mine: Prober) -> None:
        assert id(mine) not in busy
        busy.add(id(mine))
        time.sleep(0.002)
        busy.remove(id(mine))

    list(inspect_side_by_side(inspect, range(30), prober, side_by_side=4))


@pytest.mark.usefixtures("cold_probe")
def test_an_error_ends_the_inspecting_and_what_it_started(
    prober: Prober, make_clip: MakeClip
) -> None:
    clip = make_clip("plain.mov", *PICTURE)
    me = psutil.Process()
    before = {child.pid for child in me.children()}
    seen = []

    def inspect(number: int, mine: Prober) -> int:
        seen.append(number)
        mine.probe(clip)
        if number == 3:
            raise ProbeError("SOURCE_UNREADABLE", "wrong")
        return number

    with pytest.raises(ProbeError):
        list(inspect_side_by_side(inspect, range(500), prober, side_by_side=2))
    assert len(seen) < 500
    left = [c for c in me.children() if c.pid not in before and c.status() != "zombie"]
    assert not left


def test_one_bad_file_of_many_costs_only_itself(
    tools: Tools, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = make_clip("plain.mov", *PICTURE).read_bytes()
    footage = tmp_path / "footage"
    footage.mkdir()
    for number in range(12):
        data = b"not a film" * 50 if number == 5 else clip
        (footage / f"C{number:04d}.mov").write_bytes(data)
    told: list[tuple[str, int, int]] = []
    request = CreationRequest(
        (footage,),
        tmp_path / "out",
        find_profile("prores_proxy"),
        CREATED_BY,
        side_by_side=3,
        inspected=lambda path, number, total: told.append((path.name, number, total)),
    )
    creation = create_jobs(request, prober=tools.prober)
    labels = [job.spec.label for job in creation.jobs]
    assert labels == [f"C{number:04d}" for number in range(12) if number != 5]
    assert [entry.path.name for entry in creation.left_out] == ["C0005.mov"]
    assert told == [(f"C{number:04d}.mov", number + 1, 12) for number in range(12)]


@pytest.mark.usefixtures("cold_probe")
def test_whoever_is_told_and_breaks_off_leaves_no_probe_child(
    tools: Tools, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = make_clip("plain.mov", *PICTURE).read_bytes()
    footage = tmp_path / "footage"
    footage.mkdir()
    for number in range(8):
        (footage / f"C{number:04d}.mov").write_bytes(clip)

    def break_off(_path: Path, _number: int, _total: int) -> None:
        raise KeyError("gone")

    request = CreationRequest(
        (footage,),
        tmp_path / "out",
        find_profile("prores_proxy"),
        CREATED_BY,
        side_by_side=3,
        inspected=break_off,
    )
    before = {child.pid for child in psutil.Process().children()}
    with pytest.raises(KeyError, match="gone") as held:  # and with it every frame
        create_jobs(request, prober=tools.prober)
    children = psutil.Process().children()
    left = [each for each in children if each.pid not in before and each.status() != "zombie"]
    assert not left, held


def test_side_by_side_and_one_by_one_come_to_the_same(
    tools: Tools, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = make_clip("plain.mov", *PICTURE).read_bytes()
    footage = tmp_path / "footage"
    footage.mkdir()
    for number in range(8):
        (footage / f"C{number:04d}.mov").write_bytes(clip)
    clips = []
    for side_by_side in (1, 4):
        request = CreationRequest(
            (footage,),
            tmp_path / "out",
            find_profile("prores_proxy"),
            CREATED_BY,
            side_by_side=side_by_side,
        )
        jobs = create_jobs(request, prober=tools.prober).jobs
        clips.append([job.spec.clips for job in jobs])
    assert clips[0] == clips[1]
