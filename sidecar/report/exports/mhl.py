"""Proven proxies → one more generation of an ASC MHL history, by its reference implementation.

ASC MHL knows no sha256, so every proxy is read: once, for the checksum of its result and for those
of the history. The library writes in place, the chain of all generations too; here it writes into a
folder of its own, and what it wrote gets its name whole: a full disk costs no history.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import platform
import re
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from proxx_engine import PlaceError, __version__
from sidecar.report.exports.mhl_files import (
    CHAIN,
    FOLDER,
    HistoryRefused,
    chain_bytes,
    check_files,
    publish_generation,
)
from sidecar.report.exports.model import LeftOut, why_unproven
from sidecar.report.exports.sums import path_from
from sidecar.report.rows import Inspecting, Row

FIRST_FORMAT = "xxh128"
"""What a new history begins with, as the reference implementation does."""
OURS = (
    *("*.job.json", "*.result.json", "*.journal.jsonl", "*.links.jsonl", "*.ffmpeg.log"),
    *("*.qc.json", "*.lock", "*.proxx-reserved", ".proxx-*", "proxx-report.html"),
)
"""What Proxx writes beside proxies; it may change, and a verification passes over it."""
_CURE = f"{sys.executable} -m pip install ascmhl"
_CHUNK = 1024 * 1024
_NOT_IN_XML = re.compile("[^\t\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Generation:
    """What was added to a history."""

    path: Path | None
    """The new manifest; None where there was nothing to write."""
    number: int
    count: int
    left_out: tuple[LeftOut, ...]
    broken: int
    """How many of these are not what was proven, or not what the history says."""


class _Unfit(Exception):
    """Why a history does not hold a proxy."""


class _Broken(_Unfit):
    """Why a proxy is not what was proven of it or what the history says."""


def add_generation(root: Path, rows: Iterable[Row], *, reading: Inspecting) -> Generation:
    """Read every proven proxy below `root`, and write what was seen as the next generation.

    Raises: PlaceError without the library, HistoryRefused, OSError.
    """
    _check_library()
    root = Path(os.path.realpath(root))
    before = chain_bytes(root)
    history = _load(root)
    session = _session(history)
    rows = sorted(rows, key=lambda row: str(row.proxy))
    broken = 0
    added = set[str]()
    left_out = []
    for number, row in enumerate(rows, start=1):
        reading(row.proxy or root, number, len(rows))
        try:
            path = _listed_path(root, row)
            if path not in added:
                _add(session, history, path, row)
            added.add(path)
        except _Unfit as reason:
            broken += isinstance(reason, _Broken)
            left_out.append(LeftOut(row.name, str(reason)))
    number = history.latest_generation_number() + 1
    written = _commit(session, history, root, before) if added else None
    return Generation(written, number, len(added), tuple(left_out), broken)


def _check_library() -> None:
    try:
        importlib.import_module("ascmhl.generator")
    except ImportError as error:
        detail = f"ASC MHL needs the package {error.name}, which is not installed; run: {_CURE}"
        raise PlaceError("TOOL_MHL_MISSING", detail) from error


def _load(root: Path) -> Any:
    """Return the history that is there, or an empty one. Raises: HistoryRefused."""
    from ascmhl.history import MHLHistory

    if root.name.splitlines() not in ([], [root.name]) or _NOT_IN_XML.search(root.name):
        raise HistoryRefused("the folder's name cannot stand in a list")
    place = root / FOLDER
    manifests = check_files(place) if place.exists() else None
    try:
        history = MHLHistory.load_from_path(str(root))
    except OSError:
        raise
    except Exception as error:  # whatever a broken list makes of a reader
        raise HistoryRefused(f"its history cannot be read: {error}") from error
    if manifests is None:
        return history
    if any(entry.hash_format != "c4" for entry in history.chain.generations):
        raise HistoryRefused("its chain uses other checksums than C4, which would be lost")
    known = {entry.ascmhl_filename for entry in history.chain.generations}
    if loose := sorted(manifests - known):
        told = ", ".join(loose)
        raise HistoryRefused(f"its chain does not name {told}; what wrote it was broken off")
    return history


def _session(history: Any) -> Any:
    from ascmhl.generator import MHLGenerationCreationSession
    from ascmhl.ignore import MHLIgnoreSpec

    ignored = MHLIgnoreSpec(history.latest_ignore_patterns(), list(OURS))
    return MHLGenerationCreationSession(history, ignored)


def _add(session: Any, history: Any, path: str, row: Row) -> None:
    """Read one proxy, and add it. Raises: _Unfit."""
    owner, inside = history.find_history_for_path(path)
    if owner is not history:
        raise _Unfit(f"lies in {owner.get_root_path()}, which has a history of its own")
    assert row.proxy is not None
    assert row.entry is not None
    known = history.find_existing_hash_formats_for_path(inside)
    formats = known or _formats_of(history) or [FIRST_FORMAT]
    sha256, hashes, status = _read(row.proxy, formats)
    if sha256 != row.entry.clip.output_sha256:
        raise _Broken("changed: content differs")
    for form in known:
        entry = history.find_first_hash_entry_for_path(inside, form)
        if entry is not None and entry.hash_string != hashes[form]:
            raise _Broken(f"is another file than the one that the history has the {form} of")
    # The library writes every time with the offset of this moment, whatever it was then.
    here = datetime.now(UTC).astimezone().tzinfo
    modified = datetime.fromtimestamp(int(status.st_mtime), here)
    for form in formats:
        session.append_file_hash(
            os.path.join(history.get_root_path(), path),
            status.st_size,
            modified,
            form,
            hashes[form],
        )


def _listed_path(root: Path, row: Row) -> str:
    """Return where a proven proxy is below `root`. Raises: _Unfit."""
    reason = why_unproven(row)
    if reason is not None or row.proxy is None:
        raise _Unfit(reason or row.state)
    try:
        path = path_from(root, row.proxy)
    except ValueError as error:
        raise _Unfit(str(error)) from error
    if path == ".." or path.startswith("../"):
        raise _Unfit(f"lies outside of {root}")
    # The library indents what it wrote, line by line.
    if path.splitlines() != [path] or _NOT_IN_XML.search(path):
        raise _Unfit("its name cannot stand in XML")
    return path.replace("/", os.sep)


def _formats_of(history: Any) -> list[str]:
    """Return the checksums that the latest generation uses for files."""
    if not history.hash_lists:
        return []
    files = (media for media in history.hash_lists[-1].media_hashes if not media.is_directory)
    return sorted({entry.hash_format for media in files for entry in media.hash_entries})


def _read(file: Path, formats: list[str]) -> tuple[str, dict[str, str], os.stat_result]:
    """Return sha256, checksums by format, and status of a file. Raises: _Broken."""
    from ascmhl.hasher import new_hasher_for_hash_type

    ours, theirs = hashlib.sha256(), {form: new_hasher_for_hash_type(form) for form in formats}
    try:
        with open(file, "rb") as stream:
            while chunk := stream.read(_CHUNK):
                ours.update(chunk)
                for hasher in theirs.values():
                    hasher.update(chunk)
            status = os.fstat(stream.fileno())
    except OSError as error:
        raise _Broken(f"changed: {error.strerror or error}") from error
    return ours.hexdigest(), {form: theirs[form].string_digest() for form in formats}, status


def _commit(session: Any, history: Any, root: Path, before: bytes | None) -> Path:
    """Let the library write aside; put what it wrote into the history, whole."""
    from ascmhl.hashlist import MHLCreatorInfo, MHLProcess, MHLProcessInfo, MHLTool
    from ascmhl.utils import datetime_now_isostring

    creator, process = MHLCreatorInfo(), MHLProcessInfo()
    creator.tool = MHLTool("proxx", __version__)
    creator.creation_date = datetime_now_isostring()
    creator.host_name = platform.node()
    process.process = MHLProcess("in-place")
    with tempfile.TemporaryDirectory() as aside:
        place = Path(aside, root.name or "root", FOLDER)
        place.mkdir(parents=True)
        history.asc_mhl_path = str(place)
        history.chain.file_path = str(place / CHAIN)
        try:
            session.commit(creator, process)
        except OSError as error:
            error.filename = error.filename or str(place)
            raise
        [manifest] = place.glob("*.mhl")
        publish_generation(
            root, manifest.name, manifest.read_bytes(), (place / CHAIN).read_bytes(), before
        )
        return root / FOLDER / manifest.name
