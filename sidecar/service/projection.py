"""What `results` tells of a job's clips: what came of them, whoever ran them and whenever. Pure.

Two runs of one JobSpec give equal `results`: what may differ between them stays in the whole file.
Each field of a clip stands in one of two tables, so that a new one is decided on.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, create_model

from proxx_engine import ClipExecutionResult, JobExecutionResult
from sidecar.qc.model import QcClip, QcResult

KEPT: tuple[str, ...] = (
    "index",
    "source",
    "output",
    "status",
    "clip_fingerprint",
    "invocation",
    "exit_code",
    "decoded_frames",
    "output_size_bytes",
    "output_sha256",
    "verification",
    "nle_verdicts",
    "failure",
    "replaced_sha256",
    "frame_map",
)
LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "started_at": "a time",
        "completed_at": "a time",
        "duration_seconds": "a time",
        "stderr": "the engine's words, with addresses in memory and paths of one machine",
    }
)
KEPT_OF_INVOCATION: tuple[str, ...] = ("kind", "command", "render_settings")
LEFT_OUT_OF_INVOCATION: Mapping[str, str] = MappingProxyType(
    {"executed_command": "paths and threads of one machine"}
)
KEPT_OF_QC: tuple[str, ...] = (
    "index",
    "output",
    "proxy_sha256",
    "status",
    "code",
    "sentence",
    "remarks",
    "pictures",
    "equal",
    "measures",
)
LEFT_OUT_OF_QC: Mapping[str, str] = MappingProxyType({"filmstrip": "pictures, not numbers"})


def _part(name: str, whole: type[BaseModel], kept: tuple[str, ...]) -> type[BaseModel]:
    fields: dict[str, Any] = {
        key: (whole.model_fields[key].annotation, whole.model_fields[key]) for key in kept
    }
    return create_model(name, __doc__=whole.__doc__, **fields)


_Invocation: Any = ClipExecutionResult.model_fields["invocation"].annotation
ClipOutcome = create_model(
    "ClipOutcome",
    __doc__="What came of one clip; the same at any scale.",
    __base__=_part("ClipOutcome", ClipExecutionResult, KEPT),
    invocation=(_part("PlannedInvocation", _Invocation, KEPT_OF_INVOCATION), ...),
)
"""The shape of one entry of a proxy job's `results`."""
QcOutcome = _part("QcOutcome", QcClip, KEPT_OF_QC)
"""The shape of one entry of a qc job's `results`."""


def results_of(result: JobExecutionResult) -> list[dict[str, Any]]:
    """Return one entry for each clip, in the job's order; none where the job was refused."""
    return [_clip(clip.model_dump(mode="json", by_alias=True)) for clip in result.clips]


def _clip(dumped: dict[str, Any]) -> dict[str, Any]:
    kept = {key: dumped[key] for key in KEPT}
    return kept | {"invocation": {key: kept["invocation"][key] for key in KEPT_OF_INVOCATION}}


def measures_of(result: QcResult) -> list[dict[str, Any]]:
    """Return one entry for each clip that was measured or could not be, in the job's order."""
    dumped = (clip.model_dump(mode="json") for clip in result.clips)
    return [{key: clip[key] for key in KEPT_OF_QC} for clip in dumped]
