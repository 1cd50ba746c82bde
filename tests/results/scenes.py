"""Results on a disk, made of a real one with a few values changed."""

from __future__ import annotations

import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

from tests.golden.documents import RESULT_1_0

PROXY = b"the bytes of a proxy"


def clip_document(name: str, folder: Path, **changes: Any) -> dict[str, Any]:
    """One completed clip, whose proxy is `folder/name` and holds PROXY."""
    clip: dict[str, Any] = json.loads(RESULT_1_0.read_bytes())["clips"][0]
    return clip | {
        "source": f"/card/{name}",
        "output": {"path": str(folder / name), "relative_path": name},
        "status": "COMPLETED",
        "failure": None,
        "output_size_bytes": len(PROXY),
        "output_sha256": hashlib.sha256(PROXY).hexdigest(),
        **changes,
    }


def failed(name: str, folder: Path, code: str = "SOURCE_TRUNCATED") -> dict[str, Any]:
    """One clip that failed."""
    failure = {"code": code, "stage": "execution", "sentence": "It broke", "next_step": "Mend."}
    return clip_document(
        name,
        folder,
        status="FAILED",
        failure=failure,
        verification=None,
        output_size_bytes=None,
        output_sha256=None,
    )


def result_bytes(*clips: dict[str, Any], minute: int = 0, **changes: Any) -> bytes:
    """A result of such clips, ended at a minute of one hour."""
    document = json.loads(RESULT_1_0.read_bytes())
    ended = f"2026-02-13T20:{minute:02d}:00.000Z"
    clips = tuple(clip | {"completed_at": ended} for clip in clips)
    statuses = [clip["status"] for clip in clips]
    done = statuses.count("COMPLETED")
    whole = done == len(clips) and clips
    document |= {
        "job_id": str(uuid.uuid4()),
        "status": "COMPLETED" if whole else "PARTIAL" if done else "FAILED",
        "failure": None if whole else next((c["failure"] for c in clips if c["failure"]), None),
        "clips": list(clips),
        "completed_at": ended,
        **changes,
    }
    return json.dumps(document).encode()


def write_result(folder: Path, *clips: dict[str, Any], minute: int = 0, **changes: Any) -> Path:
    """Write a result beside its proxies."""
    data = result_bytes(*clips, minute=minute, **changes)
    document = json.loads(data)
    path = folder / f"{document['label']}.{(document['job_id'] or 'none')[:8]}.result.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def put_proxy(path: Path, data: bytes = PROXY) -> Path:
    """Write what stands for a proxy."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
