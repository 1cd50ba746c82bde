"""No direct engine call: decides who may touch `_engines`, and which names of the engine the
sidecar may use.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePath

from .law import Finding, Governing, Rule, finding, on
from .source import SourceModule

_ENGINES = "proxx_engine._engines"
# Types only: what an engine is given and gives back, and what a host must offer.
_CONTRACT = f"{_ENGINES}.contract"
_MAY_EXECUTE = (
    "proxx_engine/_engines/",
    "proxx_engine/execution_adapter.py",
    "proxx_engine/execution_adapter/",
)
_RUNNERS = frozenset(
    {
        "subprocess.run",
        "subprocess.Popen",
        "subprocess.call",
        "subprocess.check_call",
        "subprocess.check_output",
    }
) | frozenset({"os.system", "os.popen", "os.execv", "os.execvp", "os.spawnv", "os.spawnvp"})


def _judge_import(node: ast.Import | ast.ImportFrom, module: SourceModule) -> Iterator[Finding]:
    for origin in module.imported(node):
        why = _why_not(origin, module)
        if why:
            yield finding(node, why)


def _judge_reference(node: ast.expr, module: SourceModule) -> Iterator[Finding]:
    for origin in sorted(module.origins(node)):
        why = _why_not(origin, module)
        if why:
            yield finding(node, why)
            return
    name = (
        node.attr
        if isinstance(node, ast.Attribute)
        else node.id
        if isinstance(node, ast.Name)
        else ""
    )
    if name.startswith("_execute_with_") and not module.path.startswith(_MAY_EXECUTE):
        yield finding(node, "the engines are private")


def _why_not(origin: str, module: SourceModule) -> str:
    """Why this file may not use this name; empty when it may."""
    if not _is_engine_module(origin):
        return ""
    if module.path.startswith("sidecar/"):
        return _why_not_public(origin.removeprefix("proxx_engine").lstrip("."), module)
    engines = origin == _ENGINES or origin.startswith(f"{_ENGINES}.")
    types = origin == _CONTRACT or origin.startswith(f"{_CONTRACT}.")
    if engines and not types and not module.path.startswith(_MAY_EXECUTE):
        return "only execution_adapter calls an engine"
    return ""


def _is_engine_module(origin: str) -> bool:
    return origin == "proxx_engine" or origin.startswith("proxx_engine.")


def _why_not_public(name: str, module: SourceModule) -> str:
    first, _, rest = name.partition(".")
    if not first or (first.startswith("__") and first.endswith("__")):
        return ""
    public = module.public_names
    if public is None:
        # With no engine beside it: a private name or a module's path is public in no engine.
        return (
            "not a name in proxx_engine.__all__"
            if first.startswith("_") or (rest and first.islower())
            else ""
        )
    return "" if first.removesuffix("()") in public else "not a name in proxx_engine.__all__"


def _judge_command(node: ast.Call, module: SourceModule) -> Iterator[Finding]:
    """A sidecar that starts FFmpeg itself goes round the engine as surely as one that imports
    it.
    """
    if (
        not module.path.startswith("sidecar/")
        or not module.origins(node.func) & _RUNNERS
        or not node.args
    ):
        return
    command = node.args[0]
    first = (
        command.elts[0] if isinstance(command, ast.List | ast.Tuple) and command.elts else command
    )
    words = (module.text(first) or "").split()
    if words and PurePath(words[0].replace("\\", "/")).stem.lower() in {"ffmpeg", "ffprobe"}:
        yield finding(node, "the sidecar encodes nothing itself")


NO_DIRECT_ENGINE_CALL = Rule(
    id="no_direct_engine_call",
    law="Only execution_adapter calls an engine; the sidecar uses proxx_engine.__all__ alone.",
    governing=Governing(
        "Phase-1 Governance Policy, constraint 6",
        "ALL execution flows through execution_adapter.execute_jobspec()",
    ),
    holds_for=("proxx_engine/", "sidecar/"),
    visitors=(
        on(ast.Import, ast.ImportFrom, judge=_judge_import),
        on(ast.Name, ast.Attribute, ast.Call, ast.Subscript, judge=_judge_reference),
        on(ast.Call, judge=_judge_command),
    ),
)
