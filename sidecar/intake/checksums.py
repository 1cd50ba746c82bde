"""Checksums as lists of files name them: which can be computed here, and whether one agrees."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

_PREFERRED = ("xxh128", "xxh3", "xxh64", "md5", "sha1", "c4", "sha256", "sha512", "xxh32")
"""Fastest first; all of them tell a copy that went wrong."""
_SAME: Mapping[str, str] = MappingProxyType(
    {
        "xxhash": "xxh32",
        "xxhash32": "xxh32",
        "xxhash64": "xxh64",
        "xxhash64be": "xxh64",
        "xxh3_64": "xxh3",
        "xxhash3": "xxh3",
        "xxhash128": "xxh128",
    }
)
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_C4_DIGITS = 88


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a list says of one file's content."""

    algorithm: str
    """As `algorithm_of` names it."""
    value: str


class Hashing(Protocol):
    """A hash being computed."""

    def update(self, data: bytes, /) -> None:
        """Add bytes."""

    def digest(self) -> bytes:
        """Return the hash of all bytes so far."""


def algorithm_of(name: str) -> str | None:
    """Return the one name of an algorithm that lists know by several; None for no algorithm."""
    lower = name.lower()
    plain = _SAME.get(lower, lower)
    return plain if plain in _PREFERRED else None


def choose(checksums: Iterable[Checksum]) -> Checksum | None:
    """Return the checksum that is quickest to check; None when there is none."""
    by_algorithm = {checksum.algorithm: checksum for checksum in checksums}
    for algorithm in _PREFERRED:
        if algorithm in by_algorithm:
            return by_algorithm[algorithm]
    return None


def start_hash(algorithm: str) -> Hashing:
    """Return a hash to be fed, of one of the kinds that `algorithm_of` knows."""
    if algorithm == "c4":
        return hashlib.sha512()
    if not algorithm.startswith("xxh"):
        return hashlib.new(algorithm, usedforsecurity=False)
    import xxhash  # only here: most folders come without a list

    made: Hashing = getattr(xxhash, "xxh3_64" if algorithm == "xxh3" else algorithm)()
    return made


def agrees(checksum: Checksum, hashing: Hashing) -> bool:
    """Whether a computed hash is the one that the list names."""
    digest, wanted = hashing.digest(), checksum.value.strip()
    if checksum.algorithm == "c4":
        return wanted == c4_of(digest)
    spelled = {digest.hex()}
    if checksum.algorithm == "xxh64":
        # Lists of version 1 wrote it in the order of the machine; xxhash64be came to mend that.
        spelled.add(digest[::-1].hex())
    if checksum.algorithm == "xxh32":
        spelled.add(str(int.from_bytes(digest, "big")))
    return wanted.lower() in spelled


def c4_of(sha512: bytes) -> str:
    """Return a C4 ID (SMPTE ST 2114): the sha512 to the base of 58."""
    number, digits = int.from_bytes(sha512, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _BASE58[rest] + digits
    return "c4" + digits.rjust(_C4_DIGITS, _BASE58[0])
