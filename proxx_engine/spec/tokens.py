"""Naming templates: `{token}` and plain text, replaced once; never str.format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches

from proxx_engine.errors import Issue

TOKENS = (
    "source_name",
    "source_ext",
    "job_id",
    "date",
    "time",
    "index",
    "codec",
    "resolution",
)
UNIQUE_TOKENS = ("index", "source_name")
"""A job of several clips must use one of these (governing document: output names)."""

_PART = re.compile(r"\{([^{}]*)\}|([^{}]+)|([{}])")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


def check_template(template: str, *, clip_count: int, path: str) -> list[Issue]:
    """Return what is wrong with `template`, for a job of `clip_count` clips."""
    issues = []
    used = set()
    for match in _PART.finditer(template):
        token, _text, brace = match.groups()
        if brace:
            sentence = f'found a lone "{brace}" in {template!r}; a token is written {{source_name}}'
            issues.append(Issue("SPEC_BAD_TEMPLATE", path, sentence))
        elif token is not None and token not in TOKENS:
            near = get_close_matches(token, TOKENS, n=1)
            hint = f" Did you mean {{{near[0]}}}?" if near else ""
            allowed = " ".join(f"{{{name}}}" for name in TOKENS)
            sentence = f"found the token {{{token}}}; allowed are {allowed}.{hint}"
            issues.append(Issue("SPEC_BAD_TEMPLATE", path, sentence))
        elif token is not None:
            used.add(token)
    if clip_count > 1 and not used.intersection(UNIQUE_TOKENS):
        sentence = "a job of several clips needs {index} or {source_name} in its names"
        issues.append(Issue("SPEC_AMBIGUOUS_NAMES", path, sentence))
    return issues


def used_tokens(template: str) -> frozenset[str]:
    """Return the tokens that stand in `template`."""
    return frozenset(match[1] for match in _PART.finditer(template) if match[1] is not None)


def expand_template(template: str, values: Mapping[str, str]) -> str:
    """Replace each token of a checked template by its value, made safe for a file name, in NFC:
    names that come from a Mac may be written otherwise.
    """
    name = _PART.sub(
        lambda match: match[0] if match[1] is None else _UNSAFE.sub("_", values[match[1]]),
        template,
    )
    return unicodedata.normalize("NFC", name)


def format_index(index: int, *, clip_count: int) -> str:
    """Return the zero-based index, in one width throughout the job: 000, 001 and on."""
    return str(index).zfill(max(3, len(str(max(clip_count - 1, 0)))))
