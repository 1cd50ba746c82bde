"""Clips of every kind, as their properties tell of them."""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from pathlib import Path, PureWindowsPath

import pytest

from tests.fakes.resolve import (
    ClipFacts,
    FakeMediaPoolItem,
    FakeResolve,
    ResolveFault,
    Scene,
    read_facts,
)
from tests.fakes.scripting import project_of


def told(clip: FakeMediaPoolItem, *names: str) -> tuple[object, ...]:
    properties = clip.handle.GetClipProperty()
    assert [clip.handle.GetClipProperty(name) for name in names] == [properties[n] for n in names]
    return tuple(properties[name] for name in names)


def test_a_clip(scene: Scene) -> None:
    """6.1 clips.normal: texts but for the rate and Super Scale; End TC is exclusive."""
    clip = scene.movie("A001.mov", timecode="19:37:31:16")
    assert told(clip, "FPS", "Frames", "Start", "End", "Duration", "Super Scale") == (
        *(24.0, "24", "0", "23", "00:00:01:00", 1),
    )
    assert told(clip, "Start TC", "End TC", "Drop frame") == ("19:37:31:16", "19:37:32:16", "0")
    assert told(clip, "Type", "Resolution", "Audio Ch", "Reel Name") == (
        *("Video + Audio", "320x180", "2", ""),
    )
    assert told(clip, "Online Status", "Usage") == ("Online", "0")
    assert Path(told(clip, "File Path")[0]).is_file()  # type: ignore[arg-type]


def test_raw_is_not_readable_and_says_what_it_is(scene: Scene) -> None:
    clip = scene.raw("A001.braw")
    assert told(clip, "Video Codec", "Format") == ("Blackmagic RAW", "BRAW")
    assert read_facts(Path(clip.path)) is None


def test_drop_frame(scene: Scene) -> None:
    """6.1 clips.drop_frame: 29.97 with the flag and ';' in the timecode."""
    clip = scene.movie("drop.mov", rate=Fraction(30000, 1001), timecode="00:59:59;20", frames=30)
    assert told(clip, "FPS", "Drop frame") == (29.97, "1")
    assert told(clip, "Start TC", "End TC") == ("00:59:59;20", "01:00:00;20")


def test_a_rate_that_is_a_float(scene: Scene) -> None:
    """6.1 clips.rate_float: 23.976 is a number that is not the rate."""
    clip = scene.raw("A001.braw", rate=Fraction(24000, 1001))
    (rate,) = told(clip, "FPS")
    assert rate == 23.976
    assert type(rate) is float


def test_no_timecode(scene: Scene) -> None:
    """6.1 clips.no_timecode: the file has none, and Resolve says midnight."""
    clip = scene.movie("none.mov", timecode=None)
    facts = read_facts(Path(clip.path))
    assert facts is not None
    assert facts.timecode is None
    assert told(clip, "Start TC") == ("00:00:00:00",)


def test_a_sequence(scene: Scene) -> None:
    """6.1 clips.sequence: one clip whose path holds the range in brackets."""
    clip = scene.sequence("plate", first=1001, frames=8)
    path, name, frames = told(clip, "File Path", "File Name", "Frames")
    assert path == str(scene.media / "plate" / "plate.[1001-1008].png")
    assert (name, frames) == ("plate.[1001-1008].png", "8")
    assert told(clip, "Start", "End", "Online Status") == ("1001", "1008", "Online")
    assert (scene.media / "plate" / "plate.1008.png").is_file()


def test_a_folder_of_raw_pictures(scene: Scene) -> None:
    """6.1 clips.dng: a CinemaDNG folder is one clip too."""
    clip = scene.dng_folder("D001")
    assert told(clip, "File Name", "Video Codec") == ("D001_[00000-00007].dng", "CinemaDNG")
    assert len(list((scene.media / "D001").iterdir())) == 8


