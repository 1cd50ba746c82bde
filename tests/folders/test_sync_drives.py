"""Which folders a sync program keeps, and which are only called as if one did."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecar.folders.sync_drives import find_sync_drive


@pytest.mark.parametrize(
    ("mark", "service"),
    [
        (".dropbox.cache", "Dropbox"),
        (".stfolder", "Syncthing"),
        ("._sync_1a2b.db", "Nextcloud"),
        (".sync/ID", "Resilio Sync"),
        (".shortcut-targets-by-id", "Google Drive"),
        (".SynologyWorkingDirectory", "Synology Drive"),
    ],
)
def test_what_a_sync_program_leaves_in_its_root_tells_of_it(
    tmp_path: Path, mark: str, service: str
) -> None:
    (tmp_path / mark).mkdir(parents=True)
    (tmp_path / "My Drive" / "box").mkdir(parents=True)
    assert find_sync_drive(tmp_path / "My Drive" / "box") == service


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("Dropbox (Studio)/box", "Dropbox"),
        ("Library/CloudStorage/Box-Box/box", "Box Drive"),
        ("Library/CloudStorage/GoogleDrive-me@example.com/My Drive/box", "Google Drive"),
        ("Library/CloudStorage/Some-New-Service/box", "a sync program"),
        ("com~apple~CloudDocs/box", "iCloud Drive"),
    ],
)
def test_a_name_that_only_a_sync_program_gives_tells_of_it(
    tmp_path: Path, path: str, service: str
) -> None:
    (tmp_path / path).mkdir(parents=True)
    assert find_sync_drive(tmp_path / path) == service


@pytest.mark.parametrize("path", ["Box/box", "My Drive/box", "CloudStorage/x/box", "sync/box"])
def test_a_name_that_anybody_gives_tells_nothing(tmp_path: Path, path: str) -> None:
    (tmp_path / path).mkdir(parents=True)
    for settings in (".sync", ".dropbox"):
        (tmp_path / settings).mkdir()
    assert find_sync_drive(tmp_path / path) is None
