"""No progress callback: decides what would let a caller be told of work that is still under way.

Names decide, where something is defined: a callback is a purpose, not a shape. Finished facts go to
the journal.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .law import Finding, Governing, Rule, on
from .references import Forbidden
from .source import SourceModule, identifier_words

_LIBRARIES = Forbidden(
    modules=frozenset(
        {
            "tqdm",
            "rich.progress",
            "alive_progress",
            "progressbar",
            "enlighten",
            "halo",
            "blinker",
            "pyee",
        }
    )
    | frozenset({"pydispatch", "ffmpeg_progress_yield", "better_ffmpeg_progress"})
)
_WORDS = frozenset(
    {
        "progress",
        "callback",
        "callbacks",
        "listener",
        "listeners",
        "observer",
        "observers",
        "subscriber",
    }
) | frozenset({"subscribers", "subscribe", "eta", "percent_done"})
# `on_existing` is what to do; `on_frame` is whom to tell.
_EVENTS = frozenset(
    {
        "frame",
        "frames",
        "update",
        "tick",
        "percent",
        "event",
        "step",
        "status",
        "clip",
        "packet",
        "bytes",
        "line",
    }
) | frozenset(
    {
        "output",
        "advance",
        "change",
        "start",
        "started",
        "finish",
        "finished",
        "done",
        "complete",
        "completed",
        "error",
        "failure",
    }
)


def _judge_definition(node: ast.AST, _module: SourceModule) -> Iterator[Finding]:
    match node:
        case (
            ast.FunctionDef(name=name)
            | ast.AsyncFunctionDef(name=name)
            | ast.ClassDef(name=name)
            | ast.arg(arg=name)
        ):
            yield from _judge_name(name, node)
        case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
            yield from _judge_name(name, node)


def _judge_use(node: ast.AST, _module: SourceModule) -> Iterator[Finding]:
    """Handing a callback to somebody else's function, or importing one, is the same act."""
    match node:
        case ast.keyword(arg=str(name), value=value):
            if "progress" in identifier_words(name) or _tells(name):
                yield Finding(value.lineno, f"{name}=")
        case ast.ImportFrom(names=aliases):
            for alias in aliases:
                words = identifier_words(alias.name)
                if "progress" in words and words[0] != "no":
                    yield Finding(node.lineno, f"import of {alias.name}")


def _judge_name(name: str, node: ast.AST) -> Iterator[Finding]:
    words = identifier_words(name)
    # NO_PROGRESS_CALLBACK is the law itself.
    if (set(words) & _WORDS and words[0] != "no") or _tells(name):
        yield Finding(getattr(node, "lineno", 1), name)


def _tells(name: str) -> bool:
    words = identifier_words(name.lstrip("_"))
    return (
        len(words) > 1
        and words[0] in {"on", "notify", "emit", "report"}
        and bool(set(words[1:]) & _EVENTS)
    )


NO_PROGRESS_CALLBACK = Rule(
    id="no_progress_callback",
    law="The engine tells nobody of work under way: finished facts go to the journal.",
    governing=Governing("Phase-1 Governance Policy, constraint 3", "No real-time progress updates"),
    visitors=(
        on(
            ast.FunctionDef,
            ast.AsyncFunctionDef,
            ast.ClassDef,
            ast.arg,
            ast.Name,
            ast.Attribute,
            judge=_judge_definition,
        ),
        on(ast.keyword, ast.ImportFrom, judge=_judge_use),
        *_LIBRARIES.visitors(),
    ),
)
