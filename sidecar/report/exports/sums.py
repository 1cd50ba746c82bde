"""Proven proxies → a list that `sha256sum -c` reads in the folder where it lies. Pure.

The checksums are those of the results. Names are written as coreutils does: behind a backslash
where one holds a backslash or a line break; a name that is no text, byte for byte.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from sidecar.report.exports.model import LeftOut, why_unproven
from sidecar.report.rows import Row

_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", "\r": r"\r"})


def write_sums(rows: Iterable[Row], folder: Path) -> tuple[bytes, int, tuple[LeftOut, ...]]:
    """Return the list for `folder`, how many proxies it holds, and the rows that it does not.

    A proxy that several rows tell of stands once.
    """
    lines: dict[bytes, None] = {}
    left_out = []
    for row in sorted(rows, key=lambda row: str(row.proxy)):
        reason = why_unproven(row)
        if reason is None:
            try:
                lines[_line(row, folder)] = None
                continue
            except ValueError as error:
                reason = str(error)
        left_out.append(LeftOut(row.name, reason))
    return b"".join(lines), len(lines), tuple(left_out)


def path_from(folder: Path, file: Path) -> str:
    """Return a file's path from a folder, with forward slashes; links on the way are followed.

    Raises: ValueError where no path leads from the one to the other.
    """
    real = os.path.join(os.path.realpath(file.parent), file.name)
    try:
        return os.path.relpath(real, os.path.realpath(folder)).replace(os.sep, "/")
    except ValueError:
        raise ValueError(f"lies on another drive than {folder}") from None


def _line(row: Row, folder: Path) -> bytes:
    if row.proxy is None or row.entry is None or row.entry.clip.output_sha256 is None:
        raise ValueError("its result does not tell its sha256")
    path = path_from(folder, row.proxy)
    written = path.translate(_ESCAPES)
    mark = "\\" if written != path else ""
    try:
        return os.fsencode(f"{mark}{row.entry.clip.output_sha256}  {written}\n")
    except UnicodeEncodeError:
        raise ValueError("its name is no text, nor bytes of a name") from None
