"""Proxies that need not be made again: proven by a result near them, and unchanged since."""

from __future__ import annotations

import os
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

from proxx_engine.result_store.joining import StoredResult, join_copies
from proxx_engine.result_store.proxies import is_proven, proxy_places, same_path
from proxx_engine.result_store.reading import ReadResult, list_files, read_results
from proxx_engine.results.execution_results import ClipExecutionResult
from proxx_engine.system.clock import utc_of
from proxx_engine.system.files import hash_file, is_regular

_WRITTEN_WITHIN = timedelta(seconds=2)
"""FAT keeps times in steps of two seconds (Microsoft FAT specification, DIR_WrtTime)."""


class ProvenProxies:
    """Answers by the results in `directory` and in each proxy's own folder.

    Each folder is read once, each proxy hashed once, so it lives as long as one act of creation.
    With `trust`, size and time stand for the sha256.
    """

    def __init__(self, directory: Path, *, trust: bool = False) -> None:
        self._directory = directory
        self._trust = trust
        self._read: set[str] = set()
        self._made: dict[str, list[tuple[StoredResult, ClipExecutionResult]]] = defaultdict(list)
        self._hashes: dict[str, str | None] = {}

    def find(self, clip_fingerprint: str, proxy: Path) -> ClipExecutionResult | None:
        """Return the clip of this fingerprint whose proven proxy still stands at `proxy`.

        None when there is none, or it cannot be told. The clip counts, not its job: another clip
        of the job may have failed.
        """
        made = self._made_at(proxy)
        if self._trust:
            made = made[-1:]
        for stored, clip in reversed(made):
            if clip.clip_fingerprint != clip_fingerprint or not is_proven(stored, clip):
                continue
            held = _looks_unchanged(proxy, clip) if self._trust else self._is_still(proxy, clip)
            if held:
                return clip
        return None

    def find_unchanged(self, proxy: Path) -> ClipExecutionResult | None:
        """Return the clip that made the file at `proxy`, by its sha256; None when none did so.

        Tells what may be replaced: whatever was proven of it, and never by size and time.
        """
        made = reversed(self._made_at(proxy))
        return next((clip for _stored, clip in made if self._is_still(proxy, clip)), None)

    def _made_at(self, proxy: Path) -> list[tuple[StoredResult, ClipExecutionResult]]:
        """Return the completed clips that made `proxy`, the latest last."""
        for folder in (self._directory, proxy.parent):
            self._read_folder(folder)
        made = self._made.get(same_path(proxy), [])
        return sorted(made, key=lambda entry: entry[1].completed_at or "")

    def _read_folder(self, folder: Path) -> None:
        if same_path(folder) in self._read:
            return
        self._read.add(same_path(folder))
        if not folder.is_dir():
            return
        files = list_files([folder], below=False).results
        read = (entry for entry in read_results(files) if isinstance(entry, ReadResult))
        for stored in join_copies(read):
            for clip in stored.result.clips:
                if clip.status != "COMPLETED":
                    continue
                for place in {same_path(place) for place in proxy_places(stored, clip)}:
                    self._made[place].append((stored, clip))

    def _is_still(self, proxy: Path, clip: ClipExecutionResult) -> bool:
        key = same_path(proxy)
        if key not in self._hashes:
            self._hashes[key] = _hash(proxy)
        return clip.output_sha256 is not None and self._hashes[key] == clip.output_sha256


def _hash(proxy: Path) -> str | None:
    try:
        return hash_file(proxy) if is_regular(proxy) else None
    except OSError:
        return None


def _looks_unchanged(proxy: Path, clip: ClipExecutionResult) -> bool:
    try:
        status = os.stat(proxy)
        completed_at = datetime.fromisoformat(clip.completed_at or "")
    except (OSError, ValueError):
        return False
    written_at = datetime.fromisoformat(utc_of(status.st_mtime))
    same_size = is_regular(proxy) and status.st_size == clip.output_size_bytes
    return same_size and written_at <= completed_at + _WRITTEN_WITHIN
