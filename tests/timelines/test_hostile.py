"""Timelines that were made to harm: each is refused in words, at once, and nothing is written."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from proxx_engine import RequestError
from sidecar.timelines import reading
from sidecar.timelines.reading import read_timelines
from tests.sidecar.calling import Proxx
from tests.timelines.dialects import asset, edl, fcpxml

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{"&a;" if n == 0 else f"&a{n - 1};" * 10}">' for n in range(12))
    + "]><{root}>&a11;</{root}>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<{root}>&x;</{root}>"
)


def _refused(path: Path) -> str:
    started = time.monotonic()
    with pytest.raises(RequestError) as refused:
        read_timelines((path,))
    assert time.monotonic() - started < 30
    [issue] = refused.value.issues
    assert issue.code == "SPEC_BAD_TIMELINE"
    return issue.sentence


@pytest.mark.parametrize("text", [BOMB, OUTSIDE], ids=["bomb", "outside"])
@pytest.mark.parametrize(("name", "root"), [("a.xml", "xmeml"), ("a.fcpxml", "fcpxml")])
def test_entities_are_refused(tmp_path: Path, text: str, name: str, root: str) -> None:
    (tmp_path / name).write_text(text.replace("{root}", root), "utf-8")
    assert "entities" in _refused(tmp_path / name)


def test_entities_in_another_encoding_are_refused_too(tmp_path: Path) -> None:
    text = BOMB.replace("{root}", "fcpxml").replace("1.0", '1.0" encoding="utf-16', 1)
    (tmp_path / "a.fcpxml").write_bytes(text.encode("utf-16"))
    assert "entities" in _refused(tmp_path / "a.fcpxml")


@pytest.mark.parametrize("more", ["<x:y/>", '<y a:b="1"/>', '<y a:b:c="1"/>', "<x:y:z/>"])
def test_prefixes_that_nobody_declared_do_not_matter(tmp_path: Path, more: str) -> None:
    cut = '<asset-clip ref="r2" offset="0s" duration="1s"/>'
    text = fcpxml(cut, more, assets=asset("r2", "A", "file:///A.mov"))
    (tmp_path / "a.fcpxml").write_text(text, "utf-8")
    [timeline] = read_timelines((tmp_path / "a.fcpxml",))
    assert [used.url for used in timeline.used] == ["file:///A.mov"]


def test_xml_that_nests_without_end_is_refused(tmp_path: Path) -> None:
    deep = "<spine>" * 100_000
    (tmp_path / "a.fcpxml").write_text(f"<fcpxml>{deep}", "utf-8")
    assert "nests" in _refused(tmp_path / "a.fcpxml")


def test_compound_clips_that_nest_without_end_are_refused(tmp_path: Path) -> None:
    media = "".join(
        f'<media id="m{n}"><sequence><spine><ref-clip ref="m{n + 1}"/></spine></sequence></media>'
        for n in range(5_000)
    )
    text = fcpxml('<ref-clip ref="m0"/>', assets="", resources=media)
    (tmp_path / "a.fcpxml").write_text(text, "utf-8")
    assert "too deep" in _refused(tmp_path / "a.fcpxml")


def test_a_line_without_end_is_read_in_no_time(tmp_path: Path) -> None:
    cut = edl({"A.mov": ("01:00:00:00", "01:00:01:00")})
    for filling in ("001 a" + " " * 2_000_000, "M2 " + "1" * 2_000_000, "* " + "a " * 1_000_000):
        (tmp_path / "a.edl").write_text(f"{cut}{filling}\n", "utf-8")
        started = time.monotonic()
        [timeline] = read_timelines((tmp_path / "a.edl",))
        assert time.monotonic() - started < 5
        assert len(timeline.used) == 1


def test_many_lines_that_are_hard_to_read_are_read_in_no_time(tmp_path: Path) -> None:
    cut = edl({"A.mov": ("01:00:00:00", "01:00:01:00")})
    hard = ("M2 " + "1" * 990, "001 a" + " " * 900 + "b", "001 a  " + "1 " * 480, "*" * 990)
    (tmp_path / "a.edl").write_text(cut + "\n".join(hard * 1000), "utf-8")
    started = time.monotonic()
    [timeline] = read_timelines((tmp_path / "a.edl",))
    assert time.monotonic() - started < 10
    assert len(timeline.used) == 1


def test_names_are_no_longer_than_a_person_can_read(tmp_path: Path) -> None:
    long = "n" * 1_000_000
    cut = f'<asset-clip ref="r2" name="{long}" offset="0s" duration="1s"/>'
    text = fcpxml(cut, assets=asset("r2", long, f"file:///{long}.mov"))
    (tmp_path / "a.fcpxml").write_text(text.replace('name="cut"', f'name="{long}"'), "utf-8")
    [timeline] = read_timelines((tmp_path / "a.fcpxml",))
    [used] = timeline.used
    assert all(len(name) <= 1000 for name in (*used.names, used.event))


def test_otio_that_nests_without_end_costs_only_the_process_that_reads_it(tmp_path: Path) -> None:
    (tmp_path / "a.otio").write_text("[" * 3_000_000, "utf-8")
    assert _refused(tmp_path / "a.otio")


@pytest.mark.parametrize("name", ["a.otio", "a.aaf", "a.xml", "a.fcpxml", "a.edl", "a.ale"])
@pytest.mark.parametrize("data", [b"", b"\0" * 4096, os.urandom(65536), b"{}", b"<x/>"])
def test_what_is_no_timeline_at_all_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    assert _refused(tmp_path / name)


def test_a_file_that_is_too_large_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "a.edl").open("wb") as file:
        file.truncate(reading.MAX_TEXT_BYTES + 1)
    assert "larger than 64 MiB" in _refused(tmp_path / "a.edl")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.edl")
    assert _refused(tmp_path / "a.edl")


def test_a_folder_and_a_name_that_is_no_timeline_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.edl").mkdir()
    assert _refused(tmp_path / "a.edl")
    (tmp_path / "a.fcpxmld").mkdir()
    assert "Info.fcpxml" in _refused(tmp_path / "a.fcpxmld")
    assert ".otio, .edl" in _refused(tmp_path / "a.prproj")


def test_reading_that_does_not_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_SECONDS", 0.01)
    (tmp_path / "a.otio").write_text("{}", "utf-8")
    assert "was not read within" in _refused(tmp_path / "a.otio")


def test_a_timeline_loads_no_code_that_lies_where_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = "import pathlib; pathlib.Path('trapped').touch()"
    (tmp_path / "opentimelineio.py").write_text(trap, "utf-8")
    manifest = {"OTIO_SCHEMA": "PluginManifest.1", "adapters": [], "hooks": {}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("OTIO_PLUGIN_MANIFEST_PATH", str(tmp_path / "manifest.json"))
    (tmp_path / "a.otio").write_text("{}", "utf-8")
    _refused(tmp_path / "a.otio")
    assert not (tmp_path / "trapped").exists()


def test_paths_that_climb_or_hold_control_characters_are_not_followed(proxx: Proxx) -> None:
    proxx.shoot("A.mov")
    cuts = proxx.folder / "footage" / "cuts"
    cuts.mkdir()
    hostile = asset("r2", "x", "file:///a/../A.mov") + asset("r3", "y", "file:///a%0A%00b.mov")
    uses = (f'<asset-clip ref="{ref}" offset="0s" duration="1s"/>' for ref in ("r2", "r3"))
    (cuts / "a.fcpxml").write_text(fcpxml(*uses, assets=hostile), "utf-8")
    (cuts / "b.edl").write_text(edl({"../A.mov\x1b[2J": ("00:00:00:00", "00:00:00:10")}), "utf-8")
    timelines = ("--timeline", cuts / "a.fcpxml", "--timeline", cuts / "b.edl")
    said = proxx("create", *timelines, "--search", cuts, "--out", "out")
    assert said.code == 2
    assert "\x1b" not in said.out + said.err
    assert not (proxx.folder / "out").exists()
