"""A way to a server that is cut at the k-th request: it is lost on the way, or its answer is."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

Lost = Literal["request", "answer"]


@dataclass
class Way:
    """What leads to the server, and when it is cut; `after` counts down with each request."""

    port: int
    after: int | None = None
    lost: Lost = "answer"
    requests: int = 0

    @property
    def url(self) -> str:
        """The address of this way."""
        return f"redis://127.0.0.1:{self.port}/0"


@contextmanager
def way_to(port: int) -> Iterator[Way]:
    """Yield a way to a server of this host."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        way = Way(listener.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(listener, way, port), daemon=True)
        thread.start()
        yield way
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(listener: socket.socket, way: Way, port: int) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_carry, args=(client, way, port), daemon=True).start()


def _carry(client: socket.socket, way: Way, port: int) -> None:
    """Carry one request and its answer after the other: our client waits for each answer."""
    with suppress(OSError), client, socket.create_connection(("127.0.0.1", port)) as server:
        while request := client.recv(1 << 20):
            way.requests += 1
            cut = way.after == 0
            if way.after is not None:
                way.after -= 1
            if cut and way.lost == "request":
                return
            server.sendall(request)
            answer = server.recv(1 << 20)
            if cut:
                return
            client.sendall(answer)
