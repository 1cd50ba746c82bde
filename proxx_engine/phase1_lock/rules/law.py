"""Decides what a law is made of: one sentence, the sentence it comes from, where it holds, and how
it looks at code.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .source import SourceModule


@dataclass(frozen=True, slots=True)
class Governing:
    """The sentence a law comes from, in the words of the document that governs."""

    document: str
    sentence: str

    def __str__(self) -> str:
        return f"“{self.sentence}” ({self.document})"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in one file that breaks the law being asked."""

    line: int
    found: str


# A visitor registered on ast.Call is only ever given ast.Call: the parameter is Any so that
# each rule can name its own node types without a cast in every first line.
Judge = Callable[[Any, SourceModule], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Visitor:
    """A small function and the AST node types it is registered on."""

    node_types: tuple[type[ast.AST], ...]
    judge: Judge


def on(*node_types: type[ast.AST], judge: Judge) -> Visitor:
    """Register a function on AST node types."""
    return Visitor(node_types, judge)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One law as it is checked."""

    id: str
    law: str
    governing: Governing
    holds_for: tuple[str, ...] = ("proxx_engine/",)
    """The folders it holds for, relative to the root of the project."""
    visitors: tuple[Visitor, ...]


@dataclass(frozen=True, slots=True)
class Exemption:
    """A file to which one law does not apply, and why."""

    rule: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One broken law at one line, with everything a reader needs to mend it."""

    path: str
    line: int
    rule: str
    law: str
    governing_sentence: str
    found: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: [{self.rule}] {self.found}"
        return f"{place}\n    law: {self.law}\n    from: {self.governing_sentence}"


def finding(node: ast.AST, why: str = "") -> Finding:
    """The finding at a node: its source in one short line, and why, where that is not plain to
    see.
    """
    # ast.unparse, not the file's text: a finding inside an exec("...") has no text in the file.
    source = " ".join(ast.unparse(node).split())
    shown = source if len(source) <= 90 else f"{source[:87]}..."
    return Finding(getattr(node, "lineno", 1), f"{shown} ({why})" if why else shown)
