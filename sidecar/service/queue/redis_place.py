"""Where Redis is, and how it is asked: short limits, nothing asked twice, no credentials told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from proxx_engine import PlaceError

PASSWORD_VARIABLE = "REDISCLI_AUTH"
"""Where redis-cli has it too; the user's name stands in the address."""
_CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 5.0
_MAX_TOLD = 300


class RedisPlace:
    """One address; every client of it is a pool of its own."""

    def __init__(self, url: str) -> None:
        """`url`: `redis://…`, `rediss://…` (TLS) or `unix://…`. Asks nothing yet.

        Raises: PlaceError (STORAGE_QUEUE_AWAY) for what is no address.
        """
        try:
            parts = urlsplit(url)
            self.told_as = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
            self._url = url
            self._password = os.environ.get(PASSWORD_VARIABLE)
            pool = self.client().connection_pool
            pool.connection_class(**pool.connection_kwargs)
            self._secret: str | None = pool.connection_kwargs.get("password")
        except (ValueError, TypeError):
            # Not what the library says: it may quote what should have been a password.
            sentence = "its address is wrong; redis://HOST:PORT/NUMBER is expected"
            raise PlaceError("STORAGE_QUEUE_AWAY", sentence) from None

    def client(self) -> Redis:
        """Return a new client; its library tries nothing a second time."""
        return Redis.from_url(
            self._url,
            password=self._password,
            protocol=2,  # what every Redis and every proxy before one speaks
            socket_connect_timeout=_CONNECT_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Tell what goes wrong as PlaceError (STORAGE_QUEUE_AWAY), without the password."""
        try:
            yield
        except (RedisError, OSError) as error:
            said = " ".join(str(error).split()) or type(error).__name__
            if self._secret:
                said = said.replace(self._secret, "…")
            # Without its cause: what the library says may hold what it sent.
            detail = f"{self.told_as}: {said[:_MAX_TOLD]}"
            raise PlaceError("STORAGE_QUEUE_AWAY", detail) from None
