"""JobSpecs written by hand, as the plain data of their files: no media, no tools."""

from __future__ import annotations

import copy
import json
from typing import Any

from proxx_engine import find_profile

Json = Any
"""A value of a JSON document."""

JOB_ID = "0d6a8f4e-52d1-4f5c-9a3b-6f1f7d2c8e90"


def video_stream(**changes: Json) -> dict[str, Json]:
    """Return a progressive 1080p picture with every tag told."""
    stream = {
        "stream_index": 0,
        "codec": "h264",
        "profile": "High",
        "tag": "avc1",
        "width": 1920,
        "height": 1080,
        "frame_rate": "24000/1001",
        "variable_frame_rate": False,
        "promised_frames": {"count": 240, "basis": "index"},
        "field_order": "progressive",
        "pixel_aspect_ratio": "1/1",
        "rotation": 0,
        "pixel_format": "yuv420p",
        "color": {"primaries": "bt709", "transfer": "bt709", "matrix": "bt709", "range": "tv"},
    }
    return stream | changes


def audio_stream(index: int = 1, **changes: Json) -> dict[str, Json]:
    """Return one stereo stream."""
    stream = {
        "stream_index": index,
        "codec": "pcm_s24le",
        "channels": 2,
        "layout": "stereo",
        "sample_rate": 48000,
        "samples": 480_480,
        "language": "eng",
    }
    return stream | changes


def source(name: str = "A001C001", **changes: Json) -> dict[str, Json]:
    """Return a source with one picture, one sound, timecode and reel."""
    path = f"/footage/card A/{name}.mov"
    value = {
        "path": path,
        "files": [path],
        "size_bytes": 123_456_789,
        "modified_at": "2026-02-13T20:15:00Z",
        "sample_sha256": "ab" * 32,
        "container": "mov,mp4,m4a,3gp,3g2,mj2",
        "duration_seconds": "1001/100",
        "video": video_stream(),
        "audio": [audio_stream()],
        "left_out": [
            {
                "stream_index": 2,
                "kind": "data",
                "reason": "timecode track; carried over as timecode",
            }
        ],
        "timecode": {"start": "01:00:00:00", "drop_frame": False, "from": "file"},
        "reel": "A001",
    }
    return value | changes


def target(**changes: Json) -> dict[str, Json]:
    """Return the target of `source()` at half size."""
    value = {
        "width": 960,
        "height": 540,
        "pixel_aspect_ratio": "1/1",
        "rotation": 0,
        "frame_rate": "24000/1001",
        "variable_frame_rate": None,
        "field_order": "progressive",
        "audio": [
            {
                "source_stream_index": 1,
                "codec": "pcm_s24le",
                "channels": 2,
                "layout": "stereo",
                "sample_rate": 48000,
            }
        ],
        "color": {"primaries": "bt709", "transfer": "bt709", "matrix": "bt709", "range": "tv"},
    }
    return value | changes


def clip(index: int = 0, **changes: Json) -> dict[str, Json]:
    """Return one clip."""
    name = f"A001C{index + 1:03d}"
    value = {
        "index": index,
        "output_name": f"{name}.mov",
        "output_subdirectory": "",
        "source": source(name),
        "target": target(),
        "resolve": None,
    }
    return value | changes


def profile(name: str = "prores_proxy", **changes: Json) -> dict[str, Json]:
    """Return a built-in profile as plain data."""
    return find_profile(name).model_dump(mode="json", by_alias=True) | changes


def job(clip_count: int = 1, **changes: Json) -> dict[str, Json]:
    """Return a JobSpec that keeps every rule."""
    value = {
        "spec_version": "1.0",
        "job_id": JOB_ID,
        "created_at": "2026-02-13T20:15:00Z",
        "created_by": {"tool": "proxx create", "version": "0.1.0", "host": "edit-07"},
        "batch": "day 3",
        "label": "A001C001",
        "retried_from": None,
        "clips": [clip(index) for index in range(clip_count)],
        "profile": profile(),
        "output": {
            "directory": "/footage/Proxy",
            "naming_template": "{source_name}",
            "on_existing": "refuse",
        },
        "execution": {
            "clip_timeout_seconds": 3600,
            "stall_seconds": 300,
            "verification": "conform",
        },
    }
    return value | changes


def changed(value: Json, where: str, new: Json) -> Json:
    """Return a copy with the value at `where` (`clips.0.target.width`) replaced or added."""
    result = copy.deepcopy(value)
    *parents, last = (int(part) if part.isdigit() else part for part in where.split("."))
    place = result
    for part in parents:
        place = place[part]
    place[last] = new
    return result


def without(value: Json, where: str) -> Json:
    """Return a copy without the key at `where`."""
    result = copy.deepcopy(value)
    *parents, last = (int(part) if part.isdigit() else part for part in where.split("."))
    place = result
    for part in parents:
        place = place[part]
    del place[last]
    return result


def encoded(value: Json) -> bytes:
    """Return the bytes of a file that holds `value`."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def field(where: str, value: Json) -> bytes:
    """Return the bytes of a JobSpec with another value at `where`."""
    return encoded(changed(job(), where, value))


def written(where: str, text: str) -> bytes:
    """Return the bytes of a JobSpec with `text` as it stands, JSON or not, at `where`."""
    return field(where, "HERE").replace(b'"HERE"', text.encode("utf-8"))
