"""The XML files of camera cards, read without trust: size, encoding and entities are limited."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from proxx_engine.system.files import read_regular

MAX_BYTES = 4 * 1024 * 1024


class UnreadableCardFile(ValueError):
    """A card's metadata file cannot be used; its text says why."""


def read_xml(path: Path) -> ElementTree.Element:
    """Return the root of an XML file. Raises: UnreadableCardFile."""
    try:
        data = read_regular(path, limit=MAX_BYTES)
    except ValueError:
        raise UnreadableCardFile(f"is larger than {MAX_BYTES:,} bytes") from None
    except OSError as error:
        raise UnreadableCardFile(error.strerror or str(error)) from error
    return parse_xml(data)


def parse_xml(data: bytes) -> ElementTree.Element:
    """Return the root of an XML document. Raises: UnreadableCardFile."""
    # UTF-16 writes the same words with zeros between.
    if b"<!DOCTYPE" in data.replace(b"\0", b""):
        raise UnreadableCardFile("declares a document type, which no camera does")
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise UnreadableCardFile(f"is not XML: {error}") from error


def text_at(element: ElementTree.Element, path: str) -> str | None:
    """Return the text at `Name/Name/Name` in any namespace, None where there is none."""
    found = element.find("/".join(f"{{*}}{name}" for name in path.split("/")))
    text = (found.text or "").strip() if found is not None else ""
    return text or None


def local_name(element: ElementTree.Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]
