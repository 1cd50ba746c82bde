"""Camera raw, numbered pictures, stills, sound and cards, as timelines name them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import opentimelineio as otio

from tests.sidecar.calling import Proxx
from tests.support import MakeClip
from tests.timelines.conftest import Shoot
from tests.timelines.dialects import edl, write

USED = ("01:00:01:00", "01:00:03:00")


def _create(proxx: Proxx, *words: object, timeline: str = "cut.edl") -> Any:
    return proxx("create", "--timeline", timeline, "--search", "cards", *words, "--out", "out")


def _clips(proxx: Proxx) -> list[dict[str, Any]]:
    jobs = sorted((proxx.folder / "out").rglob("*.job.json"))
    return [clip for path in jobs for clip in json.loads(path.read_bytes())["clips"]]


def _raw(proxx: Proxx, *names: str) -> None:
    for name in names:
        path = proxx.folder / "cards" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"raw" * 1000 + name.encode())


def test_camera_raw_is_found_by_name_and_said_to_be_by_name_alone(proxx: Proxx) -> None:
    _raw(proxx, "A001_C001_0501AB.braw")
    write(proxx.folder / "cut.edl", edl({"A001_C001_0501AB.braw": USED}))
    said = _create(proxx)
    assert said.code == 0, said.err
    assert "found by name alone, as no timecode could be compared: 1" in said.out
    assert [Path(clip["source"]["path"]).name for clip in _clips(proxx)] == [
        "A001_C001_0501AB.braw"
    ]


def test_raw_and_a_movie_of_one_name_are_not_chosen_between(proxx: Proxx, shoot: Shoot) -> None:
    _raw(proxx, "A001_C001.braw")
    shoot("cards/A001_C001.mov")
    write(proxx.folder / "cut.edl", edl({"A001_C001": USED}))
    said = _create(proxx)
    assert said.code == 2
    assert "A001_C001.braw" in said.err
    assert "A001_C001.mov" in said.err


def test_raw_of_one_name_on_two_cards_is_refused(proxx: Proxx) -> None:
    _raw(proxx, "A/C001.braw", "B/C001.braw")
    write(proxx.folder / "cut.edl", edl({"C001.braw": USED}))
    assert "fits 2 files" in _create(proxx).err


def test_sound_and_stills_are_left_out_by_name_without_a_search(proxx: Proxx) -> None:
    _raw(proxx, "T01.wav", "photo 1.jpg", "photo 2.jpg")
    write(proxx.folder / "cut.edl", edl({"T01.wav": USED, "photo 1.jpg": USED}))
    said = _create(proxx)
    assert said.code == 2
    assert "sound only" in said.out
    assert "a still picture" in said.out


def test_numbered_pictures_are_one_clip(proxx: Proxx, make_clip: MakeClip, tools: Any) -> None:
    picture = make_clip("p.png", "-f", "lavfi", "-i", "testsrc2=s=64x36", "-frames:v", "1")
    dpx = make_clip("p.dpx", "-i", str(picture), "-frames:v", "1")
    folder = proxx.folder / "cards" / "plates"
    folder.mkdir(parents=True)
    for number in range(101, 111):
        (folder / f"sh010.{number:04d}.dpx").write_bytes(dpx.read_bytes())
    media = otio.schema.ImageSequenceReference(
        target_url_base="file:///gone/plates",
        name_prefix="sh010.",
        name_suffix=".dpx",
        start_frame=101,
        frame_zero_padding=4,
        rate=24,
    )
    span = otio.opentime.TimeRange(*(otio.opentime.RationalTime(n, 24) for n in (101, 5)))
    track = otio.schema.Track("V1", children=[otio.schema.Clip("sh010", media, span)])
    cut = otio.schema.Timeline("cut", tracks=[track])
    otio.adapters.write_to_file(cut, str(proxx.folder / "cut.otio"))
    said = _create(proxx, "--sequence-rate", "24", timeline="cut.otio")
    assert said.code == 0, said.err + said.out
    [clip] = _clips(proxx)
    assert len(clip["source"]["files"]) == 10


def test_a_list_of_timecodes_says_what_files_do_not(proxx: Proxx, shoot: Shoot) -> None:
    shoot("cards/C001.mov", timecode=None)
    write(proxx.folder / "cut.edl", edl({"C001.mov": USED}))
    assert _create(proxx).code == 2
    write(proxx.folder / "list.csv", "File Name,Start TC\nC001.mov,01:00:00:00\n")
    said = _create(proxx, "--timecode-from", "list.csv")
    assert said.code == 0, said.err
    [clip] = _clips(proxx)
    assert clip["source"]["timecode"]["start"] == "01:00:00:00"


def test_a_reel_that_stands_only_in_the_file_is_found(
    proxx: Proxx, shoot: Shoot, make_clip: MakeClip
) -> None:
    looks = ("-f", "lavfi", "-i", "testsrc2=s=128x72:r=25", "-frames:v", "250", "-c:v", "mjpeg")
    stamp = ("-timecode", "01:00:00:00", "-metadata:s:v", "reel_name=TAPE07")
    reeled = make_clip("reeled.mov", *looks, *stamp)
    shoot("cards/scene.mov")
    (proxx.folder / "cards" / "other.mov").write_bytes(reeled.read_bytes())
    text = edl({"lost name": USED}).replace("AX      ", "TAPE07  ")
    write(proxx.folder / "cut.edl", text)
    said = _create(proxx)
    assert said.code == 0, said.err + said.out
    assert [Path(clip["source"]["path"]).name for clip in _clips(proxx)] == ["other.mov"]
