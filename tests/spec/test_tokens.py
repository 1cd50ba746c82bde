"""Naming templates: each token's meaning, several clips, and values that look like tokens."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxx_engine.planning.naming import name_problem
from proxx_engine.spec.tokens import (
    TOKENS,
    check_template,
    expand_template,
    format_index,
    used_tokens,
)

QUICK = settings(max_examples=200, deadline=None, database=None, derandomize=True)
VALUES = {
    "source_name": "A001C001",
    "source_ext": "mov",
    "job_id": "0d6a8f4e",
    "date": "20260213",
    "time": "201500",
    "index": "000",
    "codec": "prores_proxy",
    "resolution": "960x540",
}
texts = st.text(alphabet=st.characters(exclude_characters="{}", exclude_categories=["Cs"]))


def test_the_tokens_are_those_of_the_governing_document() -> None:
    assert set(TOKENS) == set(VALUES)


@pytest.mark.parametrize("token", TOKENS)
def test_each_token_stands_for_its_value(token: str) -> None:
    assert expand_template(f"a_{{{token}}}_b", VALUES) == f"a_{VALUES[token]}_b"


@pytest.mark.parametrize(
    ("index", "clip_count", "text"),
    [
        pytest.param(0, 1, "000", id="zero-based, three digits"),
        pytest.param(2, 3, "002", id="third of three"),
        pytest.param(999, 1000, "999", id="last of a thousand"),
        pytest.param(0, 1001, "0000", id="first of 1001 is as wide as the last"),
        pytest.param(1000, 1001, "1000", id="last of 1001"),
        pytest.param(7, 20_000, "00007", id="of 20,000"),
    ],
)
def test_the_index(index: int, clip_count: int, text: str) -> None:
    assert format_index(index, clip_count=clip_count) == text


@pytest.mark.parametrize("template", ["proxy", "{date}_{time}", "{job_id}", "{codec}{resolution}"])
def test_several_clips_need_index_or_source_name(template: str) -> None:
    assert check_template(template, clip_count=1, path="--name") == []
    (issue,) = check_template(template, clip_count=2, path="--name")
    assert (issue.code, issue.path) == ("SPEC_AMBIGUOUS_NAMES", "--name")
    assert "{index}" in issue.sentence
    assert "{source_name}" in issue.sentence
    for token in ("{index}", "{source_name}"):
        assert check_template(template + token, clip_count=2, path="") == []


def test_every_problem_of_a_template_is_told() -> None:
    issues = check_template("{nope}{", clip_count=2, path="")
    assert [i.code for i in issues] == [
        "SPEC_BAD_TEMPLATE",
        "SPEC_BAD_TEMPLATE",
        "SPEC_AMBIGUOUS_NAMES",
    ]


def test_a_value_is_never_read_as_a_template() -> None:
    values = VALUES | {"source_name": "{index}{job_id}%s%(x)s$HOME"}
    assert expand_template("{source_name}", values) == "{index}{job_id}%s%(x)s$HOME"


def test_a_name_from_a_mac_is_written_in_one_form() -> None:
    values = VALUES | {"source_name": "Ka\u0308fer"}
    assert expand_template("{source_name}", values) == "K\u00e4fer"


def test_a_value_cannot_make_a_folder() -> None:
    values = VALUES | {"source_name": "../a/b\\c:d"}
    assert expand_template("{source_name}", values) == ".._a_b_c_d"


@QUICK
@given(st.text(max_size=30), st.sampled_from(TOKENS))
def test_an_expanded_name_is_one_safe_name_or_refused(value: str, token: str) -> None:
    name = expand_template(f"{{{token}}}.mov", VALUES | {token: value})
    assert not set(name) & set('<>:"/\\|?*\0\n')
    if name_problem(name) is None:
        assert PurePosixPath("/out", name).name == name
        assert PureWindowsPath("D:\\out", name).name == name


@QUICK
@given(texts, st.sampled_from(TOKENS), texts)
def test_plain_text_stays_as_it_is(before: str, token: str, after: str) -> None:
    template = f"{before}{{{token}}}{after}"
    assert check_template(template, clip_count=1, path="") == []
    assert used_tokens(template) == {token}
    expected = f"{before}{VALUES[token]}{after}"
    assert expand_template(template, VALUES) == unicodedata.normalize("NFC", expected)


@QUICK
@given(st.text(max_size=40))
def test_any_template_is_refused_or_expanded(template: str) -> None:
    if not check_template(template, clip_count=1, path=""):
        expanded = expand_template(template, VALUES)
        assert "{" not in expanded
        assert "}" not in expanded
