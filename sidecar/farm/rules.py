r"""A farm's path mapping rules (`pathmapping-1.0`) → path maps, for the paths inside JobSpecs.

    {"version": "pathmapping-1.0", "path_mapping_rules": [
        {"source_path_format": "WINDOWS", "source_path": "P:\\shoot",
         "destination_path": "/mnt/shoot"}]}

A farm maps the parameters of a template, and no file that they name. As path maps do, its rules
hold for whole names, the longest source first; Windows sources in any case, with either slash.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from proxx_engine import Issue, PathMap, RequestError, explain, root_problem, same_root
from sidecar.config import local_problem
from sidecar.farm.json_files import read_object

_SLASHES = re.compile(r"[\\/]+")
_Words = Annotated[str, StringConstraints(min_length=1, max_length=4096)]


def _in_capitals(said: object) -> object:
    # As the standard's runtime reads it; Deadline's own files have `windows`.
    return said.upper() if isinstance(said, str) else said


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Rule(_Part):
    source_path_format: Annotated[Literal["POSIX", "WINDOWS", "URI"], BeforeValidator(_in_capitals)]
    source_path: _Words
    destination_path: _Words


class _Rules(_Part):
    version: Literal["pathmapping-1.0"]
    path_mapping_rules: Annotated[tuple[_Rule, ...], Field(max_length=10_000)] = ()


def read_rules(path: Path) -> tuple[PathMap, ...]:
    """Read a rules file; what a runtime writes where there are none, `{}`, holds none.

    Raises: RequestError with every problem found, each with its field.
    """
    value = read_object(path)
    if not value:
        return ()
    try:
        rules = _Rules.model_validate_json(json.dumps(value)).path_mapping_rules
    except ValidationError:
        raise RequestError(explain(value, _Rules), subject=str(path)) from None
    # A rule for addresses (s3://…) holds for no file of a job.
    of_files = [(n, rule) for n, rule in enumerate(rules) if rule.source_path_format != "URI"]
    issues = [issue for n, rule in of_files for issue in _check(n, rule)]
    issues = issues or list(_contradictions(of_files))
    if issues:
        raise RequestError(tuple(issues), subject=str(path))
    maps = ((_source(rule), rule.destination_path) for _n, rule in of_files)
    return tuple(PathMap(written=source, local=here) for source, here in maps)


def _source(rule: _Rule) -> str:
    # To POSIX more slashes are one; two would be a share of Windows.
    if rule.source_path_format == "POSIX" and rule.source_path.startswith("/"):
        return "/" + rule.source_path.lstrip("/")
    return rule.source_path


def _check(number: int, rule: _Rule) -> Iterator[Issue]:
    at, source = f"path_mapping_rules[{number}]", _source(rule)
    problem = root_problem(source)
    # Windows takes a share with these slashes too.
    is_posix = source.startswith("/") and not source.startswith("//")
    if problem is None and is_posix != (rule.source_path_format == "POSIX"):
        problem = f"is no path of the format {rule.source_path_format}"
    if problem:
        yield Issue("SPEC_BAD_PATH", f"{at}.source_path", f"found {source!r}, which {problem}")
    if problem := local_problem(rule.destination_path):
        sentence = f"found {rule.destination_path!r}, which {problem}"
        yield Issue("SPEC_BAD_PATH", f"{at}.destination_path", sentence)


def _contradictions(rules: list[tuple[int, _Rule]]) -> Iterator[Issue]:
    """Yield each rule that gives the source of an earlier one another destination."""
    first: dict[str, tuple[int, _Rule]] = {}
    for number, rule in rules:
        key = "/".join(filter(None, _SLASHES.split(_source(rule).casefold())))
        earlier, other = first.setdefault(key, (number, rule))
        same = same_root(_source(rule), _source(other))
        if same and not same_root(rule.destination_path, other.destination_path):
            at = f"path_mapping_rules[{number}].source_path"
            found = f"found {rule.source_path!r}, which path_mapping_rules[{earlier}] has too"
            yield Issue("SPEC_DUPLICATE_KEY", at, f"{found}, with another destination")
