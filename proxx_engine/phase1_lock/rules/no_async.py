"""No async: decides what counts as a coroutine or an event loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .law import Finding, Governing, Rule, finding, on
from .references import Forbidden
from .source import SourceModule

_LOOPS = Forbidden(
    modules=frozenset(
        {
            "asyncio",
            "trio",
            "anyio",
            "curio",
            "uvloop",
            "twisted",
            "tornado",
            "gevent",
            "eventlet",
            "greenlet",
        }
        | {"aiofiles", "aiohttp", "asgiref", "nest_asyncio", "asyncore", "asynchat", "unsync"}
    ),
    names=frozenset(
        {"types.coroutine", "contextlib.asynccontextmanager", "contextlib.AsyncExitStack"}
    ),
)
_PROTOCOL = frozenset({"__await__", "__aiter__", "__anext__", "__aenter__", "__aexit__"})


def _judge_syntax(node: ast.AST, _module: SourceModule) -> Iterator[Finding]:
    yield finding(node)


def _judge_comprehension(node: ast.comprehension, _module: SourceModule) -> Iterator[Finding]:
    if node.is_async:
        yield finding(node.iter, "async comprehension")


def _judge_protocol(node: ast.FunctionDef, _module: SourceModule) -> Iterator[Finding]:
    if node.name in _PROTOCOL:
        yield finding(node)


NO_ASYNC = Rule(
    id="no_async",
    law="The engine is synchronous: no coroutine, no event loop.",
    governing=Governing("Phase-1 Governance Policy, constraint 2", "All execution is synchronous"),
    visitors=(
        on(ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await, judge=_judge_syntax),
        on(ast.comprehension, judge=_judge_comprehension),
        on(ast.FunctionDef, judge=_judge_protocol),
        *_LOOPS.visitors(),
    ),
)
