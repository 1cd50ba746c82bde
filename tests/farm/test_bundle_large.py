"""A bundle of 5,000 jobs."""

from __future__ import annotations

import re

import pytest

from tests.benchmarks.farm import measure_farm_export


@pytest.mark.slow
def test_five_thousand_jobs_are_one_bundle_whose_template_does_not_grow(
    capsys: pytest.CaptureFixture[str],
) -> None:
    measure_farm_export()
    told = capsys.readouterr().out
    with capsys.disabled():
        print(f"\n{told}", end="")
    found = re.search(r"the template has ([0-9,]+) bytes", told)
    assert found is not None
    assert int(found[1].replace(",", "")) < 4_000
