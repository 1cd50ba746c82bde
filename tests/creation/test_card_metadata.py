"""Start timecodes from the cards' own descriptions: Sony's M01.XML and P2's clip XML."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine.creation.footage.walk import Found, walk_footage
from proxx_engine.creation.timecodes.cards import read_card_timecode
from proxx_engine.spec.media import Timecode
from tests.creation.card_trees import (
    ex_card,
    grow,
    p2_card,
    p2_clip,
    p2_relation,
    p2_xml,
    sony_xml,
    xavc_card,
)


def _clips(top: Path) -> dict[str, Found]:
    entries = walk_footage((top,), out=top.parent / "out")
    return {entry.name: entry for entry in entries if isinstance(entry, Found)}


def _sony(top: Path, xml: str) -> Timecode | None:
    tree = {"CLIP/C0001.MP4": "x", "CLIP/C0001M01.XML": xml}
    return read_card_timecode(_clips(grow(top, tree))["C0001"])


def _p2(top: Path, xml: str) -> Timecode | None:
    return read_card_timecode(_clips(grow(top, p2_clip("0001AB", xml)))["0001AB"])


@pytest.mark.parametrize(
    ("xml", "start"),
    [
        pytest.param(sony_xml("15302010"), "10:20:30:15", id="25p"),
        pytest.param(
            sony_xml("67212901", rate="30", played="29.97p"), "01:29:21;27", id="29.97p drop-frame"
        ),
        pytest.param(sony_xml("11450910", rate="24", played="23.98p"), "10:09:45:11", id="23.98p"),
        pytest.param(sony_xml("15302010", played="59.94i", rate="30"), "10:20:30:15", id="59.94i"),
        pytest.param(
            sony_xml("54830000", rate="30", half_step=True, played="59.94p"),
            "00:00:03;29",
            id="59.94p, the second frame of a count",
        ),
        pytest.param(
            sony_xml("54030000", rate="30", half_step=True, played=None),
            "00:00:03;28",
            id="half steps, the first frame of a count",
        ),
        pytest.param(
            sony_xml("1530A010", half_step=True, played="50p"), "10:20:30:30", id="50p, other bits"
        ),
        pytest.param(
            sony_xml("15302090", half_step=True, played="50p"),
            "10:20:30:31",
            id="50p, the second frame of a count",
        ),
        pytest.param(
            sony_xml("48544103", rate="30", half_step=True, played="119.88p"),
            "03:41:54;32",
            id="119.88p",
        ),
        pytest.param(sony_xml("95B0A010"), "10:20:30:15", id="flags that say nothing here"),
        pytest.param(sony_xml("10:20:30:15"), "10:20:30:15", id="written out"),
    ],
)
def test_sonys_packed_timecode_is_read(xml: str, start: str, tmp_path: Path) -> None:
    timecode = _sony(tmp_path, xml)
    assert timecode is not None
    assert timecode.start == start
    assert timecode.drop_frame is (";" in start)
    assert timecode.source == "sidecar_xml"


@pytest.mark.parametrize(
    "xml",
    [
        pytest.param(sony_xml("FFFFFFFF"), id="no timecode generator"),
        pytest.param(sony_xml("15302024"), id="no hour of a day"),
        pytest.param(sony_xml("25302010"), id="no frame of a second"),
        pytest.param(sony_xml("40000100", rate="30"), id="a number that drop-frame leaves out"),
        pytest.param(sony_xml("55302010"), id="drop-frame at 25"),
        pytest.param(sony_xml("1530201"), id="cut short"),
        pytest.param(sony_xml(rate=""), id="no rate"),
        pytest.param(sony_xml(rate="0"), id="a rate of nothing"),
        pytest.param(sony_xml().replace('frameCount="0"', 'frameCount="7"'), id="no first frame"),
        pytest.param(sony_xml().replace("LtcChangeTable", "Other"), id="no table"),
        pytest.param(sony_xml()[:-9], id="XML cut short"),
        pytest.param("<!DOCTYPE x>" + sony_xml()[38:], id="a document type"),
        pytest.param("<MediaProfile/>", id="about something else"),
        pytest.param("", id="empty"),
        pytest.param("<a>" * 50_000 + "</a>" * 50_000, id="nested without end"),
        pytest.param(sony_xml() + " " * 5_000_000, id="too large"),
        pytest.param("\x00\x01\x02", id="no text"),
    ],
)
def test_what_is_no_timecode_is_none(xml: str, tmp_path: Path) -> None:
    assert _sony(tmp_path, xml) is None


def test_timecode_comes_with_every_sony_card(tmp_path: Path) -> None:
    for make, name in ((xavc_card, "C0001"), (ex_card, "709_0001_01"), (ex_card, "709_0002")):
        timecode = read_card_timecode(_clips(make(tmp_path / name))[name])
        assert timecode is not None
        assert timecode.start == "10:20:30:15"


def test_a_take_starts_as_its_first_part(tmp_path: Path) -> None:
    card = ex_card(tmp_path / "card")
    xml = "BPAV/CLPR/709_0002_0{0}/709_0002_0{0}M01.XML"
    (card / xml.format(1)).write_text(sony_xml("00000001"))
    clip = _clips(card)["709_0002"]
    timecode = read_card_timecode(clip)
    assert timecode is not None
    assert timecode.start == "01:00:00:00"
    (card / xml.format(1)).write_text("damaged")
    assert read_card_timecode(clip) is None


DROP = '<FrameRate DropFrameFlag="true">29.97p</FrameRate>'


@pytest.mark.parametrize(
    ("xml", "start"),
    [
        pytest.param(p2_xml("0001AB"), "10:20:30:15", id="25p"),
        pytest.param(p2_xml("0001AB", rate=DROP), "10:20:30;15", id="drop-frame by its flag"),
        pytest.param(
            p2_xml("0001AB", start="10:20:30;15", rate="<FrameRate>29.97p</FrameRate>"),
            "10:20:30;15",
            id="drop-frame by its mark",
        ),
        pytest.param(
            p2_xml("0001AB", rate="<FrameRate>59.94i</FrameRate><TimecodeType>Drop</TimecodeType>"),
            "10:20:30;15",
            id="drop-frame by its type",
        ),
        pytest.param(
            p2_xml("0001AB", rate='<FrameRate DropFrameFlag="false">50i</FrameRate>'),
            "10:20:30:15",
            id="50i",
        ),
        pytest.param(p2_xml("0001AB").replace("v3.1", "v3.0"), "10:20:30:15", id="another version"),
    ],
)
def test_p2_timecode_is_read(xml: str, start: str, tmp_path: Path) -> None:
    timecode = _p2(tmp_path, xml)
    assert timecode is not None
    assert (timecode.start, timecode.drop_frame) == (start, ";" in start)
    assert timecode.source == "sidecar_xml"


@pytest.mark.parametrize(
    "xml",
    [
        pytest.param(
            p2_xml("0001AB", rate="<FrameRate>59.94p</FrameRate>"), id="frames or pairs of them"
        ),
        pytest.param(p2_xml("0001AB", start="25:00:00:00"), id="no hour of a day"),
        pytest.param(p2_xml("0001AB", start=""), id="nothing stated"),
        pytest.param(p2_xml("0001AB", rate=""), id="no rate"),
        pytest.param(p2_xml("0001AB", start="10:21:00:00", rate=DROP), id="a dropped number"),
    ],
)
def test_p2_timecode_that_cannot_be_known_is_none(xml: str, tmp_path: Path) -> None:
    assert _p2(tmp_path, xml) is None


def test_a_p2_clip_over_two_parts_starts_as_its_first(tmp_path: Path) -> None:
    first = p2_xml(
        "0001AB", start="00:00:00:00", relation=p2_relation("0001AB", following="0002CD")
    )
    second = p2_xml("0002CD", relation=p2_relation("0001AB", previous="0001AB"))
    card = grow(tmp_path / "card", p2_clip("0001AB", first), p2_clip("0002CD", second))
    [clip] = _clips(card).values()
    timecode = read_card_timecode(clip)
    assert timecode is not None
    assert timecode.start == "00:00:00:00"


def test_clips_without_metadata_have_none(tmp_path: Path) -> None:
    [clip] = _clips(grow(tmp_path / "card", ["a.mov"])).values()
    assert read_card_timecode(clip) is None
    p2 = _clips(p2_card(tmp_path / "p2"))["0001AB"]
    p2.metadata[0].unlink()
    assert read_card_timecode(p2) is None
