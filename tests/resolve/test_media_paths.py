"""Two ways of writing one path have one key."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.resolve.media_paths import path_key, source_key

NAMES = st.text(
    st.characters(exclude_characters="/\\[]", exclude_categories=("Cs", "Cc")), min_size=1
).filter(lambda name: name not in (".", ".."))
PATHS = st.lists(NAMES, min_size=1, max_size=5).map(lambda names: "/" + "/".join(names))


@given(PATHS, st.sampled_from(["NFC", "NFD"]))
def test_letters_may_be_composed_or_not(path: str, form: str) -> None:
    assert path_key(unicodedata.normalize(form, path)) == path_key(path)  # type: ignore[arg-type]


@given(PATHS)
def test_either_slash_is_one(path: str) -> None:
    assert path_key(path.replace("/", "\\")) == path_key(path)


@given(PATHS, st.sampled_from(["C:", "//server/share"]))
def test_windows_knows_no_case(path: str, root: str) -> None:
    whole = root + path
    assert path_key(path_key(whole)) == path_key(whole)
    assert path_key(whole.replace("/", "\\")) == path_key(whole)
    if whole.isascii():
        assert path_key(whole.upper()) == path_key(whole.lower())


@given(PATHS)
def test_a_key_is_its_own_key(path: str) -> None:
    assert path_key(path_key(path)) == path_key(path)
    assert source_key(path) == path_key(path)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/media/A001.mov", "/media/a001.mov"),
        ("/media/A001.mov", "/media/A001.MOV"),
        ("/media/A001.mov", "/media/sub/A001.mov"),
        ("/media/A 1.mov", "/media/A  1.mov"),
        ("", "/"),
    ],
)
def test_other_files_have_other_keys(one: str, other: str) -> None:
    assert path_key(one) != path_key(other)


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("/v/plate.[1001-1008].exr", "/v/plate.1001.exr"),
        ("/v/X_[00000-00123].dng", "/v/X_00000.dng"),
        (r"D:\v [1-2]\plate.[0001-0008].exr", "d:/v [1-2]/plate.0001.exr"),
        ("/v/A001 [graded].mov", "/v/A001 [graded].mov"),
        ("/v/A001_001.R3D", "/v/A001_001.R3D"),
        ("/v/a/../A001.mov", "/v/A001.mov"),
    ],
)
def test_a_sequence_is_known_by_its_first_picture(written: str, first: str) -> None:
    assert source_key(written) == first
