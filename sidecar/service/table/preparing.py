"""The tables' version: asked before every use, and changed by `prepare` alone."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

import sqlalchemy as sa

from proxx_engine import PlaceError
from sidecar.service.table.connecting import WRITES, Address, Limits, open_engine
from sidecar.service.table.schema import VERSION, Now, version

_LOCK = 0x70726F7878
"""The number that all who prepare a database of PostgreSQL agree on."""
PREPARING = Limits(lock=60, statement=600, silence=660)
"""A large table may take long to change; those who come meanwhile wait."""


def begin(connection: sa.Connection) -> datetime:
    """Begin a transaction: hold that the tables are ours; return the database's moment, UTC.

    Raises: PlaceError (STORAGE_TABLE_OLD).
    """
    found = connection.execute(sa.select(version.c.version_num, Now())).first()
    if found is None or found[0] != VERSION:
        raise _other_version(found[0] if found else None)
    moment: datetime = found[1]
    return moment


def prepare(address: Address) -> bool:
    """Make the tables or bring them up to date, all or nothing; whether anything was to be done.

    Of several that try at once, one does it, and the others wait and find it done.
    """
    engine = open_engine(address, PREPARING)
    try:
        if address.sqlite is not None:
            _make_file(engine, address, address.sqlite)
        with engine.execution_options(**{WRITES: True}).begin() as connection:
            # SQLite's one writer is alone already.
            if address.sqlite is None:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            found = _found_version(connection)
            if found == VERSION:
                return False
            _upgrade(connection, found)
        return True
    finally:
        engine.dispose()


def _make_file(engine: sa.Engine, address: Address, path: Path) -> None:
    try:
        path.touch()
    except OSError as error:
        detail = f"{address.told_as}: {error.strerror}"
        raise PlaceError("STORAGE_TABLE_AWAY", detail) from None
    # The one act for which SQLite does not wait by itself while another process writes.
    deadline = monotonic() + PREPARING.lock
    while (fault := _write_ahead(engine)) is not None:
        if fault.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > deadline:
            raise PlaceError("STORAGE_TABLE_AWAY", f"{address.told_as}: {fault}")
        sleep(0.02)


def _write_ahead(engine: sa.Engine) -> sqlite3.Error | None:
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        try:
            driver.execute("PRAGMA journal_mode = WAL")
        except sqlite3.Error as error:
            return error
    return None


def _found_version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(version.name):
        return None
    return connection.scalar(sa.select(version.c.version_num))


def _upgrade(connection: sa.Connection, found: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "sidecar.service.table:migrations")
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise _other_version(found)
    command.upgrade(config, VERSION)


def _other_version(found: str | None) -> PlaceError:
    told = "no version" if found is None else f"version {found}"
    detail = f"the tables have {told}, and this Proxx works with version {VERSION}"
    return PlaceError("STORAGE_TABLE_OLD", detail)
