"""Each kind of camera card, walked as an editing system sees it."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from proxx_engine.creation.footage.walk import Found, walk_footage
from tests.creation.card_trees import (
    CARDS,
    RED_CLIP,
    arri_card,
    avchd_card,
    braw_card,
    ex_card,
    ex_clip,
    gopro_card,
    grow,
    names_of,
    p2_card,
    red_card,
    smil,
    spanned_p2,
    walk,
    xavc_card,
    xdcam_card,
    xdcam_disc,
)

CLIPS = {
    "P2": ["P2 0003EF", "P2 0001AB", "P2 0002CD"],
    "XDCAM disc": ["XDCAM C0001", "XDCAM C0002"],
    "XDCAM": ["XDCAM C0001"],
    "XDCAM EX": ["XDCAM 709_0001_01", "XDCAM 709_0002"],
    "XAVC": ["XAVC C0001"],
    "AVCHD": ["AVCHD 00000", "AVCHD 00001"],
    "R3D": [f"R3D {RED_CLIP}", "R3D A001_C003_0101CD"],
    "BRAW": ["BRAW A001_01010101_C001", "BRAW A001_01010102_C002"],
    "ARRI": ["ARRI A001C002_210101_R1AB", "ARRI A001C001_210101_R1AB"],
    "Canon": ["Canon A001C001_250101_CANON", "Canon AA000101", "Canon AA000102", "Canon MVI_0001"],
    "GoPro": ["GoPro GX010001", "GoPro GX020001"],
    "DJI": ["DJI DJI_0001"],
}


@pytest.mark.parametrize("kind", CARDS)
def test_a_card_gives_its_clips(kind: str, tmp_path: Path) -> None:
    found, _left = walk(CARDS[kind](tmp_path / "card"))
    assert [f"{clip.card} {clip.name}" for clip in found.values()] == CLIPS[kind]


@pytest.mark.parametrize("kind", CARDS)
def test_every_file_of_a_card_is_told_once(kind: str, tmp_path: Path) -> None:
    card = CARDS[kind](tmp_path / "card")
    told: Counter[Path] = Counter()
    for entry in walk_footage((card,), out=tmp_path / "out"):
        for path in entry.files or (entry.path,):
            told.update(path.rglob("*") if path.is_dir() else [path])
    assert told == Counter(path for path in card.rglob("*") if path.is_file())


@pytest.mark.parametrize("kind", CARDS)
def test_a_card_in_other_letters_is_the_same_card(kind: str, tmp_path: Path) -> None:
    card = CARDS[kind](tmp_path / "card")
    for path in sorted(card.rglob("*"), reverse=True):
        if path.is_dir():
            path.rename(path.with_name(path.name.swapcase()))
    found, _left = walk(card)
    # The folders are walked in another order, as their names sort otherwise.
    assert sorted(f"{clip.card} {clip.name}" for clip in found.values()) == sorted(CLIPS[kind])


def test_cards_in_cards_and_side_by_side_are_all_seen(tmp_path: Path) -> None:
    for kind, make in CARDS.items():
        make(tmp_path / "shoot" / kind)
    p2_card(tmp_path / "shoot/XAVC/PRIVATE/copy")
    entries = list(walk_footage((tmp_path / "shoot",), out=tmp_path / "out"))
    found = [f"{e.card} {e.name}" for e in entries if isinstance(e, Found)]
    on_all = [clip for clips in CLIPS.values() for clip in clips]
    assert Counter(found) == Counter([*on_all, *CLIPS["P2"]])


def test_the_tree_of_a_card_is_mirrored_as_it_is(tmp_path: Path) -> None:
    found, _left = walk(p2_card(tmp_path / "P2"))
    assert found["0001AB"].subdirectory == "CONTENTS/VIDEO"
    found, _left = walk(xavc_card(tmp_path / "A7"))
    assert found["C0001"].subdirectory == "PRIVATE/M4ROOT/CLIP"


def test_a_sony_disc_gives_clips_with_their_metadata(tmp_path: Path) -> None:
    for make in (xdcam_disc, xdcam_card, xavc_card):
        found, left = walk(make(tmp_path / make.__name__))
        assert "C0001M01.XML" in names_of(found["C0001"].metadata)
        assert left["C0001M01.XML"] == "camera metadata of C0001"
    assert left["C0001S03.MP4"] == "the camera's own low-resolution proxy of C0001"
    assert left["C0001T01.JPG"] == "a thumbnail of C0001"


def test_a_take_over_two_files_is_one_clip(tmp_path: Path) -> None:
    found, _left = walk(ex_card(tmp_path / "card"))
    take = found["709_0002"]
    assert take.spanned
    assert names_of(take.files) == ["709_0002_01.MP4", "709_0002_02.MP4"]
    assert not found["709_0001_01"].spanned


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param(("../../CLPR/B_02/B_02.MP4", "../../CLPR/A_01/A_01.MP4"), id="by file"),
        pytest.param(
            ("urn:smpte:umid:" + "0" * 32 + "B" * 32, "urn:smpte:umid:" + "F" * 32 + "A" * 32),
            id="by unique number",
        ),
    ],
)
def test_a_take_is_in_the_order_of_its_list(sources: tuple[str, ...], tmp_path: Path) -> None:
    card = grow(
        tmp_path / "card",
        ex_clip("A_01", umid="1" * 32 + "A" * 32),
        ex_clip("B_02", umid="1" * 32 + "B" * 32),
        {"BPAV/TAKR/T/T.SMI": smil(*sources)},
    )
    found, _left = walk(card)
    assert names_of(found["T"].files) == ["B_02.MP4", "A_01.MP4"]


def test_a_take_that_lacks_a_part_is_left_out_whole(tmp_path: Path) -> None:
    card = ex_card(tmp_path / "card")
    (card / "BPAV/CLPR/709_0002_02/709_0002_02.MP4").unlink()
    found, left = walk(card)
    assert list(found) == ["709_0001_01"]
    assert "part 2 of 2 is missing" in left["709_0002_01.MP4"]


def test_long_takes_that_no_metadata_joins_stay_one_clip_a_file(tmp_path: Path) -> None:
    for make in (avchd_card, gopro_card):
        found, _left = walk(make(tmp_path / make.__name__))
        assert [len(clip.files) for clip in found.values()] == [1, 1]
        assert not any(clip.spanned for clip in found.values())


def test_an_r3d_clip_is_all_files_of_its_folder(tmp_path: Path) -> None:
    found, left = walk(red_card(tmp_path / "card"))
    assert names_of(found[RED_CLIP].files) == [f"{RED_CLIP}_00{n}.R3D" for n in (1, 2, 3)]
    assert found[RED_CLIP].spanned
    assert names_of(found[RED_CLIP].metadata) == [f"{RED_CLIP}.RMD"]
    assert left[f"{RED_CLIP}_001.mov"] == "the camera's own proxy; the R3D beside it is taken"


@pytest.mark.parametrize("parts", [(2, 3), (1, 3)], ids=["the first", "the middle"])
def test_an_r3d_clip_that_lacks_a_file_is_left_out_whole(
    parts: tuple[int, ...], tmp_path: Path
) -> None:
    found, left = walk(red_card(tmp_path / "card", parts=parts))
    assert RED_CLIP not in found
    lacking = {1, 2, 3} - set(parts)
    told = left[f"{RED_CLIP}_{parts[0]:03d}.R3D"]
    assert told == f"{RED_CLIP} is not whole: {RED_CLIP}_00{lacking.pop()}.R3D missing"


def test_r3d_files_are_joined_outside_their_folder_only_by_names_that_red_gives(
    tmp_path: Path,
) -> None:
    names = [f"{RED_CLIP}_001.R3D", f"{RED_CLIP}_002.R3D", "NZR_001.R3D", "NZR_002.R3D"]
    found, _left = walk(grow(tmp_path / "card", names))
    assert [len(clip.files) for clip in found.values()] == [2, 1, 1]


def test_a_clip_without_r3d_in_a_red_folder_is_footage(tmp_path: Path) -> None:
    found, _left = walk(grow(tmp_path / "card", [f"X.RDM/{RED_CLIP}.RDC/{RED_CLIP}_001.mov"]))
    assert list(found) == [f"{RED_CLIP}_001"]


def test_a_braw_clip_over_two_cards_is_one_clip(tmp_path: Path) -> None:
    found, left = walk(braw_card(tmp_path / "card"))
    clip = found["A001_01010102_C002"]
    assert clip.spanned
    assert names_of(clip.files) == ["A001_01010102_C002.braw", "A001_01010102_C002.braw2"]
    assert left["A001_01010101_C001.sidecar"] == "camera metadata of A001_01010101_C001"
    clip.path.unlink()
    found, left = walk(tmp_path / "card")
    assert "whose .braw is missing" in left["A001_01010102_C002.braw2"]


def test_arriraw_pictures_are_one_clip(tmp_path: Path) -> None:
    found, left = walk(arri_card(tmp_path / "card"))
    clip = found["A001C001_210101_R1AB"]
    assert clip.sequence is not None
    assert (clip.sequence.first, clip.sequence.digits, len(clip.files)) == (86400, 7, 4)
    assert left["A001C001_210101_R1AB.wav"] == "sound only"
    assert left["A001R1AB.ale"] == "a list of clips or cuts"


def test_the_proxy_beside_n_raw_is_the_cameras_own(tmp_path: Path) -> None:
    found, left = walk(grow(tmp_path / "card", ["DSC_0001.NEV", "DSC_0001.MP4", "DSC_0002.MP4"]))
    assert sorted(path.name for clip in found.values() for path in clip.files) == [
        "DSC_0001.NEV",
        "DSC_0002.MP4",
    ]
    assert "low-resolution proxy of DSC_0001" in left["DSC_0001.MP4"]


@pytest.mark.parametrize(
    "part",
    ["BPAV", "BPAV/CLPR", "BPAV/CLPR/709_0002_01", "BPAV/CLPR/709_0002_02/709_0002_02.MP4"],
)
def test_a_part_of_an_ex_card_gives_whole_takes(part: str, tmp_path: Path) -> None:
    found, _left = walk(ex_card(tmp_path / "card") / part)
    assert names_of(found["709_0002"].files) == ["709_0002_01.MP4", "709_0002_02.MP4"]


def test_a_file_beside_a_card_does_not_hide_the_card(tmp_path: Path) -> None:
    card = grow(p2_card(tmp_path / "card"), ["CONTENTS/extra.mov"])
    found, _left = walk(card / "CONTENTS/extra.mov", card / "CONTENTS/VIDEO/0001AB.MXF")
    assert [len(clip.files) for clip in found.values()] == [1, 3]


def test_folders_of_a_project_that_are_named_like_a_cards_are_no_card(tmp_path: Path) -> None:
    project = grow(
        tmp_path / "job",
        ["Contents/Video/day 1/a.mov", "Contents/Video/b.mov", "Contents/Audio/b.wav"],
        ["Contents/Video/c.0001.dpx", "Contents/Video/c.0002.dpx", "Clip/d.mov", "Sub/e.mov"],
    )
    found, left = walk(project)
    assert sorted(found) == ["a", "b", "c", "d", "e"]
    assert {clip.card for clip in found.values()} == {None}
    assert left == {"b.wav": "sound only"}
    found, _left = walk(project / "Contents/Video")
    assert {name: clip.subdirectory for name, clip in found.items()} == {
        "b": "",
        "c": "",
        "a": "day 1",
    }


def test_whatever_lies_where_every_file_is_told_once(tmp_path: Path) -> None:
    """Cards broken at random: files taken away, emptied, copied beside one another."""
    chance = random.Random(20260101)
    for round_number in range(12):
        card = tmp_path / str(round_number)
        for kind in chance.sample(list(CARDS), 3):
            CARDS[kind](card if chance.random() < 0.5 else card / kind)
        spanned_p2(card, "0001AA", "0002BB", "0003CC")
        for path in sorted(card.rglob("*")):
            if path.is_file() and chance.random() < 0.15:
                path.unlink()
            elif path.is_file() and chance.random() < 0.1:
                path.write_bytes(b"")
            elif path.is_file() and chance.random() < 0.1:
                path.with_name(f"._{path.name}").write_bytes(b"x")
                path.with_name(path.name.swapcase()).write_bytes(b"x")
        told: Counter[Path] = Counter()
        for entry in walk_footage((card,), out=tmp_path / "out"):
            for path in entry.files or (entry.path,):
                told.update(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else (
                    told.update([path])
                )
        assert told == Counter(p for p in card.rglob("*") if p.is_file()), round_number
