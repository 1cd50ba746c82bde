"""A small OpenAPI document that has something of everything, and harm in every text."""

from __future__ import annotations

from typing import Any

_CODES = {
    "API_TOKEN": {"summary": "The token is missing or wrong", "value": {}},
    "API_NO_JOB": {"summary": "There is no such job", "value": {}},
}


def _refused(*codes: str) -> dict[str, Any]:
    references = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
    content = {"application/json": {"examples": references}}
    return {"description": "…", "content": content}


def _answered(schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"description": "Successful Response", "content": content}


def _asked(job: dict[str, Any], harm: str) -> dict[str, Any]:
    upload = {"type": "object", "properties": {f"upload_id{harm}": {"type": "string"}}}
    examples = {f"an upload{harm}": {"value": {f"upload_id{harm}": "0b1f6c1e"}}}
    return {"schema": {"anyOf": [job, upload]}, "examples": examples}


def small_document(harm: str = "") -> dict[str, Any]:
    """Return it, with `harm` in every name and text that can hold it."""
    job = {"$ref": "#/components/schemas/Job"}
    parameter = {
        "name": "job_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    }
    limit = {
        "name": f"limit{harm}",
        "in": "query",
        "schema": {
            "anyOf": [{"type": "integer", "minimum": 1, "maximum": 500}, {"type": "null"}],
            "description": f"How many at most.{harm}",
        },
    }
    properties = {
        f"status{harm}": {"enum": ["pending", f"running{harm}"]},
        "clips": {"type": "array", "items": job, "description": "Its `clips`.\n\nAll of them."},
        "words": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 9}},
        "kind": {"const": "proxy"},
        "more": {},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Proxx job service{harm}",
            "version": "1.0",
            "description": f"Programs `poll`.\n\nNothing is\npushed.{harm}",
        },
        "security": [{"token": []}],
        "paths": {
            "/v1/jobs": {
                "get": {
                    "description": f"List jobs.{harm}",
                    "parameters": [limit],
                    "responses": {
                        "200": _answered({"type": "array", "items": job}),
                        "401": _refused("API_TOKEN"),
                    },
                },
                "post": {
                    "description": f"Submit a job.{harm}",
                    "requestBody": {"content": {"application/json": _asked(job, harm)}},
                    "responses": {"201": _answered(job), "401": _refused("API_TOKEN")},
                },
            },
            "/v1/jobs/{job_id}": {
                "get": {
                    "summary": "Read a job",
                    "parameters": [parameter],
                    "responses": {
                        "200": _answered(job),
                        "401": _refused("API_TOKEN"),
                        "404": _refused("API_NO_JOB"),
                    },
                }
            },
            "/healthz": {
                "get": {
                    "security": [],
                    "description": "Say that it lives.",
                    "responses": {
                        "200": {"description": f"It lives.{harm}"},
                        "401": _refused("API_TOKEN"),
                        "503": {"description": f"It does not.{harm}"},
                    },
                }
            },
        },
        "components": {
            "examples": _CODES,
            "schemas": {
                "Job": {
                    "type": "object",
                    "description": f"One job.{harm}",
                    "required": ["clips"],
                    "properties": properties,
                },
                "JobId": {"type": "string", "pattern": "^[0-9a-f-]{36}$"},
            },
        },
    }
