"""Bundles that were made before are made again byte for byte, and others still take them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.farm.kept import BUNDLES, GOLDEN, made_bundle
from tests.farm.scenes import contents, open_as_standard


@pytest.mark.parametrize("name", BUNDLES)
def test_what_is_made_is_what_is_kept(name: str, tmp_path: Path) -> None:
    assert made_bundle(name, tmp_path) == contents(GOLDEN / name)


@pytest.mark.parametrize("name", BUNDLES)
def test_the_standards_library_takes_what_is_kept(name: str) -> None:
    _named, tasks = open_as_standard(GOLDEN / name)
    assert len(tasks) == len(BUNDLES[name].jobs)


def test_no_other_bundle_is_kept() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(BUNDLES)
