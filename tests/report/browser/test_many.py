"""A page of 2,000 rows, each with thirty checks, is in a person's hands within two seconds."""

from __future__ import annotations

import pytest

from tests.report.browser.opened import Opener
from tests.report.whole_views import many

_MEASURE = """() => {
  const timed = (act) => {
    const begin = performance.now();
    act();
    document.body.offsetHeight;
    return performance.now() - begin;
  };
  const search = document.getElementById("search");
  const type = (text) => {
    search.value = text;
    search.dispatchEvent(new Event("input"));
  };
  return {
    loaded: performance.getEntriesByType("navigation")[0].domComplete,
    "filtered by state": timed(() => document.querySelector(".chip").click()),
    "all again": timed(() => document.querySelector(".chip").click()),
    searched: timed(() => type("c012")),
    opened: timed(() => document.querySelector(".wanted .open").click()),
    "search cleared": timed(() => type("")),
    sorted: timed(() => document.querySelector("th.name button").click()),
  };
}"""


@pytest.mark.timeout(120)
def test_two_thousand_rows_are_usable_under_two_seconds(open_view: Opener) -> None:
    page = open_view(many(2000))
    path = open_view.folder / "page 0.html"
    tries = [page.evaluate(_MEASURE)]
    # The machine may be busy with something else: the best of three is what the page takes.
    for _ in range(2):
        tries.append(open_view.open(path).evaluate(_MEASURE))
    best = min(tries, key=lambda spans: sum(spans.values()))
    told = ", ".join(f"{name} {span:.0f} ms" for name, span in best.items())
    size = path.stat().st_size / 1e6
    print(f"2,000 rows, {size:.1f} MB: {told}; together {sum(best.values()):.0f} ms")
    assert page.locator("tbody.clip").count() == 2000
    assert sum(best.values()) < 2000, told
    assert max(span for name, span in best.items() if name != "loaded") < 500, told
