"""`proxx timeline`: the proven proxies go into a copy of the timeline, beside the originals."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import opentimelineio as otio
import pytest

from sidecar.timelines import looking_up
from tests.sidecar.calling import Proxx, record
from tests.support import MakeClip
from tests.timelines.conftest import Shoot
from tests.timelines.dialects import AVID_EDL, edl, write

KEY = "proxx_proxy"


def _range(first: float, frames: float) -> Any:
    times = (otio.opentime.RationalTime(value, 25) for value in (first, frames))
    return otio.opentime.TimeRange(*times)


def _cut(proxx: Proxx, *names: str) -> Path:
    """Write a timeline of files below the folder; a name without an ending has no media."""
    track = otio.schema.Track("V1")
    for name in names:
        path = proxx.folder / name
        media = otio.schema.ExternalReference(path.as_uri(), _range(90000, 250))
        reference = media if path.suffix else None
        track.append(otio.schema.Clip(path.stem, reference, _range(90025, 50)))
    timeline = otio.schema.Timeline("cut", tracks=[track])
    otio.adapters.write_to_file(timeline, str(proxx.folder / "cut.otio"))
    return proxx.folder / "cut.otio"


def _made(proxx: Proxx, timeline: str = "cut.otio", *words: object) -> None:
    assert proxx("create", "--timeline", timeline, *words, "--out", "out").code == 0
    assert proxx("run", "out").code == 0


def _written(proxx: Proxx, name: str = "with.otio") -> list[Any]:
    return list(otio.adapters.read_from_file(str(proxx.folder / name)).find_clips())


def test_each_clip_gets_its_proxy_and_shows_its_original(proxx: Proxx, shoot: Shoot) -> None:
    shoot("cards/A 1.mov", "cards/B.mov")
    _cut(proxx, "cards/A 1.mov", "cards/B.mov", "cards/A 1.mov", "Title")
    _made(proxx)
    before = record(proxx.folder)
    said = proxx("timeline", "cut.otio", "--results", "out", "--out", "with.otio", "--verify")
    assert said.code == 0, said.err
    assert "3 clips with 2 proxies" in said.out
    assert "without a proxy: 1" in said.out
    assert "Title" in said.out
    for clip in _written(proxx)[:3]:
        references = clip.media_references()
        assert set(references) == {"DEFAULT_MEDIA", KEY}
        assert clip.active_media_reference_key == "DEFAULT_MEDIA"
        assert references["DEFAULT_MEDIA"].target_url.startswith("file:")
        proxy = Path(unquote(urlsplit(references[KEY].target_url).path))
        assert proxy.is_file()
        assert proxy.is_relative_to(proxx.folder / "out")
        assert references[KEY].available_range == _range(90000, 250)
        assert set(references[KEY].metadata["proxx"]) == {"job_id", "sha256", "source"}
    assert set(_written(proxx)[3].media_references()) == {"DEFAULT_MEDIA"}
    after = record(proxx.folder)
    del after["with.otio"]
    assert after == before


def test_nothing_is_overwritten(proxx: Proxx, shoot: Shoot) -> None:
    shoot("A.mov")
    _cut(proxx, "A.mov")
    _made(proxx)
    for out in ("cut.otio", "other.otio"):
        write(proxx.folder / "other.otio", "mine")
        before = record(proxx.folder)
        said = proxx("timeline", "cut.otio", "--results", "out", "--out", out)
        assert said.code == 2
        assert "nothing is overwritten" in said.err
        assert record(proxx.folder) == before


def test_a_proxy_that_is_gone_or_changed_or_was_never_proven_is_named(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot("A.mov", "B.mov", "C.mov")
    _cut(proxx, "A.mov", "B.mov", "C.mov", "D.mov")
    shoot("D.mov", timecode=None)
    _made(proxx)
    made = {path.stem: path for path in (proxx.folder / "out").rglob("[ABCD].mov")}
    made["A"].unlink()
    data = bytearray(made["B"].read_bytes())
    data[len(data) // 2] ^= 1
    made["B"].write_bytes(data)
    said = proxx("timeline", "cut.otio", "--results", "out", "--out", "with.otio", "--verify")
    assert said.code == 0, said.err
    assert "without a proxy: 2" in said.out
    assert "gone" in said.out
    assert "content differs" in said.out
    assert [KEY in clip.media_references() for clip in _written(proxx)] == [0, 0, 1, 1]


def test_what_only_exists_is_no_proven_proxy(proxx: Proxx, shoot: Shoot) -> None:
    shoot("A.mov")
    _cut(proxx, "A.mov")
    _made(proxx, "cut.otio", "--verification", "exists")
    said = proxx("timeline", "cut.otio", "--results", "out", "--out", "with.otio")
    assert said.code == 2
    assert "never proven" in said.out
    assert not (proxx.folder / "with.otio").exists()


def test_media_that_were_searched_for_are_found_again(proxx: Proxx, shoot: Shoot) -> None:
    shoot("cards/A.mov")
    cut = _cut(proxx, "gone/A.mov")
    _made(proxx, "cut.otio", "--search", "cards")
    words = ("--results", "out", "--out", "with.otio", "--search", "cards")
    said = proxx("timeline", cut, *words)
    assert said.code == 0, said.err
    [clip] = _written(proxx)
    assert clip.media_reference.target_url == (proxx.folder / "gone/A.mov").as_uri()
    assert KEY in clip.media_references()


def test_of_two_makings_the_newest_counts(proxx: Proxx, shoot: Shoot) -> None:
    shoot("A.mov")
    _cut(proxx, "A.mov")
    _made(proxx)
    assert proxx("create", "A.mov", "--out", "again", "--profile", "h264").code == 0
    assert proxx("run", "again").code == 0
    words = ("--results", "out", "again", "--out", "with.otio")
    assert proxx("timeline", "cut.otio", *words).code == 0
    [clip] = _written(proxx)
    assert "/again/" in clip.media_references()[KEY].target_url


@pytest.mark.parametrize(
    ("timeline", "out", "words"),
    [
        ("cut.edl", "with.otio", "no room for further media"),
        ("cut.otio", "with.xml", ".otio"),
        ("none.otio", "with.otio", "none.otio"),
    ],
)
def test_what_cannot_be_written_is_refused(
    proxx: Proxx, shoot: Shoot, timeline: str, out: str, words: str
) -> None:
    shoot("A.mov")
    _cut(proxx, "A.mov")
    write(proxx.folder / "cut.edl", AVID_EDL)
    _made(proxx)
    said = proxx("timeline", timeline, "--results", "out", "--out", out)
    assert said.code == 2
    assert words in said.err
    assert not (proxx.folder / out).exists()


def test_a_timeline_without_room_is_refused_before_its_media_are_looked_for(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot("a/C001.mov", "b/C001.mov")
    write(proxx.folder / "cut.edl", edl({"C001.mov": ("01:00:01:00", "01:00:02:00")}))
    (proxx.folder / "out").mkdir()
    words = ("--results", "out", "--out", "with.otio", "--search", ".")
    said = proxx("timeline", "cut.edl", *words)
    assert said.code == 2
    assert "no room for further media" in said.err


def test_a_timeline_that_changes_while_its_media_are_looked_for_is_refused(
    proxx: Proxx, shoot: Shoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shoot("A.mov", "B.mov")
    _cut(proxx, "A.mov", "B.mov")
    _made(proxx)
    find = looking_up.find_media

    def find_and_export_anew(*words: Any, **more: Any) -> Any:
        _cut(proxx, "B.mov", "A.mov")
        return find(*words, **more)

    monkeypatch.setattr(looking_up, "find_media", find_and_export_anew)
    said = proxx("timeline", "cut.otio", "--results", "out", "--out", "with.otio")
    assert said.code == 2
    assert "was changed while its media were looked for; run this again" in said.err
    assert not (proxx.folder / "with.otio").exists()


def test_a_clip_of_numbered_pictures_has_its_proxy_whichever_picture_is_named(
    proxx: Proxx, make_clip: MakeClip
) -> None:
    picture = make_clip("p.png", "-f", "lavfi", "-i", "testsrc2=s=64x36", "-frames:v", "1")
    dpx = make_clip("p.dpx", "-i", str(picture), "-frames:v", "1")
    plates = proxx.folder / "plates"
    plates.mkdir()
    for number in range(101, 111):
        (plates / f"sh010.{number:04d}.dpx").write_bytes(dpx.read_bytes())
    media = otio.schema.ImageSequenceReference(
        target_url_base=plates.as_uri(),
        name_prefix="sh010.",
        name_suffix=".dpx",
        start_frame=104,
        frame_zero_padding=4,
        rate=25,
    )
    track = otio.schema.Track("V1", children=[otio.schema.Clip("sh010", media, _range(104, 5))])
    cut = otio.schema.Timeline("cut", tracks=[track])
    otio.adapters.write_to_file(cut, str(proxx.folder / "cut.otio"))
    _made(proxx, "cut.otio", "--sequence-rate", "25")
    said = proxx("timeline", "cut.otio", "--results", "out", "--out", "with.otio")
    assert said.code == 0, said.out + said.err
    [clip] = _written(proxx)
    assert KEY in clip.media_references()


def test_media_that_are_named_from_the_timelines_own_folder_are_not_lost_by_moving_it(
    proxx: Proxx, shoot: Shoot
) -> None:
    shoot("cuts/A.mov")
    cut = _cut(proxx, "cuts/A.mov")
    text = cut.read_text("utf-8").replace((proxx.folder / "cuts/A.mov").as_uri(), "A.mov")
    write(proxx.folder / "cuts/cut.otio", text)
    _made(proxx, "cuts/cut.otio")
    words = ("timeline", "cuts/cut.otio", "--results", "out", "--out")
    said = proxx(*words, "with.otio")
    assert said.code == 2
    assert "A.mov" in said.err
    assert f"--out {proxx.folder / 'cuts'}" in said.err
    assert not (proxx.folder / "with.otio").exists()
    assert proxx(*words, "cuts/with.otio").code == 0


def test_a_timeline_that_shows_its_proxies_is_still_of_the_originals(
    proxx: Proxx, shoot: Shoot
) -> None:
    [original] = shoot("A.mov")
    _cut(proxx, "A.mov")
    _made(proxx)
    words = ("timeline", "--results", "out", "--out")
    assert proxx(*words, "with.otio", "cut.otio").code == 0
    cut = otio.adapters.read_from_file(str(proxx.folder / "with.otio"))
    for clip in cut.find_clips():
        clip.active_media_reference_key = KEY
    otio.adapters.write_to_file(cut, str(proxx.folder / "shown.otio"))
    told = proxx.json("create", "--timeline", "shown.otio", "--out", "again")
    assert [used["path"] for used in told["used"]] == [str(original)]
    assert proxx(*words, "anew.otio", "shown.otio").code == 0
    [clip] = _written(proxx, "anew.otio")
    assert clip.active_media_reference_key == KEY
    assert clip.media_references()["DEFAULT_MEDIA"].target_url == original.as_uri()
