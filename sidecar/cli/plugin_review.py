"""4 Review Results: what came of the plugin's jobs: the newest in the Console, all as a page."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from sidecar.cli.outcome import DONE, JOB_FAILED, plural
from sidecar.cli.paths import quoted
from sidecar.cli.result_table import show_batches
from sidecar.report.gathering import Gathered, gather
from sidecar.report.headline import LACKING, headline_in_a_line
from sidecar.report.rows import BAD, QUIET, Row
from sidecar.report.writing import write_page
from sidecar.resolve.session import Session

MOST_LINES = 40
"""What a person reads without scrolling for long."""
_MOST_BATCHES = 8
_NEVER = datetime.min.replace(tzinfo=UTC)


def review(session: Session) -> int:
    """Tell it in the Console; 1 when anything is not as it should be, as `proxx results`."""
    settings = session.settings
    places = (settings.out, settings.ffmpeg_jobs, settings.resolve_jobs)
    gathered = tuple(gather(places, inspecting=lambda _path, _number, _total: None))
    rows = [each.row for each in gathered]
    session.say(*describe_review(rows, places), _show_page(gathered, places))
    return JOB_FAILED if any(row.state in BAD for row in rows) else DONE


def _show_page(gathered: Sequence[Gathered], places: Sequence[Path]) -> str:
    """Write the page and open it; return where it is, or why it is not."""
    page = page_path()
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        write_page(gathered, places, page)
    except OSError as error:
        return f"the page {page} cannot be written: {error.strerror or error}"
    shown = webbrowser.open(page.as_uri())
    return f"the page {page} is shown in the browser" if shown else f"open it in a browser: {page}"


def page_path() -> Path:
    """Return where the page of the menu is; it is written anew each time."""
    return platformdirs.user_state_path("Proxx", appauthor=False) / "review.html"


def describe_review(rows: Sequence[Row], places: Iterable[Path]) -> Iterator[str]:
    """Yield the headline, the newest batches within MOST_LINES, and where the whole is. Pure."""
    yield f"Proxx: {headline_in_a_line(rows)}"
    batches = _newest_first(row for row in rows if row.state not in QUIET)
    near = [row for batch in batches[:_MOST_BATCHES] for row in batch]
    lines, shown = _as_many_as_fit(near)
    yield from lines
    if hidden := len(near) - shown:
        yield f"and {plural(hidden, 'row')} more in these batches"
    if far := batches[_MOST_BATCHES:]:
        wrong = sum(any(row.state in BAD for row in batch) for batch in far)
        yield f"and of {len(far)} older batches {wrong} that are not all well"
    if any(row.state in LACKING for row in rows):
        yield "next: `proxx resubmit` makes new jobs of what failed, once its cause is gone"
    yield f"all of it, in a terminal: proxx results {' '.join(map(quoted, places))}"


def _newest_first(rows: Iterable[Row]) -> list[list[Row]]:
    """Return the rows by batch; a batch in which a job has no result yet counts as new."""
    batches: dict[str | None, list[Row]] = {}
    for row in rows:
        batches.setdefault(row.batch, []).append(row)
    soon = datetime.max.replace(tzinfo=UTC)
    newest = {
        batch: max(soon if row.kind == "job" else row.ended or _NEVER for row in members)
        for batch, members in batches.items()
    }
    order = sorted(batches, key=lambda batch: newest[batch], reverse=True)
    return [sorted(batches[batch], key=lambda row: row.state not in BAD) for batch in order]


def _as_many_as_fit(rows: Sequence[Row]) -> tuple[list[str], int]:
    """Return the lines of the first rows that stay within MOST_LINES, and how many rows those are.

    What is wrong in a batch stands before what is well.
    """
    few, many = 0, min(len(rows), MOST_LINES)
    while few < many:
        middle = (few + many + 1) // 2
        if len(list(show_batches(rows, rows[:middle]))) <= MOST_LINES:
            few = middle
        else:
            many = middle - 1
    return list(show_batches(rows, rows[:few])), few
