"""What the OpenAPI document says beside the paths' own words: errors, bodies, token, examples."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from proxx_engine import JobSpec, failure_kinds
from sidecar.service.api.errors import AWAY, CODES, ErrorBody

API_VERSION = "1.0"
DESCRIPTION = """Programs submit jobs and poll: nothing is pushed, and no request has to wait for a
job. A job's id is that of its JobSpec, so the same JobSpec submitted twice is one job, and a
request whose answer was lost can be sent again.

Every answer that is no success has one form, with a stable code; `proxx explain CODE` tells of
those that do not begin with API_."""
EXAMPLE_ID = "0b1f6c1e-6f0e-4c57-9a57-3c1f0d4b8a11"
_REQUEST_ID = "5f0e9a52-13b7-4b43-8f0b-0f2f3f2b7c8d"
_TABLE, _QUEUE = "STORAGE_TABLE_AWAY", "STORAGE_QUEUE_AWAY"
_OBJECTS, _CHANGED, _OLD = "STORAGE_OBJECTS_AWAY", "STORAGE_OBJECT_CHANGED", "STORAGE_TABLE_OLD"
_ALWAYS = (
    "API_BAD_REQUEST",
    "API_ORIGIN",
    "API_NOT_FOUND",
    "API_METHOD",
    "API_NOT_ACCEPTABLE",
    "API_HOST",
    "API_DEFECT",
    "API_BUSY",
)
_BODIES = ("API_BODY_CUT", "API_BODY_SLOW", "API_BODY_TOO_LARGE", "API_MEDIA_TYPE")
_JOB = ("API_TOKEN", "API_NO_JOB", _TABLE, _OLD)
_ERRORS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "submit": (
            *("API_TOKEN", *_BODIES, "API_NO_JOB", "API_NO_UPLOAD", "API_CONFLICT"),
            *("API_NOT_COMPLETED", "API_BAD_PARAMETER", "API_WRONG_JOBSPEC"),
            *(_TABLE, _OLD, _QUEUE, _OBJECTS, _CHANGED),
        ),
        "upload": ("API_TOKEN", *_BODIES, "STORAGE_NOT_WRITABLE", _OBJECTS, _CHANGED),
        "list": ("API_TOKEN", "API_BAD_PARAMETER", _TABLE, _OLD),
        "status": (*_JOB, "API_BAD_PARAMETER", _OBJECTS, _CHANGED),
        "results": (
            *(*_JOB, "API_NOT_ENDED", "API_NO_RESULT", "API_BAD_PARAMETER"),
            *(_OBJECTS, _CHANGED),
        ),
        "overview": ("API_TOKEN",),
        "health": (),
        "ready": ("API_TOKEN", _TABLE, _OLD, _QUEUE, _OBJECTS),
        "description": ("API_TOKEN",),
    }
)
"""By path: the codes that it may answer with besides those of every path."""


def errors(name: str) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of a path's errors: by status, each code with an example."""
    by_status: dict[int, list[str]] = {}
    for code in (*_ALWAYS, *_ERRORS[name]):
        by_status.setdefault(CODES.get(code, (AWAY, ""))[0], []).append(code)
    return {status: _described(codes) for status, codes in sorted(by_status.items())}


def _described(codes: list[str]) -> dict[str, Any]:
    sentences = {code: _sentence(code) for code in codes}
    examples = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
    return {
        "model": ErrorBody,
        "description": "; ".join(f"`{code}`: {sentence}" for code, sentence in sentences.items()),
        "content": {"application/json": {"examples": examples}},
    }


def _examples() -> dict[str, Any]:
    listed = {*_ALWAYS, *(code for codes in _ERRORS.values() for code in codes)}
    told = {code: _sentence(code) for code in sorted(listed)}
    rest = {"issues": [], "request_id": _REQUEST_ID}
    return {
        code: {"summary": words, "value": {"error": {"code": code, "message": words} | rest}}
        for code, words in told.items()
    }


def _sentence(code: str) -> str:
    return CODES[code][1] if code in CODES else failure_kinds()[code].sentence


SUBMITTED: dict[str, Any] = {
    "description": "The same JobSpec was submitted before; it is that job.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SubmitBody"}}},
}
ATTACHMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {"application/json": {"schema": {"type": "object"}}},
        "headers": {"Content-Disposition": {"schema": {"type": "string"}}},
    }
}


def _reference(key: str, summary: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": summary,
        "properties": {key: {"$ref": "#/components/schemas/JobId"}},
        "required": [key],
        "additionalProperties": False,
    }


UPLOADED: Mapping[str, dict[str, Any]] = MappingProxyType(
    {
        "submit": {
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {
                            "anyOf": [
                                {"$ref": "#/components/schemas/JobSpec"},
                                _reference("upload_id", "A JobSpec that was uploaded."),
                                _reference("result_of", "A job to measure (pipeline_id=qc)."),
                            ]
                        },
                        "examples": {
                            "an upload": {"value": {"upload_id": EXAMPLE_ID}},
                            "a job to measure": {"value": {"result_of": EXAMPLE_ID}},
                        },
                    }
                },
            }
        },
        "upload": {
            "requestBody": {
                "required": True,
                "description": "A JobSpec file as it is.",
                "content": {
                    "application/json": {"schema": {}},
                    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
                },
            }
        },
    }
)
_JOB_ID = {
    "type": "string",
    "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
    "examples": [EXAMPLE_ID],
}


def describe(app: FastAPI, *, without_token: frozenset[str]) -> dict[str, Any]:
    """Return the OpenAPI document."""
    document = get_openapi(
        title="Proxx job service",
        version=API_VERSION,
        description=DESCRIPTION,
        routes=app.routes,
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    jobspec = JobSpec.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    schemas |= jobspec.pop("$defs")
    schemas |= {"JobSpec": jobspec, "JobId": _JOB_ID}
    components["examples"] = _examples()
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "The token of the service."}
    }
    document["security"] = [{"token": []}]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            if path in without_token:
                operation["security"] = []
    components["schemas"] = dict(sorted(schemas.items()))
    return document
