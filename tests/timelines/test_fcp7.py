"""FCP7 XML as Premiere Pro exports it → what its sequences use."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from sidecar.timelines.model import Frames, Used
from sidecar.timelines.reading import read_timelines
from tests.timelines.dialects import clipitem, fcp7, write

RATE = "<rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate>"
A = clipitem(0, "A.mov", "file:///A.mov", first=50, frames=50)


def _read(folder: Path, text: str) -> tuple[Used, ...]:
    [timeline] = read_timelines((write(folder / "cut.xml", text),))
    return timeline.used


def _sequence(text: str, name: str) -> str:
    """Return the sequence of a timeline under another name, to be nested."""
    found = text[text.index("<sequence") : text.index("</xmeml>")]
    return found.replace("sequence-1", name).replace(">cut<", f">{name}<")


def _remapped(**said: object) -> str:
    rows = "".join(
        f"<parameter><parameterid>{key}</parameterid><value>{value}</value></parameter>"
        for key, value in said.items()
    )
    return A.replace(
        "<file ", f"<filter><effect><effectid>timeremap</effectid>{rows}</effect></filter><file "
    )


def test_a_clip_has_its_path_its_reel_and_the_files_own_timecode(tmp_path: Path) -> None:
    url = "file://localhost/D%3a/sh%20oot/A1.mov"
    [used] = _read(tmp_path, fcp7([clipitem(0, "a", url, first=50, frames=50)]))
    assert used == Used(
        event="cut V1 clip 1",
        names=("A1.mov", "a"),
        url=url,
        reel="A001",
        span=Frames(start=Fraction(90050), count=Fraction(50), rate=Fraction(25)),
    )


def test_a_file_that_was_described_before_is_known_by_its_id(tmp_path: Path) -> None:
    again = re.sub(r"<file .*</file>", '<file id="file-0"/>', A, flags=re.DOTALL)
    first, second = _read(tmp_path, fcp7([A, again]))
    assert (second.url, second.span) == (first.url, first.span)


def test_a_nested_sequence_stands_for_what_is_in_it_and_is_gone_into_once(tmp_path: Path) -> None:
    inner = _sequence(fcp7([A]), "scene")
    nest = f'<clipitem id="n1"><name>scene</name>{RATE}{inner}</clipitem>'
    again = '<clipitem id="n2"><name>scene</name><sequence id="scene"/></clipitem>'
    [used] = _read(tmp_path, fcp7([nest, again]))
    assert used.url == "file:///A.mov"
    assert used.event == "cut V1 > scene V1 clip 1"


def test_a_sequence_that_holds_itself_ends(tmp_path: Path) -> None:
    own = '<clipitem id="n"><sequence id="sequence-1"/></clipitem>'
    assert [used.url for used in _read(tmp_path, fcp7([own, A]))] == ["file:///A.mov"]


def test_of_a_multiclip_the_active_angle_is_used(tmp_path: Path) -> None:
    angles = "".join(
        f'<angle>{mark}<clip id="c{name}"><name>{name}</name>{RATE}<file id="f{name}">'
        f"<pathurl>file:///{name}.mov</pathurl></file></clip></angle>"
        for name, mark in (("wide", ""), ("close", "<activevideoangle/>"))
    )
    cameras = f'<clipitem id="m"><multiclip id="mm">{angles}</multiclip></clipitem>'
    again = '<clipitem id="m2"><multiclip id="mm"/></clipitem>'
    used = _read(tmp_path, fcp7([cameras, again]))
    assert [each.url for each in used] == ["file:///close.mov"] * 2


def test_generators_slugs_and_disabled_clips_are_named_with_their_reason(tmp_path: Path) -> None:
    title = "<generatoritem><name>t</name><effect><name>Text</name></effect></generatoritem>"
    slug = re.sub("<pathurl>.*</pathurl>", "<mediaSource>Slug</mediaSource>", A)
    off = clipitem(1, "B.mov", "file:///B.mov", first=0, frames=9, enabled=False)
    hidden = f"<track><enabled>FALSE</enabled>{A}</track>"
    text = fcp7([title, slug, off]).replace("</video>", f"{hidden}</video>")
    assert [used.no_media for used in _read(tmp_path, text)] == [
        *("a generator: Text", "a generator: Slug"),
        *("is disabled in the timeline", "is disabled in the timeline"),
    ]


def test_tracks_of_sound_are_told_from_those_that_are_seen(tmp_path: Path) -> None:
    text = (
        fcp7([A])
        .replace("video><track>", "audio><track>")
        .replace("track></video>", "track></audio>")
    )
    [used] = _read(tmp_path, text)
    assert (used.kind, used.event) == ("audio", "cut A1 clip 1")


@pytest.mark.parametrize(
    ("said", "span"),
    [
        ({"speed": 100}, (90050, 50)),
        ({"speed": 200}, (90000, 0)),
        ({"speed": 100, "reverse": "TRUE"}, (90000, 0)),
        ({"speed": 100, "variablespeed": 1}, (90000, 0)),
    ],
)
def test_under_another_speed_only_the_beginning_of_the_file_is_sure(
    tmp_path: Path, said: dict[str, object], span: tuple[int, int]
) -> None:
    [used] = _read(tmp_path, fcp7([_remapped(**said)]))
    start, count = map(Fraction, span)
    assert used.span == Frames(start=start, count=count, rate=Fraction(25))


def test_ntsc_rates_are_exact_and_drop_frame_is_read_from_its_string(tmp_path: Path) -> None:
    text = fcp7([A]).replace("<timebase>25<", "<timebase>30<").replace(">FALSE<", ">TRUE<")
    text = text.replace("<frame>90000</frame>", "").replace("01:00:00:00", "01:00:00;00")
    [used] = _read(tmp_path, text.replace("NDF", "DF"))
    rate = Fraction(30000, 1001)
    assert used.span == Frames(start=Fraction(107892 + 50), count=Fraction(50), rate=rate)


def test_a_project_with_bins_is_read_and_what_only_lies_in_them_is_not_used(
    tmp_path: Path,
) -> None:
    whole = fcp7([A])
    inside = whole[whole.index("<sequence") : whole.index("</xmeml>")]
    unused = '<clip id="c"><file id="z"><pathurl>file:///z.mov</pathurl></file></clip>'
    bins = (
        f"<project><children><bin><children>{inside}{unused}</children></bin></children></project>"
    )
    assert [used.url for used in _read(tmp_path, whole.replace(inside, bins))] == ["file:///A.mov"]


def test_an_id_that_is_given_twice_does_not_make_one_clip_or_file_of_two(tmp_path: Path) -> None:
    other = clipitem(0, "B.mov", "file:///B.mov", first=50, frames=50)
    for second in (other, other.replace("file-0", "file-1")):
        used = _read(tmp_path, fcp7([A, second]))
        assert [each.url for each in used] == ["file:///A.mov", "file:///B.mov"]


def test_where_no_timecode_is_written_none_is_made_up(tmp_path: Path) -> None:
    without = re.sub("<timecode>.*?</timecode>", "", A, flags=re.DOTALL)
    [used] = _read(tmp_path, fcp7([without]))
    assert used.span is None
