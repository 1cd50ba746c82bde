"""No silent except: decides when a handler takes every error and says nothing of it.

A handler for one named kind of error is a decision; one for all kinds must raise the error or use
it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .law import Finding, Governing, Rule, finding, on
from .source import SourceModule, within

_EVERYTHING = frozenset(
    {
        "builtins.Exception",
        "builtins.BaseException",
        "builtins.ExceptionGroup",
        "builtins.BaseExceptionGroup",
    }
)
_USES = frozenset(
    {"sys.exc_info", "sys.exception", "traceback.format_exc", "traceback.format_exception"}
)


def _judge_handler(node: ast.ExceptHandler, module: SourceModule) -> Iterator[Finding]:
    if not _is_broad(node.type, module):
        return
    inner = list(within(node))
    if any(isinstance(part, ast.Raise) for part in inner) or any(
        _is_use(part, node.name, module) for part in inner
    ):
        return
    what = f"except {ast.unparse(node.type)}" if node.type else "except"
    yield Finding(node.lineno, f"{what}: the error is neither raised nor used")


def _is_broad(kind: ast.expr | None, module: SourceModule) -> bool:
    if kind is None:
        return True
    if isinstance(kind, ast.Tuple):
        return any(_is_broad(part, module) for part in kind.elts)
    return bool(module.origins(kind) & _EVERYTHING)


def _is_use(part: ast.AST, name: str | None, module: SourceModule) -> bool:
    if isinstance(part, ast.expr) and module.origins(part) & _USES:
        return True
    if name is None or not isinstance(part, ast.stmt):
        return False
    match part:
        # Naming the error without handing it to anything is the pass statement in disguise.
        case ast.Expr(value=ast.Name()) | ast.Assign(targets=[ast.Name(id="_")]) | ast.Delete():
            return False
        case ast.Expr(value=ast.Call(func=ast.Name(id="str" | "repr" | "print"))):
            return False
        case ast.If() | ast.For() | ast.While() | ast.With() | ast.Try():
            # Their own statements are looked at one by one; only what decides them counts here.
            tests = (
                [part.test]
                if isinstance(part, ast.If | ast.While)
                else [part.iter]
                if isinstance(part, ast.For)
                else []
            )
            return any(_loads(test, name) for test in tests)
    return _loads(part, name)


def _loads(node: ast.AST, name: str) -> bool:
    everything = [node, *within(node, past_functions=True)]
    return any(
        isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load)
        for part in everything
    )


def _judge_suppress(node: ast.Call, module: SourceModule) -> Iterator[Finding]:
    if "contextlib.suppress" in module.origins(node.func) and any(
        _is_broad(argument, module) for argument in node.args
    ):
        yield finding(node)


def _judge_finally(node: ast.Try | ast.TryStar, _module: SourceModule) -> Iterator[Finding]:
    for statement in node.finalbody:
        for part in [statement, *within(statement)]:
            if isinstance(part, ast.Return):
                yield finding(part, "in finally: the error is lost")
    if node.finalbody and isinstance(node.finalbody[-1], ast.Break | ast.Continue):
        yield finding(node.finalbody[-1], "in finally: the error is lost")


def _judge_exit(node: ast.FunctionDef, _module: SourceModule) -> Iterator[Finding]:
    if node.name != "__exit__":
        return
    for part in within(node):
        if (
            isinstance(part, ast.Return)
            and isinstance(part.value, ast.Constant)
            and part.value.value is True
        ):
            yield finding(part, "__exit__ swallows every error")


NO_SILENT_EXCEPT = Rule(
    id="no_silent_except",
    law="No error disappears: a handler for everything raises it or uses it.",
    governing=Governing(
        "Phase 1 Locked, execution guarantee 5",
        "All failures have explicit reasons; no silent failures",
    ),
    visitors=(
        on(ast.ExceptHandler, judge=_judge_handler),
        on(ast.Call, judge=_judge_suppress),
        on(ast.Try, ast.TryStar, judge=_judge_finally),
        on(ast.FunctionDef, judge=_judge_exit),
    ),
)
