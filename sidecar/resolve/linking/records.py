"""What came of each attempt to link a proxy: lines beside its result, appended and never changed.

`<label>.<first 8>.links.jsonl` lies with `<label>.<first 8>.result.json`. The newest line for a
project and an item of its media pool counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from proxx_engine import StoredResult, append_line, read_regular

_RESULT = ".result.json"
_LINKS = ".links.jsonl"
_MAX_BYTES = 64 * 1024 * 1024

LinkOutcome = Literal["linked", "already", "refused", "unlinkable"]
"""`already`: it was linked before anybody here did; `unlinkable`: it does not fit, so that Resolve
was not asked."""


class LinkRecord(BaseModel):
    """One attempt."""

    model_config = ConfigDict(frozen=True, strict=True, use_attribute_docstrings=True)

    at: str
    """When, in UTC."""
    project_id: str
    project_name: str
    item_id: str
    """The item of the media pool."""
    media_id: str | None
    clip_name: str
    clip_index: int
    """Of the clip in the result."""
    proxy: str
    """The path that Resolve was given."""
    size_bytes: int
    modified_at: str
    """The file's time of change."""
    sha256: str | None
    """The file's content, as it was proven."""
    outcome: LinkOutcome
    codes: tuple[str, ...] = ()
    """Keys of failures.toml: why it is not linked."""
    reason: str | None
    read_back: tuple[str, str] | None
    """What Resolve said afterwards: of the proxy, and its path."""
    certain: bool = True
    """Whether a refusal is about this file: in the same act Resolve linked another one before it,
    and another one after it."""

    @property
    def is_link(self) -> bool:
        """Whether the clip had the proxy afterwards."""
        return self.outcome in ("linked", "already")

    def same_but_for_time(self, other: LinkRecord | None) -> bool:
        """Whether another record says the same, if of another moment."""
        return other is not None and self == other.model_copy(update={"at": self.at})


@dataclass(frozen=True, slots=True)
class LinkRecords:
    """The records that lie with one result."""

    records: tuple[LinkRecord, ...]
    """Oldest first."""
    unread: tuple[str, ...]
    """What could not be read, in words."""

    def newest(self) -> dict[tuple[str, str], LinkRecord]:
        """Return the record that counts, by project and item."""
        return {(one.project_id, one.item_id): one for one in self.records}

    def of_clip(self, index: int) -> tuple[LinkRecord, ...]:
        """Return the records that count of one clip of the result."""
        return tuple(one for one in self.newest().values() if one.clip_index == index)


def records_path(stored: StoredResult) -> Path:
    """Return where the records of a result lie: beside the copy that lies beside the proxies."""
    copy = stored.copies[0]
    return copy.with_name(copy.name.removesuffix(_RESULT) + _LINKS)


def read_records(path: Path) -> LinkRecords:
    """Read the records; one that a death cut off is none, unless only the end of its line lacks."""
    try:
        data = read_regular(path, limit=_MAX_BYTES)
    except FileNotFoundError:
        return LinkRecords((), ())
    except (OSError, ValueError) as error:
        return LinkRecords((), (f"{path} cannot be read: {error}",))
    records, unread = [], []
    *ended, last = data.split(b"\n")
    for number, line in enumerate((*ended, last), start=1):
        try:
            records.append(LinkRecord.model_validate_json(line))
        except ValidationError:
            if number <= len(ended):
                unread.append(f"{path}, line {number}: no link record that can be read")
    return LinkRecords(tuple(records), tuple(unread))


def add_record(path: Path, record: LinkRecord) -> None:
    """Append a record; it is on the disk when this returns. Raises: OSError."""
    append_line(path, json.dumps(record.model_dump(mode="json")).encode("ascii"))


def told_links(records: Iterable[LinkRecord]) -> tuple[str, ...]:
    """Return in words what the records that count say, each once."""
    words = {
        "linked": "linked in {project}",
        "already": "linked in {project}",
        "refused": "link refused in {project}: {reason}",
        "unlinkable": "cannot be linked in {project}: {reason}",
    }
    told = (
        words[one.outcome].format(project=one.project_name, reason=one.reason) for one in records
    )
    return tuple(dict.fromkeys(told))
