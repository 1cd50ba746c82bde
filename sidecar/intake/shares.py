"""Whether a folder lies on a network share, where sizes and times may be shown that are old."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

QUIET_SECONDS, QUIET_SECONDS_ON_SHARES = 10.0, 60.0
"""NFS clients keep what they know of a file for up to 60 seconds (nfs(5), acregmax)."""
_KINDS = frozenset(
    (
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "webdav", "davfs", "9p"),
        *("ceph", "lustre", "glusterfs", "fuse.ceph", "fuse.glusterfs"),
        *("fuse.davfs2", "fuse.sshfs", "fuse.rclone"),
    )
)
_WINDOWS_REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted volume."""

    at: Path
    kind: str
    options: str

    @property
    def is_share(self) -> bool:
        """Whether another machine keeps it."""
        return self.kind.lower() in _KINDS or _WINDOWS_REMOTE in self.options.split(",")


def quiet_seconds_for(folder: Path) -> float:
    """Return how long nothing in a folder must change by default."""
    return QUIET_SECONDS_ON_SHARES if lies_on_share(folder) else QUIET_SECONDS


def lies_on_share(folder: Path) -> bool:
    """Whether another machine keeps a folder of this one."""
    real = Path(os.path.realpath(folder))
    return real.drive.startswith("\\\\") or is_on_share(real, _mounts())


def is_on_share(folder: Path, mounts: Iterable[Mount]) -> bool:
    """Whether the volume that a folder lies on is a share. Pure."""
    around = [mount for mount in mounts if mount.at in (folder, *folder.parents)]
    # Of several at one place the last one mounted is seen.
    nearest = max(reversed(around), key=lambda mount: len(mount.at.parts), default=None)
    return nearest is not None and nearest.is_share


def _mounts() -> list[Mount]:
    try:
        parts = psutil.disk_partitions(all=True)
    except OSError:
        return []
    return [Mount(Path(part.mountpoint), part.fstype, part.opts) for part in parts]
