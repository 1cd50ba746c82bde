"""The tables as queries see them. What makes them, and brings old ones up to date: `migrations`.

`jobs` is the governing document's, column for column. `transitions` is only ever added to.
`workers` holds one line for each worker that speaks.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

VERSION = "1"
"""The migration that these tables need, and no other."""

SQLITE_NOW = "utc_now"
"""A function that every connection to SQLite gets: its own clock shows no microseconds."""


class Uuid(TypeDecorator[str]):
    """A UUID as text with hyphens. PostgreSQL has the type; SQLite keeps the text."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that the database has."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.UUID(as_uuid=False))
        return dialect.type_descriptor(sa.Text())


class Now(FunctionElement[datetime]):
    """What time it is by the database's clock, UTC."""

    type = sa.TIMESTAMP()
    inherit_cache = True


@compiles(Now, "postgresql")
def _now_of_postgresql(_now: Now, _compiler: SQLCompiler, **_options: object) -> str:
    # Every session of ours is set to UTC. Not CURRENT_TIMESTAMP, which is when one began.
    return "clock_timestamp()::timestamp"


@compiles(Now, "sqlite")
def _now_of_sqlite(_now: Now, _compiler: SQLCompiler, **_options: object) -> str:
    return f"{SQLITE_NOW}()"


_METADATA = sa.MetaData()

jobs = sa.Table(
    "jobs",
    _METADATA,
    sa.Column("job_id", Uuid, primary_key=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("created_at", sa.TIMESTAMP, nullable=False),
    sa.Column("updated_at", sa.TIMESTAMP, nullable=False),
    sa.Column("input_path", sa.Text, nullable=False),
    sa.Column("output_path", sa.Text),
    sa.Column("error_message", sa.Text),
    sa.Column("pipeline_id", sa.Text, nullable=False),
    sa.Column("frame_stride", sa.Integer),
    sa.Column("max_frames", sa.Integer),
)

transitions = sa.Table(
    "transitions",
    _METADATA,
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("job_id", Uuid, nullable=False),
    sa.Column("at", sa.TIMESTAMP, nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("worker", sa.Text),
    sa.Column("owner", sa.Text),
    sa.Column("home", sa.Text),
    sa.Column("reason", sa.Text),
)

workers = sa.Table(
    "workers",
    _METADATA,
    sa.Column("worker", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("home", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("job_id", sa.Text),
    sa.Column("clips_done", sa.Integer),
    sa.Column("clips_total", sa.Integer),
    sa.Column("blocked_by", sa.Text),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("beat_at", sa.TIMESTAMP, nullable=False),
)

version = sa.Table(
    "alembic_version", _METADATA, sa.Column("version_num", sa.Text, primary_key=True)
)


def insert_new(
    connection: sa.Connection, table: sa.Table, values: dict[str, object], *, replacing: bool
) -> bool:
    """Insert a row; where its key has one, put it in its place, or leave that; whether it is in."""
    # Both know ON CONFLICT in the same words, which SQLAlchemy has for each apart.
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(values)
    if replacing:
        keys = list(table.primary_key)
        statement = statement.on_conflict_do_update(index_elements=keys, set_=values)
    else:
        statement = statement.on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.primary_key)).first() is not None
