"""A real job for the behavioural tests: one second of moving picture, frozen into a JobSpec by
hand.
"""

from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

from proxx_engine.system.files import hash_samples
from proxx_engine.system.tools import find_tools

PROFILES = Path(__file__).resolve().parents[2] / "proxx_engine" / "profiles"
_UNKNOWN_COLOR = {"primaries": "unknown", "transfer": "unknown", "matrix": "unknown", "range": "tv"}


def write_job(folder: Path) -> Path:
    """Make the source and the JobSpec; the job's folder, the source's and the output's are
    separate.
    """
    source = folder / "source" / "clip.mov"
    places = (source.parent, folder / "proxies", folder / "job")
    for place in places:
        place.mkdir()
    with find_tools() as tools:
        picture = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=1")
        encoding = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-color_range", "tv")
        subprocess.run(
            [str(tools.ffmpeg), "-v", "error", *picture, *encoding, str(source)], check=True
        )
    job = folder / "job" / "job.job.json"
    job.write_text(json.dumps(_jobspec(source, folder / "proxies")), encoding="utf-8")
    return job


def _jobspec(source: Path, output: Path) -> dict[str, Any]:
    return {
        "spec_version": "1.0",
        "job_id": "6f1c3a52-7d0e-4c1b-9a3f-2b8d5e7c9a10",
        "created_at": "2026-01-01T00:00:00Z",
        "created_by": {"tool": "tests", "version": "1", "host": "here"},
        "label": "clip",
        "clips": [_clip(source)],
        "profile": _profile(),
        "output": {
            "directory": str(output),
            "naming_template": "{source_name}",
            "on_existing": "refuse",
        },
        "execution": {"clip_timeout_seconds": 600, "stall_seconds": 60, "verification": "conform"},
    }


def _clip(source: Path) -> dict[str, Any]:
    video = {
        "stream_index": 0,
        "codec": "h264",
        "profile": "High",
        "tag": "avc1",
        "width": 320,
        "height": 180,
        "frame_rate": "25/1",
        "variable_frame_rate": False,
        "promised_frames": {"count": 25, "basis": "index"},
        "field_order": "progressive",
        "pixel_aspect_ratio": "1/1",
        "rotation": 0,
        "pixel_format": "yuv420p",
        "color": _UNKNOWN_COLOR,
    }
    target = {
        "width": 160,
        "height": 90,
        "pixel_aspect_ratio": "1/1",
        "rotation": 0,
        "frame_rate": "25/1",
        "variable_frame_rate": None,
        "field_order": "progressive",
        "audio": [],
        "color": _UNKNOWN_COLOR,
    }
    identity: dict[str, Any] = {
        "path": str(source),
        "files": [str(source)],
        "size_bytes": source.stat().st_size,
        "modified_at": "2026-01-01T00:00:00Z",
        "sample_sha256": hash_samples((source,)),
        "container": "mov,mp4,m4a,3gp,3g2,mj2",
        "duration_seconds": "1/1",
    }
    rest: dict[str, Any] = {
        "video": video,
        "audio": [],
        "left_out": [],
        "timecode": None,
        "reel": None,
    }
    return {
        "index": 0,
        "output_name": "clip.mov",
        "output_subdirectory": "",
        "source": identity | rest,
        "target": target,
        "resolve": None,
    }


def _profile() -> dict[str, Any]:
    given = tomllib.loads((PROFILES / "prores_proxy.toml").read_text(encoding="utf-8"))
    return {
        "conform_frame_rate": None,
        "look": None,
        **given,
        "video": {"threads": None} | given["video"],
        "size": {"width": None, "height": None} | given["size"],
    }
