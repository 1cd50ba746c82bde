"""Where a job's QcResult lies, read without trust, written whole."""

from __future__ import annotations

import json
import os
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from proxx_engine import (
    PathMap,
    StoredResult,
    encode_json,
    local_path,
    read_regular,
    replace_whole,
    write_whole,
)
from sidecar.qc.model import QcResult

QC = ".qc.json"
MAX_QC_BYTES = 256 * 1024 * 1024
_RESULT = ".result.json"
_VERSION = "1.0"


def qc_path(stored: StoredResult, path_maps: tuple[PathMap, ...] = ()) -> Path:
    """Return where the measures of a job lie: beside its result, which is beside its proxies.

    Where only the job's own copy is found, beside that one.
    """
    for copy in _beside(stored, path_maps):
        return _named(copy)
    return _named(stored.copies[0])


def qc_places(stored: StoredResult) -> tuple[Path, ...]:
    """Return every place where the measures of a job may lie, the likeliest first."""
    found = (*_beside(stored, ()), *stored.copies)
    return tuple(dict.fromkeys(map(_named, found)))


def _beside(stored: StoredResult, path_maps: tuple[PathMap, ...]) -> tuple[Path, ...]:
    """Return the result beside the proxies, as it was found, or is found by what it says."""
    copies = tuple(filter(stored.is_beside_proxies, stored.copies))
    result = stored.result
    if copies or not result.clips or result.job_id is None:
        return copies
    clip = result.clips[0]
    depth = len(PurePosixPath(clip.output.relative_path).parts)
    above = Path(local_path(clip.output.path, path_maps)).parents
    if not 1 <= depth <= len(above):  # a path of another system, or none of ours
        return ()
    name = f"{result.label}.{result.job_id[:8]}{_RESULT}"
    path = above[depth - 1] / stored.folder / name
    return (path,) if is_plain_name(name) and os.path.isfile(path) else ()


def is_plain_name(name: str) -> bool:
    """Whether a name, as a result says it, leads to no other folder."""
    return not any(letter in name for letter in "/\\\0")


def _named(result: Path) -> Path:
    return result.with_name(result.name.removesuffix(_RESULT) + QC)


def read_qc(path: Path) -> QcResult:
    """Read what was measured, strictly. Raises: OSError; ValueError with a sentence."""
    try:
        data = read_regular(path, limit=MAX_QC_BYTES)
    except ValueError as error:
        sentence = f"has {error.args[0]:,} bytes, at most {MAX_QC_BYTES:,} are read"
        raise ValueError(sentence) from None
    try:
        loaded = json.loads(data, object_pairs_hook=_each_key_once)
    except RecursionError:
        raise ValueError("is no result of proxx qc: its brackets nest too deep") from None
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise ValueError("is no JSON, perhaps cut off") from None
    if not isinstance(loaded, dict) or "qc_version" not in loaded:
        raise ValueError("is no result of proxx qc: it has no qc_version")
    if loaded["qc_version"] != _VERSION:
        version = ascii(loaded["qc_version"])[:40]
        raise ValueError(f"has qc_version {version}; this Proxx reads {_VERSION}")
    try:
        return QcResult.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))[:200]
        raise ValueError(f"is no whole result of proxx qc: {where}: {first['msg']}") from None


def write_qc(path: Path, result: QcResult, *, replace: bool) -> None:
    """Write a file that is never seen half-made; another one only where that was asked for.

    Raises: FileExistsError, OSError.
    """
    (replace_whole if replace else write_whole)(path, encode_json(result))


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    loaded = dict(pairs)
    if len(loaded) != len(pairs):
        raise ValueError("is no result of proxx qc: a key stands twice in one object")
    return loaded