def test_a_span(scene: Scene) -> None:
    """6.1 clips.span: an R3D clip of several files is one item, and tells the first."""
    clip = scene.span("A001_C001", parts=3)
    folder = scene.media / "A001_C001.RDC"
    assert told(clip, "File Path") == (str(folder / "A001_C001_001.R3D"),)
    assert len(list(folder.iterdir())) == 3


@pytest.mark.parametrize("kind", ["compound", "fusion", "multicam", "generator", "fusion_title"])
def test_an_item_without_a_file(scene: Scene, kind: str) -> None:
    """6.1 clips.without_file: compound, fusion, multicam, generator, title: no path."""
    clip = scene.without_file("Nothing on disk", kind)  # type: ignore[arg-type]
    assert told(clip, "File Path", "Clip Directory") == ("", "")
    assert told(clip, "Type")[0] not in ("Video", "Video + Audio")


@pytest.mark.parametrize("kind", ["title", "generator", "adjustment", "transition"])
def test_an_item_of_a_timeline_without_a_clip(scene: Scene, kind: str) -> None:
    """6.1 clips.without_file: title, generator, adjustment, transition: no pool item."""
    item = scene.place(scene.timeline("Edit"), kind=kind)  # type: ignore[arg-type]
    (found,) = item.timeline.handle.GetItemListInTrack("video", 1)
    assert found.GetMediaPoolItem() is None
    assert found.GetName() == kind


def test_offline(scene: Scene) -> None:
    """6.1 clips.offline: the path is told still."""
    clip = scene.offline("lost.mov")
    assert told(clip, "Online Status", "File Name") == ("Offline", "lost.mov")
    assert told(clip, "File Path") == (str(scene.media / "gone" / "lost.mov"),)


def test_sound_alone(scene: Scene) -> None:
    """6.1 clips.sound: no frames and no size, and the project's rate."""
    clip = scene.sound("wild.wav")
    assert told(clip, "Type", "FPS", "Frames", "Resolution") == ("Audio", 24.0, "", "")


def test_a_still(scene: Scene) -> None:
    """6.1 clips.still: one frame, under a plain path."""
    clip = scene.still("plate.png")
    assert told(clip, "Type", "Frames", "File Name") == ("Still", "1", "plate.png")


def test_a_subclip(scene: Scene) -> None:
    """6.1 clips.subclip: a part of a file, with its own start and length."""
    whole = scene.movie("A001.mov")
    part = scene.subclip(whole, "A001 part", first=6, frames=12)
    assert told(part, "File Path") == told(whole, "File Path")
    assert told(part, "Frames", "Start TC") == ("12", "01:00:00:06")


def test_the_same_media_in_two_bins(scene: Scene) -> None:
    """6.1 clips.duplicate: two items, one media."""
    first = scene.movie("A001.mov", bin=scene.bin("Day 1"))
    second = scene.again(first, scene.bin("Selects"))
    assert first.handle.GetUniqueId() != second.handle.GetUniqueId()
    assert first.handle.GetMediaId() == second.handle.GetMediaId()
    assert told(first, "File Path") == told(second, "File Path")


def test_the_same_stem_in_two_folders(scene: Scene) -> None:
    """6.1 clips.same_stem: two files of one name."""
    first, second = (scene.movie(f"card {n}/A001.mov", frames=4) for n in (1, 2))
    assert told(first, "File Name") == told(second, "File Name")
    assert told(first, "Clip Directory") != told(second, "Clip Directory")


@pytest.mark.parametrize(
    "name",
    [
        "夜の東京.mov",
        "two  spaces .mov",
        'Joe\'s "take".mov',
        unicodedata.normalize("NFD", "Café.mov"),
        "100%_[1-2] (x).mov",
    ],
)
def test_odd_names(scene: Scene, name: str) -> None:
    """6.1 clips.odd_names: unicode, spaces, quotes, decomposed letters are told as they are."""
    clip = scene.movie(name, frames=4)
    assert told(clip, "File Name") == (name,)
    facts = read_facts(Path(clip.path))
    assert facts is not None
    assert facts.frames == 4


