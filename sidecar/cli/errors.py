"""What was raised → words and an exit code; what nobody expected is a defect, with its story."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from types import MappingProxyType

from proxx_engine import (
    Phase1ViolationError,
    PlaceError,
    ProbeError,
    RequestError,
    exit_code_of,
    failure_kinds,
)
from sidecar.cli.outcome import DEFECT, JOB_FAILED, PLACE_MISSING, REQUEST_WRONG, Outcome
from sidecar.resolve.talk.values import HostRefused, TalkError

_REFUSED: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "wrong_project": (JOB_FAILED, "another project was opened meanwhile; no more was done"),
        "no_method": (PLACE_MISSING, "this version of Resolve cannot do what Proxx needs"),
        "version": (PLACE_MISSING, "run `python3 install plugin` once more"),
        "raised": (JOB_FAILED, "Resolve broke off what it was asked"),
    }
)
"""By kind: exit code, what it means. Of any other kind the defect is ours."""


def explain_error(error: Exception) -> Outcome:
    """Return what a person is told; called while the error is handled."""
    match error:
        case RequestError():
            return _request(error)
        case PlaceError() | ProbeError():
            return _place(error)
        case OSError(filename=name, strerror=reason) if name is not None:
            return _sentence(PLACE_MISSING, f"{name}: {reason}", "place")
        case HostRefused(kind=kind) if kind in _REFUSED:
            code, meaning = _REFUSED[kind]
            return _sentence(code, f"{meaning}: {error}", kind)
        case TalkError() if not isinstance(error, HostRefused):
            return _sentence(PLACE_MISSING, str(error), "host")
        case _:
            return _defect(error)


def _request(error: RequestError) -> Outcome:
    issues = [{"code": i.code, "path": i.path, "sentence": i.sentence} for i in error.issues]
    data = {"error": "request", "subject": error.subject, "issues": issues}
    first, *more = str(error).splitlines()
    return Outcome(REQUEST_WRONG, data, complaints=(f"proxx: {first}", *more))


def _place(error: PlaceError | ProbeError) -> Outcome:
    kind = failure_kinds()[error.code]
    data = {"error": error.code, "sentence": str(error), "next_step": kind.next_step}
    words = (f"proxx: {kind.sentence}: {error.detail} [{error.code}]", f"  {kind.next_step}")
    return Outcome(exit_code_of(error.code), data, complaints=words)


def _sentence(code: int, sentence: str, name: str) -> Outcome:
    told = f"proxx: {sentence}"
    return Outcome(code, {"error": name, "sentence": told}, complaints=(told,))


def _defect(error: Exception) -> Outcome:
    story = traceback.format_exc()
    broken = isinstance(error, Phase1ViolationError)
    head = "a law of the engine is broken" if broken else "a defect of Proxx"
    data = {"error": "defect", "sentence": str(error), "traceback": story}
    told = (f"proxx: {head}; please report it:", *story.splitlines())
    return Outcome(DEFECT, data, complaints=told)
