"""Decides what an expression really names: `e` after `from os import environ as e` is `os.environ`.

Follows imports, aliases and the plain disguises (getattr, import_module, vars, sys.modules,
partial).
What only running could tell has no origin and is not judged.
"""

from __future__ import annotations

import ast
import builtins
import sys

from .scopes import Binder, Scope

_IMPORTERS = frozenset({"builtins.__import__", "importlib.import_module", "importlib.__import__"})
_GETTERS = frozenset(
    {"builtins.getattr", "inspect.getattr_static", "builtins.object.__getattribute__"}
)
_BUILTINS = frozenset(dir(builtins))
_REACHED_THROUGH_OTHERS = frozenset({"os", "sys", "subprocess", "threading", "time"})
_NOTHING: frozenset[str] = frozenset()


class Names:
    """The meaning of every expression in one tree."""

    def __init__(self, tree: ast.AST, *, package: str, outer: Scope | None = None) -> None:
        binder = Binder(tree, package=package, outer=outer)
        self.module_scope = binder.module_scope
        self._scope_of = binder.scope_of
        self._package = package
        self._known: dict[ast.expr, frozenset[str]] = {}
        self._busy: set[ast.expr] = set()

    def origins(self, node: ast.expr) -> frozenset[str]:
        """The dotted names this may be; a call adds `()`; empty when nothing is known."""
        if node in self._known:
            return self._known[node]
        if node in self._busy:
            return _NOTHING
        self._busy.add(node)
        self._known[node] = self._origins(node)
        self._busy.discard(node)
        return self._known[node]

    def text(self, node: ast.expr | None) -> str | None:
        """The string this expression is bound to be, put together from its constant parts."""
        match node:
            case ast.Constant(value=str(value)):
                return value
            case ast.JoinedStr(values=parts):
                return self._joined(parts)
            case ast.FormattedValue(value=value):
                return self.text(value)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._joined([left, right])
            case ast.Call(
                func=ast.Attribute(attr="join", value=glue),
                args=[ast.List(elts=parts) | ast.Tuple(elts=parts)],
            ):
                return self._joined(parts, glue=self.text(glue))
            case ast.Name(id=name) if node not in self._busy:
                return self._bound_text(name, node)
        return None

    def _bound_text(self, name: str, node: ast.expr) -> str | None:
        match self._scope(node).find(name):
            case [ast.expr() as value]:
                self._busy.add(node)
                found = self.text(value)
                self._busy.discard(node)
                return found
        return None

    def _joined(self, parts: list[ast.expr], *, glue: str | None = "") -> str | None:
        texts = [self.text(part) for part in parts]
        known = [text for text in texts if text is not None]
        return glue.join(known) if glue is not None and len(known) == len(texts) else None

    def _scope(self, node: ast.AST) -> Scope:
        return self._scope_of.get(node, self.module_scope)

    def _origins(self, node: ast.expr) -> frozenset[str]:
        match node:
            case ast.Name(id=name):
                return self._named(name, self._scope(node))
            case ast.Attribute(value=value, attr=attr):
                return frozenset(_member(origin, attr) for origin in self.origins(value))
            case ast.Call():
                return self._called(node)
            case ast.Subscript(value=value, slice=key):
                return self._item(self.origins(value), self.text(key))
            case ast.IfExp(body=body, orelse=other):
                return self.origins(body) | self.origins(other)
            case ast.BoolOp(values=values):
                return _NOTHING.union(*(self.origins(value) for value in values))
            case ast.NamedExpr(value=value) | ast.Await(value=value) | ast.Starred(value=value):
                return self.origins(value)
        return _NOTHING

    def _named(self, name: str, scope: Scope) -> frozenset[str]:
        bindings = scope.find(name)
        if bindings is None:
            if name == "__builtins__":
                return frozenset({"builtins"})
            return frozenset({f"builtins.{name}"}) if name in _BUILTINS else _NOTHING
        found = {binding for binding in bindings if isinstance(binding, str)}
        for binding in bindings:
            if isinstance(binding, ast.expr):
                found |= self.origins(binding)
        return frozenset(found)

    def _called(self, node: ast.Call) -> frozenset[str]:
        functions = self.origins(node.func)
        found = {f"{function}()" for function in functions}
        first = node.args[0] if node.args else None
        word = self.text(first)
        if functions & _IMPORTERS and word:
            found |= (
                {word, word.split(".")[0]}
                if not word.startswith(".")
                else {f"{self._package}{word}"}
            )
        if functions & _GETTERS and len(node.args) > 1 and first:
            found |= self._item(
                frozenset(f"{origin}.__dict__" for origin in self.origins(first)),
                self.text(node.args[1]),
            )
        if "builtins.vars" in functions and first:
            found |= {f"{origin}.__dict__" for origin in self.origins(first)}
        if "functools.partial" in functions and first:
            found |= self.origins(first)
        found |= self._fetched(node, functions, word)
        return frozenset(found)

    def _fetched(
        self, node: ast.Call, functions: frozenset[str], word: str | None
    ) -> frozenset[str]:
        """What `sys.modules.get("x")`, `os.__getattribute__("x")` and `attrgetter("x")(os)` hand
        over.
        """
        holders = {f.removesuffix(".get") for f in functions if f.endswith(".get")}
        holders |= {
            f"{f.removesuffix('.__getattribute__')}.__dict__"
            for f in functions
            if f.endswith(".__getattribute__")
        }
        found = self._item(frozenset(holders), word)
        if isinstance(node.func, ast.Call) and "operator.attrgetter()" in functions and node.args:
            wanted = self.text(node.func.args[0]) if node.func.args else None
            found |= self._item(
                frozenset(f"{origin}.__dict__" for origin in self.origins(node.args[0])), wanted
            )
        return found

    def _item(self, holders: frozenset[str], key: str | None) -> frozenset[str]:
        if key is None:
            return _NOTHING
        found: set[str] = set()
        for holder in holders:
            if holder == "sys.modules":
                found.add(key)
            elif holder.endswith(".__dict__"):
                found.add(_member(holder.removesuffix(".__dict__"), key))
            elif holder in {"builtins.globals()", "builtins.locals()"}:
                found |= self._named(key, self.module_scope)
            elif holder == "builtins":
                found.add(f"builtins.{key}")
        return frozenset(found)


def _member(origin: str, attr: str) -> str:
    # `pathlib.os.environ` is `os.environ`: a standard module is the same one wherever it was
    # imported.
    # datetime.time is a class of that name, not the module.
    root = origin.partition(".")[0]
    if attr in _REACHED_THROUGH_OTHERS and root in sys.stdlib_module_names - {attr, "datetime"}:
        return attr
    return f"{origin}.{attr}"
