"""No retry: decides when code does again what has just failed: a loop, a recursion, a second call,
a library, a name.

Going on to *other* data after a failure is no retry, nor is waiting for what has not happened yet.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .flow import statement_call
from .law import Finding, Governing, Rule, finding, on
from .references import Forbidden
from .retry_loops import judge_loop
from .source import SourceModule, identifier_words, within

_LIBRARIES = Forbidden(
    modules=frozenset(
        {
            "tenacity",
            "backoff",
            "retrying",
            "retry",
            "retry2",
            "stamina",
            "opnieuw",
            "redo",
            "riprova",
        }
    )
    | frozenset({"urllib3.util.retry", "requests.adapters"})
)
_WORDS = frozenset({"retry", "retries", "retrying", "retryable", "backoff", "reattempt"})
_BOUNDS = frozenset({"max", "maximum", "limit", "remaining", "left"})
_CLEANUP = frozenset(
    {
        "close",
        "unlink",
        "kill",
        "terminate",
        "release",
        "remove",
        "rmdir",
        "flush",
        "append",
        "write",
    }
)

Try = ast.Try | ast.TryStar


def _judge_second_call(node: Try, module: SourceModule) -> Iterator[Finding]:
    first = {
        ast.dump(call)
        for statement in node.body
        if (call := statement_call(statement)) and _is_work(call, module)
    }
    for handler in node.handlers:
        if isinstance(handler.body[-1], ast.Raise):
            continue
        for statement in handler.body:
            call = statement_call(statement)
            if call and ast.dump(call) in first:
                yield finding(call, "called again after it failed")


def _is_work(call: ast.Call, module: SourceModule) -> bool:
    named = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return named not in _CLEANUP and not any(
        origin.startswith("builtins.") for origin in module.origins(call.func)
    )


def _judge_either(node: ast.BoolOp, module: SourceModule) -> Iterator[Finding]:
    calls = [ast.dump(value) for value in node.values if isinstance(value, ast.Call)]
    if isinstance(node.op, ast.Or) and len(set(calls)) < len(calls):
        yield finding(node, "the same call again")


def _judge_function(node: ast.FunctionDef, module: SourceModule) -> Iterator[Finding]:
    """A function that calls itself while handling a failure."""
    for inner in within(node):
        if not isinstance(inner, ast.ExceptHandler):
            continue
        for call in within(inner):
            if isinstance(call, ast.Call) and _calls_again(call, node):
                yield finding(call, "calls itself after a failure")


def _calls_again(call: ast.Call, function: ast.FunctionDef) -> bool:
    """Whether a function calls itself for the same thing: its own first argument, or none at
    all.
    """
    called = ast.unparse(call.func)
    if called not in {function.name, f"self.{function.name}", f"cls.{function.name}"}:
        return False
    own = [argument.arg for argument in function.args.args if argument.arg not in {"self", "cls"}]
    first = call.args[0] if call.args else call.keywords[0].value if call.keywords else None
    return first is None or (isinstance(first, ast.Name) and first.id in own[:1])


def _judge_name(node: ast.AST, module: SourceModule) -> Iterator[Finding]:
    """A thing that is named a retry is one, whatever its shape."""
    match node:
        case (
            ast.FunctionDef(name=name)
            | ast.ClassDef(name=name)
            | ast.arg(arg=name)
            | ast.keyword(arg=str(name))
        ):
            pass
        case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
            pass
        case _:
            return
    words = identifier_words(name)
    counts = bool({"attempts", "tries"} & set(words)) and bool(_BOUNDS & set(words))
    # NO_RETRY is the law itself, and a folder may be called what it likes.
    named = (
        bool(_WORDS & set(words))
        and words[0] != "no"
        and not {"folder", "directory", "path"} & set(words)
    )
    if named or counts:
        line = node.value.lineno if isinstance(node, ast.keyword) else getattr(node, "lineno", 1)
        yield Finding(line, f"{name} (named a retry)")


NO_RETRY = Rule(
    id="no_retry",
    law="What failed is not done again: one run per clip, and a failure is final.",
    governing=Governing(
        "Phase-2 Execution Invariants, No Implicit Retries",
        "Execution attempts exactly one run per clip.",
    ),
    visitors=(
        on(ast.For, ast.While, judge=judge_loop),
        on(ast.Try, ast.TryStar, judge=_judge_second_call),
        on(ast.BoolOp, judge=_judge_either),
        on(ast.FunctionDef, judge=_judge_function),
        on(
            ast.FunctionDef,
            ast.ClassDef,
            ast.arg,
            ast.keyword,
            ast.Name,
            ast.Attribute,
            judge=_judge_name,
        ),
        *_LIBRARIES.visitors(),
    ),
)
