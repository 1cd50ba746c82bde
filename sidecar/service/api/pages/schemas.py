"""JSON schemas in words: what a value may be, and what its fields are. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_REFERENCE = "#/components/schemas/"
_BOUNDS = (
    ("minimum", "at least {}"),
    ("exclusiveMinimum", "more than {}"),
    ("maximum", "at most {}"),
    ("exclusiveMaximum", "less than {}"),
    ("minLength", "{} characters or more"),
    ("maxLength", "{} characters or fewer"),
    ("minItems", "{} or more"),
    ("maxItems", "{} or fewer"),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a type; `shape` names the shape that they link to."""

    text: str
    shape: str | None = None


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of a shape, or one parameter."""

    name: str
    type: tuple[Piece, ...]
    required: bool
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A schema that has a name."""

    name: str
    told: tuple[str, ...]
    type: tuple[Piece, ...]
    fields: tuple[FieldLine, ...]


def shape_of(name: str, schema: Mapping[str, Any]) -> Shape:
    """Return one of the document's named schemas."""
    fields = fields_of(schema)
    kind = () if fields else type_of(schema)
    return Shape(name, _told(schema), kind, fields)


def fields_of(schema: Mapping[str, Any]) -> tuple[FieldLine, ...]:
    """Return the fields of a schema that is an object; none for what links to one."""
    required = schema.get("required", ())
    return tuple(
        FieldLine(name, type_of(said), name in required, _told(said))
        for name, said in schema.get("properties", {}).items()
    )


def type_of(schema: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return what a value may be, in words and links."""
    return tuple(_joined(_pieces(schema))) or (Piece("anything"),)


def _pieces(schema: Mapping[str, Any]) -> Iterator[Piece]:
    if reference := schema.get("$ref"):
        name = reference.removeprefix(_REFERENCE)
        yield Piece(name, name)
        return
    for either in ("anyOf", "oneOf", "allOf"):
        for number, option in enumerate(schema.get(either, ())):
            if number:
                yield Piece(" and " if either == "allOf" else " or ")
            yield from _pieces(option)
    if "enum" in schema:
        yield Piece(" or ".join(map(_literal, schema["enum"])))
    elif "const" in schema:
        yield Piece(_literal(schema["const"]))
    elif "type" in schema:
        yield from _plain(schema)


def _plain(schema: Mapping[str, Any]) -> Iterator[Piece]:
    kind = schema["type"]
    if isinstance(kind, list):
        kind = " or ".join(kind)
    if kind == "array":
        yield Piece("list of ")
        yield from type_of(schema.get("items", {}))
    elif kind == "object" and "properties" in schema:
        yield Piece(f"object of {', '.join(schema['properties'])}")
    elif kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        yield Piece("object of ")
        yield from type_of(schema["additionalProperties"])
    elif form := schema.get("format"):
        yield Piece(f"{kind} ({form})")
    else:
        yield Piece(kind)
    bounds = [words.format(schema[name]) for name, words in _BOUNDS if name in schema]
    if pattern := schema.get("pattern"):
        bounds.append(f"like {pattern}")
    if bounds:
        yield Piece(f" ({', '.join(bounds)})")


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Yield pieces, words that follow one another as one."""
    words = ""
    for piece in pieces:
        if piece.shape is None:
            words += piece.text
            continue
        if words:
            yield Piece(words)
        words = ""
        yield piece
    if words:
        yield Piece(words)


def _told(schema: Mapping[str, Any]) -> tuple[str, ...]:
    return paragraphs(schema.get("description", ""))


def paragraphs(text: str) -> tuple[str, ...]:
    """Return a text of docstrings as paragraphs, each one line."""
    return tuple(" ".join(each.split()) for each in re.split(r"\n\s*\n", text) if each.strip())
