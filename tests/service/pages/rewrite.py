"""`python -m tests.service.pages.rewrite`: write the kept pages anew, then look at the diff."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from sidecar.service.api.pages import Page, description_page, operator_page
from tests.service.pages.documents import small_document

GOLDEN = Path(__file__).with_name("golden_operator.html")
GOLDEN_DESCRIPTION = Path(__file__).with_name("golden_description.html")


def kept(page: Page) -> str:
    """Return a page and its policy without the texts of style and scripts, which are files."""
    html = page.body.decode("utf-8")
    bare = re.sub(r"(<style>|<script>)\n.*?\n(?=</)", r"\1", html, flags=re.S)
    return re.sub(r"sha256-[A-Za-z0-9+/=]+", "sha256-…", f"<!-- {page.policy} -->\n{bare}\n")


def kept_pages() -> dict[Path, str]:
    """Return what each file should hold."""
    return {
        GOLDEN: kept(operator_page()),
        GOLDEN_DESCRIPTION: kept(description_page(small_document())),
    }


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    for path, text in kept_pages().items():
        path.write_text(text, encoding="utf-8", newline="\n")
