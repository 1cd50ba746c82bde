"""P2 cards: a clip is its picture and its sound files, over as many cards as it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine.creation.footage.walk import Found, walk_footage
from tests.creation.card_trees import (
    grow,
    names_of,
    p2_card,
    p2_clip,
    p2_xml,
    spanned_p2,
    walk,
)


def test_a_p2_clip_is_its_picture_and_its_sound_files(tmp_path: Path) -> None:
    found, left = walk(p2_card(tmp_path / "card"))
    clip = found["0001AB"]
    assert names_of(clip.files) == ["0001AB.MXF", "0001AB00.MXF", "0001AB01.MXF"]
    assert clip.audio_files == clip.files[1:]
    assert names_of(clip.metadata) == ["0001AB.XML"]
    assert not clip.spanned
    assert names_of(found["0003EF"].files) == ["0003EF.MXF"]
    assert left["0001AB00.WAV"] == "a voice memo of 0001AB"
    assert left["0001AB.BMP"] == "a thumbnail of 0001AB"
    assert left["0001AB.MP4"] == "the camera's own low-resolution proxy of 0001AB"
    assert left["0001AB.XML"] == "camera metadata of 0001AB"


def test_a_p2_clip_without_one_of_its_sound_files_is_left_out(tmp_path: Path) -> None:
    card = p2_card(tmp_path / "card")
    (card / "CONTENTS/AUDIO/0002CD02.MXF").unlink()
    (card / "CONTENTS/AUDIO/0002CD03.MXF").write_bytes(b"")
    found, left = walk(card)
    assert "0002CD" not in found
    assert left["0002CD.MXF"] == "its sound is not whole: 0002CD02.MXF, 0002CD03.MXF missing"


def test_a_p2_clip_without_its_picture_is_named(tmp_path: Path) -> None:
    card = p2_card(tmp_path / "card")
    (card / "CONTENTS/VIDEO/0001AB.MXF").unlink()
    _found, left = walk(card)
    assert left["0001AB.XML"] == "camera metadata of 0001AB, whose picture file is missing"
    assert left["0001AB00.MXF"] == "sound only"


def test_sound_inside_the_p2_picture_needs_no_files(tmp_path: Path) -> None:
    xml = p2_xml("0001AB", sounds=2, video='ValidAudioFlag="true"')
    found, _left = walk(grow(tmp_path / "card", p2_clip("0001AB", xml, sounds=0)))
    assert names_of(found["0001AB"].files) == ["0001AB.MXF"]


@pytest.mark.parametrize(
    ("xml", "told"),
    [
        pytest.param("<P2Main", "is not XML", id="cut short"),
        pytest.param("<other/>", "is no description of a P2 clip", id="about something else"),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY b "c">]><P2Main>&b;</P2Main>',
            "declares a document type",
            id="entities",
        ),
    ],
)
def test_a_p2_description_that_cannot_be_read_costs_no_clip(
    xml: str, told: str, tmp_path: Path
) -> None:
    found, left = walk(grow(tmp_path / "card", p2_clip("0001AB", xml)))
    assert len(found["0001AB"].files) == 3
    assert found["0001AB"].metadata == ()
    assert told in left["0001AB.XML"]


def test_a_p2_clip_over_several_parts_is_one_clip(tmp_path: Path) -> None:
    card = spanned_p2(tmp_path / "card", "0003CC", "0001AA", "0002BB")
    found, _left = walk(card)
    assert list(found) == ["0001AA"]
    clip = found["0001AA"]
    assert clip.spanned
    assert names_of(clip.files)[::3] == ["0001AA.MXF", "0002BB.MXF", "0003CC.MXF"]
    assert names_of(clip.audio_files)[:3] == ["0001AA00.MXF", "0001AA01.MXF", "0002BB00.MXF"]
    assert names_of(clip.metadata) == ["0001AA.XML", "0002BB.XML", "0003CC.XML"]


def test_a_p2_clip_goes_on_on_the_next_card_and_not_on_a_copy_elsewhere(tmp_path: Path) -> None:
    for backup in ("backup A", "backup B"):
        spanned_p2(tmp_path / "all" / backup, "0001AA", card="card 1")
        spanned_p2(tmp_path / "all" / backup, "0002BB", "0003CC", card="card 2")
    entries = list(walk_footage((tmp_path / "all",), out=tmp_path / "out"))
    clips = [e for e in entries if isinstance(e, Found)]
    assert [clip.subdirectory for clip in clips] == [
        "backup A/card 1/CONTENTS/VIDEO",
        "backup B/card 1/CONTENTS/VIDEO",
    ]
    for clip in clips:
        backup = clip.path.relative_to(tmp_path / "all").parts[0]
        assert all(backup in path.parts for path in clip.files)
        assert len(clip.files) == 9


def test_a_p2_clip_goes_on_on_a_card_that_is_named_as_well(tmp_path: Path) -> None:
    for number, clips in enumerate((("0001AA",), ("0002BB", "0003CC")), start=1):
        spanned_p2(tmp_path / f"card {number}", *clips)
    found, _left = walk(tmp_path / "card 2", tmp_path / "card 1")
    assert {name: len(clip.files) for name, clip in found.items()} == {"0001AA": 9}
    assert found["0001AA"].subdirectory == "card 1/CONTENTS/VIDEO"


@pytest.mark.parametrize(
    ("here", "told"),
    [
        pytest.param(
            ("0001AA", "0002BB"), "clip 0003CC on card ABD06C0058 is missing", id="the last"
        ),
        pytest.param(
            ("0001AA", "0003CC"), "clip 0002BB on card ABD06C0058 is missing", id="the middle"
        ),
        pytest.param(("0002BB", "0003CC"), "an earlier part is missing", id="the first"),
    ],
)
def test_a_p2_clip_that_lacks_a_part_is_left_out_whole(
    here: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    found, left = walk(spanned_p2(tmp_path / "card", *here))
    assert found == {}
    assert told in left[f"{here[0]}.MXF"]


def test_clips_that_lack_a_part_do_not_mix(tmp_path: Path) -> None:
    card = spanned_p2(tmp_path / "card", "0001AA", "0003CC", "9001AA", "9003CC")
    found, left = walk(card)
    assert found == {}
    for clip in ("0001AA", "9001AA"):
        assert f"clip {clip[0]}002BB on card" in left[f"{clip}.MXF"]
    for clip in ("0003CC", "9003CC"):
        assert "an earlier part is missing" in left[f"{clip}.MXF"]


@pytest.mark.parametrize(
    ("part", "subdirectory"),
    [
        pytest.param("CONTENTS", "VIDEO", id="the folder CONTENTS"),
        pytest.param("CONTENTS/VIDEO", "", id="the folder of pictures"),
        pytest.param("CONTENTS/AUDIO", "", id="the folder of sound"),
        pytest.param("CONTENTS/VIDEO/0001AB.MXF", "", id="the picture file"),
        pytest.param("CONTENTS/AUDIO/0001AB01.MXF", "", id="a sound file"),
    ],
)
def test_a_part_of_a_p2_card_gives_whole_clips(
    part: str, subdirectory: str, tmp_path: Path
) -> None:
    card = p2_card(tmp_path / "card")
    found, _left = walk(card / part)
    clip = found["0001AB"]
    assert clip.path == card / "CONTENTS/VIDEO/0001AB.MXF"
    assert names_of(clip.files) == ["0001AB.MXF", "0001AB00.MXF", "0001AB01.MXF"]
    assert names_of(clip.metadata) == ["0001AB.XML"]
    assert clip.subdirectory == subdirectory
    if part.endswith(".MXF"):
        assert list(found) == ["0001AB"]
