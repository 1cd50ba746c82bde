"""Decides which names a module binds, in which scope, and to what; what a bound value *means* is
left to names.py.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

# What a name may be bound to: a dotted origin, an expression to be followed, or something only
# running could tell.
Binding = str | ast.expr | None


@dataclass(eq=False, slots=True)
class Scope:
    """One Python scope and the names bound in it."""

    parent: Scope | None = None
    is_class: bool = False
    is_comprehension: bool = False
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    declared_global: set[str] = field(default_factory=set)

    def bind(self, name: str, to: Binding) -> None:
        """Add one thing that the name may be here."""
        home = self
        while home.is_comprehension and home.parent and isinstance(to, ast.expr):
            home = home.parent
        if name in home.declared_global:
            home = home.outermost()
        home.bindings.setdefault(name, []).append(to)

    def outermost(self) -> Scope:
        """The scope of the module."""
        return self.parent.outermost() if self.parent else self

    def find(self, name: str) -> list[Binding] | None:
        """All that the name may be here, or None when no scope binds it."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.bindings and (scope is self or not scope.is_class):
                return scope.bindings[name]
            scope = scope.parent
        return None


class Binder:
    """Walks a tree once; afterwards every node is known to lie in a scope."""

    def __init__(self, tree: ast.AST, *, package: str, outer: Scope | None = None) -> None:
        self.scope_of: dict[ast.AST, Scope] = {}
        self.module_scope = Scope(outer)
        self._package = package
        self._walk(tree, self.module_scope)

    def _walk(self, node: ast.AST, scope: Scope) -> None:
        self.scope_of[node] = scope
        if isinstance(node, Function):
            self._walk_function(node, scope)
        elif isinstance(node, ast.ClassDef):
            scope.bind(node.name, None)
            self._walk_all([*node.decorator_list, *node.bases, *node.keywords], scope)
            self._walk_all(node.body, Scope(scope, is_class=True))
        elif isinstance(node, Comprehension):
            self._walk_all(ast.iter_child_nodes(node), Scope(scope, is_comprehension=True))
        else:
            self._bind(node, scope)
            self._walk_all(ast.iter_child_nodes(node), scope)

    def _walk_all(self, nodes: Iterable[ast.AST], scope: Scope) -> None:
        for node in nodes:
            self._walk(node, scope)

    def _walk_function(self, node: Function, scope: Scope) -> None:
        inner = Scope(scope)
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
        defaults += [*arguments.defaults, *arguments.kw_defaults]
        for argument, default in zip([*positional, *arguments.kwonlyargs], defaults, strict=True):
            # A parameter hides the module's name; its default is one thing it may be.
            inner.bind(argument.arg, default)
        for extra in (arguments.vararg, arguments.kwarg):
            if extra:
                inner.bind(extra.arg, None)
        self._walk(arguments, scope)
        if isinstance(node, ast.Lambda):
            self._walk(node.body, inner)
            return
        scope.bind(node.name, None)
        self._walk_all([*node.decorator_list, *([node.returns] if node.returns else [])], scope)
        self._walk_all(node.body, inner)

    def _bind(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Import(names=aliases):
                for alias in aliases:
                    top = alias.name.split(".")[0]
                    scope.bind(alias.asname or top, alias.name if alias.asname else top)
            case ast.ImportFrom(names=aliases):
                module = absolute_module(node, package=self._package)
                for alias in aliases:
                    scope.bind(alias.asname or alias.name, f"{module}.{alias.name}")
            case ast.Global(names=names):
                scope.declared_global.update(names)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    _bind_target(target, value, scope)
            case (
                ast.AnnAssign(target=target, value=value)
                | ast.NamedExpr(target=target, value=value)
            ):
                _bind_target(target, value, scope)
            case ast.AugAssign(target=target):
                _bind_target(target, None, scope)
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                _bind_loop(node.target, node.iter, scope)
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                _bind_target(target, value, scope)
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                scope.bind(name, None)
            case ast.MatchMapping(rest=str(name)):
                scope.bind(name, None)


def absolute_module(node: ast.ImportFrom, *, package: str) -> str:
    """The dotted module an import names, with leading dots counted from the package the file lies
    in.
    """
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def _bind_target(target: ast.expr, value: ast.expr | None, scope: Scope) -> None:
    match target, value:
        case ast.Name(id=name), _:
            scope.bind(name, value)
        case (
            (ast.Tuple(elts=names) | ast.List(elts=names)),
            (ast.Tuple(elts=values) | ast.List(elts=values)),
        ) if len(names) == len(values):
            for part, part_value in zip(names, values, strict=True):
                _bind_target(part, part_value, scope)
        case ((ast.Tuple(elts=names) | ast.List(elts=names)), _):
            for part in names:
                _bind_target(part, None, scope)
        case ast.Starred(value=inner), _:
            _bind_target(inner, None, scope)


def _bind_loop(target: ast.expr, source: ast.expr, scope: Scope) -> None:
    values: list[ast.expr] = (
        source.elts if isinstance(source, ast.Tuple | ast.List | ast.Set) else []
    )
    for value in values:
        _bind_target(target, value, scope)
    if not values:
        _bind_target(target, None, scope)
