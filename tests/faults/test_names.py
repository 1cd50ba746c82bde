"""Names that shells, FFmpeg and other systems stumble over are carried, or refused by name."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from proxx_engine import CreationRequest, RequestError, Tools, create_jobs, find_profile
from tests.faults.scenes import leavings, proxies, snapshot
from tests.faults.warm_proxx import run_warm as proxx
from tests.support import CREATED_BY, execute

SPECIAL = [
    pytest.param("%d", id="image pattern"),
    pytest.param("shot%03d", id="padded image pattern"),
    pytest.param("-i", id="looks like an option"),
    pytest.param("concat:a|b", id="looks like a protocol"),
    pytest.param("a:b", id="colon"),
    pytest.param("a|b", id="pipe sign"),
    pytest.param("it's", id="apostrophe"),
    pytest.param('say "cut"', id="quotes"),
    pytest.param("back\\slash", id="backslash"),
    pytest.param("[f=null]x", id="brackets"),
    pytest.param("a]b[c", id="stray brackets"),
    pytest.param("tab\tbed", id="tab"),
    pytest.param("line\nbreak", id="line break"),
    pytest.param(" two  spaces ", id="spaces"),
    pytest.param("semi;colon,comma=equals", id="filter signs"),
    pytest.param("$HOME `id` $(id) &", id="shell"),
    pytest.param("\\'|[] \t%", id="everything that is escaped"),
    pytest.param(unicodedata.normalize("NFC", "Übergänge"), id="umlauts, composed"),
    pytest.param(unicodedata.normalize("NFD", "Übergänge"), id="umlauts, decomposed"),
    pytest.param("🎬 take 日本", id="emoji and CJK"),
    pytest.param("\N{ARABIC LETTER ALEF}\N{ARABIC LETTER BEH}", id="right to left"),
]


def make(source: Path, place: Path, tools: Tools, template: str = "proxy") -> object:
    """Create and execute; return the result, or what was said against it."""
    request = CreationRequest(
        (source,),
        place,
        find_profile("prores_proxy"),
        CREATED_BY,
        naming_template=template,
        batch="names",
    )
    try:
        creation = create_jobs(request, prober=tools.prober)
    except RequestError as error:
        return error
    if not creation.jobs:
        return creation.left_out[0].reason
    return execute(creation.jobs[0].spec, place, tools).result


@pytest.mark.parametrize("name", SPECIAL)
def test_a_source_of_any_name_is_read_and_only_that(
    clip: Path, tools: Tools, tmp_path: Path, out: Path, name: str
) -> None:
    source = tmp_path / f"{name}.mp4"
    source.write_bytes(clip.read_bytes())
    before = snapshot(source)
    result = make(source, out, tools)

    assert getattr(result, "status", result) == "COMPLETED", getattr(result, "failure", result)
    assert (proxies(out), leavings(out), snapshot(source)) == (["proxy.mov"], [], before)


@pytest.mark.parametrize("name", SPECIAL)
def test_an_output_folder_of_any_name_is_written_to_and_only_that(
    clip: Path, tools: Tools, tmp_path: Path, name: str
) -> None:
    place = tmp_path / "volume" / name
    place.mkdir(parents=True)
    result = make(clip, place, tools)

    if isinstance(result, RequestError):
        assert {issue.code for issue in result.issues} <= {"SPEC_BAD_PATH", "SPEC_BAD_TEXT"}
        assert list(place.iterdir()) == []
        return
    assert getattr(result, "status", result) == "COMPLETED", getattr(result, "failure", result)
    assert (proxies(place), leavings(tmp_path)) == (["proxy.mov"], [])
    assert [p.name for p in (tmp_path / "volume").iterdir()] == [name]


@pytest.mark.parametrize("name", SPECIAL)
def test_a_proxy_that_is_named_like_its_source_is_made_or_refused_by_name(
    clip: Path, tools: Tools, tmp_path: Path, out: Path, name: str
) -> None:
    source = tmp_path / f"{name}.mp4"
    source.write_bytes(clip.read_bytes())
    result = make(source, out, tools, "{source_name}")

    if isinstance(result, RequestError):
        assert {issue.code for issue in result.issues} <= {"SPEC_BAD_NAME", "SPEC_BAD_TEXT"}
        assert list(out.iterdir()) == []
        return
    if isinstance(result, str):
        assert "begins with" in result or "holds" in result
        assert list(out.iterdir()) == []
        return
    assert getattr(result, "status", result) == "COMPLETED", getattr(result, "failure", result)
    (made,) = proxies(out)
    assert unicodedata.normalize("NFC", made) == made
    assert leavings(out) == []


def test_a_pattern_in_a_name_makes_ffmpeg_read_no_other_file(
    clip: Path, tools: Tools, tmp_path: Path, out: Path
) -> None:
    for name in ("shot%d.mp4", "shot0.mp4", "shot1.mp4"):
        (tmp_path / name).write_bytes(clip.read_bytes())
    (tmp_path / "shot0.mp4").write_bytes(b"not this one")
    result = make(tmp_path / "shot%d.mp4", out, tools)
    assert getattr(result, "status", result) == "COMPLETED"


def test_a_name_cannot_speak_to_the_terminal(clip: Path, tmp_path: Path, out: Path) -> None:
    source = tmp_path / "\x1b[2Jred\x07.mp4"
    source.write_bytes(clip.read_bytes())
    for ended in (
        proxx("create", source, "--out", out, "--name", "proxy"),
        proxx("run", out),
        proxx("probe", source),
    ):
        assert "\x1b" not in ended.stdout + ended.stderr
        assert "\x07" not in ended.stdout + ended.stderr


def test_a_name_cannot_fake_what_ffmpeg_counts(
    clip: Path, tools: Tools, tmp_path: Path, out: Path
) -> None:
    line = "Input stream #0:0 (video): 9 packets read (1 bytes); 99 frames decoded; 0 decode errors"
    source = tmp_path / f"x\n[verbose] {line}.mp4"
    source.write_bytes(clip.read_bytes())
    result = make(source, out, tools)
    assert getattr(result, "status", result) == "COMPLETED", getattr(result, "failure", result)
    assert result.clips[0].decoded_frames == 25  # type: ignore[attr-defined]


def test_a_name_that_is_no_text_is_left_out_with_its_reason(clip: Path, tmp_path: Path) -> None:
    import os

    footage = os.fsencode(tmp_path / "footage")
    os.mkdir(footage)
    try:
        with open(footage + b"/\xff\xfe.mp4", "wb") as stream:
            stream.write(clip.read_bytes())
    except OSError:
        pytest.skip("this file system takes only names that are text")
    ended = proxx("create", tmp_path / "footage", "--out", tmp_path / "out")
    assert ended.returncode == 2
    assert "not UTF-8" in ended.stdout
