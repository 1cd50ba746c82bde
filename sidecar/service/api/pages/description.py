"""An OpenAPI document → what a page tells of it. Pure: nothing is known but the document.

Errors that every route may answer with are told once, and not again at each.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sidecar.service.api.pages.schemas import (
    FieldLine,
    Piece,
    Shape,
    fields_of,
    paragraphs,
    shape_of,
    type_of,
)

METHODS = ("get", "post", "put", "patch", "delete")
SERVER = "http://127.0.0.1:8025"
"""Where the document names no server: the usual address."""
_EXAMPLES = "#/components/examples/"


@dataclass(frozen=True, slots=True)
class Body:
    """A body that is sent, or answered."""

    content: str
    type: tuple[Piece, ...]
    fields: tuple[FieldLine, ...]
    examples: tuple[tuple[str, str], ...]
    """What each is, and its JSON."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A success."""

    status: str
    told: str
    bodies: tuple[Body, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is none."""

    status: str
    code: str
    """Empty where the document names none."""
    told: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of the path, the query or the header."""

    place: str
    line: FieldLine


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path."""

    method: str
    path: str
    anchor: str
    told: tuple[str, ...]
    """In paragraphs."""
    asks_token: bool
    parameters: tuple[Parameter, ...]
    bodies: tuple[Body, ...]
    answers: tuple[Answer, ...]
    refusals: tuple[Refusal, ...]
    """But those of every route."""
    call: str


@dataclass(frozen=True, slots=True)
class Described:
    """The whole document."""

    title: str
    version: str
    told: tuple[str, ...]
    routes: tuple[Route, ...]
    refusals: tuple[Refusal, ...]
    """Those of every route."""
    shapes: tuple[Shape, ...]


def described(openapi: Mapping[str, Any]) -> Described:
    """Return what the page tells of an OpenAPI 3.1 document."""
    info, found = openapi["info"], tuple(_operations(openapi))
    told = [tuple(_refusals(openapi, operation)) for _, _, operation in found]
    common = tuple(each for each in told[0] if all(each in other for other in told)) if told else ()
    schemas = openapi.get("components", {}).get("schemas", {})
    return Described(
        title=info["title"],
        version=info["version"],
        told=paragraphs(info.get("description", "")),
        routes=tuple(
            _route(openapi, method, path, operation, set(common))
            for method, path, operation in found
        ),
        refusals=common,
        shapes=tuple(shape_of(name, schemas[name]) for name in sorted(schemas)),
    )


def _operations(openapi: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, item in openapi["paths"].items():
        for method in METHODS:
            if method in item:
                yield method, path, item[method]


def _route(
    openapi: Mapping[str, Any],
    method: str,
    path: str,
    operation: Mapping[str, Any],
    common: set[Refusal],
) -> Route:
    parameters = tuple(map(_parameter, operation.get("parameters", ())))
    bodies = tuple(_bodies(openapi, operation.get("requestBody", {}).get("content", {})))
    asks_token = bool(operation.get("security", openapi.get("security", ())))
    server = next((each["url"] for each in openapi.get("servers", ())), SERVER)
    return Route(
        method=method.upper(),
        path=path,
        anchor=f"{method}{re.sub('[^a-z0-9]+', '-', path.lower())}".rstrip("-"),
        told=paragraphs(operation.get("description") or operation.get("summary", "")),
        asks_token=asks_token,
        parameters=parameters,
        bodies=bodies,
        answers=tuple(_answers(openapi, operation)),
        refusals=tuple(each for each in _refusals(openapi, operation) if each not in common),
        call=_call(method, server.rstrip("/") + path, parameters, bodies, asks_token=asks_token),
    )


def _parameter(said: Mapping[str, Any]) -> Parameter:
    schema = said.get("schema", {})
    name, told = said["name"], said.get("description") or schema.get("description", "")
    required = said.get("required", False)
    return Parameter(said["in"], FieldLine(name, type_of(schema), required, paragraphs(told)))


def _bodies(openapi: Mapping[str, Any], content: Mapping[str, Any]) -> Iterator[Body]:
    for kind, said in content.items():
        schema = said.get("schema", {})
        examples = tuple(
            (name, json.dumps(example["value"], ensure_ascii=False))
            for name, example in _examples(openapi, said)
            if "value" in example
        )
        yield Body(kind, type_of(schema), fields_of(schema), examples)


def _examples(
    openapi: Mapping[str, Any], said: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    shared = openapi.get("components", {}).get("examples", {})
    for name, example in said.get("examples", {}).items():
        reference = example.get("$ref", "").removeprefix(_EXAMPLES)
        yield name, shared.get(reference, {}) if reference else example


def _answers(openapi: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[Answer]:
    for status, said in sorted(operation.get("responses", {}).items()):
        if status.startswith("2"):
            told = said.get("description", "")
            shown = "" if told == "Successful Response" else told
            yield Answer(status, shown, tuple(_bodies(openapi, said.get("content", {}))))


def _refusals(openapi: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[Refusal]:
    for status, said in sorted(operation.get("responses", {}).items()):
        if status.startswith("2"):
            continue
        body = said.get("content", {}).get("application/json", {})
        for code, example in _examples(openapi, body):
            yield Refusal(status, code, example.get("summary", ""))
        if not body.get("examples"):
            yield Refusal(status, "", said.get("description", ""))


def _call(
    method: str,
    url: str,
    parameters: Iterable[Parameter],
    bodies: tuple[Body, ...],
    *,
    asks_token: bool,
) -> str:
    """Return a call for a shell: names in capitals are to be filled in."""
    asked = [each.line.name for each in parameters if each.place == "query" and each.line.required]
    query = "&".join(f"{name}={name.upper()}" for name in asked)
    whole = re.sub(r"\{(\w+)\}", lambda part: part[1].upper(), url) + (f"?{query}" if query else "")
    lines = [f"curl {shlex.quote(whole)}" if method == "get" else _sending(method, whole)]
    if asks_token:
        lines.append('-H "Authorization: Bearer $(cat TOKEN_FILE)"')
    if bodies:
        lines.append(f"-H 'Content-Type: {bodies[0].content}'")
        lines.append("--data-binary @job.json")
    return " \\\n  ".join(lines)


def _sending(method: str, url: str) -> str:
    return f"curl -X {method.upper()} {shlex.quote(url)}"
