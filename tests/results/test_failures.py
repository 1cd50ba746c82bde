"""Every failure code is in failures.toml, is used, and tells a person what to do."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

import proxx_engine
from proxx_engine import Issue, exit_code_of, failure_kinds
from proxx_engine.results.execution_results import Stage
from proxx_engine.results.failures import failure_of, make_failure

ENGINE = Path(proxx_engine.__file__).parent
ROOT = ENGINE.parent
FAMILIES = (
    *("SPEC", "ROUTE", "SOURCE", "OUTPUT", "STORAGE", "TOOL"),
    *("ENCODE", "RENDER", "VERIFY", "LINK", "CLAIM", "QC"),
)
CODE = re.compile(rf'"((?:{"|".join(FAMILIES)})_[A-Z][A-Z_]*)"')
TEXT = (ENGINE / "failures.toml").read_text("utf-8")
LISTED = sorted(tomllib.loads(TEXT))


def used_codes() -> dict[str, set[str]]:
    """Return each code that stands in a source, and the files it stands in."""
    used: dict[str, set[str]] = {}
    for package in ("proxx_engine", "sidecar"):
        for path in (ROOT / package).rglob("*.py"):
            for code in CODE.findall(path.read_text("utf-8")):
                used.setdefault(code, set()).add(str(path.relative_to(ROOT)))
    return used


def test_every_code_that_is_used_is_listed() -> None:
    unlisted = {code: files for code, files in used_codes().items() if code not in LISTED}
    assert unlisted == {}


def test_every_code_that_is_listed_is_used() -> None:
    assert sorted(set(LISTED) - used_codes().keys()) == []


@pytest.mark.parametrize("code", LISTED)
def test_a_code_is_told_in_full(code: str) -> None:
    kind = failure_kinds()[code]
    assert code.split("_")[0] in FAMILIES
    assert kind.stage in get_args(Stage)
    # Not to be measured is no fault of a rendered proxy.
    assert kind.exit_code in ((0,) if code == "QC_RENDERED" else (1, 2, 3, 130))
    assert kind.sentence[0].isupper()
    assert not kind.sentence.endswith(".")
    assert kind.next_step.endswith(".")
    assert len(kind.sentence) <= 80


@pytest.mark.parametrize(
    ("family", "exit_code"),
    [("SPEC_", 2), ("ROUTE_", 2), ("TOOL_", 3), ("STORAGE_", 3), ("VERIFY_", 1), ("SOURCE_", 1)],
)
def test_a_family_has_one_exit_code(family: str, exit_code: int) -> None:
    codes = [code for code in LISTED if code.startswith(family)]
    assert codes
    assert {exit_code_of(code) for code in codes} == {exit_code}


def test_each_code_stands_once_in_the_file() -> None:
    headers = re.findall(r"^\[([A-Z_]+)\]$", TEXT, flags=re.MULTILINE)
    assert sorted(headers) == LISTED


def test_the_governing_sentence_of_a_missing_output_is_kept() -> None:
    assert make_failure("VERIFY_MISSING").sentence == "Output file does not exist or has zero size"


def test_what_was_seen_is_added_to_the_sentence() -> None:
    failure = make_failure("OUTPUT_EXISTS", "/out/a.mov")
    assert failure.sentence.endswith(": /out/a.mov")
    assert failure.stage == "preflight"
    assert make_failure("OUTPUT_EXISTS", stage="publication").stage == "publication"


def test_a_problem_of_a_request_becomes_a_failure() -> None:
    failure = failure_of(Issue("SPEC_EMPTY_LIST", "clips", "found an empty list"))
    assert failure.code == "SPEC_EMPTY_LIST"
    assert failure.sentence == "A list is empty: clips: found an empty list"


def test_a_code_that_is_not_listed_cannot_be_raised() -> None:
    with pytest.raises(KeyError):
        make_failure("SPEC_NO_SUCH_CODE")
