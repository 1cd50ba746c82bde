"""A way to a real S3 server that does harm as it is told: an error, a cut, a lost answer."""

from __future__ import annotations

import http.client
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

Harm = Literal["500", "503", "403", "cut before", "cut within", "cut after", "500 after"]
_BODY = b'<?xml version="1.0"?><Error><Code>Harm</Code><Message>of a test</Message></Error>'
_SECONDS = 20


@dataclass
class Way:
    """What leads to the server."""

    port: int
    to_port: int
    harm: Harm | None = None
    """What happens to a request that puts something whose name holds `named`."""
    named: str = "/results/"
    met: int = 0
    """How many requests met it."""
    done: list[tuple[str, str, int]] = field(default_factory=list)
    """Method, path and status of each that the server answered."""

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def bad_way_to(to_port: int) -> Iterator[Way]:
    """Open a way, and close it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    way = Way(server.server_address[1], to_port)
    server.way = way  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield way
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        with suppress(OSError):
            super().handle()

    def log_message(self, *_said: object) -> None:
        pass

    def _carry(self) -> None:
        way: Way = self.server.way  # type: ignore[attr-defined]
        length = int(self.headers.get("Content-Length", 0))
        harm = way.harm if self.command == "PUT" and way.named in self.path else None
        way.met += harm is not None
        if harm in ("cut before", "cut within"):
            self.rfile.read(0 if harm == "cut before" else length // 2)
            self._cut()
            return
        data = self.rfile.read(length)
        if harm in ("500", "503", "403"):
            self._answer(int(harm), {}, _BODY)
            return
        status, headers, answer = self._ask(way, data)
        if harm == "cut after":
            self._cut()
        elif harm == "500 after":
            self._answer(500, {}, _BODY)
        else:
            self._answer(status, headers, answer)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _carry  # noqa: N815

    def _ask(self, way: Way, data: bytes) -> tuple[int, dict[str, str], bytes]:
        """Ask the server just what was asked: the client's signature covers the headers."""
        asked = http.client.HTTPConnection("127.0.0.1", way.to_port, timeout=_SECONDS)
        try:
            asked.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                asked.putheader(name, value)
            asked.endheaders(data)
            told = asked.getresponse()
            answer = told.read()
        except OSError:
            self._cut()
            raise
        finally:
            asked.close()
        way.done.append((self.command, self.path, told.status))
        own = ("connection", "transfer-encoding")
        return told.status, {n: v for n, v in told.getheaders() if n.lower() not in own}, answer

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "content-length" not in map(str.lower, headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _cut(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(2)
