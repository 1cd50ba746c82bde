"""Every test that `tests/README.md` names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`")


@pytest.mark.parametrize(
    "named", sorted(set(_NAMED.findall((ROOT / "tests/README.md").read_text())))
)
def test_a_named_test_exists(named: tuple[str, str]) -> None:
    file, test = named
    text = (ROOT / file).read_text("utf-8")
    assert not test or f"def {test}(" in text
