"""XML from anywhere, read without trust: no entity of its own is allowed. Pure."""

from __future__ import annotations

from typing import NoReturn
from xml.etree import ElementTree
from xml.parsers import expat

from sidecar.timelines.model import TimelineRefused

_MAX_DEPTH = 200
"""Compound clips do not nest their elements; what is deeper was not written by an editor."""


def check_xml(data: bytes) -> str:
    """Return the name of the first element of XML that is safe to read. Raises: TimelineRefused."""
    parser = expat.ParserCreate()
    names: list[str] = []
    depth = 0

    def refuse(*_told: object) -> NoReturn:
        raise TimelineRefused("declares entities of its own, which no editing program does")

    def start(name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise TimelineRefused(f"nests deeper than {_MAX_DEPTH} elements")
        if not names:
            names.append(name)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise TimelineRefused(f"is not XML: {error}") from error
    except (ValueError, LookupError) as error:
        raise (
            error if isinstance(error, TimelineRefused) else TimelineRefused(f"is not XML: {error}")
        ) from error
    return names[0]


def parse_xml(data: bytes) -> ElementTree.Element:
    """Return the root. Raises: TimelineRefused."""
    check_xml(data)
    return ElementTree.fromstring(data)
