"""The HTTP server around the application: a plain one, with limits, that ends when it is asked."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import socket
import sys
import uuid
from collections.abc import Callable
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from sidecar.service.api.errors import ApiError
from sidecar.service.api.guard import HEADERS

HEAD_SECONDS = 15.0
"""So long the head of a request may take, from the connection or the request before it."""
MOST_HEAD_BYTES = 32 * 1024
MOST_CONNECTIONS = 256
"""So many are answered; as many again are told that they are too many, and more are closed."""
KEEP_ALIVE_SECONDS = 15
GRACE_SECONDS = 10
_BACKLOG = 128


def open_listener(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises: OSError whose file name is the address."""
    named = f"{host}:{port}"
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise OSError(errno.EADDRNOTAVAIL, error.strerror or str(error), named) from error
    family, kind, protocol, _name, address = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # on Windows it would let two programs listen
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        reason = os.strerror(error.errno) if error.errno else str(error)
        if error.errno == errno.EADDRINUSE:
            reason += "; another port is named by listen below [api], with --dev by --listen"
        raise OSError(error.errno, reason, named) from error
    return listener


def port_of(listener: socket.socket) -> int:
    """Return the port that a socket listens on."""
    port: int = listener.getsockname()[1]
    return port


def run_api(
    app: ASGIApp,
    listener: socket.socket,
    *,
    stop: Callable[[], bool],
    stop_now: Callable[[], bool] = lambda: False,
    started: Callable[[], None] = lambda: None,
) -> None:
    """Answer requests until `stop`; what is being answered then is finished, for some seconds.

    Runs in any thread but the main one, whose signals uvicorn would take. Closes the listener.
    """
    config = uvicorn.Config(
        app,
        http=CarefulProtocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        h11_max_incomplete_event_size=MOST_HEAD_BYTES,
        backlog=_BACKLOG,  # also how many are accepted before any is looked at
    )
    server = _Server(config, stop, stop_now, started)
    try:
        server.run(sockets=[listener])
    finally:
        listener.close()


class _Server(uvicorn.Server):
    def __init__(
        self,
        config: uvicorn.Config,
        stop: Callable[[], bool],
        stop_now: Callable[[], bool],
        told: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._stop = stop
        self._stop_now = stop_now
        self._told = told

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._told()

    async def on_tick(self, counter: int) -> bool:
        self.force_exit = self.force_exit or self._stop_now()
        return await super().on_tick(counter) or self._stop() or self.force_exit


class CarefulProtocol(H11Protocol):
    """uvicorn's protocol, with a time limit for heads, and our form for what is no HTTP."""

    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        most = _most_connections()
        if len(self.connections) > 2 * most:
            # Each is an open file, of which this process needs some for everything else.
            transport.abort()
            return
        if len(self.connections) > most:
            self.app = _answer_busy
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Take bytes; an unfinished head is waited for only so long."""
        super().data_received(data)
        unfinished = self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])
        if not unfinished:
            self._forget_head()
        elif self._head_timer is None:
            self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._forget_head()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP in the one form of errors."""
        headers, body = _told(ApiError("API_BAD_REQUEST", "it is no HTTP"))
        head = h11.Response(status_code=400, headers=headers, reason=b"Bad Request")
        try:
            for event in (head, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        except h11.LocalProtocolError:
            # An answer to the request before it is on its way.
            pass
        self.transport.close()

    def _wait_for_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _forget_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


def _most_connections() -> int:
    """Return how many are answered: at most a quarter of the files that this process may open."""
    if sys.platform == "win32":
        return MOST_CONNECTIONS
    import resource

    files, _most = resource.getrlimit(resource.RLIMIT_NOFILE)
    return (
        MOST_CONNECTIONS if files == resource.RLIM_INFINITY else min(MOST_CONNECTIONS, files // 4)
    )


def _told(error: ApiError) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Return head and body of an answer after which the connection is closed."""
    request_id = str(uuid.uuid4())
    body = json.dumps(error.body(request_id)).encode()
    said = {
        **HEADERS,
        "x-request-id": request_id,
        "content-type": "application/json",
        "content-length": str(len(body)),
        "connection": "close",
    }
    return [(name.encode(), value.encode()) for name, value in said.items()], body


async def _answer_busy(_scope: Any, _receive: Any, send: Any) -> None:
    error = ApiError("API_BUSY")
    headers, body = _told(error)
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
