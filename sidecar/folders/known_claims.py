"""The claims of a watch folder as one process knows them: each read once, while its file stays.

Every process looks at all of them once a minute. To read each one anew costs a share the square of
the number of workers; a listing tells which are new.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from sidecar.folders.claims import Claim, read_claim
from sidecar.folders.layout import WatchFolder
from sidecar.folders.names import CLAIM

_Mark = tuple[int, int, int]
"""Of a file: its number, its size in bytes, its time in nanoseconds."""


@dataclass(frozen=True, slots=True)
class SeenClaims:
    """What stands in `claims/` at one moment."""

    claims: list[Claim]
    """By the names of their files."""
    unread: dict[str, int]
    """Names of files that name no owner that we can read, each with its size in bytes."""


@dataclass
class KnownClaims:
    """The claims of one folder; for one thread."""

    folder: WatchFolder
    _known: dict[str, tuple[_Mark, Claim]] = field(default_factory=dict)

    def look(self) -> SeenClaims:
        """List the claims; only what is new or changed is read. Raises: OSError."""
        marks = self._list()
        known, unread = {}, {}
        for name in sorted(marks):
            before = self._known.get(name)
            if before is not None and before[0] == marks[name]:
                known[name] = before
            elif (claim := read_claim(self.folder.claims / name)) is not None:
                known[name] = marks[name], claim
            else:
                unread[name] = marks[name][1]
        self._known = known
        return SeenClaims([claim for _mark, claim in known.values()], unread)

    def _list(self) -> dict[str, _Mark]:
        """Return the mark of each; on a share it comes with the listing."""
        marks = {}
        with os.scandir(self.folder.claims) as entries:
            for entry in entries:
                if entry.name.endswith(CLAIM):
                    try:
                        status = entry.stat(follow_symlinks=False)
                    except FileNotFoundError:  # it went meanwhile
                        continue
                    marks[entry.name] = status.st_ino, status.st_size, status.st_mtime_ns
        return marks


def list_claims(folder: WatchFolder) -> list[Claim]:
    """Return every claim that stands and can be read. Raises: OSError."""
    return KnownClaims(folder).look().claims
