"""Small JSON files that a farm or a bundle hands to us: one object each, of bounded size."""

from __future__ import annotations

import json
from pathlib import Path

from proxx_engine import Issue, RequestError, read_regular

_MAX_BYTES = 16 * 1024 * 1024


def read_object(path: Path) -> dict[str, object]:
    """Read a file that holds one JSON object. Raises: RequestError, which names the file."""
    try:
        data = read_regular(path, limit=_MAX_BYTES)
    except OSError as error:
        raise _refused(path, "SPEC_UNREADABLE", error.strerror or str(error)) from error
    except ValueError as error:
        sentence = f"found {error.args[0]:,} bytes, at most {_MAX_BYTES:,}"
        raise _refused(path, "SPEC_TOO_LARGE", sentence) from error
    if not data.strip():
        raise _refused(path, "SPEC_EMPTY", "found nothing, expected a JSON object")
    try:
        # Windows programs like to begin a file with a byte order mark.
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_each_key_once)
    except UnicodeDecodeError as error:
        raise _refused(path, "SPEC_ENCODING", f"byte {error.start} is not UTF-8") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _refused(path, "SPEC_NOT_JSON", f"{where}: {error.msg}; expected JSON") from error
    except RecursionError as error:
        raise _refused(path, "SPEC_TOO_DEEP", "brackets nest too deep") from error
    except _TwiceError as error:
        sentence = f"found the key {error.args[0]!r} twice in one object"
        raise _refused(path, "SPEC_DUPLICATE_KEY", sentence) from error
    except ValueError as error:  # a number of more digits than are read
        raise _refused(path, "SPEC_NOT_JSON", str(error)) from error
    if not isinstance(value, dict):
        sentence = f"found a JSON {type(value).__name__}, expected an object {{…}}"
        raise _refused(path, "SPEC_NOT_OBJECT", sentence)
    return value


class _TwiceError(Exception):
    """A key stands twice in one object."""


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found


def _refused(path: Path, code: str, sentence: str) -> RequestError:
    return RequestError((Issue(code, "", sentence),), subject=str(path))
