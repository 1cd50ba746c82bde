"""`proxx explain`: every code in full, near misses, and the codes of a result."""

from __future__ import annotations

import pytest

from proxx_engine import failure_kinds
from tests.results.scenes import clip_document, failed, put_proxy, write_result
from tests.sidecar.calling import Proxx


@pytest.mark.parametrize("code", sorted(failure_kinds()))
def test_a_code_is_explained_in_full(proxx: Proxx, code: str) -> None:
    said = proxx("explain", code)
    kind = failure_kinds()[code]
    assert said.code == 0
    for part in (code, kind.sentence, kind.stage, kind.next_step, str(kind.exit_code)):
        assert part in said.out


def test_without_a_code_all_are_listed_by_family(proxx: Proxx) -> None:
    said = proxx("explain")
    assert said.code == 0
    lines = said.out.splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    assert sorted(listed) == sorted(failure_kinds())
    assert "SOURCE: the footage" in lines
    assert max(map(len, lines)) <= 110


def test_letters_may_be_small(proxx: Proxx) -> None:
    assert proxx("explain", "storage_full").out == proxx("explain", "STORAGE_FULL").out


def test_a_family_is_explained_whole(proxx: Proxx) -> None:
    codes = {entry["code"] for entry in proxx.json("explain", "tool")["codes"]}
    assert codes == {code for code in failure_kinds() if code.startswith("TOOL_")}


def test_a_misspelt_code_is_answered_with_the_near_ones(proxx: Proxx) -> None:
    said = proxx("explain", "SOURCE_TRUNKATED")
    assert said.code == 2
    assert "did you mean SOURCE_TRUNCATED" in said.err


def test_a_result_has_its_codes_explained(proxx: Proxx) -> None:
    out = proxx.folder
    put_proxy(out / "a.mov")
    path = write_result(out, clip_document("a.mov", out), failed("b.mov", out))
    codes = proxx.json("explain", path)["codes"]
    assert [entry["code"] for entry in codes] == ["SOURCE_TRUNCATED"]
    done = write_result(out / "done", clip_document("a.mov", out))
    assert proxx("explain", done).out == "no failure there\n"
