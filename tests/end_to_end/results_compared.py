"""Two results of one JobSpec: everything that differs, but for what the contract lets differ."""

from __future__ import annotations

import json
import re
from typing import Any

from proxx_engine import JobExecutionResult, encode_json

MAY_DIFFER = frozenset(
    {
        "worker",
        "started_at",
        "completed_at",
        "duration_seconds",
        "environment_used",
        "executed_command",
    }
)
"""Keys at any depth that tell of this run and this machine (contract of the ExecutionResult)."""

_HIDDEN = re.compile(r"file:[^|]*?/\.proxx-[0-9a-f]{8}(?=/)")


def differences(
    one: JobExecutionResult, other: JobExecutionResult, *, same_place: bool = True
) -> list[str]:
    """Return the path of every value that differs and may not.

    With `same_place` false the output folders differ, so the JobSpecs do: then outputs are
    compared from their folder on, and not the fingerprint that holds the folder.
    """
    trees = [json.loads(encode_json(result)) for result in (one, other)]
    if not same_place:
        trees = [_without_place(tree) for tree in trees]
    return _walk(trees[0], trees[1], "")


def _without_place(tree: dict[str, Any]) -> dict[str, Any]:
    tree["jobspec_fingerprint"] = None
    for clip in tree["clips"]:
        clip["output"]["path"] = None
        command = clip["invocation"]["command"]
        clip["invocation"]["command"] = [_HIDDEN.sub("WORK", word) for word in command]
        clip["stderr"]["text"] = _HIDDEN.sub("WORK", clip["stderr"]["text"])
    return tree


def _walk(one: Any, other: Any, at: str) -> list[str]:
    if type(one) is not type(other):
        return [f"{at}: {one!r} and {other!r}"]
    if isinstance(one, dict):
        keys = sorted((one.keys() | other.keys()) - MAY_DIFFER)
        return [
            found for key in keys for found in _walk(one.get(key), other.get(key), f"{at}.{key}")
        ]
    if isinstance(one, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [found for n, (a, b) in pairs for found in _walk(a, b, f"{at}[{n}]")]
    return [] if one == other else [f"{at}: {one!r} and {other!r}"]
