"""Lists of files and checksums that an offload left with footage, read without trust.

Read are ASC MHL (`ascmhl/0001_….mhl` and its chain), the older .mhl files, and lists as md5sum
and its kin write them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from xml.etree import ElementTree

from proxx_engine import read_regular
from sidecar.intake.checksums import Checksum, algorithm_of
from sidecar.intake.names import is_meaningless
from sidecar.intake.units import HotFolder

_MAX_BYTES = 64 * 1024 * 1024
_CHAIN = "ascmhl_chain.xml"
_HISTORY = "ascmhl"
_BY_ENDING: Mapping[str, str] = MappingProxyType(
    {f".{name}": name for name in ("md5", "sha1", "sha256", "sha512", "xxh64", "xxh3", "xxh128")}
)
_LINE = re.compile(r"\\?([0-9a-fA-F]{8,128})(?:\s+[ *]?(.+))?")


class UnreadableManifest(ValueError):
    """A list that is not whole, or no list; its text says why."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One file as a list has it. Paths are from the hot folder, with forward slashes."""

    path: str
    manifest: str
    size: int | None = None
    checksums: tuple[Checksum, ...] = ()
    failed: bool = False
    """Whether the list itself says that a check of this file failed."""


@dataclass
class Manifests:
    """What all lists of a unit say together; a later list stands above an earlier one."""

    names: list[str] = field(default_factory=list)
    """The lists that were read."""
    listed: dict[str, Listed] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    """List → why it cannot be used."""


def is_manifest(path: str) -> bool:
    """Whether a file of this name is such a list."""
    lower = path.lower()
    return lower.endswith((".mhl", *_BY_ENDING)) or posixpath.basename(lower) == _CHAIN


def read_manifests(place: HotFolder, paths: list[str]) -> Manifests:
    """Read lists, each path from the hot folder. Nothing is raised for a list that is wrong."""
    found = Manifests()
    for path in sorted(paths):
        try:
            entries = list(_read(place, path))
        except UnreadableManifest as error:
            found.unreadable[path] = str(error)
            continue
        found.names.append(path)
        for entry in entries:
            if isinstance(entry, str):
                found.listed.pop(entry, None)
            else:
                found.listed[entry.path] = _above(found.listed.get(entry.path), entry)
    for path in found.names:
        chain = posixpath.join(posixpath.dirname(path), _CHAIN)
        if path != chain and chain in found.names and path not in found.listed:
            found.unreadable[path] = "is not named in its chain yet"
    return found


def _above(before: Listed | None, entry: Listed) -> Listed:
    if before is None:
        return entry
    named = {checksum.algorithm for checksum in entry.checksums}
    kept = tuple(each for each in before.checksums if each.algorithm not in named)
    size = before.size if entry.size is None else entry.size
    return Listed(entry.path, entry.manifest, size, (*entry.checksums, *kept), entry.failed)


def _read(place: HotFolder, path: str) -> Iterator[Listed | str]:
    """Yield what one list holds; a plain path is one that a file had before it was renamed."""
    folder, name = posixpath.split(path)
    try:
        data = read_regular(place.path(path), limit=_MAX_BYTES)
    except ValueError:
        raise UnreadableManifest(f"is larger than {_MAX_BYTES:,} bytes") from None
    except OSError as error:
        raise UnreadableManifest(error.strerror or str(error)) from error
    ending = posixpath.splitext(name.lower())[1]
    if ending in _BY_ENDING:
        yield from _checksum_lines(path, data, _BY_ENDING[ending])
        return
    root = _xml(data)
    in_history = posixpath.basename(folder).lower() == _HISTORY
    base = posixpath.dirname(folder) if in_history else folder
    if name.lower() == _CHAIN:
        yield from _chained(path, folder, root)
        return
    for element in root.iter():
        if _name(element) == "hash":
            yield from _hash_element(path, base, element)
        elif _name(element) == "hashlistreference" and (other := _path_of(element, base)):
            yield Listed(other, path, checksums=tuple(_checksums(element)))


def _xml(data: bytes) -> ElementTree.Element:
    # UTF-16 writes the same words with zeros between.
    if b"<!DOCTYPE" in data.replace(b"\0", b""):
        raise UnreadableManifest("declares a document type, which no such list does")
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise UnreadableManifest(f"is not whole: {error}") from error


def _hash_element(manifest: str, base: str, element: ElementTree.Element) -> Iterator[Listed | str]:
    path = _path_of(element, base)
    if path is None or is_meaningless(posixpath.basename(path)):
        return
    if before := _path_of(element, base, "previousPath"):
        yield before
    stated = element.find("{*}path")
    size = element.findtext("{*}size") if stated is None else stated.get("size")
    yield Listed(
        path,
        manifest,
        int(size) if size and size.strip().isdecimal() else None,
        tuple(_checksums(element)),
        any(each.get("action") == "failed" for each in element),
    )


def _checksums(element: ElementTree.Element) -> Iterator[Checksum]:
    for each in element:
        algorithm = algorithm_of(_name(each))
        if algorithm and each.text and each.text.strip():
            yield Checksum(algorithm, each.text.strip())


def _path_of(element: ElementTree.Element, base: str, *names: str) -> str | None:
    """Return a path that an element names; None for one that leaves its list's folder."""
    for name in names or ("path", "file"):
        text = (element.findtext(f"{{*}}{name}") or "").strip()
        if text:
            return _inside(base, text)
    return None


def _inside(base: str, text: str) -> str | None:
    path = posixpath.normpath(text.replace("\\", "/"))
    if path.startswith(("/", "..")) or re.match(r"[A-Za-z]:", path):
        return None
    return posixpath.join(base, path)


def _chained(manifest: str, folder: str, root: ElementTree.Element) -> Iterator[Listed]:
    """Yield the generations that a chain names: they are files that must be there, too."""
    for element in root.iter():
        if _name(element) == "hashlist" and (path := _path_of(element, folder)):
            yield Listed(path, manifest, checksums=tuple(_checksums(element)))


def _checksum_lines(manifest: str, data: bytes, algorithm: str) -> Iterator[Listed]:
    folder, name = posixpath.split(manifest)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableManifest("is no list of checksums: it is not UTF-8") from None
    for line in text.splitlines():
        if not line.strip() or line.startswith(("#", ";")):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise UnreadableManifest(f"is not whole, or no list of checksums: {line[:60]!a}")
        # `A001.mov.md5` that holds nothing but the checksum is that of A001.mov.
        path = _inside(folder, found[2] or posixpath.splitext(name)[0])
        if path is not None and not is_meaningless(posixpath.basename(path)):
            yield Listed(path, manifest, checksums=(Checksum(algorithm, found[1]),))


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
