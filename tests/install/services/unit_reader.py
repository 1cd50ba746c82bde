"""Reads a unit by systemd's own rules (systemd.syntax, systemd.service, systemd.unit), or refuses.

Only what our units may use: anything that systemd would give another meaning is an error here.
"""

from __future__ import annotations

from collections.abc import Iterator

_SPACE = " \t\n\r"
_ESCAPES = {"\\": "\\", '"': '"', "'": "'", "s": " ", "t": "\t", "n": "\n"}
Unit = dict[tuple[str, str], list[str]]


def read_unit(text: str) -> Unit:
    """Return the values, as they are written, of each key of each section."""
    unit: Unit = {}
    section = ""
    for line in text.split("\n"):
        if not line.strip() or line.lstrip()[0] in "#;":
            continue
        assert not line.endswith("\\"), "the line would go on in the next one"
        if line.startswith("["):
            section = line.strip("[]")
            continue
        key, equals, value = line.partition("=")
        assert section
        assert equals
        unit.setdefault((section, key), []).append(value.strip())
    return unit


def read_exec(value: str) -> tuple[str, ...]:
    """Return the words of a command that begins with a colon: nothing is filled in for a dollar."""
    first, *rest = words_of(value, escapes=True)
    assert first.startswith(":/"), first
    return tuple(map(_specified, (first[1:], *rest)))


def read_paths(value: str) -> tuple[str, ...]:
    """Return the paths of ReadWritePaths; a hyphen before each lets it be missing."""
    paths = tuple(map(_specified, words_of(value, escapes=False)))
    assert all(path.startswith("-/") for path in paths)
    assert not any({".", ".."} & set(path.split("/")) for path in paths), "systemd passes it over"
    return tuple(path[1:] for path in paths)


def words_of(value: str, *, escapes: bool) -> Iterator[str]:
    """Yield words; without `escapes` a backslash only takes the next character as it is."""
    at = 0
    while at < len(value):
        if value[at] in _SPACE:
            at += 1
            continue
        word, quote = "", ""
        while at < len(value) and (quote or value[at] not in _SPACE):
            character = value[at]
            alone = not word and not value[at + 1 : at + 2].strip()
            assert quote or character != ";" or not alone, "a lone semicolon ends a command"
            if character == "\\":
                following = value[at + 1]
                word += _ESCAPES[following] if escapes else following
                at += 1
            elif character == quote:
                quote = ""
            elif not quote and character in "\"'":
                quote = character
            else:
                word += character
            at += 1
        assert not quote, "the quote is never closed"
        yield word


def _specified(text: str) -> str:
    kept = text.replace("%%", "\0")
    assert "%" not in kept, f"systemd would fill something in: {text}"
    return kept.replace("\0", "%")
