"""A server in the place of S3 that misbehaves as it is told, and counts what it is asked."""

from __future__ import annotations

import http.server
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CANARY = "https://elsewhere.test/?X-Amz-Signature=canary-of-the-server"
_BODY = (
    '<?xml version="1.0"?><Error><Code>{code}</Code><Message>see {canary}</Message>'
    "<Resource>{canary}</Resource><AWSAccessKeyId>{canary}</AWSAccessKeyId></Error>"
)

_NO_NAMES = b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"

_BEGUN = (
    b"<InitiateMultipartUploadResult><Bucket>faults</Bucket><Key>k</Key>"
    b"<UploadId>u1</UploadId></InitiateMultipartUploadResult>"
)


@dataclass
class Behaviour:
    """What it does with a request, by its method; the rest is answered well."""

    status: int = 200
    code: str = ""
    """S3's word for the error."""
    methods: tuple[str, ...] = ("GET", "PUT", "POST", "HEAD", "DELETE")
    hang_seconds: float = 0
    cut_answer: bool = False
    """Break off in the middle of what comes down."""
    cut_request: bool = False
    """Break off in the middle of what goes up."""
    cut_after: bool = False
    """Take all that goes up, keep it, and say nothing."""
    wrong_byte: bool = False
    """Give another byte than was put."""
    drop_metadata: bool = False
    failing_part: int = 0
    """Of a large upload; the others are taken."""


@dataclass
class FaultServer:
    """What was asked of it, and what it keeps."""

    port: int
    scheme: str = "http"
    behaviour: Behaviour = field(default_factory=Behaviour)
    asked: list[tuple[str, str]] = field(default_factory=list)
    kept: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"{self.scheme}://127.0.0.1:{self.port}"


@contextmanager
def fault_server(tls: ssl.SSLContext | None = None) -> Iterator[FaultServer]:
    """Run one, and end it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    told = FaultServer(server.server_address[1], "https" if tls else "http")
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.told = told  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        """Serve one connection; a client that trusts nobody leaves it early."""
        with suppress(OSError):
            super().handle()

    def log_message(self, *_said: object) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        told: FaultServer = self.server.told  # type: ignore[attr-defined]
        told.asked.append((self.command, self.path))
        doing = told.behaviour if self.command in told.behaviour.methods else Behaviour()
        if doing.cut_request:
            self.rfile.read(min(1000, self._length()))
            self._break_off()
            return
        data = self.rfile.read(self._length())
        if doing.hang_seconds:
            time.sleep(doing.hang_seconds)
            self._break_off()
            return
        if doing.status != 200:
            body = _BODY.format(code=doing.code, canary=CANARY).encode()
            self._answer(doing.status, body)
            return
        self._do(told, doing, data)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _serve  # noqa: N815

    def _do(self, told: FaultServer, doing: Behaviour, data: bytes) -> None:
        key = self.path.split("?")[0]
        if "uploads" in self.path:
            self._answer(200, _BEGUN)
        elif "uploadId" in self.path:
            failing = f"partNumber={doing.failing_part}&" in self.path
            self._answer(500 if failing else 200, b"", {"ETag": '"x"'})
        elif self.command == "PUT":
            if key in told.kept and self.headers.get("If-None-Match") == "*":
                self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
                return
            meta = {n: v for n, v in self.headers.items() if n.lower().startswith("x-amz-meta-")}
            told.kept[key] = (data, {} if doing.drop_metadata else meta)
            if doing.cut_after:
                self._break_off()
            else:
                self._answer(200, b"", {"ETag": '"x"'})
        elif "list-type" in self.path:
            self._answer(
                200, b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
            )
        elif key not in told.kept:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self._give(doing, *told.kept[key])

    def _give(self, doing: Behaviour, data: bytes, meta: dict[str, str]) -> None:
        if doing.wrong_byte and data:
            data = data[:-1] + bytes([data[-1] ^ 1])
        stamp = {"ETag": '"x"', "Last-Modified": "Fri, 27 Nov 2026 12:00:00 GMT", **meta}
        if doing.cut_answer:
            self._answer(200, data[: len(data) // 2], stamp, length=len(data))
            self._break_off()
        else:
            self._answer(200, data, stamp)

    def _answer(
        self,
        status: int,
        body: bytes,
        headers: dict[str, str] | None = None,
        *,
        length: int | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _break_off(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(2)

    def _length(self) -> int:
        return int(self.headers.get("Content-Length", 0))
