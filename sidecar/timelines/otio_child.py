"""Runs OpenTimelineIO in a process of its own: a file that breaks it, or makes it run on, costs
only this process.

    python -I -m sidecar.timelines.otio_child read ADAPTER FILE
    python -I -m sidecar.timelines.otio_child attach ADAPTER FILE    (references as JSON on stdin)

The answer is one JSON object on stdout: {"used": […]}, {"otio": "…"} or {"refused": "…"}.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import sys
import warnings
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

_MAX_MEMORY = 8 * 1024**3
_NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"otio_json": (), "AAF": ("otio_aaf_adapter", "aaf2")}
)
"""Adapter → its modules, so that what is not installed is told by its name."""


def main(words: list[str]) -> int:
    """Answer one question."""
    what, adapter, path = words
    _limit_memory()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    stdout, sys.stdout = sys.stdout, sys.stderr
    try:
        answer = _answer(what, adapter, path)
    except ModuleNotFoundError as error:
        answer = {"lacks": error.name or ""}
    except Exception as error:
        answer = {"refused": f"{type(error).__name__}: {error}"[:500]}
    stdout.write(json.dumps(answer))
    return 0


def _answer(what: str, adapter: str, path: str) -> dict[str, Any]:
    import opentimelineio as otio

    for needed in _NEEDED[adapter]:
        if importlib.util.find_spec(needed) is None:
            return {"lacks": needed}
    from sidecar.timelines.aaf_origins import read_origins
    from sidecar.timelines.model import USED
    from sidecar.timelines.otio_objects import clips_of, use_of

    read = otio.adapters.read_from_file(
        path,
        adapter_name=adapter,
        media_linker_name=otio.media_linker.MediaLinkingPolicy.DoNotLinkMedia,
        **({"attach_markers": False} if adapter == "AAF" else {}),
    )
    if what == "read":
        origins = read_origins(Path(path)) if adapter == "AAF" else {}
        return {"used": USED.dump_python(tuple(use_of(read, origins)), mode="json")}
    proxies: dict[str, Any] = json.load(sys.stdin)
    for number, (clip, _where, _kind) in enumerate(clips_of(read)):
        if told := proxies.get(str(number)):
            _attach(otio, clip, told)
    return {"otio": otio.adapters.write_to_string(read, "otio_json")}


def _attach(otio: Any, clip: Any, told: dict[str, Any]) -> None:
    """Put a proxy beside the media that a clip has; which of them is shown does not change."""
    active = clip.active_media_reference_key
    references = dict(clip.media_references())
    original = clip.media_reference
    references[told["key"]] = otio.schema.ExternalReference(
        target_url=told["url"],
        available_range=original.available_range if original is not None else None,
        metadata={"proxx": told["metadata"]},
    )
    references[told["key"]].name = told["name"]
    clip.set_media_references(references, active)


def _limit_memory() -> None:
    # Windows has no such limit, macOS refuses it, and a person may have set a lower one.
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
