"""The laws, one file each, and the walk that asks all of them about one file."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .exemptions import EXEMPTIONS
from .law import Exemption, Finding, Governing, Rule, Violation
from .no_async import NO_ASYNC
from .no_clock import NO_CLOCK
from .no_direct_engine_call import NO_DIRECT_ENGINE_CALL
from .no_environment import NO_ENVIRONMENT
from .no_hidden_configuration import NO_HIDDEN_CONFIGURATION
from .no_mutable_state import NO_MUTABLE_STATE
from .no_print import NO_PRINT
from .no_progress_callback import NO_PROGRESS_CALLBACK
from .no_retry import NO_RETRY
from .no_silent_except import NO_SILENT_EXCEPT
from .no_subprocess import NO_SUBPROCESS
from .no_threads import NO_THREADS
from .source import SourceModule
from .standard_library_only import STANDARD_LIBRARY_ONLY

__all__ = [
    "EXEMPTIONS",
    "RULES",
    "Exemption",
    "Governing",
    "Rule",
    "SourceModule",
    "Violation",
    "judge",
]

RULES = (
    NO_ASYNC,
    NO_RETRY,
    NO_ENVIRONMENT,
    NO_HIDDEN_CONFIGURATION,
    NO_PROGRESS_CALLBACK,
    NO_DIRECT_ENGINE_CALL,
    NO_THREADS,
    NO_MUTABLE_STATE,
    NO_SILENT_EXCEPT,
    NO_CLOCK,
    NO_SUBPROCESS,
    NO_PRINT,
    STANDARD_LIBRARY_ONLY,
)


def judge(module: SourceModule, *, rules: tuple[Rule, ...] = RULES) -> tuple[Violation, ...]:
    """All that the laws find in one file, in the order of its lines; one violation per law and
    line.

    Raises:
        SyntaxError: a program handed to exec or eval as a string constant is not Python.
    """
    asked = [rule for rule in rules if _holds(rule, module.path)]
    first_of_line: dict[tuple[int, str], Violation] = {}
    for rule, found in _findings(module, asked):
        violation = Violation(
            module.path, found.line, rule.id, rule.law, str(rule.governing), found.found
        )
        first_of_line.setdefault((found.line, rule.id), violation)
    return tuple(sorted(first_of_line.values()))


def _holds(rule: Rule, path: str) -> bool:
    exempt = any(exemption.rule == rule.id and exemption.path == path for exemption in EXEMPTIONS)
    return path.startswith(rule.holds_for) and not exempt


def _findings(module: SourceModule, rules: list[Rule]) -> Iterator[tuple[Rule, Finding]]:
    visitors = [(rule, visitor) for rule in rules for visitor in rule.visitors]
    for node in ast.walk(module.tree):
        for rule, visitor in visitors:
            if isinstance(node, visitor.node_types):
                for found in visitor.judge(node, module):
                    yield rule, found
    for line, inner in module.code_in_strings():
        for rule, found in _findings(inner, rules):
            yield rule, Finding(line, f"in a string that is run: {found.found}")
