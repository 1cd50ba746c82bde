"""Decides how a file is read before it is judged: its tree, its place in the project, and what its
names mean.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .names import Names
from .scopes import Scope, absolute_module


@dataclass(frozen=True, slots=True)
class SourceModule:
    """One Python file, parsed."""

    path: str
    """Relative to the root of the project, with forward slashes."""
    tree: ast.Module
    names: Names
    root: Path | None
    """Where the project lies, for the few laws that must look at a neighbouring file."""
    public_names: frozenset[str] | None = None
    """For a file of the sidecar: the engine's `__all__`, where there is one to be read."""

    @classmethod
    def parse(
        cls, text: str | bytes, *, path: str, root: Path | None = None, outer: Scope | None = None
    ) -> SourceModule:
        """Read one file's text.

        Raises:
            SyntaxError: the text is not Python.
        """
        tree = ast.parse(text, filename=path)
        public = _public_names(root) if root and path.startswith("sidecar/") else None
        return cls(path, tree, Names(tree, package=package_of(path), outer=outer), root, public)

    @property
    def package(self) -> str:
        """The package that this file's relative imports are counted from."""
        return package_of(self.path)

    def origins(self, node: ast.expr) -> frozenset[str]:
        """What this expression really names; see `Names.origins`."""
        return self.names.origins(node)

    def text(self, node: ast.expr | None) -> str | None:
        """The string this expression is bound to be; see `Names.text`."""
        return self.names.text(node)

    def imported(self, node: ast.Import | ast.ImportFrom) -> tuple[str, ...]:
        """The dotted names an import statement brings in; `from m import *` brings in `m.*`."""
        if isinstance(node, ast.Import):
            return tuple(alias.name for alias in node.names)
        module = absolute_module(node, package=self.package)
        return tuple(f"{module}.{alias.name}" for alias in node.names)

    def code_in_strings(self) -> Iterator[tuple[int, SourceModule]]:
        """The programs written as string constants and handed to exec or eval, with the line of the
        call.
        """
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            if not self.origins(node.func) & {"builtins.exec", "builtins.eval", "builtins.compile"}:
                continue
            text = self.text(node.args[0])
            if text is not None:
                yield (
                    node.lineno,
                    SourceModule.parse(
                        text, path=self.path, root=self.root, outer=self.names.module_scope
                    ),
                )


def package_of(path: str) -> str:
    """The dotted package a file's relative imports are counted from."""
    return ".".join(path.split("/")[:-1])


def _public_names(root: Path) -> frozenset[str] | None:
    door = root / "proxx_engine" / "__init__.py"
    for statement in ast.parse(door.read_bytes()).body if door.is_file() else ():
        match statement:
            case ast.Assign(
                targets=[ast.Name(id="__all__")], value=ast.Tuple() | ast.List() as names
            ):
                return frozenset(ast.literal_eval(names))
            case ast.AnnAssign(
                target=ast.Name(id="__all__"), value=ast.Tuple() | ast.List() as names
            ):
                return frozenset(ast.literal_eval(names))
    return None


def within(node: ast.AST, *, past_functions: bool = False) -> Iterator[ast.AST]:
    """The node's descendants that run as part of it: nested functions and classes are left out
    unless asked for.
    """
    for child in ast.iter_child_nodes(node):
        if not past_functions and isinstance(
            child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
        ):
            continue
        yield child
        yield from within(child, past_functions=past_functions)


def identifier_words(name: str) -> tuple[str, ...]:
    """`maxRetries`, `MAX_RETRIES` and `max_retries` are all (`max`, `retries`)."""
    spaced = "".join(
        f" {char}" if char.isupper() and index and not name[index - 1].isupper() else char
        for index, char in enumerate(name)
    )
    return tuple(spaced.replace("_", " ").lower().split())