def test_a_path_on_a_server(scene: Scene) -> None:
    """6.1 clips.unc: a UNC path, with backslashes."""
    path = r"\\server\rushes\Day 1\A001.mov"
    clip = scene.add("A001.mov", path, ClipFacts())
    assert told(clip, "File Path", "File Name") == (path, "A001.mov")
    assert told(clip, "Clip Directory") == (str(PureWindowsPath(path).parent),)


@pytest.mark.parametrize("rate", [23.976, "23.976", "24", 24, ""])
def test_forms_of_a_rate(scene: Scene, rate: object) -> None:
    """6.1 clips.rate_forms: FPS is a number, a text, or nothing."""
    clip = scene.raw("A001.braw", properties={"FPS": rate})
    assert told(clip, "FPS") == (rate,)


def test_no_frames(scene: Scene) -> None:
    """6.1 clips.no_frames: Frames may be ''."""
    assert told(scene.raw("A001.braw", properties={"Frames": ""}), "Frames") == ("",)


@pytest.mark.parametrize("answer", ["", None])
def test_an_unknown_property(fake: FakeResolve, scene: Scene, answer: str | None) -> None:
    fake.quirks.unknown_property = answer  # type: ignore[assignment]
    assert scene.raw("A001.braw").handle.GetClipProperty("No Such Property") == answer


def test_changing_a_property(scene: Scene) -> None:
    clip = scene.raw("A001.braw")
    assert clip.handle.SetClipProperty("Comments", "good") is True
    assert clip.handle.SetClipProperty("Frames", "7") is False
    assert clip.handle.SetClipProperty("Reel Name", "A001") is True, "which is a lie"
    assert told(clip, "Comments", "Frames", "Reel Name") == ("good", "24", "")


def test_importing(fake: FakeResolve, scene: Scene, tmp_path: Path) -> None:
    made = scene.movie("A001.mov", frames=6, timecode="02:00:00:00")
    path = Path(made.path)
    pool = project_of(fake).GetMediaPool()
    pool.DeleteClips([made.handle])
    day = pool.AddSubFolder(pool.GetRootFolder(), "Day 1")
    text = tmp_path / "notes.txt"
    text.write_text("no media")
    (clip,) = pool.ImportMedia([str(path), str(text), str(tmp_path / "nowhere.mov")])
    assert [one.GetName() for one in day.GetClipList()] == ["A001.mov"]
    assert (clip.GetClipProperty("Frames"), clip.GetClipProperty("Start TC")) == (
        "6",
        "02:00:00:00",
    )
    (again,) = pool.ImportMedia([str(path)])
    assert again.GetUniqueId() == clip.GetUniqueId()
    fake.quirks.imported_again = "nothing"
    assert pool.ImportMedia([str(path)]) == []


def test_too_many_at_once_end_resolve(fake: FakeResolve) -> None:
    pool = project_of(fake).GetMediaPool()
    with pytest.raises(ResolveFault):
        pool.ImportMedia(["/nowhere.mov"] * 201)
    assert fake.handle.GetProductName() is None


def test_importing_a_sequence(fake: FakeResolve, scene: Scene) -> None:
    pattern = str(Path(scene.sequence("plate", frames=3).path).with_name("plate.%04d.png"))
    fake.current().media_pool.root_folder.clips.clear()
    asked = {"FilePath": pattern, "StartIndex": 1001, "EndIndex": 1003}
    (clip,) = project_of(fake).GetMediaPool().ImportMedia([asked])
    assert clip.GetClipProperty("File Name") == "plate.[1001-1003].png"
    (listed,) = fake.handle.GetMediaStorage().GetFileList(str(Path(pattern).parent))
    assert listed == clip.GetClipProperty("File Path")
