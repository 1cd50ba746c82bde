"""Connections to the database of the job table: which one, how long one waits, what is told."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from proxx_engine import Issue, PlaceError, RequestError
from sidecar.intake.shares import lies_on_share
from sidecar.service.table.schema import SQLITE_NOW

CONNECT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a call waits, in seconds, so that none hangs for ever."""

    lock: float
    """For what another holds: a row, the file, a connection of the pool."""
    statement: float
    """Then the server ends it."""
    silence: float
    """And when it does not even do that, the connection is given up."""


USUAL = Limits(lock=10, statement=15, silence=20)
WRITES = "writes"
"""The execution option of a transaction that will change something."""
_SQLITE = "sqlite:///"
_TOLD = 300
_TOLD_OF_QUERY = frozenset(("host", "port", "service"))
"""What else libpq reads there may be a secret, or the name of one."""
_MISSING = frozenset(("42P01", "42703", "3F000"))
"""SQLSTATE: no such table, column, schema."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the database is."""

    url: sa.URL
    sqlite: Path | None
    """The file; None: it is a server."""
    told_as: str


def address_of(text: str) -> Address:
    """Read `sqlite:///…` or `postgresql://…`.

    Raises: RequestError for what is neither, and for a file on a network share.
    """
    if text.startswith(_SQLITE):
        return _file_address(text.removeprefix(_SQLITE))
    try:
        url = sa.make_url(text)
        where = {name: said for name, said in url.query.items() if name in _TOLD_OF_QUERY}
        told = sa.URL.create(
            url.drivername, url.username, None, url.host, url.port, url.database, where
        ).render_as_string()
    except (ArgumentError, ValueError):
        # It may hold a password, and is not shown.
        raise _refused("SPEC_BAD_SCHEME", "expected sqlite:/// or postgresql://") from None
    if url.drivername != "postgresql":
        sentence = f"expected sqlite:/// or postgresql://, found {url.drivername}"
        raise _refused("SPEC_BAD_SCHEME", sentence)
    return Address(url.set(drivername="postgresql+psycopg"), None, told)


def _file_address(name: str) -> Address:
    if name in ("", ":memory:") or "\0" in name:
        sentence = "expected sqlite:/// and the path of a file, which several processes can open"
        raise _refused("SPEC_BAD_PATH", sentence)
    path = Path(name).absolute()
    if lies_on_share(Path(os.path.realpath(path)).parent):
        sentence = f"{path} is on a network share, where SQLite's locks cannot be trusted"
        raise _refused("SPEC_BAD_PATH", f"{sentence}; use a disk of this host, or PostgreSQL")
    url = sa.URL.create("sqlite", database=str(path))
    return Address(url, path, f"{_SQLITE}{path}")


def _refused(code: str, sentence: str) -> RequestError:
    return RequestError((Issue(code, "table", sentence),), subject="the job table")


def open_engine(address: Address, limits: Limits | None = None) -> sa.Engine:
    """Return the small pool of connections that a process has; asks nothing yet."""
    limits = limits or USUAL
    engine = sa.create_engine(
        address.url,
        pool_size=4,
        max_overflow=4,
        pool_timeout=limits.lock,
        pool_pre_ping=True,
        hide_parameters=True,
        # One question less for each connection.
        **({} if address.sqlite else {"use_native_hstore": False}),
    )
    connect = _connect_sqlite if address.sqlite else _connect_postgresql

    def opened(_dialect: object, _record: object, given: Any, named: dict[str, Any]) -> Any:
        return connect(given, named, limits)

    sa.event.listen(engine, "do_connect", opened)
    if address.sqlite:
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _connect_sqlite(
    given: tuple[str], _named: dict[str, Any], limits: Limits
) -> sqlite3.Connection:
    # A file that is not there is no empty job table: only `prepare` makes one.
    connection = sqlite3.connect(
        f"file:{quote(given[0])}?mode=rw",
        uri=True,
        timeout=limits.lock,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA synchronous = FULL")
    connection.create_function(SQLITE_NOW, 0, _moment)
    return connection


def _moment() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A reader that begins to write cannot wait for another writer, so a writer begins as one.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _connect_postgresql(given: tuple[str, ...], named: dict[str, Any], limits: Limits) -> Any:
    from sidecar.service.table.impatient import ImpatientConnection

    # libpq reads PGPASSWORD, PGPASSFILE, PGSERVICE by itself; what the address says comes first.
    alive = {"keepalives_idle": 5, "keepalives_interval": 3, "keepalives_count": 3}
    known = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": 20_000, **alive, **named}
    connection = ImpatientConnection.connect(*given, autocommit=True, **known)
    try:
        connection.silence_seconds = limits.silence
        connection.execute(_session(limits))
    except BaseException:
        connection.close()
        raise
    connection.autocommit = False
    return connection


def _session(limits: Limits) -> bytes:
    # A claim that the server forgets in a crash would let a job run twice.
    return f"""
        SET timezone = 'UTC';
        SET default_transaction_isolation = 'read committed';
        SET statement_timeout = {limits.statement * 1000:.0f};
        SET lock_timeout = {limits.lock * 1000:.0f};
        SET idle_in_transaction_session_timeout = 60000;
        SELECT set_config('synchronous_commit', 'on', false)
         WHERE current_setting('synchronous_commit') = 'off'
    """.encode()


def place_error(error: SQLAlchemyError, address: Address) -> PlaceError | None:
    """Return what a failing database is to a person; None: it is no fault of the place."""
    if isinstance(error, sa.exc.IntegrityError | sa.exc.DataError):
        return None
    driver = error.orig if isinstance(error, DBAPIError) else error
    words = " ".join(str(driver).split())[:_TOLD]
    if address.url.password:
        words = words.replace(str(address.url.password), "***")
    detail = f"{address.told_as}: {words}"
    if getattr(driver, "sqlstate", None) in _MISSING or "no such table" in words:
        return PlaceError("STORAGE_TABLE_OLD", detail)
    if address.sqlite is not None and _is_not_made(address.sqlite):
        return PlaceError("STORAGE_TABLE_OLD", f"{address.told_as}: there is no such file yet")
    return PlaceError("STORAGE_TABLE_AWAY", detail)


def _is_not_made(path: Path) -> bool:
    return path.parent.is_dir() and not path.exists()
