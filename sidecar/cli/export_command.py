"""`proxx export`: what came of clips, as files that other programs read.

The form is a word of its own rather than the ending of --out: a checksum list may be called
anything, and an MHL history is a folder. The exit code judges the jobs, as that of `proxx results`
does: what is asked for is written all the same, and 1 says that not all is as it should be.
"""

from __future__ import annotations

import argparse
import os
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from proxx_engine import PlaceError, write_whole
from sidecar.cli.machine import add_machine, read_machine
from sidecar.cli.outcome import JOB_FAILED, REQUEST_WRONG, Outcome
from sidecar.cli.paths import plain_path
from sidecar.cli.progress import counting
from sidecar.cli.results_command import exit_code, nothing_found
from sidecar.report.exports.ale import write_lists
from sidecar.report.exports.mhl import add_generation
from sidecar.report.exports.mhl_files import HistoryRefused
from sidecar.report.exports.model import LeftOut
from sidecar.report.exports.sums import write_sums
from sidecar.report.exports.table import write_table
from sidecar.report.gathering import Gathered, gather
from sidecar.report.rows import QUIET, Row
from sidecar.words import align, plural

FORMS = ("csv", "ale", "mhl", "sha256")
_ENDING = {"csv": ".csv", "ale": ".ale"}
_EPILOG = """\
csv: a line for each clip. ale: proven proxies for Avid, a list for each frame rate. sha256: proven
proxies, for `sha256sum -c` in the folder of the list. mhl: proven proxies below --out, a folder, as
the next generation of its ASC MHL history; each is read whole. What a file cannot hold is told.
Nothing is overwritten."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("form", choices=FORMS, metavar="FORM", help="csv, ale, mhl or sha256")
    add("paths", nargs="+", type=Path, metavar="PATH", help="results, jobs, folders")
    add("--out", required=True, type=Path, metavar="FILE", help="what is written; mhl: a folder")
    add("--verify", action="store_true", help="read each proxy whole and compare its sha256")
    add("--batch", metavar="LABEL", help="only jobs of this batch")
    add("--all", action="store_true", help="csv: also what another job did again or replaced")
    add_machine(parser, threads=False, ffmpeg=False)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Read, inspect every proxy, write."""
    form, out = arguments.form, plain_path(arguments.out)
    if complaint := _problem_of(form, out):
        return _wrong(complaint)
    with counting("reading") as show:
        gathered = tuple(
            each
            for each in gather(
                [path.absolute() for path in arguments.paths],
                inspecting=show,
                rehash=arguments.verify and form != "mhl",
                path_maps=read_machine(arguments).path_maps,
            )
            if each.row.is_of(arguments.batch) and (arguments.all or each.row.state not in QUIET)
        )
    rows = tuple(each.row for each in gathered)
    if all(row.kind == "file" for row in rows):
        return nothing_found("export", arguments.paths)
    if complaint := _meets_media(out, rows):
        return _wrong(complaint)
    code = exit_code(list(rows))
    match form:
        case "csv":
            write_whole(out, write_table(rows))
            return Outcome(
                code, _data([out], len(rows)), (f"{plural(len(rows), 'line')} in {out}",)
            )
        case "ale":
            return _ale(out, gathered, code)
        case "sha256":
            data, count, left_out = write_sums(rows, out.parent)
            if not count:
                return _nothing(left_out)
            write_whole(out, data)
            told = f"{_proxies(count)} in {out}"
            return Outcome(code, _data([out], count, left_out), (told, *_lines(left_out)))
        case _:
            return _mhl(out, rows, code)


def _problem_of(form: str, out: Path) -> str | None:
    """Return why nothing can be written to `out`. Raises: PlaceError."""
    if form == "mhl":
        if not out.is_dir():
            raise PlaceError("STORAGE_NOT_WRITABLE", f"{out} is no folder")
        return None
    if form in _ENDING and out.suffix.lower() != _ENDING[form]:
        return f"expected --out NAME{_ENDING[form]}, found {out.name}"
    if os.path.lexists(out):
        return f"{out} is there already; nothing is overwritten"
    if not out.parent.is_dir():
        raise PlaceError("STORAGE_NOT_WRITABLE", f"{out.parent} is no folder")
    return None


def _meets_media(out: Path, rows: Sequence[Row]) -> str | None:
    """Return a complaint where `out` would take the place of media that are away just now."""
    wanted = _key(out)
    for row in rows:
        media = (row.proxy, row.data.get("proxy"), row.data.get("source"))
        if any(_key(Path(path)) == wanted for path in media if path):
            return f"{out} is the place of a source or a proxy, which may come back"
    return None


def _key(path: Path) -> str:
    real = os.path.join(os.path.realpath(path.parent), path.name)
    return unicodedata.normalize("NFC", real).casefold()


def _ale(out: Path, gathered: Sequence[Gathered], code: int) -> Outcome:
    lists, left_out = write_lists((each.row, each.source) for each in gathered)
    if not lists:
        return _nothing(left_out)
    names = [
        out if len(lists) == 1 else out.with_name(f"{out.stem}.{each.fps}{out.suffix}")
        for each in lists
    ]
    if taken := [str(name) for name in names if os.path.lexists(name)]:
        return _wrong(f"{', '.join(taken)} is there already; nothing is overwritten")
    _write_all({name: each.data for name, each in zip(names, lists, strict=True)})
    told = [
        f"{_proxies(each.count)} of {each.fps} fps in {name}"
        for name, each in zip(names, lists, strict=True)
    ]
    count = sum(each.count for each in lists)
    return Outcome(code, _data(names, count, left_out), (*told, *_lines(left_out)))


def _write_all(files: Mapping[Path, bytes]) -> None:
    """Write all of the files or none."""
    written = []
    try:
        for path, data in files.items():
            write_whole(path, data)
            written.append(path)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def _mhl(root: Path, rows: Sequence[Row], code: int) -> Outcome:
    try:
        with counting("hashing") as show:
            made = add_generation(root, rows, reading=show)
    except HistoryRefused as refused:
        return _wrong(f"{root}: {refused}")
    if made.path is None:
        return _nothing(made.left_out)
    told = f"{_proxies(made.count)} in generation {made.number}: {made.path}"
    data = _data([made.path], made.count, made.left_out) | {"generation": made.number}
    return Outcome(JOB_FAILED if made.broken else code, data, (told, *_lines(made.left_out)))


def _proxies(count: int) -> str:
    return f"{count} {'proxy' if count == 1 else 'proxies'}"


def _data(written: Sequence[Path], count: int, left_out: Sequence[LeftOut] = ()) -> dict[str, Any]:
    return {
        "written": [str(path) for path in written],
        "count": count,
        "left_out": [{"name": each.name, "reason": each.reason} for each in left_out],
    }


def _lines(left_out: Sequence[LeftOut]) -> list[str]:
    head = [f"left out: {len(left_out)}"] if left_out else []
    return head + align([(each.name, each.reason) for each in left_out], indent="  ")


def _nothing(left_out: Sequence[LeftOut]) -> Outcome:
    complaint = "proxx export: there is no proxy that such a file could hold; nothing written"
    return Outcome(REQUEST_WRONG, _data([], 0, left_out), tuple(_lines(left_out)), (complaint,))


def _wrong(sentence: str) -> Outcome:
    complaint = f"proxx export: {sentence}"
    return Outcome(REQUEST_WRONG, {"error": complaint}, complaints=(complaint,))
