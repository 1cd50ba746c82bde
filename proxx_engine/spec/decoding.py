"""Bytes → JobSpec or ProfileSpec, and back: every problem of a file is told at once."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar, get_args

from pydantic import BaseModel, ValidationError

from proxx_engine.errors import Issue, JobSpecValidationError, ProfileError, RequestError
from proxx_engine.spec.explaining import explain, explain_oddities, has_right_keys
from proxx_engine.spec.job_spec import JobSpec
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.spec.reading import MAX_BYTES, Refused, read_json, shown

_Model = TypeVar("_Model", bound=BaseModel)


def decode_jobspec(data: bytes, *, name: str = "") -> JobSpec:
    """Read a JobSpec. Raises: JobSpecValidationError with every problem found."""
    return _decode(data, JobSpec, JobSpecValidationError, name, "spec_version")


def decode_profile(data: bytes, *, name: str = "") -> ProfileSpec:
    """Read a ProfileSpec from JSON. Raises: ProfileError with every problem found."""
    return _decode(data, ProfileSpec, ProfileError, name, "profile_version")


def encode_json(model: BaseModel) -> bytes:
    """Return the one way in which our files are written: indented JSON, one final newline."""
    text = json.dumps(model.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=2)
    return text.encode("utf-8") + b"\n"


def too_large(size: int, *, name: str) -> JobSpecValidationError:
    """Return the error for a file that is not even read."""
    sentence = f"found {size:,} bytes; a JobSpec has at most {MAX_BYTES:,}"
    return JobSpecValidationError((Issue("SPEC_TOO_LARGE", "", sentence),), subject=name)


def _decode(
    data: bytes, model: type[_Model], error: type[RequestError], name: str, version: str
) -> _Model:
    with collector_paused():
        try:
            reading = read_json(data)
            _check_version(reading.value, model, version)
        except Refused as refused:
            raise error((refused.issue,), subject=name) from None
        odd = reading.suspicious and explain_oddities(reading.value)
        if odd or not has_right_keys(reading.value, model):
            raise error(explain(reading.value, model), subject=name)
        try:
            return model.model_validate_json(data)
        except ValidationError:
            raise error(explain(reading.value, model), subject=name) from None


def _check_version(loaded: object, model: type[BaseModel], key: str) -> None:
    if not isinstance(loaded, dict):
        sentence = f"expected an object {{…}}, found {shown(loaded)}"
        raise Refused("SPEC_NOT_OBJECT", sentence)
    allowed = get_args(model.model_fields[key].annotation)
    if key in loaded and loaded[key] not in allowed:
        sentence = f"found {shown(loaded[key])}; this Proxx reads {', '.join(allowed)}"
        raise Refused("SPEC_UNSUPPORTED_VERSION", sentence, path=key)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the garbage collector: it would look at a large file's values over and over, half of
    the time that reading takes (measured), and none of them is garbage.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
