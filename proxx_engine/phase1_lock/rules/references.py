"""Decides where a file refers to a forbidden name, however it was imported, renamed or fetched."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from .law import Finding, Visitor, finding, on
from .source import SourceModule


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A set of names a law forbids: whole modules, single names, and methods of whatever object."""

    names: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    """Forbidden with everything below them."""
    methods: frozenset[str] = frozenset()
    """Attribute names that mean the same on every object, such as `expanduser`."""
    allowed: frozenset[str] = frozenset()
    """Names below a forbidden module that do nothing the law is about."""

    def visitors(self) -> tuple[Visitor, ...]:
        """What a rule registers to find these names."""
        return (
            on(ast.Import, ast.ImportFrom, judge=self._judge_import),
            on(ast.Name, ast.Attribute, ast.Call, ast.Subscript, judge=self._judge_reference),
        )

    def covers(self, origin: str) -> bool:
        """Whether this dotted name is one of them."""
        # `datetime.datetime(2020, 1, 1).now` is the same method as `datetime.datetime.now`.
        plain = origin.replace("()", "")
        if plain in self.names:
            return not origin.endswith("()")
        return "()" not in origin and origin not in self.allowed and self._in_module(origin)

    def _in_module(self, origin: str) -> bool:
        parts = origin.split(".")
        return any(".".join(parts[:length]) in self.modules for length in range(1, len(parts) + 1))

    def _covers_star(self, module: str) -> bool:
        return self._in_module(module) or any(
            name.startswith(f"{module}.") and "." not in name[len(module) + 1 :]
            for name in self.names
        )

    def _judge_import(
        self, node: ast.Import | ast.ImportFrom, module: SourceModule
    ) -> Iterator[Finding]:
        for origin in module.imported(node):
            if self._covers_star(origin[:-2]) if origin.endswith(".*") else self.covers(origin):
                yield finding(node)

    def _judge_reference(self, node: ast.expr, module: SourceModule) -> Iterator[Finding]:
        if isinstance(node, ast.Name | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            return
        found = sorted(origin for origin in module.origins(node) if self.covers(origin))
        if found:
            yield finding(node, "" if ast.unparse(node) == found[0] else f"is {found[0]}")
        elif isinstance(node, ast.Attribute) and node.attr in self.methods:
            yield finding(node)
