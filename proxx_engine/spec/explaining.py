"""What is wrong with a JSON value of ours, every problem at once, in the user's words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from itertools import islice
from types import MappingProxyType
from typing import Any, get_args

from annotated_types import MaxLen
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from proxx_engine.errors import Issue
from proxx_engine.spec.reading import Location, find_oddities, location_text, shown

_MAX_ISSUES = 100

_CODES = MappingProxyType(
    {
        "missing": "SPEC_MISSING_FIELD",
        "extra_forbidden": "SPEC_UNKNOWN_FIELD",
        "literal_error": "SPEC_UNKNOWN_VALUE",
        "too_long": "SPEC_TOO_MANY",
        "too_short": "SPEC_EMPTY_LIST",
        "string_too_long": "SPEC_TOO_LONG",
        "string_too_short": "SPEC_OUT_OF_RANGE",
        "string_pattern_mismatch": "SPEC_BAD_TEXT",
        "greater_than_equal": "SPEC_OUT_OF_RANGE",
        "less_than": "SPEC_OUT_OF_RANGE",
        "less_than_equal": "SPEC_OUT_OF_RANGE",
        "multiple_of": "SPEC_OUT_OF_RANGE",
    }
)
_KINDS = MappingProxyType(
    {
        "a valid integer": "a whole number",
        "a valid string": "a text",
        "a valid boolean": "true or false",
        "a valid array": "a list",
    }
)


def explain_oddities(value: object) -> tuple[Issue, ...]:
    """Return what a class would not notice."""
    return tuple(islice(find_oddities(value), _MAX_ISSUES))


def has_right_keys(value: Mapping[str, object], model: type[BaseModel]) -> bool:
    """Tell whether an object has all keys it needs, and none besides.

    Asked before a whole file is given to its class, which copies an object for each missing key.
    """
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    needed = {key for key, field in fields.items() if field.is_required()}
    return needed <= value.keys() <= fields.keys()


def explain(value: object, model: type[BaseModel]) -> tuple[Issue, ...]:
    """Return what is wrong with a value that `model` refuses; at least one issue."""
    odd = explain_oddities(value)
    if any(issue.code == "SPEC_TOO_DEEP" for issue in odd):
        return odd
    places = {issue.path for issue in odd}
    found = (issue for issue in _explain(value, model, ()) if issue.path not in places)
    unexplained = Issue("SPEC_WRONG_TYPE", "", f"found what is no {model.__name__}")
    return (*odd, *islice(found, _MAX_ISSUES)) or (unexplained,)


def _explain(value: object, model: type[BaseModel], loc: Location) -> Iterator[Issue]:
    """Tell a value's own problems, then those of every entry in its lists, each by itself: a
    list as a whole stops at its first wrong entry, which bounds memory.
    """
    # Half surrogates were told already; as "?" they do not hide what else is wrong.
    text = json.dumps(_trimmed(value, model), ensure_ascii=False).encode("utf-8", "replace")
    try:
        model.model_validate_json(text)
    except ValidationError as invalid:
        for detail in invalid.errors(include_url=False):
            if not _is_told_elsewhere(detail, model):
                yield _issue(detail, model, loc)
    yield from _explain_lists(value, model, loc)


def _trimmed(value: object, model: type[BaseModel]) -> object:
    """Return a copy without what is not looked at: unknown values, and entries of lists that are
    asked by themselves.
    """
    if not isinstance(value, dict):
        return _hollow(value)
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    trimmed: dict[str, object] = {}
    for key, child in value.items():
        field = fields.get(key)
        inner = _model_in(field) if field else None
        if field is None:
            trimmed[key] = None
        elif isinstance(child, list):
            trimmed[key] = [None][: len(child)] if inner else [*map(_hollow, child)]
        else:
            trimmed[key] = _trimmed(child, inner) if inner else _hollow(child)
    return trimmed


def _hollow(value: object) -> object:
    return type(value)() if isinstance(value, dict | list) else value


def _explain_lists(value: object, model: type[BaseModel], loc: Location) -> Iterator[Issue]:
    if not isinstance(value, dict):
        return
    for name, field in model.model_fields.items():
        key = field.alias or name
        inner, child = _model_in(field), value.get(key)
        if inner is None or child is None:
            continue
        longest = _longest(field)
        if not isinstance(child, list) or longest is None:
            yield from _explain_lists(child, inner, (*loc, key))
            continue
        if len(child) > longest:
            sentence = f"found {len(child):,} entries, at most {longest:,}"
            yield Issue("SPEC_TOO_MANY", location_text((*loc, key)), sentence)
            continue
        for position, entry in enumerate(child):
            yield from _explain(entry, inner, (*loc, key, position))


def _is_told_elsewhere(detail: ErrorDetails, model: type[BaseModel]) -> bool:
    kind, loc = detail["type"], detail["loc"]
    if kind == "too_short" and detail["input"]:
        return True  # a list that stopped at its first entry counts as empty
    before = next((n for n, part in enumerate(loc) if isinstance(part, int)), None)
    field = _field_at(model, loc[:before]) if before else None
    return field is not None and _model_in(field) is not None


def _issue(detail: ErrorDetails, model: type[BaseModel], loc: Location) -> Issue:
    kind, found = detail["type"], detail["input"]
    where = location_text((*loc, *detail["loc"]))
    if kind.startswith("SPEC_"):
        return Issue(kind, where, f"found {shown(found)}: {detail['msg']}")
    code = _CODES.get(kind, "SPEC_WRONG_TYPE")
    if kind == "literal_error" and "'" in detail["msg"] and not isinstance(found, str):
        code = "SPEC_WRONG_TYPE"
    return Issue(code, where, _SENTENCES.get(kind, _expected)(detail, model))


def _expected(detail: ErrorDetails, _model: type[BaseModel]) -> str:
    wanted = detail["msg"].removeprefix("Input should be ")
    return f"found {shown(detail['input'])}, expected {_KINDS.get(wanted, wanted)}"


def _missing(detail: ErrorDetails, _model: type[BaseModel]) -> str:
    return f"the field {shown(detail['loc'][-1])} is missing"


def _unknown_field(detail: ErrorDetails, model: type[BaseModel]) -> str:
    key = str(detail["loc"][-1])
    allowed = _keys_at(model, detail["loc"][:-1])
    near = get_close_matches(key[:100], allowed, n=1)
    hint = f"did you mean {shown(near[0])}?" if near else f"allowed: {', '.join(allowed)}"
    return f"the field {shown(key)} does not exist; {hint}"


def _unknown_value(detail: ErrorDetails, _model: type[BaseModel]) -> str:
    expected = str(detail.get("ctx", {}).get("expected", ""))
    allowed = re.findall(r"'([^']*)'", expected)
    near = get_close_matches(str(detail["input"])[:100], allowed, n=1)
    hint = f"; did you mean {shown(near[0])}?" if near else ""
    return f"found {shown(detail['input'])}, allowed: {expected.replace(chr(39), '')}{hint}"


def _wrong_text(detail: ErrorDetails, _model: type[BaseModel]) -> str:
    pattern = detail.get("ctx", {}).get("pattern", "")
    return f"found {shown(detail['input'])}, expected text of the form {pattern}"


def _long_text(detail: ErrorDetails, _model: type[BaseModel]) -> str:
    longest = detail.get("ctx", {}).get("max_length", 0)
    return f"found {len(detail['input']):,} characters, at most {longest:,}"


def _short_text(_detail: ErrorDetails, _model: type[BaseModel]) -> str:
    return "found an empty text, expected at least one character"


def _many_entries(detail: ErrorDetails, _model: type[BaseModel]) -> str:
    longest = detail.get("ctx", {}).get("max_length", 0)
    return f"found {len(detail['input']):,} entries, at most {longest:,}"


def _no_entries(_detail: ErrorDetails, _model: type[BaseModel]) -> str:
    return "found an empty list, expected at least one entry"


_SENTENCES: Mapping[str, Callable[[ErrorDetails, type[BaseModel]], str]] = MappingProxyType(
    {
        "missing": _missing,
        "extra_forbidden": _unknown_field,
        "literal_error": _unknown_value,
        "string_pattern_mismatch": _wrong_text,
        "string_too_long": _long_text,
        "string_too_short": _short_text,
        "too_long": _many_entries,
        "too_short": _no_entries,
    }
)


def _longest(field: FieldInfo) -> int | None:
    """Return the most entries of a list, None where the field is no list."""
    return next((rule.max_length for rule in field.metadata if isinstance(rule, MaxLen)), None)


def _field_at(model: type[BaseModel], loc: Location) -> FieldInfo | None:
    current: type[BaseModel] | None = model
    field = None
    for part in loc:
        if isinstance(part, int):
            continue
        fields = current.model_fields if current else {}
        field = next((f for name, f in fields.items() if part == (f.alias or name)), None)
        current = _model_in(field) if field else None
    return field


def _keys_at(model: type[BaseModel], loc: Location) -> list[str]:
    field = _field_at(model, loc)
    current = model if not loc else _model_in(field) if field else None
    fields = current.model_fields if current else {}
    return [field.alias or name for name, field in fields.items()]


def _model_in(field: FieldInfo) -> type[BaseModel] | None:
    waiting: list[Any] = [field.annotation]
    while waiting:
        candidate = waiting.pop()
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
        waiting.extend(get_args(candidate))
    return None
