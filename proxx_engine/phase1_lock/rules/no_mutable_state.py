"""No mutable module state: decides what could carry something from one job to the next inside one
process.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from .law import Finding, Governing, Rule, finding, on
from .source import SourceModule, within

_DISPLAYS = (
    ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp | ast.GeneratorExp
)
_MAKERS = frozenset(
    {
        f"builtins.{name}"
        for name in (
            "list",
            "dict",
            "set",
            "bytearray",
            "sorted",
            "iter",
            "vars",
            "globals",
            "dict.fromkeys",
        )
    }
    | {
        f"collections.{name}"
        for name in (
            "defaultdict",
            "deque",
            "OrderedDict",
            "Counter",
            "ChainMap",
            "UserDict",
            "UserList",
        )
    }
    | {f"queue.{name}" for name in ("Queue", "SimpleQueue", "LifoQueue", "PriorityQueue")}
    | {f"weakref.{name}" for name in ("WeakKeyDictionary", "WeakValueDictionary", "WeakSet")}
    | {
        f"threading.{name}"
        for name in (
            "local",
            "Lock",
            "RLock",
            "Event",
            "Condition",
            "Semaphore",
            "BoundedSemaphore",
        )
    }
    | {
        "itertools.count",
        "itertools.cycle",
        "types.SimpleNamespace",
        "array.array",
        "io.StringIO",
        "io.BytesIO",
    }
    | {"contextvars.ContextVar", "copy.copy", "copy.deepcopy", "types.ModuleType"}
)
_COPYING_METHODS = frozenset({"split", "splitlines", "copy", "rsplit"})
_MEMORIES = frozenset({"functools.cache", "functools.lru_cache"})
# Read by Python or pydantic when the class is made, and by convention never written.
_BY_CONVENTION = frozenset({"__all__", "__slots__", "__match_args__", "__path__", "model_config"})


def _judge_body(node: ast.Module | ast.ClassDef, module: SourceModule) -> Iterator[Finding]:
    for statement in _module_level(node.body):
        match statement:
            case ast.Assign(targets=targets, value=value):
                yield from _judge_value(targets, value, module)
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.AugAssign(target=target, value=value)
            ):
                yield from _judge_value([target], value, module)
            case ast.Expr(value=ast.NamedExpr(target=target, value=value)):
                yield from _judge_value([target], value, module)


def _module_level(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        yield statement
        yield from (inner for inner in within(statement) if isinstance(inner, ast.stmt))


def _judge_value(
    targets: Sequence[ast.expr], value: ast.expr, module: SourceModule
) -> Iterator[Finding]:
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    by_convention = bool(names) and names <= _BY_CONVENTION
    if not by_convention and _is_mutable(value, module):
        yield finding(value, "can be changed by whoever imports it")


def _is_mutable(value: ast.expr, module: SourceModule) -> bool:
    match value:
        case ast.Tuple(elts=parts):
            return any(_is_mutable(part, module) for part in parts)
        case ast.IfExp(body=body, orelse=other):
            return _is_mutable(body, module) or _is_mutable(other, module)
        case ast.BoolOp(values=values):
            return any(_is_mutable(part, module) for part in values)
        case ast.BinOp(left=left, right=right):
            # The left side gives the kind: `FROZEN | {"more"}` is frozen. A number on the left
            # repeats the right one.
            return _is_mutable(right if isinstance(left, ast.Constant) else left, module)
        case ast.NamedExpr(value=inner):
            return _is_mutable(inner, module)
        case ast.Call(func=ast.Attribute(attr=attr, value=holder)) if attr in _COPYING_METHODS:
            return attr != "copy" or _is_mutable(holder, module)
        case ast.Call(func=function):
            return bool(module.origins(function) & _MAKERS)
    return isinstance(value, _DISPLAYS)


def _judge_function(node: ast.FunctionDef | ast.Lambda, module: SourceModule) -> Iterator[Finding]:
    for default in [*node.args.defaults, *node.args.kw_defaults]:
        if default is not None and _is_mutable(default, module):
            yield finding(default, "a default is made once, and kept")
    if isinstance(node, ast.FunctionDef):
        yield from _judge_memory(node, module)


def _judge_memory(node: ast.FunctionDef, module: SourceModule) -> Iterator[Finding]:
    """A memo of a function with parameters carries one job's facts to the next; without any it is a
    late constant.
    """
    arguments = node.args
    if not any(
        [
            arguments.posonlyargs,
            arguments.args,
            arguments.kwonlyargs,
            arguments.vararg,
            arguments.kwarg,
        ]
    ):
        return
    for decorator in node.decorator_list:
        function = decorator.func if isinstance(decorator, ast.Call) else decorator
        if module.origins(function) & _MEMORIES:
            yield finding(decorator, f"{node.name} would remember what it was asked before")


def _judge_memo_call(node: ast.Call, module: SourceModule) -> Iterator[Finding]:
    """`remembered = cache(probe)`: the same memo without the decorator's place."""
    if (
        module.origins(node.func) & (_MEMORIES | {"functools.lru_cache()"})
        and node.args
        and isinstance(node.args[0], ast.Name)
    ):
        yield finding(node, "would remember what it was asked before")


def _judge_rebinding(node: ast.Global, _module: SourceModule) -> Iterator[Finding]:
    yield finding(node)


def _judge_foreign_store(
    node: ast.Attribute | ast.Subscript, module: SourceModule
) -> Iterator[Finding]:
    """`module.name = value`, `globals()["name"] = value` and `function.seen = value` from inside a
    function.
    """
    if isinstance(node.ctx, ast.Load):
        return
    origins = module.origins(node.value)
    holders = {
        o
        for o in origins
        if o in {"builtins.globals()", "sys.modules", "builtins"} or o.endswith(".__dict__")
    }
    a_module = isinstance(node, ast.Attribute) and any("(" not in o for o in origins)
    if holders or a_module or _is_own_function(node, module):
        yield finding(node, "changes what every job sees")


def _is_own_function(node: ast.Attribute | ast.Subscript, module: SourceModule) -> bool:
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
        return False
    return any(
        isinstance(s, ast.FunctionDef | ast.ClassDef) and s.name == node.value.id
        for s in module.tree.body
    )


NO_MUTABLE_STATE = Rule(
    id="no_mutable_state",
    law="A module holds constants: nothing in it can be changed by one job and seen by another.",
    governing=Governing(
        "Phase-2 Execution Invariants, Shared-Nothing Execution Guarantee",
        "Jobs do not communicate, coordinate, or share mutable state during execution.",
    ),
    visitors=(
        on(ast.Module, ast.ClassDef, judge=_judge_body),
        on(ast.FunctionDef, ast.Lambda, judge=_judge_function),
        on(ast.Call, judge=_judge_memo_call),
        on(ast.Global, judge=_judge_rebinding),
        on(ast.Attribute, ast.Subscript, judge=_judge_foreign_store),
    ),
)
