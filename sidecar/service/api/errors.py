"""What the API answers where it does not do what was asked: one form, stable codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict

from proxx_engine import (
    Issue,
    JobSpecValidationError,
    PlaceError,
    RequestError,
    failure_kinds,
)
from sidecar.service.submitting import NotEntered, Refused

CODES: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "API_BAD_REQUEST": (400, "The request cannot be read"),
        "API_BODY_CUT": (400, "The body ended before all of it came"),
        "API_TOKEN": (401, "The token is missing or wrong"),
        "API_ORIGIN": (403, "A page of another site asks"),
        "API_NOT_FOUND": (404, "There is nothing under this path"),
        "API_NO_JOB": (404, "There is no such job"),
        "API_NO_RESULT": (404, "The job left no result"),
        "API_NO_UPLOAD": (404, "There is no such upload"),
        "API_METHOD": (405, "This path takes another method"),
        "API_NOT_ACCEPTABLE": (406, "Answers are JSON, which the request does not accept"),
        "API_BODY_SLOW": (408, "The body took too long"),
        "API_CONFLICT": (409, "Another job has this id"),
        "API_NOT_COMPLETED": (409, "Only a completed job can be measured"),
        "API_NOT_ENDED": (409, "The job has not ended"),
        "API_BODY_TOO_LARGE": (413, "The body is too large"),
        "API_MEDIA_TYPE": (415, "The body is of another kind than this path takes"),
        "API_HOST": (421, "The server is not called so"),
        "API_BAD_PARAMETER": (422, "A parameter is wrong"),
        "API_WRONG_JOBSPEC": (422, "The JobSpec is wrong"),
        "API_DEFECT": (500, "A defect of Proxx; its log says more under this request_id"),
        "API_BUSY": (503, "Too many requests at once"),
    }
)
"""Code → status, sentence. Where a part of the service is away, the code is that of `proxx explain`
and the status 503.
"""
AWAY = 503
_REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "conflict": "API_CONFLICT",
        "no_job": "API_NO_JOB",
        "not_completed": "API_NOT_COMPLETED",
        "no_upload": "API_NO_UPLOAD",
    }
)


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ErrorIssue(_Shape):
    """One problem of a request, or one part that is away."""

    code: str
    """A code that `proxx explain` knows."""
    path: str
    """Where: a path into the JSON (`clips[3].source.path`), a parameter, a part, or empty."""
    sentence: str


class ErrorTold(_Shape):
    """What went wrong."""

    code: str
    """Stable; programs may decide by it."""
    message: str
    """For people; may change."""
    issues: tuple[ErrorIssue, ...]
    """Every problem found; empty where there is only the one."""
    request_id: str
    """The request's name in the log."""


class ErrorBody(_Shape):
    """The one form of every answer that is no success."""

    error: ErrorTold


class ApiError(Exception):
    """What is answered instead of what was asked for."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        issues: Iterable[Issue] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.code = code
        self.status, sentence = CODES.get(code, (AWAY, ""))
        if not sentence:
            sentence = failure_kinds()[code].sentence
        self.message = f"{sentence}: {detail}" if detail else sentence
        self.issues = tuple(issues)
        self.headers = dict(headers or {})
        super().__init__(code, detail)

    def body(self, request_id: str) -> dict[str, Any]:
        """Return it as JSON."""
        issues = [{"code": i.code, "path": i.path, "sentence": i.sentence} for i in self.issues]
        told = {"code": self.code, "message": self.message, "issues": issues}
        return {"error": told | {"request_id": request_id}}


def told_as(error: Exception) -> ApiError:
    """Return what is answered for an error of a route; what nobody expected is a defect."""
    match error:
        case ApiError():
            return error
        case Refused():
            return ApiError(_REFUSED[error.kind], error.sentence)
        case NotEntered():
            issue = Issue(error.code, f"/v1/jobs/{error.job_id}", error.detail)
            return ApiError(error.code, error.detail, issues=[issue])
        case PlaceError():
            return ApiError(error.code, error.detail)
        case RequestError():
            of_body = isinstance(error, JobSpecValidationError)
            code = "API_WRONG_JOBSPEC" if of_body else "API_BAD_PARAMETER"
            count = len(error.issues)
            return ApiError(code, f"{count} problem{'s' * (count != 1)}", issues=error.issues)
        case _:
            return ApiError("API_DEFECT")
