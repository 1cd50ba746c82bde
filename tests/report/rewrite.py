"""`python -m tests.report.rewrite`: write the kept page and view anew, then look at the diff."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import asdict
from pathlib import Path

from proxx_engine import FoundResults, decode_jobspec
from proxx_engine.result_store.joining import join_jobs
from proxx_engine.result_store.reading import ReadResult, decode_result
from sidecar.report.gathering import Gathered
from sidecar.report.model import ReportView
from sidecar.report.page import render_page
from sidecar.report.reading import read_rows
from sidecar.report.view import view_of
from tests.golden.documents import JOBSPEC_1_0, RESULT_1_0
from tests.report.samples import clip, night, sizes, speeds, view

GOLDEN = Path(__file__).with_name("golden_page.html")
GOLDEN_VIEW = Path(__file__).with_name("golden_view.json")


def kept_view() -> ReportView:
    """Return a small view that has something of everything."""
    clips = (
        clip(0, "failed", name="Straße & <b>“quotes”</b>.mov"),
        clip(3, "gone", remarks=("looked for at /Volumes/NAS/Show/Proxy",)),
        clip(4, "proven"),
        clip(5, "superseded", folder="DAY 03"),
    )
    return view(*clips, night=night(clips, 2), speeds=speeds(), sizes=sizes())


def kept_page() -> str:
    """Return its page without the texts of style and scripts, which are files themselves."""
    page = re.sub(r"(<style>|<script>)\n.*?\n(?=</)", r"\1", render_page(kept_view()), flags=re.S)
    return re.sub(r"sha256-[A-Za-z0-9+/=]+", "sha256-…", page)


def view_of_the_kept_result() -> str:
    """Return the view of the result and the job of 1.0, whose proxies are nowhere, as JSON."""
    data = RESULT_1_0.read_bytes()
    read = ReadResult(Path("/night/out/A.result.json"), "0" * 64, decode_result(data))
    found = FoundResults(jobs=join_jobs([read]), waiting=(), unread=())
    rows = read_rows(found, rehash=False, inspecting=lambda _path, _number, _total: None)
    asked = decode_jobspec(JOBSPEC_1_0.read_bytes()).clips
    gathered = [Gathered(row, asked[number]) for number, row in enumerate(rows)]
    shown = view_of(
        gathered,
        paths=[Path("/night/out")],
        made_at="2026-02-14 06:00:00 UTC",
        made_by="Proxx 1.0",
    )
    return json.dumps(asdict(shown), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    GOLDEN_VIEW.write_text(view_of_the_kept_result(), encoding="utf-8", newline="\n")
    GOLDEN.write_text(kept_page(), encoding="utf-8", newline="\n")
