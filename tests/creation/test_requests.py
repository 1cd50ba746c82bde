"""What is asked of `create` as a whole: told once, with a way on, before any footage is read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from proxx_engine import CreationError, CreationRequest, Issue, Tools, create_jobs, find_profile
from proxx_engine.creation.footage.roots import name_roots
from tests.support import CREATED_BY, MakeClip

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.4", "-c:v", "mpeg4")


@pytest.fixture
def cards(make_clip: MakeClip, tmp_path: Path) -> Path:
    """Two cards whose folders have one name, and a clip of one name in each."""
    for card in ("c1", "c2"):
        (tmp_path / card / "PRIVATE").mkdir(parents=True)
        shutil.copyfile(make_clip("plain.mov", *PICTURE), tmp_path / card / "PRIVATE/C0001.MOV")
    return tmp_path


def ask(tools: Tools, *paths: Path, out: Path, **more: object) -> list[str]:
    """Return where the proxies go."""
    request = CreationRequest(paths, out, find_profile("prores_proxy"), CREATED_BY, **more)  # type: ignore[arg-type]
    jobs = create_jobs(request, prober=tools.prober).jobs
    return [f"{c.output_subdirectory}/{c.output_name}" for job in jobs for c in job.spec.clips]


def refused(tools: Tools, *paths: Path, out: Path, **more: object) -> list[Issue]:
    with pytest.raises(CreationError) as caught:
        ask(tools, *paths, out=out, **more)
    return list(caught.value.issues)


def test_two_cards_of_one_name_are_told_apart_by_their_folders(tools: Tools, cards: Path) -> None:
    paths = (cards / "c1/PRIVATE", cards / "c2/PRIVATE")
    assert ask(tools, *paths, out=cards / "out") == [
        "c1/PRIVATE/C0001.mov",
        "c2/PRIVATE/C0001.mov",
    ]


@pytest.mark.parametrize(
    ("folders", "names"),
    [
        pytest.param(["/a/x", "/b/y"], ["x", "y"], id="already apart"),
        pytest.param(["/a/x/P", "/b/x/P"], ["a/x/P", "b/x/P"], id="two folders up"),
        pytest.param(["/a/P", "/b/p", "/b/Q"], ["a/P", "b/p", "Q"], id="in other letters"),
        pytest.param(["/P", "/b/P"], ["P", "b/P"], id="one at the top"),
        pytest.param(["/a/Cafe\u0301"], ["Caf\u00e9"], id="a name from a Mac"),
    ],
)
def test_a_named_folder_gets_as_many_parents_as_it_needs(
    folders: list[str], names: list[str]
) -> None:
    assert list(name_roots(map(Path, folders)).values()) == names


def test_files_that_would_meet_are_told_the_way_that_their_rule_leaves(
    tools: Tools, cards: Path
) -> None:
    files = (cards / "c1/PRIVATE/C0001.MOV", cards / "c2/PRIVATE/C0001.MOV")
    [issue] = refused(tools, *files, out=cards / "out")
    assert "name their folders instead of the files" in issue.sentence
    other = shutil.copyfile(files[0], files[0].with_suffix(".mp4"))
    [issue] = refused(tools, files[0], other, out=cards / "out")
    assert issue.path == "--name"
    assert "{source_name}_{source_ext}" in issue.sentence
    [issue] = refused(tools, files[0], other, out=cards / "out", rule="resolve")
    assert issue.path == str(cards / "c1/PRIVATE/Proxy/C0001.mov")
    assert "--name" not in issue.sentence
    assert "with --rule resolve only one of them can have a proxy" in issue.sentence


@pytest.mark.parametrize("token", ["time", "date", "job_id", "index"])
def test_names_that_are_other_each_time_cannot_be_skipped(
    tools: Tools, cards: Path, token: str
) -> None:
    template = f"{{source_name}}_{{{token}}}"
    [issue] = refused(
        tools, cards / "c1", out=cards / "out", naming_template=template, skip_done="proven"
    )
    assert (issue.code, issue.path) == ("SPEC_BAD_TEMPLATE", "--name")
    assert f"found {{{token}}}" in issue.sentence
    assert ask(tools, cards / "c1", out=cards / "out", naming_template=template)


def test_a_proven_proxy_is_not_replaced_by_an_unproven_one(tools: Tools, cards: Path) -> None:
    [issue] = refused(tools, cards / "c1", out=cards / "out", replace=True, verification="exists")
    assert (issue.code, issue.path) == ("SPEC_BAD_PAIR", "--replace")


@pytest.mark.parametrize(
    "batch",
    [
        pytest.param("day\x07 1", id="a control character"),
        pytest.param("day \udcff", id="no UTF-8"),
        pytest.param("x" * 100_000, id="too long"),
    ],
)
def test_a_label_that_cannot_be_is_told_once(tools: Tools, cards: Path, batch: str) -> None:
    [issue] = refused(tools, cards / "c1", cards / "c2", out=cards / "out", batch=batch)
    assert (issue.code, issue.path) == ("SPEC_BAD_TEXT", "--batch")


def test_an_output_folder_that_is_no_text_is_told_once(tools: Tools, cards: Path) -> None:
    out = cards / os.fsdecode(b"out\xff")
    [issue] = refused(tools, cards / "c1", cards / "c2", out=out)
    assert (issue.code, issue.path) == ("SPEC_BAD_PATH", "--out")
    assert "no UTF-8" in issue.sentence
