"""ASC MHL histories as the reference implementation sees them."""

from __future__ import annotations

from pathlib import Path

from ascmhl import commands
from ascmhl.history import MHLHistory

from sidecar.report.exports.mhl import Generation, add_generation
from tests.report.exports.rows import rows_below


def add(root: Path, below: Path | None = None) -> Generation:
    return add_generation(root, rows_below(below or root), reading=lambda *_: None)


def verify(root: Path) -> None:
    """Let the library verify a folder; raises what it finds."""
    commands.verify_entire_folder(str(root), False, None, None)


def actions(root: Path) -> dict[str, list[str]]:
    """What each generation says of each file."""
    return {
        hash_list.get_file_name()[:4]: [
            f"{media.path} {entry.hash_format} {entry.action}"
            for media in hash_list.media_hashes
            for entry in media.hash_entries
        ]
        for hash_list in MHLHistory.load_from_path(str(root)).hash_lists
    }
