"""What lies in the line in Redis: RQ's form of `{"job_id": …}`, and what is not ours. Pure.

RQ keeps a message as compressed JSON: `[function, null, [], {"job_id": …}]`. The function is a mark
that nobody can import: what a message names is never looked up, here or by a worker of RQ's own.
"""

from __future__ import annotations

import json
import re
import zlib

FUNCTION = "proxx.job"
MAX_BYTES = 1024
"""Of a message, compressed and not; ours have a tenth."""
_JOB_ID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def job_id_of(entry: bytes) -> str | None:
    """Return the id that an entry of the line is; None where it is none."""
    return entry.decode() if _JOB_ID.fullmatch(entry) else None


def is_ours(data: bytes, job_id: str) -> bool:
    """Whether a stored message says exactly what we write for this id."""
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, MAX_BYTES)
        said = json.loads(text) if unpacker.eof else None
    except (zlib.error, ValueError, RecursionError):
        return False
    return bool(said == [FUNCTION, None, [], {"job_id": job_id}])
