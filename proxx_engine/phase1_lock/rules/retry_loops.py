"""Decides when a loop does again what has just failed, and when it only goes on to other data.

Waiting for what has not happened yet is no failure: such a loop asks again, it does not do again.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from .flow import leaves, own_statements
from .law import Finding
from .source import SourceModule, identifier_words, within

_COUNTER_WORDS = frozenset(
    {"retry", "retries", "retrying", "backoff", "reattempt", "attempt", "attempts", "tries"}
)
_NOT_YET = frozenset(
    {
        "subprocess.TimeoutExpired",
        "queue.Empty",
        "builtins.BlockingIOError",
        "builtins.InterruptedError",
    }
)

Loop = ast.For | ast.While
Try = ast.Try | ast.TryStar


def judge_loop(node: Loop, module: SourceModule) -> Iterator[Finding]:
    """Every place in a loop where a failure leads to the same work again."""
    if isinstance(node, ast.For) and _counts(node, module):
        yield Finding(
            node.lineno,
            f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)} (counts attempts)",
        )
        return
    other_data = _varying(node)
    for block in own_statements(node.body):
        for place, statement in enumerate(block):
            work = _work_that_may_fail(statement, module)
            if work is None or other_data & _loaded(work):
                continue
            if _success_ends(node, work, block[place + 1 :]):
                yield Finding(
                    statement.lineno, "a loop goes round again after a failure and ends on success"
                )


def _counts(loop: ast.For, module: SourceModule) -> bool:
    """`for attempt in range(3)`; a ladder of different ways, `for attempt in WAYS`, is none."""
    if (
        not isinstance(loop.target, ast.Name)
        or not set(identifier_words(loop.target.id)) & _COUNTER_WORDS
    ):
        return False
    match loop.iter:
        case ast.Call(func=function):
            return bool(
                module.origins(function) & {"builtins.range", "itertools.count", "itertools.repeat"}
            )
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return all(isinstance(part, ast.Constant) for part in parts)
    return False


def _varying(loop: Loop) -> set[str]:
    """The names that mean other data in every turn: the target, what steps on by itself, what is
    made of these.
    """
    made = [
        (_stored(part), _loaded([part]))
        for part in within(loop)
        if isinstance(part, ast.Assign | ast.AnnAssign)
    ]
    targets = _stored(loop.target) if isinstance(loop, ast.For) else set()
    varying = set(targets)
    for part in within(loop):
        match part:
            case ast.AugAssign(target=ast.Name(id=name)):
                varying.add(name)
            # `line = stream.readline()`, `clip = next(clips)`
            case ast.Assign(
                value=ast.Call(func=ast.Attribute(), args=[]) | ast.Call(func=ast.Name(id="next"))
            ):
                varying |= _stored(part)
    varying |= {name for stored, loaded in made for name in stored & loaded}
    for _ in made:
        varying |= {name for stored, loaded in made if loaded & varying for name in stored}
    return targets | {name for name in varying if not set(identifier_words(name)) & _COUNTER_WORDS}


def _work_that_may_fail(statement: ast.stmt, module: SourceModule) -> Sequence[ast.stmt] | None:
    """The statements whose failure lets the loop go round again, if this statement is of that
    kind.
    """
    if isinstance(statement, Try):
        again = [
            h for h in statement.handlers if not leaves(h.body) and not _only_not_yet(h, module)
        ]
        return [*statement.body, *statement.orelse] if again else None
    if isinstance(statement, ast.With):
        managers = [item.context_expr for item in statement.items]
        if any("contextlib.suppress()" in module.origins(manager) for manager in managers):
            return statement.body
    return None


def _only_not_yet(handler: ast.ExceptHandler, module: SourceModule) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return all(
        kind is not None
        and bool(module.origins(kind) & _NOT_YET or _ends_in(kind, "TimeoutExpired"))
        for kind in kinds
    )


def _ends_in(kind: ast.expr, name: str) -> bool:
    return ast.unparse(kind).split(".")[-1] == name


def _success_ends(loop: Loop, work: Sequence[ast.stmt], after: Sequence[ast.stmt]) -> bool:
    if any(leaves([inner]) or _breaks_out(inner) for inner in work) or leaves(after):
        return True
    condition = _loaded([loop.test]) if isinstance(loop, ast.While) else set()
    return bool(condition & {name for inner in work for name in _stored(inner)})


def _breaks_out(statement: ast.stmt) -> bool:
    inner = (node for node in within(statement) if not isinstance(statement, ast.For | ast.While))
    return any(isinstance(node, ast.Return | ast.Break) for node in inner)


def _stored(node: ast.AST) -> set[str]:
    return {
        inner.id
        for inner in [node, *within(node)]
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    }


def _loaded(nodes: Sequence[ast.AST]) -> set[str]:
    everything = [inner for node in nodes for inner in [node, *within(node, past_functions=True)]]
    return {
        inner.id
        for inner in everything
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
    }
