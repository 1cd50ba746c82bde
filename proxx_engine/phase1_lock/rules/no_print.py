"""No print: decides what would write to the terminal of whoever called the engine."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .law import Finding, Governing, Rule, finding, on
from .references import Forbidden
from .source import SourceModule

_PRINTERS = Forbidden(
    names=frozenset(
        {"builtins.print", "builtins.input", "builtins.breakpoint", "builtins.help"}
        | {
            "sys.stdout",
            "sys.stderr",
            "sys.__stdout__",
            "sys.__stderr__",
            "sys.displayhook",
            "sys.stdout.write",
        }
        | {
            "pprint.pprint",
            "pprint.pp",
            "pprint.PrettyPrinter",
            "logging.basicConfig",
            "logging.StreamHandler",
            "logging.lastResort",
        }
        # The functions of the logging module install a handler on the terminal when there is none.
        | {
            f"logging.{level}"
            for level in ("debug", "info", "warning", "error", "critical", "exception", "log")
        }
        | {
            f"traceback.{name}"
            for name in ("print_exc", "print_exception", "print_stack", "print_last", "print_tb")
        }
    ),
    modules=frozenset({"rich", "click", "typer", "colorama", "curses", "tqdm", "loguru"}),
)
_DESCRIPTOR_WRITERS = frozenset(
    {"os.write", "os.fdopen", "builtins.open", "io.open", "io.FileIO", "os.writev", "os.dup"}
)
_TERMINALS = frozenset(
    {"/dev/stdout", "/dev/stderr", "/dev/tty", "/dev/fd/1", "/dev/fd/2", "CON", "CONOUT$"}
)


def _judge_descriptor(node: ast.Call, module: SourceModule) -> Iterator[Finding]:
    if not node.args or not module.origins(node.func) & _DESCRIPTOR_WRITERS:
        return
    first = node.args[0]
    a_number = (
        isinstance(first, ast.Constant) and type(first.value) is int and first.value in (1, 2)
    )
    if a_number or module.text(first) in _TERMINALS:
        yield finding(node, "writes to the terminal")


NO_PRINT = Rule(
    id="no_print",
    law="The engine prints nothing: what it has to say is data.",
    governing=Governing(
        "Phase-1 Governance Policy, constraint 3", "Batch-oriented, headless operation"
    ),
    visitors=(*_PRINTERS.visitors(), on(ast.Call, judge=_judge_descriptor)),
)
