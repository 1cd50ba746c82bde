"""Small bodies that refer to what is there: an uploaded JobSpec, or a job to measure. Pure."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from proxx_engine import Issue, JobSpecValidationError

_MOST_BYTES = 1024


class _Reference(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class UploadReference(_Reference):
    """A JobSpec that was uploaded."""

    upload_id: str


class ResultReference(_Reference):
    """A job whose proxies are measured."""

    result_of: str


class _Pairs(list[tuple[str, Any]]):
    """An object of JSON, with keys that stand twice."""


def reference_in(body: bytes) -> UploadReference | ResultReference | None:
    """Return what a small body refers to; None: it is, or shall be told as, a JobSpec.

    Raises: JobSpecValidationError with every problem found.
    """
    if len(body) > _MOST_BYTES:
        return None
    try:
        pairs = json.loads(body, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return None
    names = [name for name, _value in pairs] if isinstance(pairs, _Pairs) else []
    for key, model in (("upload_id", UploadReference), ("result_of", ResultReference)):
        if key in names and "spec_version" not in names:
            return _read(body, names, model)
    return None


def _read(
    body: bytes, names: list[str], model: type[UploadReference] | type[ResultReference]
) -> UploadReference | ResultReference:
    if len(set(names)) != len(names):
        issue = Issue("SPEC_DUPLICATE_KEY", "", "a key stands twice")
        raise JobSpecValidationError((issue,))
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise JobSpecValidationError(tuple(map(_issue, error.errors()))) from None


def _issue(error: Any) -> Issue:
    path = ".".join(str(each) for each in error["loc"])[:200]
    kinds = {"extra_forbidden": "SPEC_UNKNOWN_FIELD", "missing": "SPEC_MISSING_FIELD"}
    return Issue(kinds.get(error["type"], "SPEC_WRONG_TYPE"), path, error["msg"])
