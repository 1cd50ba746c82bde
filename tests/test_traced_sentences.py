"""`tests/README.md` traces every sentence of two governing documents to a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "tests" / "README.md"
DOCUMENTS = {
    "The scaling architecture": "# V2 Phase-2 Scaling Architecture",
    "The execution invariants": "# V2 Phase-2 Execution Invariants",
}
_NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`")
_QUOTED = re.compile(r'"([^"]+)"')
_LEADING = re.compile(
    r"\*\*(?:This means|This forbids|Execution is|Execution consists of):\*\*"
    r"|\*\*(?:Status|Scope|Enforcement|Relationship|Key Connection|Violation):\*\*.*"
    r"|\*\*End of Document\*\*|This document extends and reinforces.*|---"
)
_LONG_ENOUGH = 10
"""Characters of a quotation that names a sentence by a part of it; a shorter one is all of it."""


def rows(title: str) -> list[tuple[list[str], str]]:
    """Return the quotations of each row, and what holds them."""
    _before, _found, below = README.read_text("utf-8").partition(f"### {title}\n")
    table = below.partition("\n### ")[0].splitlines()
    cells = [line.strip("| ").split(" | ") for line in table if line.startswith('| "')]
    return [(_QUOTED.findall(words), held) for words, held in cells]


def plain(text: str) -> str:
    """Return a sentence as it is compared: no marks, one case."""
    bare = re.sub(r"^(?:[-*] |\d+\. )", "", text.strip())
    return re.sub(r'[*`"]', "", bare).casefold()


def sentences(title: str) -> list[str]:
    """Return every statement of a document, but headings and words that only lead in."""
    folder = ROOT.parent / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip("the governing documents are not beside this checkout")
    for path in sorted(folder.iterdir()):
        lines = path.read_text("utf-8", "replace").splitlines()
        if lines[0] == DOCUMENTS[title]:
            told = (line for line in lines if line.strip() and not line.startswith("#"))
            return [plain(line) for line in told if not _LEADING.fullmatch(line.strip())]
    raise AssertionError(f"no document is called {DOCUMENTS[title]}")


def names(quotation: str, sentence: str) -> bool:
    """Whether a quotation names a sentence."""
    words = plain(quotation)
    return words in sentence if len(words) >= _LONG_ENOUGH else words == sentence.rstrip(":")


@pytest.mark.parametrize("title", DOCUMENTS)
def test_every_sentence_is_traced(title: str) -> None:
    quoted = [words for quotations, _held in rows(title) for words in quotations]
    missing = [s for s in sentences(title) if not any(names(words, s) for words in quoted)]
    assert missing == []


@pytest.mark.parametrize("title", DOCUMENTS)
def test_what_is_quoted_stands_in_the_document(title: str) -> None:
    told = sentences(title)
    quoted = [words for quotations, _held in rows(title) for words in quotations]
    assert [words for words in quoted if not any(names(words, s) for s in told)] == []


@pytest.mark.parametrize("title", DOCUMENTS)
def test_each_row_names_what_holds_it_or_says_that_nothing_does(title: str) -> None:
    assert rows(title)
    for quotations, held in rows(title):
        assert quotations
        assert _NAMED.search(held) or "held by nothing" in held or "`.ci/run`" in held, quotations


def test_every_test_that_is_named_is_there() -> None:
    named = set(_NAMED.findall(README.read_text("utf-8")))
    assert len(named) > 50
    gone = [
        f"{file}::{test}"
        for file, test in sorted(named)
        if not (ROOT / file).is_file()
        or (test and f"def {test}(" not in (ROOT / file).read_text("utf-8"))
    ]
    assert gone == []
