"""No threads: decides what starts a thread or a pool; creation may have a pool whose size is
written down.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .law import Finding, Governing, Rule, finding, on
from .references import Forbidden
from .source import SourceModule

_STARTERS = Forbidden(
    names=frozenset(
        {"threading.Thread", "threading.Timer", "threading._start_new_thread", "threading._Timer"}
        | {"_thread.start_new_thread", "_thread.start_new", "_thread.start_joinable_thread"}
        | {
            "socketserver.ThreadingMixIn",
            "socketserver.ThreadingTCPServer",
            "http.server.ThreadingHTTPServer",
        }
    ),
    modules=frozenset(
        {
            "multiprocessing",
            "_multiprocessing",
            "joblib",
            "ray",
            "dask",
            "pebble",
            "loky",
            "billiard",
        }
    ),
)
_POOLS = Forbidden(modules=frozenset({"concurrent.futures"}))
_POOL_KINDS = frozenset(
    {"concurrent.futures.ThreadPoolExecutor", "concurrent.futures.thread.ThreadPoolExecutor"}
)
_PROBING = "proxx_engine/creation/"


def _judge_pool(node: ast.AST, module: SourceModule) -> Iterator[Finding]:
    if module.path.startswith(_PROBING):
        return
    for visitor in _POOLS.visitors():
        if isinstance(node, visitor.node_types):
            yield from visitor.judge(node, module)


def _judge_bound(node: ast.Call, module: SourceModule) -> Iterator[Finding]:
    if not module.path.startswith(_PROBING):
        return
    kinds = {
        origin for origin in module.origins(node.func) if origin.startswith("concurrent.futures.")
    }
    sizes = [
        keyword.value for keyword in node.keywords if keyword.arg == "max_workers"
    ] or node.args[:1]
    bounded = bool(sizes) and not (isinstance(sizes[0], ast.Constant) and sizes[0].value is None)
    if kinds & _POOL_KINDS and not bounded:
        yield finding(node, "a pool must say its max_workers")
    if any("ProcessPool" in kind and "(" not in kind for kind in kinds):
        yield finding(node, "probing needs threads only: its children are short-lived programs")


NO_THREADS = Rule(
    id="no_threads",
    law="The engine starts no thread; creation alone may probe with a pool of stated size.",
    governing=Governing(
        "Phase-2 Execution Invariants, What Execution IS", "Single-threaded within a job context"
    ),
    visitors=(
        *_STARTERS.visitors(),
        on(
            ast.Import,
            ast.ImportFrom,
            ast.Name,
            ast.Attribute,
            ast.Call,
            ast.Subscript,
            judge=_judge_pool,
        ),
        on(ast.Call, judge=_judge_bound),
    ),
)
