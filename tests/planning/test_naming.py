"""Names that every system takes, names that would meet, and where things lie."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxx_engine import JobSpecValidationError, decode_jobspec, plan_job
from proxx_engine.planning.naming import collision_key, name_problem, path_below, result_name
from tests.spec.samples import changed, clip, encoded, job

QUICK = settings(max_examples=300, deadline=None, database=None, derandomize=True)


@pytest.mark.parametrize(
    "name",
    [
        *("CON", "con.mov", "Nul.tar.gz", "AUX", "prn.txt", "COM1", "com0.mov", "LPT9.txt"),
        *("COM¹", "LPT³.mov", "CONIN$", "conout$.txt"),
        *("a.", "a ", " a", ".a", "-a", ".", "..", ""),
        *("a:b", "a?b", "a*b", 'a"b', "a<b", "a>b", "a|b", "a/b", "a\\b", "a\nb", "a\x7fb", "a\0b"),
        *("x" * 256, "ä" * 128, "a\u0301", "a\u200bb", "a\u202eb", "a\ud800b", "\ufeffa"),
    ],
    ids=ascii,
)
def test_a_name_that_some_system_refuses(name: str) -> None:
    assert name_problem(name)


@pytest.mark.parametrize(
    "name",
    ["A001_C001.mov", "Köln 東京 🎬.mov", "CONTROL.mov", "COM10", "a.b.c", "x" * 255, "$x", "a{b}"],
    ids=lambda name: ascii(name)[:20],
)
def test_a_name_that_every_system_takes(name: str) -> None:
    assert name_problem(name) is None


@QUICK
@given(st.text(max_size=30))
def test_an_accepted_name_is_one_name_everywhere(name: str) -> None:
    if name_problem(name) is None:
        assert unicodedata.normalize("NFC", name) == name
        assert name.strip(" .")
        assert len(name.encode()) <= 255
        assert not set(name) & set('<>:"/\\|?*')
        assert path_below("/out", name) == f"/out/{name}"
        assert path_below("D:\\out", name) == f"D:\\out\\{name}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("A.mov", "a.MOV", id="case"),
        pytest.param("\u00e4.mov", "a\u0308.mov", id="NFC and NFD"),
        pytest.param("\u00c4.mov", "a\u0308.mov", id="case and NFD"),
        pytest.param("Stra\u00dfe.mov", "STRASSE.mov", id="sharp s"),
        pytest.param("\u0390.mov", "\u03aa\u0301.mov", id="a letter that folding takes apart"),
        pytest.param("\u212b.mov", "\u00e5.mov", id="the angstrom sign"),
    ],
)
def test_names_that_meet(one: str, other: str) -> None:
    assert collision_key("/out", "", one) == collision_key("/out", "", other)


@QUICK
@given(st.text(max_size=20))
def test_a_name_meets_itself_in_every_writing(name: str) -> None:
    key = collision_key("/out", "", name)
    for form in ("NFC", "NFD"):
        assert collision_key("/out", "", unicodedata.normalize(form, name)) == key


def collide(*clips: tuple[str, str]) -> list[tuple[str, str]]:
    """Return what is told of clips with these subfolders and names."""
    value = job(
        clips=[
            clip(n, output_subdirectory=folder, output_name=name)
            for n, (folder, name) in enumerate(clips)
        ]
    )
    try:
        plan_job(decode_jobspec(encoded(value)))
    except JobSpecValidationError as error:
        return [(issue.code, issue.path) for issue in error.issues]
    return []


@pytest.mark.parametrize(
    ("clips", "path"),
    [
        pytest.param((("", "a.mov"), ("", "a.mov")), "clips[1].output_name", id="equal"),
        pytest.param((("", "a.mov"), ("", "A.mov")), "clips[1].output_name", id="by case"),
        pytest.param((("X", "a.mov"), ("x", "a.mov")), "clips[1].output_name", id="by folder"),
        pytest.param(
            (("", "a.mov"), ("A.mov/b", "c.mov")),
            "clips[1].output_subdirectory",
            id="a folder under a proxy's name",
        ),
    ],
)
def test_clips_that_would_meet(clips: tuple[tuple[str, str], ...], path: str) -> None:
    assert collide(*clips) == [("OUTPUT_NAME_COLLISION", path)]


def test_clips_that_do_not_meet() -> None:
    assert collide(("", "a.mov"), ("x", "a.mov"), ("x/y", "a.mov"), ("", "b.mov")) == []


def test_three_clips_of_one_name_are_told_together() -> None:
    value = job(clips=[clip(n, output_name="a.mov") for n in range(3)])
    with pytest.raises(JobSpecValidationError, match="clips 0, 1, 2 would all become"):
        plan_job(decode_jobspec(encoded(value)))


def test_a_folder_cannot_have_the_name_of_the_result() -> None:
    spec = decode_jobspec(encoded(job()))
    assert ("OUTPUT_NAME_COLLISION", "clips[1].output_name") in collide(
        ("", "a.mov"), (result_name(spec), "b.mov")
    )


@pytest.mark.parametrize(
    ("directory", "subfolder", "proxy", "work"),
    [
        pytest.param("/m/out", "", "/m/out/A001C001.mov", "/m/out/.proxx-0d6a8f4e", id="plain"),
        pytest.param(
            "/m/Proxy", "", "/m/Proxy/A001C001.mov", "/m/.proxx-0d6a8f4e", id="beside Proxy"
        ),
        pytest.param(
            "/m/out", "a/b", "/m/out/a/b/A001C001.mov", "/m/out/.proxx-0d6a8f4e", id="subfolder"
        ),
        pytest.param(
            "D:\\out",
            "a/b",
            "D:\\out\\a\\b\\A001C001.mov",
            "D:\\out\\.proxx-0d6a8f4e",
            id="Windows",
        ),
        pytest.param(
            "\\\\nas\\m\\Proxy",
            "",
            "\\\\nas\\m\\Proxy\\A001C001.mov",
            "\\\\nas\\m\\.proxx-0d6a8f4e",
            id="a share",
        ),
    ],
)
def test_where_things_lie(directory: str, subfolder: str, proxy: str, work: str) -> None:
    value = changed(job(), "output.directory", directory)
    plan = plan_job(
        decode_jobspec(encoded(changed(value, "clips.0.output_subdirectory", subfolder)))
    )
    assert plan.clips[0].output_path == proxy
    assert plan.work_folder == work
    assert plan.clips[0].work_path.startswith(work)
    assert plan.result_path.endswith("A001C001.0d6a8f4e.result.json")


def test_the_result_lies_in_the_output_folder_when_clips_lie_in_several() -> None:
    value = job(clips=[clip(0, output_subdirectory="a"), clip(1, output_subdirectory="b")])
    plan = plan_job(decode_jobspec(encoded(value)))
    assert plan.result_path == "/footage/Proxy/A001C001.0d6a8f4e.result.json"
