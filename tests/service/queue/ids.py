"""Job ids for the tests of queues."""

from __future__ import annotations

from uuid import uuid4


def new_ids(count: int) -> list[str]:
    """Return ids that no other test has."""
    return [str(uuid4()) for _ in range(count)]


def new_id() -> str:
    """Return one."""
    return str(uuid4())
