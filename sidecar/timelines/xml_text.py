"""XML from anywhere, read without trust: no entity of its own is allowed. Pure."""

from __future__ import annotations

from typing import NoReturn
from xml.etree import ElementTree
from xml.parsers import expat

from sidecar.timelines.model import TimelineRefused

_MAX_DEPTH = 200
"""Compound clips do not nest their elements; what is deeper was not written by an editor."""


def parse_xml(data: bytes) -> ElementTree.Element:
    """Return the root; prefixes of names stay as they are written. Raises: TimelineRefused."""
    parser = expat.ParserCreate()
    tree = ElementTree.TreeBuilder()
    depth = 0

    def refuse(*_told: object) -> NoReturn:
        raise TimelineRefused("declares entities of its own, which no editing program does")

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise TimelineRefused(f"nests deeper than {_MAX_DEPTH} elements")
        tree.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        tree.end(name)

    parser.buffer_text = True
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = tree.data
    try:
        parser.Parse(data, True)
    except TimelineRefused:
        raise
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise TimelineRefused(f"is not XML: {error}") from error
    return tree.close()
