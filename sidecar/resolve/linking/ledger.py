"""The link records of one project, whichever results they lie beside: read once, kept as they come.

While Resolve's Project Manager is open it refuses everything, and none of that is about the file.
It may be opened and closed during the act. So a refusal is about the file only where Resolve linked
another one before it and another one after it; until that is known it is held back. What is not
certain is only asked once more the next time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from proxx_engine import ClipTry, StoredResult
from sidecar.resolve.linking.records import (
    LinkRecord,
    LinkRecords,
    add_record,
    read_records,
    records_path,
)
from sidecar.resolve.media_paths import path_key


@dataclass
class LinkLedger:
    """The records of one act."""

    project_id: str
    made_at: Mapping[str, tuple[ClipTry, ...]]
    """By the key of each path where Proxx made a proxy: what made one there."""
    unread: list[str] = field(default_factory=list)
    """What could not be read, in words."""
    unkept: list[str] = field(default_factory=list)
    """What could not be written, in words."""
    _read: dict[Path, LinkRecords] = field(default_factory=dict)
    _refused: list[tuple[StoredResult, LinkRecord]] = field(default_factory=list)
    """Since the last link."""
    _linked: bool = False

    def known(self, item_id: str, path: str, stored: StoredResult) -> tuple[LinkRecord, ...]:
        """Return what was recorded of an item and a proxy's path, oldest first.

        It may lie beside any result that made a proxy there, or beside the one that is given.
        """
        wanted = (self.project_id, item_id, path_key(path))
        results = (*(entry.stored for entry in self.made_at.get(wanted[2], ())), stored)
        found = dict.fromkeys(
            record
            for place in {records_path(one): None for one in results}
            for record in self._records(place).records
            if (record.project_id, record.item_id, path_key(record.proxy)) == wanted
        )
        return tuple(sorted(found, key=lambda record: record.at))

    def keep(self, stored: StoredResult, record: LinkRecord) -> None:
        """Keep a record beside a result; a refusal only when its cause is clearer."""
        if record.outcome == "refused":
            self._refused.append((stored, record))
            return
        self._write(stored, record)
        if record.outcome == "linked":
            self._keep_refusals(certain=self._linked)
            self._linked = True

    def end(self) -> None:
        """Write the refusals that are held back: no link came after them."""
        self._keep_refusals(certain=False)

    def held_another(self, path: str, sha256: str | None) -> bool:
        """Whether Proxx made at a path what has not this content."""
        made = self.made_at.get(path_key(path), ())
        return any(entry.clip.output_sha256 != sha256 for entry in made)

    def _keep_refusals(self, *, certain: bool) -> None:
        for stored, record in self._refused:
            self._write(stored, record.model_copy(update={"certain": certain}))
        self._refused.clear()

    def _write(self, stored: StoredResult, record: LinkRecord) -> None:
        path = records_path(stored)
        known = self._records(path)
        if record.same_but_for_time(known.newest().get((record.project_id, record.item_id))):
            return
        self._read[path] = LinkRecords((*known.records, record), known.unread)
        try:
            add_record(path, record)
        except OSError as error:
            self.unkept.append(f"{path}: {error.strerror or error}")

    def _records(self, path: Path) -> LinkRecords:
        if path not in self._read:
            self._read[path] = read_records(path)
            self.unread += self._read[path].unread
        return self._read[path]
