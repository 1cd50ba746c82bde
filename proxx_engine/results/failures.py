"""failures.toml as values: every code's stage, sentence, next step and exit code, once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import get_args

from proxx_engine.errors import Issue
from proxx_engine.results.execution_results import Failure, Stage


@dataclass(frozen=True, slots=True)
class FailureKind:
    """What one code means."""

    code: str
    stage: Stage
    sentence: str
    next_step: str
    exit_code: int


@cache
def failure_kinds() -> Mapping[str, FailureKind]:
    """Return every code of failures.toml. Raises: ValueError for a row that is not whole."""
    text = files("proxx_engine").joinpath("failures.toml").read_text("utf-8")
    kinds = {}
    for code, row in tomllib.loads(text).items():
        if row["stage"] not in get_args(Stage):
            raise ValueError(f"failures.toml: {code}: unknown stage {row['stage']!r}")
        kinds[code] = FailureKind(
            code, row["stage"], row["sentence"], row["next_step"], row["exit"]
        )
    return MappingProxyType(kinds)


def make_failure(code: str, detail: str = "", *, stage: Stage | None = None) -> Failure:
    """Return the failure `code`; `detail` says what was seen. Raises: KeyError (not listed)."""
    kind = failure_kinds()[code]
    sentence = f"{kind.sentence}: {detail}" if detail else kind.sentence
    return Failure(
        code=code, stage=stage or kind.stage, sentence=sentence, next_step=kind.next_step
    )


def failure_of(issue: Issue) -> Failure:
    """Return the failure that `issue` is."""
    return make_failure(issue.code, str(Issue("", issue.path, issue.sentence)).removesuffix(" []"))


def exit_code_of(code: str) -> int:
    """Return the exit code that goes with a failure code."""
    return failure_kinds()[code].exit_code
