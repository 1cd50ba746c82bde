"""4 Review Results: what came of the plugin's jobs, the newest first, bounded for a Console."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from proxx_engine import find_results
from sidecar.cli.outcome import DONE, JOB_FAILED, plural
from sidecar.cli.paths import quoted
from sidecar.cli.result_table import show_batches
from sidecar.report.headline import LACKING, headline_in_a_line
from sidecar.report.rows import BAD, QUIET, Row, read_rows
from sidecar.resolve.session import Session

MOST_LINES = 40
"""What a person reads without scrolling for long."""
_MOST_BATCHES = 8
_NEVER = datetime.min.replace(tzinfo=UTC)


def review(session: Session) -> int:
    """Tell it in the Console; 1 when anything is not as it should be, as `proxx results`."""
    settings = session.settings
    places = (settings.out, settings.ffmpeg_jobs, settings.resolve_jobs)
    found = find_results(places)
    rows = list(read_rows(found, rehash=False, inspecting=lambda _path, _number, _total: None))
    session.say(*describe_review(rows, places))
    return JOB_FAILED if any(row.state in BAD for row in rows) else DONE


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
