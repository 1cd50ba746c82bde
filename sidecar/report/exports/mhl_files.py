"""The files of an ASC MHL history: looked at without trust, and published whole."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from proxx_engine import create_exclusive, publish, replace_whole, sync_folder, write_whole

FOLDER = "ascmhl"
CHAIN = "ascmhl_chain.xml"


class HistoryRefused(Exception):
    """Why no generation can be added to a history."""


def chain_bytes(root: Path) -> bytes | None:
    """Return the chain of a history, None where there is no history yet."""
    try:
        return (root / FOLDER / CHAIN).read_bytes()
    except FileNotFoundError:
        return None


def check_files(place: Path) -> set[str]:
    """Return the manifests of a history. Raises: HistoryRefused, OSError."""
    found = os.listdir(place)
    manifests = {name for name in found if name.endswith(".mhl") and not name.startswith("._")}
    for name in (CHAIN, *manifests):
        with suppress(FileNotFoundError):
            if b"<!DOCTYPE" in (place / name).read_bytes():
                raise HistoryRefused(f"{name} declares a document type, which no list does")
    return manifests


def publish_generation(
    root: Path, name: str, manifest: bytes, chain: bytes, before: bytes | None
) -> None:
    """Put a manifest into a history whose chain was `before`; None where there was no history.

    The manifest comes first: a chain never names what is not there.
    Raises: HistoryRefused, OSError.
    """
    place = root / FOLDER
    if before is None:
        _publish_first(place, {name: manifest, CHAIN: chain})
        return
    write_whole(place / name, manifest)
    try:
        if chain_bytes(root) != before:
            raise HistoryRefused("its history was added to meanwhile; run this again")
        replace_whole(place / CHAIN, chain)
    except BaseException:
        if chain_bytes(root) != chain:  # else it names our manifest, which has to stay
            (place / name).unlink(missing_ok=True)
        raise


def _publish_first(place: Path, files: Mapping[str, bytes]) -> None:
    hidden = place.with_name(f".{place.name}.{uuid.uuid4().hex[:8]}.part")
    os.mkdir(hidden)
    try:
        for name, data in files.items():
            create_exclusive(hidden / name, data)
        sync_folder(hidden)
        try:
            publish(hidden, place)
        except FileExistsError as error:
            raise HistoryRefused("its history was begun meanwhile; run this again") from error
        hidden = place
        sync_folder(place.parent)
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise
