"""Decides a few plain questions about control flow: does this block leave, which blocks belong to
this loop.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence


def leaves(block: Sequence[ast.stmt]) -> bool:
    """Whether control cannot run past the end of this block, nor into the next turn of the loop
    round it.
    """
    for statement in block:
        match statement:
            case ast.Return() | ast.Raise() | ast.Break():
                return True
            case ast.If(body=body, orelse=[_, *_] as orelse) if leaves(body) and leaves(orelse):
                return True
            case ast.With(body=body) if leaves(body):
                return True
    return False


def own_statements(body: Sequence[ast.stmt]) -> Iterator[Sequence[ast.stmt]]:
    """Every block that runs in one turn of a loop with this body; nested loops and definitions are
    left out.
    """
    yield body
    for statement in body:
        if isinstance(statement, ast.For | ast.While | ast.FunctionDef | ast.ClassDef):
            continue
        blocks = [getattr(statement, name, None) for name in ("body", "orelse", "finalbody")]
        blocks += [handler.body for handler in getattr(statement, "handlers", ())]
        blocks += [case.body for case in getattr(statement, "cases", ())]
        for block in blocks:
            if block:
                yield from own_statements(block)


def statement_call(statement: ast.stmt) -> ast.Call | None:
    """The call a statement is made of: `f(x)`, `y = f(x)`, `return f(x)`."""
    match statement:
        case ast.Expr(value=ast.Call() as call) | ast.Return(value=ast.Call() as call):
            return call
        case ast.Assign(value=ast.Call() as call) | ast.AnnAssign(value=ast.Call() as call):
            return call
    return None
