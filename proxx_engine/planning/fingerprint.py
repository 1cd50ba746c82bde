"""Hashes of what was asked, never of when: sha256 over RFC 8785 canonical JSON."""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785
from pydantic import BaseModel

from proxx_engine.spec.job_spec import ClipSpec, JobSpec, ResolveClip
from proxx_engine.spec.media import Timecode
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.spec.tokens import used_tokens

_NOT_ASKED = ("job_id", "created_at", "created_by", "batch", "label", "retried_from")
_LIMITS = ("clip_timeout_seconds", "stall_seconds")
_RENDERED = ("frames", "frame_rate", "width", "height", "audio_channels", "sample_rate")
_ACT_TOKENS = frozenset({"job_id", "date", "time"})


def fingerprint_job(spec: JobSpec) -> str:
    """Return the fingerprint of a job: equal for two jobs that ask for the same."""
    asked = _dumped(spec)
    for key in _NOT_ASKED:
        asked.pop(key, None)
    for key in _LIMITS:
        del asked["execution"][key]
    # A name that holds the job's id or date differs by the act alone; its template does not.
    unexpanded = bool(used_tokens(spec.output.naming_template) & _ACT_TOKENS)
    for clip, given in zip(asked["clips"], spec.clips, strict=True):
        del clip["source"]["modified_at"]
        if given.source.timecode is not None:
            clip["source"]["timecode"] = _timecode(given.source.timecode)
        if given.resolve is not None:
            # How often a clip is used, or who flagged it, is no part of what is asked.
            clip["resolve"].pop("properties", None)
        if unexpanded:
            clip["output_name"] = spec.output.naming_template
    return _digest(asked)


def fingerprint_profile(profile: ProfileSpec) -> str:
    """Return the fingerprint of a profile; of a LUT its content counts, not where it lies."""
    asked = _dumped(profile)
    lut = (asked.get("look") or {}).get("lut")
    if lut:
        del lut["path"]
    return _digest(asked)


def fingerprint_clip(clip: ClipSpec, profile_fingerprint: str) -> str:
    """Return the fingerprint of a clip: source identity, profile and target."""
    source = clip.source
    rendered = {"rendered": _rendered(clip.resolve)} if clip.target is None and clip.resolve else {}
    return _digest(
        {
            "source": {
                "size_bytes": source.size_bytes,
                "sample_sha256": source.sample_sha256,
                "stream_index": source.video.stream_index if source.video else None,
                "timecode": _timecode(source.timecode),
                "reel": source.reel,
            },
            "profile": profile_fingerprint,
            "target": _dumped(clip.target),
            **rendered,
        }
    )


def _rendered(said: ResolveClip) -> Any:
    """What Resolve says of camera raw stands for the target, which only Resolve knows."""
    return {name: value for name, value in _dumped(said).items() if name in _RENDERED}


def _timecode(timecode: Timecode | None) -> dict[str, Any] | None:
    """The moment alone counts, not who told it."""
    if timecode is None:
        return None
    return {"start": timecode.start, "drop_frame": timecode.drop_frame}


def _dumped(model: BaseModel | None) -> Any:
    """What is not said counts as not asked: a field that a later version adds changes nothing."""
    if model is None:
        return None
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _digest(value: Any) -> str:
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()
