"""A share is known by the kind of its volume, so that nobody has to know of its minute."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecar.intake.shares import Mount, is_on_share, quiet_seconds_for

MOUNTS = [
    Mount(Path("/"), "ext4", "rw"),
    Mount(Path("/mnt/nas"), "nfs4", "rw"),
    Mount(Path("/mnt/nas/scratch"), "xfs", "rw"),
    Mount(Path("/mnt/smb"), "autofs", "rw"),
    Mount(Path("/mnt/smb"), "cifs", "rw"),
    Mount(Path("/drives/z"), "NTFS", "rw,remote"),
]


@pytest.mark.parametrize(
    ("folder", "share"),
    [
        ("/media/hot", False),
        ("/mnt/nas", True),
        ("/mnt/nas/a/b", True),
        ("/mnt/nas/scratch/hot", False),
        ("/mnt/nassau", False),
        ("/mnt/smb/hot", True),
        ("/drives/z/hot", True),
    ],
)
def test_the_volume_nearest_to_a_folder_tells(folder: str, share: bool) -> None:
    assert is_on_share(Path(folder), MOUNTS) is share


def test_the_quiet_seconds_that_are_taken_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert quiet_seconds_for(tmp_path) == 10
    monkeypatch.setattr("sidecar.intake.shares._mounts", lambda: [Mount(Path("/"), "cifs", "")])
    assert quiet_seconds_for(tmp_path) == 60
