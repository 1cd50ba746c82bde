"""What was written, and what could not be."""

from __future__ import annotations

from dataclasses import dataclass

from sidecar.report.rows import Row


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A clip that a file does not hold, and why."""

    name: str
    reason: str


def why_unproven(row: Row) -> str | None:
    """Return why a row is no proven proxy that stands as it was proven; None where it is one."""
    if row.kind == "clip" and row.state == "proven":
        return None
    return row.state if row.told in ("", row.state) else f"{row.state}: {row.told}"
