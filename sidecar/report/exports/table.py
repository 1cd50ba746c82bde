r"""Rows → a CSV for spreadsheets and programs. Pure.

RFC 4180 (commas, CRLF, quotes doubled, line breaks inside quotes), UTF-8 with a byte order mark:
without one Excel takes it for the local code page and spoils every umlaut; Python reads it as
`utf-8-sig`. Sizes, numbers and seconds are plain numbers; moments are UTC, ISO 8601; what is not
known is empty. Of a name that is no text, the broken part stands as `\udcff`.

The columns, whose names and order stay; new ones come last:

kind          clip; job (it has no result yet); file (it cannot be read)
state         as `proxx results` has it: proven, exists-only, failed, gone, …
status        of the clip: COMPLETED, FAILED, NOT_RUN; of a request that was refused: FAILED
verification  conform, or exists: the weaker look, which proves nothing
name          the proxy's, from the job's output folder; of a job its label
source        path of the source, as the job has it
proxy         path of the proxy, as it is here
batch, label, job_id
clip          the clip's number in its job, from 0
engine        ffmpeg or resolve
engine_version, host
code, sentence, next_step    of what failed
size_bytes, sha256           of the proxy
seconds       how long it took
ended         when it ended, to the second
told          a few words: how many checks, or what is wrong
told_by       the file that tells all this
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator

from sidecar.report.rows import Row

COLUMNS = (
    *("kind", "state", "status", "verification", "name", "source", "proxy", "batch", "label"),
    *("job_id", "clip", "engine", "engine_version", "host", "code", "sentence", "next_step"),
    *("size_bytes", "sha256", "seconds", "ended", "told", "told_by"),
)
_Cell = str | int | float | None

_BREAK = re.compile(r"[;|\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
"""Where some program begins a new cell or line, whatever the quotes say."""
_SIGNS = frozenset("=+-@−")
"""What a formula begins with, also in its other widths; the last is the mathematical minus."""


def write_table(rows: Iterable[Row]) -> bytes:
    """Return the CSV of these rows, one line each, in their order."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = _cells(row)
        writer.writerow([_plain(cells.get(column)) for column in COLUMNS])
    return text.getvalue().encode("utf-8-sig", errors="backslashreplace")


def _cells(row: Row) -> dict[str, _Cell]:
    ended = row.ended.strftime("%Y-%m-%dT%H:%M:%SZ") if row.ended else None
    cells: dict[str, _Cell] = {
        "kind": row.kind,
        "state": row.state,
        "status": row.job_status or None,
        "name": row.name,
        "batch": row.batch,
        "job_id": row.data.get("job_id"),
        "code": row.code,
        "size_bytes": row.size_bytes,
        "seconds": row.duration_seconds,
        "ended": ended,
        "told": row.told,
        "told_by": row.data.get("job_file") or row.data.get("path"),
    }
    if files := row.data.get("result_files"):
        cells["told_by"] = files[0]
    if failure := row.data.get("failure"):
        cells |= {"sentence": failure["sentence"], "next_step": failure["next_step"]}
    if row.entry is None:
        return cells
    result, clip = row.entry.stored.result, row.entry.clip
    return cells | {
        "status": clip.status,
        "verification": result.verification_level,
        "source": clip.source,
        "proxy": row.data.get("proxy"),
        "label": result.label,
        "clip": clip.index,
        "engine": result.engine.name if result.engine else None,
        "engine_version": result.engine.version if result.engine else None,
        "host": result.worker.host if result.worker else None,
        "sha256": clip.output_sha256,
    }


def _plain(cell: _Cell) -> _Cell:
    return harmless(cell) if isinstance(cell, str) else cell


def harmless(text: str) -> str:
    """Return a text of which no spreadsheet makes a formula.

    An apostrophe stands before each sign that a cell could begin with, quotes, blanks and what is
    not seen passed over. Taking out each apostrophe that this could have put there gives the text
    back: see `as_written`.
    """
    return "".join(f"'{part}" if _is_formula(part) else part for part in _parts(text))


def as_written(cell: str) -> str:
    """Return the text that `harmless` made a cell of."""
    return "".join(
        part[1:] if part[:1] == "'" and _is_formula(part[1:]) else part for part in _parts(cell)
    )


def _parts(text: str) -> Iterator[str]:
    """Yield what may become a cell of its own; each begins behind a break, which the last ends."""
    begin = 0
    for found in _BREAK.finditer(text):
        yield text[begin : found.end()]
        begin = found.end()
    yield text[begin:]


def _is_formula(part: str) -> bool:
    for character in part:
        plain = unicodedata.normalize("NFKC", character)[:1]
        if plain in _SIGNS:
            return True
        unseen = unicodedata.category(character) in ("Cc", "Cf", "Zs", "Mn")
        if not (unseen or plain in ("'", '"', "`", "‘", "’", "“", "”")):
            return False
    return False
