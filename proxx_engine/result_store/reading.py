"""Result and job files below folders: found in a fixed order, read without trust.

A file that cannot be read is an entry that says so; it never hides the others.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from proxx_engine.results.execution_results import JobExecutionResult
from proxx_engine.spec.file_names import JOB, RESULT
from proxx_engine.spec.reading import location_text, shown
from proxx_engine.system.files import read_regular

MAX_RESULT_BYTES = 256 * 1024 * 1024
"""A result of a thousand clips, each with all that is kept of FFmpeg's messages, stays below."""
_LARGEST_FILE = 2**63 - 1
_VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Unread:
    """A file or folder that nothing could be read from."""

    path: Path
    sentence: str
    """What is wrong with it, for a person."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """One file that holds a result."""

    path: Path
    sha256: str
    result: JobExecutionResult


@dataclass(frozen=True, slots=True)
class Listing:
    """Files that were found, each once."""

    results: tuple[Path, ...]
    jobs: tuple[Path, ...]
    unread: tuple[Unread, ...]


def list_files(paths: Iterable[Path], *, below: bool = True) -> Listing:
    """Return the result and job files among `paths` and, unless told not, below the folders.

    Hidden folders, `.proxx-*` among them, are passed by; links to folders are not followed.
    """
    found: dict[str, Path] = {}
    unread: list[Unread] = []
    for path in paths:
        if path.is_dir():
            inside = _walk(path, unread) if below else _look_into(path, unread)
            for file in inside:
                found.setdefault(os.path.realpath(file), file)
        elif not os.path.lexists(path):
            unread.append(Unread(path, "is not there"))
        elif path.name.endswith((RESULT, JOB)):
            found.setdefault(os.path.realpath(path), path)
        else:
            unread.append(Unread(path, f"is neither a result (*{RESULT}) nor a job (*{JOB})"))
    files = found.values()
    return Listing(
        results=tuple(path for path in files if path.name.endswith(RESULT)),
        jobs=tuple(path for path in files if path.name.endswith(JOB)),
        unread=tuple(unread),
    )


def _look_into(folder: Path, unread: list[Unread]) -> Iterator[Path]:
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        unread.append(Unread(folder, f"cannot be listed: {error.strerror}"))
        return
    yield from (folder / name for name in names if _is_ours(name))


def _walk(top: Path, unread: list[Unread]) -> Iterator[Path]:
    def note(error: OSError) -> None:
        place = Path(error.filename or top)
        unread.append(Unread(place, f"cannot be listed: {error.strerror}"))

    for folder, subfolders, names in os.walk(top, onerror=note):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(names) if _is_ours(name))


def _is_ours(name: str) -> bool:
    return name.endswith((RESULT, JOB)) and not name.startswith(".")


def read_results(paths: Iterable[Path]) -> Iterator[ReadResult | Unread]:
    """Read each file. A copy that follows its equal is not decoded again."""
    last: ReadResult | None = None
    for path in paths:
        read = _read(path, last)
        if isinstance(read, ReadResult):
            last = read
        yield read


def _read(path: Path, last: ReadResult | None) -> ReadResult | Unread:
    try:
        data = read_regular(path, limit=MAX_RESULT_BYTES)
    except OSError as error:
        return Unread(path, error.strerror or str(error))
    except ValueError as error:
        sentence = f"has {error.args[0]:,} bytes, at most {MAX_RESULT_BYTES:,} are read"
        return Unread(path, sentence)
    digest = hashlib.sha256(data).hexdigest()
    if last is not None and last.sha256 == digest:
        return ReadResult(path, digest, last.result)
    try:
        return ReadResult(path, digest, decode_result(data))
    except ValueError as error:
        return Unread(path, str(error))


def decode_result(data: bytes) -> JobExecutionResult:
    """Read a result strictly. Raises: ValueError, which says what is wrong to a person."""
    try:
        loaded = json.loads(data, object_pairs_hook=_each_key_once, parse_constant=_refuse_constant)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        where = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "its text"
        raise ValueError(f"is no JSON ({where}), perhaps cut off") from None
    except RecursionError:
        raise ValueError("is no result: its brackets nest too deep") from None
    if not isinstance(loaded, dict) or "result_version" not in loaded:
        raise ValueError("is no result of Proxx: it has no result_version")
    version = loaded["result_version"]
    if version != _VERSION:
        raise ValueError(f"has result_version {shown(version)}; this Proxx reads {_VERSION}")
    try:
        result = JobExecutionResult.model_validate_json(data)
    except ValidationError as error:
        first, *others = error.errors(include_url=False, include_input=False)
        more = f" (and {len(others)} more)" if others else ""
        told = f"{location_text(first['loc'])}: {first['msg']}{more}"
        raise ValueError(f"is no whole result: {told}") from None
    for clip in result.clips:
        if "\0" in clip.source + clip.output.path + clip.output.relative_path:
            raise ValueError(f"is no whole result: a path of clips[{clip.index}] holds NUL")
        if (clip.output_size_bytes or 0) > _LARGEST_FILE:
            raise ValueError(f"is no whole result: clips[{clip.index}] is larger than any disk")
    return result


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    loaded = dict(pairs)
    if len(loaded) != len(pairs):
        raise ValueError("is no result: a key stands twice in one object")
    return loaded


def _refuse_constant(text: str) -> float:
    raise ValueError(f"is no result: {text} is no number of JSON")
