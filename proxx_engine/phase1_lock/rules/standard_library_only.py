"""Standard library only: decides what a file that runs in somebody else's Python may import."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from .law import Finding, Governing, Rule, finding, on
from .source import SourceModule

# What DaVinci Resolve itself puts into the interpreter that runs its menu scripts.
_HOST_MODULES = frozenset({"DaVinciResolveScript", "fusionscript"})
_IMPORTERS = frozenset({"builtins.__import__", "importlib.import_module", "importlib.__import__"})


def _judge_import(node: ast.Import | ast.ImportFrom, module: SourceModule) -> Iterator[Finding]:
    if isinstance(node, ast.ImportFrom) and node.level:
        return
    names = (
        [alias.name for alias in node.names]
        if isinstance(node, ast.Import)
        else [node.module or ""]
    )
    for name in names:
        if not _may_import(name, module):
            yield finding(node, "not in the standard library")


def _judge_call(node: ast.Call, module: SourceModule) -> Iterator[Finding]:
    name = module.text(node.args[0]) if node.args else None
    if (
        name
        and module.origins(node.func) & _IMPORTERS
        and not name.startswith(".")
        and not _may_import(name, module)
    ):
        yield finding(node, "not in the standard library")


def _may_import(name: str, module: SourceModule) -> bool:
    top = name.partition(".")[0]
    return top in sys.stdlib_module_names or top in _HOST_MODULES or top in _neighbours(module)


def _neighbours(module: SourceModule) -> frozenset[str]:
    """The modules that are installed together with this file: everything under its own top folder,
    and that folder.
    """
    top = module.path.split("/")[0]
    if module.root is None:
        return frozenset({top})
    folder = module.root / top
    return frozenset(
        {
            top,
            *(path.stem for path in folder.rglob("*.py")),
            *(path.parent.name for path in folder.rglob("__init__.py")),
        }
    )


STANDARD_LIBRARY_ONLY = Rule(
    id="standard_library_only",
    law="What runs inside Resolve or before Proxx is installed needs nothing but Python.",
    governing=Governing(
        "Proxx: the design, section 6", "standard library only under resolve_scripts/ and install/"
    ),
    holds_for=("resolve_scripts/", "install/"),
    visitors=(on(ast.Import, ast.ImportFrom, judge=_judge_import), on(ast.Call, judge=_judge_call)),
)
