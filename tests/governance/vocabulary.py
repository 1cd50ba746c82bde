"""Decides whether the sidecar uses a word it should have no use for: in names, imports, code-like
strings, web pages.

A string is code when it is one word; a sentence for people (a space in it) is judged by the
patterns alone.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proxx_engine.phase1_lock import Governing, Violation
from proxx_engine.phase1_lock.rules.source import SourceModule, identifier_words

VOCABULARY = Path(__file__).with_name("vocabulary.toml")
_WEB_COMMENTS = re.compile(r"<!--.*?-->|/\*.*?\*/|(?<![:\w])//[^\n]*", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing the sidecar has no words for."""

    id: str
    law: str
    governing: Governing
    phrases: tuple[tuple[str, ...], ...]
    modules: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]

    def phrase_in(self, name: str) -> str | None:
        """The phrase a name holds, if it holds one."""
        words = identifier_words(name)
        for phrase in self.phrases:
            starts = range(len(words) - len(phrase) + 1)
            if any(words[start : start + len(phrase)] == phrase for start in starts):
                return " ".join(phrase)
        return None

    def imports(self, dotted: str) -> bool:
        parts = dotted.split(".")
        return any(".".join(parts[:length]) in self.modules for length in range(1, len(parts) + 1))

    def matches(self, text: str) -> str | None:
        for pattern in self.patterns:
            found = pattern.search(text)
            if found:
                return found.group()
        return None


def read_vocabulary(path: Path = VOCABULARY) -> tuple[Entry, ...]:
    """The list, as it is written in TOML."""
    return tuple(
        Entry(
            id=name,
            law=entry["law"],
            governing=Governing(entry["document"], entry["sentence"]),
            phrases=tuple(tuple(phrase.split()) for phrase in entry["phrases"]),
            modules=frozenset(entry["modules"]),
            patterns=tuple(re.compile(pattern) for pattern in entry["patterns"]),
        )
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()
    )


def scan_tree(root: Path, entries: tuple[Entry, ...] | None = None) -> tuple[Violation, ...]:
    """Everything in the sidecar below a root that the list forbids."""
    asked = read_vocabulary() if entries is None else entries
    found: list[Violation] = []
    for path in sorted((root / "sidecar").rglob("*")):
        place = path.relative_to(root).as_posix()
        if path.suffix == ".py":
            found += scan_python(path.read_text(encoding="utf-8"), path=place, entries=asked)
        elif path.suffix in {".html", ".js", ".css"}:
            found += scan_web(path.read_text(encoding="utf-8"), path=place, entries=asked)
    return tuple(found)


def scan_python(text: str, *, path: str, entries: tuple[Entry, ...]) -> tuple[Violation, ...]:
    """What one Python file says that the sidecar should have no use for."""
    module = SourceModule.parse(text, path=path)
    prose = _prose(module.tree)
    found: dict[tuple[int, str], Violation] = {}
    for node in ast.walk(module.tree):
        if node in prose:
            continue
        for entry in entries:
            said = _said(node, entry, module)
            line = getattr(node, "lineno", 1)
            if said:
                found.setdefault((line, entry.id), _violation(entry, path, line, said))
    return tuple(sorted(found.values()))


def scan_web(text: str, *, path: str, entries: tuple[Entry, ...]) -> tuple[Violation, ...]:
    """What a page, a style or a script says, its comments left out."""
    # Blanked, not cut: the line numbers stay true.
    code = _WEB_COMMENTS.sub(lambda comment: re.sub(r"[^\n]", " ", comment.group()), text)
    found: dict[tuple[int, str], Violation] = {}
    for number, line in enumerate(code.splitlines(), start=1):
        for entry in entries:
            said = entry.matches(line)
            if said:
                found.setdefault((number, entry.id), _violation(entry, path, number, said))
    return tuple(found.values())


def _said(node: ast.AST, entry: Entry, module: SourceModule) -> str | None:
    if isinstance(node, ast.Import | ast.ImportFrom):
        dotted = next((name for name in module.imported(node) if entry.imports(name)), None)
        if dotted:
            return f"import of {dotted}"
    for name in _names(node):
        phrase = entry.phrase_in(name)
        if phrase:
            return f"{name} (says “{phrase}”)"
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _said_in_string(node.value, entry)
    return None


def _said_in_string(text: str, entry: Entry) -> str | None:
    matched = entry.matches(text)
    if matched:
        return matched
    if not text or any(char.isspace() for char in text):
        return None
    phrase = next(
        (
            found
            for name in _NAME.findall(text.replace("-", "_"))
            if (found := entry.phrase_in(name))
        ),
        None,
    )
    return f"{text!r} (says “{phrase}”)" if phrase else None


def _names(node: ast.AST) -> Iterator[str]:
    match node:
        case (
            ast.Name(id=name)
            | ast.Attribute(attr=name)
            | ast.arg(arg=name)
            | ast.keyword(arg=str(name))
        ):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=asname):
            yield from (part for part in (*name.split("."), asname) if part)


def _prose(tree: ast.Module) -> set[ast.AST]:
    """Docstrings, of fields too: a string that stands alone is read by people and runs as
    nothing.
    """
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _violation(entry: Entry, path: str, line: int, found: str) -> Violation:
    return Violation(path, line, f"vocabulary.{entry.id}", entry.law, str(entry.governing), found)
