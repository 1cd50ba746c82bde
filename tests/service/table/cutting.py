"""A line to PostgreSQL that can be cut at the moment when a transaction is committed."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Literal

Cut = Literal["before", "after"]
"""Whether the server never hears of it, or has done it and is not heard."""


class CutLine:
    """Listens on loopback and passes everything on to the server's socket, until it cuts."""

    def __init__(self, server: Path) -> None:
        self.cut: Cut | None = None
        """Set it: the next COMMIT is cut so; all later connections are passed on again."""
        self._server = server
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Let nobody in any more."""
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _listen(self) -> None:
        while True:
            try:
                client, _address = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(str(self._server))
            back = threading.Thread(target=self._pass_back, args=(server, client), daemon=True)
            back.start()
            with suppress(OSError):
                while said := client.recv(65536):
                    cut = self.cut if b"COMMIT" in said else None
                    if cut:
                        self.cut = None
                        # What the server answers finds nobody.
                        client.shutdown(socket.SHUT_RDWR)
                    if cut != "before":
                        server.sendall(said)
                    if cut:
                        break
                server.shutdown(socket.SHUT_WR)
            back.join(10)

    def _pass_back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while said := server.recv(65536):
                with suppress(OSError):
                    client.sendall(said)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
