"""The tables' version: asked before every use, and changed by `prepare` alone."""

from __future__ import annotations

from datetime import datetime
from time import monotonic, sleep

import sqlalchemy as sa

from proxx_engine import PlaceError
from sidecar.service.table.connecting import LOCK_SECONDS, WRITES, Address
from sidecar.service.table.schema import VERSION, Now, version

_LOCK = 0x70726F7878
"""The number that all who prepare a database of PostgreSQL agree on."""
_PREPARE_SECONDS = 600


def begin(connection: sa.Connection) -> datetime:
    """Begin a transaction: hold that the tables are ours; return the database's moment, UTC.

    Raises: PlaceError (STORAGE_TABLE_OLD).
    """
    found = connection.execute(sa.select(version.c.version_num, Now())).first()
    if found is None or found[0] != VERSION:
        raise _other_version(found[0] if found else None)
    moment: datetime = found[1]
    return moment


def prepare(engine: sa.Engine, address: Address) -> bool:
    """Make the tables or bring them up to date, all or nothing; whether anything was to be done.

    Of several that try at once, one does it, and the others wait and find it done.
    """
    if address.sqlite is not None:
        _make_file(engine, address)
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        # SQLite's one writer is alone already.
        if connection.dialect.name == "postgresql":
            for setting in ("lock_timeout", "statement_timeout"):
                connection.execute(sa.text(f"SET LOCAL {setting} = '{_PREPARE_SECONDS}s'"))
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        found = _found_version(connection)
        if found == VERSION:
            return False
        _upgrade(connection, found)
    return True


def _make_file(engine: sa.Engine, address: Address) -> None:
    assert address.sqlite is not None
    try:
        address.sqlite.touch()
    except OSError as error:
        detail = f"{address.told_as}: {error.strerror}"
        raise PlaceError("STORAGE_TABLE_AWAY", detail) from None
    # The one act for which SQLite does not wait by itself while another process writes.
    deadline = monotonic() + LOCK_SECONDS
    while True:
        try:
            with engine.connect() as connection:
                driver = connection.connection.driver_connection
                assert driver is not None
                driver.execute("PRAGMA journal_mode = WAL")
            return
        except engine.dialect.loaded_dbapi.OperationalError:
            if monotonic() > deadline:
                raise
        sleep(0.02)


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
