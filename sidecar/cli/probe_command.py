"""`proxx probe`: what a media file is, as a JobSpec would state it, and which engine takes it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from proxx_engine import ProbeError, Prober, probe_source, route_source, source_format
from sidecar.cli.outcome import DONE, JOB_FAILED, Outcome, align


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE", help="media files")


def execute(arguments: argparse.Namespace) -> Outcome:
    """Probe each file in the guarded child."""
    with Prober() as prober:
        seen = [_look(path.absolute(), prober) for path in arguments.paths]
    lines = [line for entry in seen for line in _show(entry)]
    code = JOB_FAILED if any("error" in entry for entry in seen) else DONE
    return Outcome(code, {"files": seen}, tuple(lines))


def _look(path: Path, prober: Prober) -> dict[str, Any]:
    try:
        source = probe_source(path, prober)
    except (ProbeError, OSError) as error:
        return {"path": str(path), "error": str(error)}
    route = route_source(source_format(source))
    return {
        "path": str(path),
        "engine": route.engine,
        "reason": route.reason,
        "source": source.model_dump(mode="json", by_alias=True),
    }


def _show(entry: dict[str, Any]) -> list[str]:
    if "error" in entry:
        return [entry["path"], f"  cannot be read: {entry['error']}"]
    source = entry["source"]
    rows = [("engine", f"{entry['engine']}: {entry['reason']}"), ("container", source["container"])]
    if source["video"]:
        rows += _video_rows(source["video"])
    rows += [
        (
            f"audio {audio['stream_index']}",
            f"{audio['codec']}, {audio['channels']} ch, {audio['sample_rate']} Hz",
        )
        for audio in source["audio"]
    ]
    rows += [
        (f"stream {left['stream_index']}", f"not taken: {left['reason']}")
        for left in source["left_out"]
    ]
    timecode = source["timecode"]
    rows.append(("timecode", timecode["start"] if timecode else "none"))
    rows.append(("reel", source["reel"] or "none"))
    return [entry["path"], *align(rows, indent="  ")]


def _video_rows(video: dict[str, Any]) -> list[tuple[str, str]]:
    promised, color = video["promised_frames"], video["color"]
    count = "?" if promised["count"] is None else promised["count"]
    raster = f"{video['width']}x{video['height']}"
    variable = ", variable" if video["variable_frame_rate"] else ""
    tags = (color["primaries"], color["transfer"], color["matrix"], color["range"])
    return [
        ("picture", f"{video['codec']} {video['profile'] or ''} {video['pixel_format']}"),
        ("raster", f"{raster}, pixels {video['pixel_aspect_ratio']}, turned {video['rotation']}"),
        ("rate", f"{video['frame_rate']}{variable}"),
        ("fields", video["field_order"]),
        ("pictures", f"{count} promised by {promised['basis']}"),
        ("colour", " / ".join(tags)),
    ]
