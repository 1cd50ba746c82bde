"""The first tables: jobs, transitions, workers."""

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None

# Word for word the governing document's, which both databases understand.
_JOBS = """
CREATE TABLE jobs (
    job_id UUID PRIMARY KEY,
    status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed')),
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    input_path TEXT NOT NULL,
    output_path TEXT,
    error_message TEXT,
    pipeline_id TEXT NOT NULL,
    frame_stride INTEGER DEFAULT 1,
    max_frames INTEGER
)
"""
# A job reaches each status once in its life: that it is claimed once is the database's own law.
_TRANSITIONS = """
CREATE TABLE transitions (
    seq {seq},
    job_id UUID NOT NULL,
    at TIMESTAMP NOT NULL,
    "before" TEXT,
    "after" TEXT NOT NULL,
    worker TEXT,
    owner TEXT,
    home TEXT,
    reason TEXT,
    UNIQUE (job_id, "after")
)
"""
_SEQ = {
    "sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT",
    "postgresql": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
}
_WORKERS = """
CREATE TABLE workers (
    worker TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    home TEXT NOT NULL,
    state TEXT NOT NULL,
    job_id TEXT,
    clips_done INTEGER,
    clips_total INTEGER,
    blocked_by TEXT,
    version TEXT NOT NULL,
    beat_at TIMESTAMP NOT NULL
)
"""
_ADDED_ONLY = {
    "sqlite": (
        """
        CREATE TRIGGER transitions_stay BEFORE UPDATE ON transitions
        BEGIN SELECT RAISE(ABORT, 'transitions are only added to'); END
        """,
        """
        CREATE TRIGGER transitions_last BEFORE DELETE ON transitions
        BEGIN SELECT RAISE(ABORT, 'transitions are only added to'); END
        """,
    ),
    "postgresql": (
        """
        CREATE FUNCTION transitions_stay() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'transitions are only added to'; END $$
        """,
        """
        CREATE TRIGGER transitions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON transitions
        FOR EACH STATEMENT EXECUTE FUNCTION transitions_stay()
        """,
    ),
}


def upgrade() -> None:
    """Make them."""
    database = op.get_bind().dialect.name
    tables = (_JOBS, _TRANSITIONS.format(seq=_SEQ[database]), _WORKERS)
    for statement in (*tables, *_ADDED_ONLY[database]):
        op.execute(sa.text(statement))
    op.create_index("jobs_by_submission", "jobs", ["created_at", "job_id"])
    op.create_index("jobs_by_status", "jobs", ["status", "created_at", "job_id"])
    op.create_index("jobs_by_change", "jobs", ["status", "updated_at", "job_id"])
