"""`proxx report`: what came of every clip, as one page for a browser; it asks the network nothing.

Exit codes as `proxx results`: 1 where anything is not as it should be, and the page is written
anyway; 2 where nothing could be read, and an older page stays.
"""

from __future__ import annotations

import argparse
import os
import webbrowser
from pathlib import Path

from sidecar.cli.machine import add_machine, read_machine
from sidecar.cli.outcome import Outcome
from sidecar.cli.progress import counting
from sidecar.cli.results_command import exit_code, nothing_found
from sidecar.report.writing import usual_place, write_report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="PATH", help="results, jobs, folders")
    add("--out", type=Path, metavar="FILE.html", help="default: proxx-report.html in the folder")
    add("--open", action="store_true", help="show the page in the browser")
    add("--verify", action="store_true", help="read each proxy whole and compare its sha256")
    add("--batch", metavar="LABEL", help="only jobs of this batch")
    add_machine(parser, threads=False)


def execute(arguments: argparse.Namespace) -> Outcome:
    """Read, join, inspect every proxy, write the page."""
    paths = [path.absolute() for path in arguments.paths]
    page = arguments.out.absolute() if arguments.out else usual_place(paths)
    with counting("reading") as show:
        written = write_report(
            paths,
            page,
            inspecting=show,
            rehash=arguments.verify,
            path_maps=read_machine(arguments).path_maps,
            batch=arguments.batch,
        )
    if written is None:
        return nothing_found("report", arguments.paths)
    lines = [written.headline, f"page: {written.page}"]
    data = {"page": str(written.page), "headline": written.headline, "rows": len(written.rows)}
    if arguments.open and not open_page(written.page):
        lines.append("no browser could be started here; open the page yourself")
    return Outcome(exit_code(written.rows), data, tuple(lines))


def open_page(page: Path) -> bool:
    """Show a page; what the browser says in a terminal goes to where complaints go."""
    ours = os.dup(1)
    os.dup2(2, 1)
    try:
        return webbrowser.open(page.as_uri())
    finally:
        os.dup2(ours, 1)
        os.close(ours)
