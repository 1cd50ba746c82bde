"""A page of the service in a real Chromium, beside a small server that answers what a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Request

from sidecar.service.api.pages import Page as ServedPage
from sidecar.service.api.pages import operator_page

TOKEN = "a-token-of-43-characters-000000000000000000"
_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""


@dataclass
class Service:
    """What the small server answers, and what it was asked."""

    overview: Any = None
    token: str = TOKEN
    page: ServedPage = field(default_factory=operator_page)
    gone: bool = False
    """Whether it ends each connection without a word."""
    status: int = 200
    result: bytes | None = b'{"a result": true}\n'
    asked: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    hold: threading.Event | None = None
    """Where set to wait for: an overview is answered after it."""
    address: str = ""


@contextmanager
def served(service: Service) -> Iterator[Service]:
    """Serve it on a port of this host while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(service, self)

        def log_message(self, *_told: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(service: Service, handler: BaseHTTPRequestHandler) -> None:
    if service.gone:
        return
    if handler.path == "/":
        _send(handler, 200, service.page.body, "text/html", service.page.policy)
        return
    service.asked.append(handler.path)
    if handler.headers.get("Authorization") != f"Bearer {service.token}":
        _send(handler, 401, b'{"error": {"code": "API_TOKEN", "message": "no"}}')
        return
    if handler.path == "/v1/overview":
        _send_overview(service, handler)
    elif handler.path.endswith("/result") and service.result is not None:
        _send(handler, 200, service.result)
    else:
        _send(handler, 404, b'{"error": {"code": "API_NO_RESULT", "message": "no"}}')


def _send_overview(service: Service, handler: BaseHTTPRequestHandler) -> None:
    service.at_once += 1
    service.most_at_once = max(service.most_at_once, service.at_once)
    if service.hold is not None:
        service.hold.wait(10)
    service.at_once -= 1
    error = {"error": {"code": "API_DEFECT", "message": "A defect of ours"}}
    told = service.overview if service.status == 200 else error
    _send(handler, service.status, json.dumps(told).encode())


def _send(
    handler: BaseHTTPRequestHandler,
    status: int,
    body: bytes,
    kind: str = "application/json",
    policy: str = "default-src 'none'",
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", f"{kind}; charset=utf-8")
    handler.send_header("Content-Length", str(len(body)))
    handler.send_header("Content-Security-Policy", policy)
    handler.send_header("X-Content-Type-Options", "nosniff")
    handler.send_header("Cache-Control", "no-store")
    handler.end_headers()
    handler.wfile.write(body)


@dataclass
class Opener:
    """Opens the served page in contexts of their own, and holds against them what they did."""

    browser: Browser
    service: Service
    wrong: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(
        self,
        *,
        path: str = "/",
        hash_: str = f"#token={TOKEN}",
        early: str = "",
        clock: bool = True,
        **context: Any,
    ) -> Page:
        """Open the page; `clock`: the page's time stands, and a test lets it go on."""
        size = {"width": 1440, "height": 1000}
        opened = self.browser.new_context(**({"viewport": size, "timezone_id": "UTC"} | context))
        opened.set_default_timeout(10_000)
        self.contexts.append(opened)
        opened.add_init_script(_TELL_VIOLATIONS + early)
        page = opened.new_page()
        page.on("request", self._note_request)
        page.on("console", lambda said: self._note(said.type, said.text))
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.wrong.append(f"dialog: {dialog.message}"))
        if clock:
            page.clock.install(time="2026-02-14T03:12:41Z")
        page.goto(f"{self.service.address}{path}{hash_}")
        return page

    def _note(self, kind: str, text: str) -> None:
        # The browser's own word for an answer that is none; no page can keep it from that.
        if not text.startswith("Failed to load resource"):
            self.wrong.append(f"{kind}: {text}")

    def _note_request(self, asked: Request) -> None:
        own = tuple(self.service.address + path for path in ("/", "/docs", "/v1/overview"))
        url = asked.url.partition("#")[0]
        is_result = url.startswith(f"{self.service.address}/v1/jobs/") and url.endswith("/result")
        if url not in own and not is_result and not url.startswith(("data:", "blob:")):
            self.wrong.append(f"asked for {asked.url}")
        if TOKEN in asked.url.partition("#")[0]:
            self.wrong.append(f"told the token in {asked.url}")

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        self.contexts.clear()
