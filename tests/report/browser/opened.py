"""A page in a real Chromium without a window, and everything that it did which it should not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from sidecar.report.model import ReportView
from sidecar.report.page import render_page

_QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""


@contextmanager
def started_chromium() -> Iterator[Browser]:
    """Start the Chromium of this machine; skips where there is none."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not on this machine")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(_QUIET))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Opener:
    """Opens views as files in pages of their own, and holds against them what they did."""

    browser: Browser
    folder: Path
    wrong: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(self, view: ReportView, *, early: str = "", **context: Any) -> Page:
        """Open a view; `early` runs in the page before its own scripts, the rest is the context."""
        path = self.folder / f"page {len(self.contexts)}.html"
        path.write_text(render_page(view), encoding="utf-8", newline="\n")
        return self.open(path, early=early, **context)

    def open(self, path: Path, *, early: str = "", hash_: str = "", **context: Any) -> Page:
        size = {"width": 1440, "height": 900}
        opened = self.browser.new_context(**({"viewport": size} | context))
        opened.set_default_timeout(10_000)
        self.contexts.append(opened)
        opened.add_init_script(_TELL_VIOLATIONS + early)
        page = opened.new_page()
        own = path.as_uri() + hash_
        page.on("request", lambda asked: self._note_request(asked.url, own))
        page.on("console", lambda said: self.wrong.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.wrong.append(f"dialog: {dialog.message}"))
        page.goto(own)
        return page

    def _note_request(self, url: str, own: str) -> None:
        if url.partition("#")[0] != own.partition("#")[0] and not url.startswith("data:"):
            self.wrong.append(f"asked for {url}")

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        self.contexts.clear()


def shown(page: Page) -> Locator:
    """Return the rows that a person can see."""
    return page.locator("tbody.clip:visible")


def names(page: Page) -> list[str]:
    """Return the names of these rows, in order."""
    return page.locator("tbody.clip:visible .open").all_text_contents()


def row(page: Page, key: str) -> Locator:
    """Return one row."""
    return page.locator(f"#r-{key}")


def focused(page: Page) -> str:
    """Return the name of the row that has the focus, or ''."""
    told: str = page.evaluate(
        "document.activeElement.matches('.open') ? document.activeElement.textContent : ''"
    )
    return told


def press_chip(page: Page, state: str) -> None:
    """Press the filter of one state."""
    page.locator(f".chip[data-state={state}]").click()
