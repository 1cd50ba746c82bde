"""`python -m tests.report.rewrite`: write the kept page anew, then look at the diff."""

from __future__ import annotations

import re
from pathlib import Path

from sidecar.report.model import ReportView
from sidecar.report.page import render_page
from tests.report.samples import clip, night, sizes, speeds, view

GOLDEN = Path(__file__).with_name("golden_page.html")


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


if __name__ == "__main__":
    GOLDEN.write_text(kept_page(), encoding="utf-8", newline="\n")
