"""What is told of each NLE about a proxy's codec and container."""

from __future__ import annotations

from typing import get_args

import pytest

from proxx_engine.results.nle_support import nle_table
from proxx_engine.spec.codecs import CONTAINERS, Container
from tests.results.nle_judging import NAMES, NLES, judge


@pytest.mark.parametrize(
    ("codec", "container", "expected"),
    [
        pytest.param(
            *("vp9", "webm"),
            {
                "resolve": "unknown: no source says whether DaVinci Resolve reads VP9 in .webm",
                "premiere": "no: Premiere Pro reads neither MKV nor WebM",
                "avid_link": "unknown: no source says whether Media Composer reads VP9",
                "final_cut": "no: Final Cut Pro reads neither MKV nor WebM",
            },
            id="VP9 in WebM",
        ),
        pytest.param(
            *("av1", "mp4"),
            {"premiere": "unknown: ", "final_cut": "no: Final Cut Pro reads no AV1"},
            id="AV1 in MP4",
        ),
        pytest.param(
            *("h264", "mov"),
            {"resolve": "attaches: the free Resolve for Linux reads neither H.264 nor H.265"},
            id="H.264 in MOV",
        ),
        pytest.param(
            *("dnxhd", "mxf"),
            {
                "resolve": "unknown: an MXF proxy with timecode was refused in one report",
                "avid_link": "attaches by hand: link it",
                "final_cut": "unknown: DNxHD and DNxHR are not in Apple's list",
            },
            id="DNxHR in MXF, with timecode",
        ),
        pytest.param(
            *("vp9", "mkv"),
            {"resolve": "unknown: in .mkv the timecode is a tag, not a track"},
            id="VP9 in MKV, with timecode",
        ),
        pytest.param(*("dnxhd", "mov"), {"resolve": "attaches"}, id="DNxHR in MOV"),
    ],
)
def test_what_the_nle_reads_is_judged(codec: str, container: str, expected: dict[str, str]) -> None:
    verdicts = judge({"output_name": f"A001C001.{container}"}, codec=codec)
    for nle, beginning in expected.items():
        assert verdicts[nle].startswith(beginning), verdicts[nle]


def test_an_mxf_of_a_source_without_timecode_is_judged_by_who_looks_at_it() -> None:
    changes = {"output_name": "A001C001.mxf", "source.timecode": None}
    verdicts = judge(changes, codec="dnxhd")
    assert verdicts["resolve"].startswith("attaches by hand: ")
    assert "an MXF always has one" in verdicts["avid_link"]


def test_every_codec_in_every_container_has_a_verdict_of_each_nle() -> None:
    names = {"h265": "hevc", "hevc": "hevc", "dnxhr": "dnxhd"}
    for codec, containers in CONTAINERS.items():
        for container in containers:
            picture = names.get(codec, "prores" if codec.startswith("prores") else codec)
            verdicts = judge({"output_name": f"A001C001.{container}"}, codec=picture)
            assert tuple(verdicts) == NLES
            for verdict in verdicts.values():
                assert verdict.split(":")[0] in ("attaches", "attaches by hand", "no", "unknown")


def test_the_table_names_only_what_exists_and_where_it_is_known_from() -> None:
    table = nle_table()
    checks = {name.split(".")[0] for name in NAMES}
    for nle in table.nle.values():
        assert set(nle.compares) <= checks
        assert nle.sources
        for row in (*nle.reads, *nle.hears):
            assert set(row.containers) <= set(get_args(Container))
            assert set(row.codecs) <= set(table.words)
