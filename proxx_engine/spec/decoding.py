"""Bytes → JobSpec or ProfileSpec: refuses what JSON readers let through, tells all at once.

The order is that of the measured recipe: bytes, encoding, JSON, keys, then the strict classes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from proxx_engine.errors import Issue, JobSpecValidationError, ProfileError, RequestError
from proxx_engine.spec.job_spec import JobSpec
from proxx_engine.spec.profile import ProfileSpec

MAX_BYTES = 64 * 1024 * 1024
"""A JobSpec of the most clips allowed stays below; checked before a byte is read."""
MAX_DEPTH = 16
MAX_VALUES = 4_000_000
"""Commas in the text: bounds memory before anything is built."""
_MAX_ISSUES = 100
_LONGEST_SHOWN = 80

_Model = TypeVar("_Model", bound=BaseModel)
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)

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
        "string_unicode": "SPEC_BAD_TEXT",
        "finite_number": "SPEC_NOT_FINITE",
        "greater_than": "SPEC_OUT_OF_RANGE",
        "greater_than_equal": "SPEC_OUT_OF_RANGE",
        "less_than": "SPEC_OUT_OF_RANGE",
        "less_than_equal": "SPEC_OUT_OF_RANGE",
        "multiple_of": "SPEC_OUT_OF_RANGE",
        "int_parsing_size": "SPEC_OUT_OF_RANGE",
    }
)


class _Refused(Exception):
    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence


def decode_jobspec(data: bytes, *, name: str = "") -> JobSpec:
    """Read a JobSpec. Raises: JobSpecValidationError with every problem found."""
    return _decode(data, JobSpec, JobSpecValidationError, name, "spec_version")


def decode_profile(data: bytes, *, name: str = "") -> ProfileSpec:
    """Read a ProfileSpec from JSON. Raises: ProfileError with every problem found."""
    return _decode(data, ProfileSpec, ProfileError, name, "profile_version")


def encode_json(model: BaseModel) -> bytes:
    """Return the one way in which our files are written: indented JSON, one final newline."""
    text = json.dumps(model.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=2)
    return text.encode("utf-8") + b"\n"


def too_large(size: int, *, name: str) -> JobSpecValidationError:
    """Return the error for a file that is not even read."""
    sentence = f"found {size:,} bytes; a JobSpec has at most {MAX_BYTES:,}"
    return JobSpecValidationError((Issue("SPEC_TOO_LARGE", "", sentence),), subject=name)


def _decode(
    data: bytes, model: type[_Model], error: type[RequestError], name: str, version: str
) -> _Model:
    try:
        loaded = _load(data)
        _check_version(loaded, model, version)
    except _Refused as refused:
        raise error((Issue(refused.code, "", refused.sentence),), subject=name) from None
    try:
        return model.model_validate_json(data)
    except ValidationError as invalid:
        details = invalid.errors(include_url=False, include_context=True)
        issues = tuple(_issue(detail, model) for detail in details[:_MAX_ISSUES])
        raise error(issues, subject=name) from None


def _load(data: bytes) -> object:
    if len(data) > MAX_BYTES:
        raise _Refused("SPEC_TOO_LARGE", f"found {len(data):,} bytes, at most {MAX_BYTES:,}")
    if not data:
        raise _Refused("SPEC_EMPTY", "the file is empty")
    if data.startswith(b"\xef\xbb\xbf"):
        raise _Refused("SPEC_BOM", "starts with a byte order mark; save it as UTF-8 without one")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data:
        raise _Refused("SPEC_ENCODING", "is UTF-16 or holds NUL bytes; expected UTF-8")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as bad:
        sentence = f"byte {bad.start} is not UTF-8 (found 0x{data[bad.start]:02x})"
        raise _Refused("SPEC_ENCODING", sentence) from None
    if data.count(b",") > MAX_VALUES:
        raise _Refused("SPEC_TOO_MANY", f"holds more than {MAX_VALUES:,} values")
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique_keys,
            parse_constant=_refuse_constant,
            parse_float=_refuse_infinity,
            parse_int=_bounded_int,
        )
    except json.JSONDecodeError as bad:
        if "control character" in bad.msg:
            raise _Refused("SPEC_ENCODING", _at(bad, "a raw control character")) from None
        if _depth(data) > MAX_DEPTH:
            raise _too_deep() from None
        raise _Refused("SPEC_NOT_JSON", _at(bad, bad.msg)) from None
    except RecursionError:
        raise _too_deep() from None


def _at(bad: json.JSONDecodeError, what: str) -> str:
    return f"line {bad.lineno}, column {bad.colno}: {what}"


def _too_deep() -> _Refused:
    return _Refused("SPEC_TOO_DEEP", f"brackets nest deeper than {MAX_DEPTH}")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    loaded = dict(pairs)
    if len(loaded) != len(pairs):
        keys = [key for key, _value in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _Refused("SPEC_DUPLICATE_KEY", f"the key {_shown(twice)} stands twice in one object")
    return loaded


def _refuse_constant(constant: str) -> NoReturn:
    raise _Refused("SPEC_NOT_FINITE", f"found {constant}; a number must be finite")


def _refuse_infinity(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise _Refused("SPEC_NOT_FINITE", f"found {text[:40]}; a number must be finite")
    return value


def _bounded_int(text: str) -> int:
    if len(text) > 20:
        raise _Refused("SPEC_OUT_OF_RANGE", f"found a whole number of {len(text)} digits")
    if text == "-0":
        raise _Refused("SPEC_OUT_OF_RANGE", "found -0; write 0")
    return int(text)


def _depth(data: bytes) -> int:
    depth = deepest = 0
    for byte in _STRING.sub(b"", data):
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _check_version(loaded: object, model: type[BaseModel], key: str) -> None:
    if not isinstance(loaded, dict):
        found = {list: "a list", str: "a text", type(None): "null"}.get(type(loaded), "a number")
        raise _Refused("SPEC_NOT_OBJECT", f"expected an object {{…}}, found {found}")
    version = loaded.get(key)
    allowed = get_args(model.model_fields[key].annotation)
    if isinstance(version, str) and version not in allowed:
        sentence = f"{key} is {_shown(version)}; this Proxx reads {', '.join(allowed)}"
        raise _Refused("SPEC_UNSUPPORTED_VERSION", sentence)
    if _nesting(loaded) > MAX_DEPTH:
        raise _too_deep()


def _nesting(value: object) -> int:
    """Depth of brackets, looked at level by level so that a wide document stays cheap."""
    depth = 0
    level: list[object] = [value]
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            return depth
        inner: list[object] = []
        for entry in level:
            children = entry.values() if isinstance(entry, dict) else entry
            inner.extend(child for child in children if isinstance(child, (dict, list)))  # type: ignore[attr-defined]
        level = inner
    return depth


def _issue(detail: ErrorDetails, model: type[BaseModel]) -> Issue:
    location = _location(detail["loc"])
    kind = detail["type"]
    if kind.startswith("SPEC_"):
        return Issue(kind, location, f"found {_shown(detail['input'])}: {detail['msg']}")
    code = _CODES.get(kind, "SPEC_WRONG_TYPE")
    if kind == "json_invalid":
        code = "SPEC_BAD_TEXT" if "surrogate" in detail["msg"] else "SPEC_NOT_JSON"
        return Issue(code, location, detail["msg"])
    sentence = _SENTENCES.get(kind, _expected)(detail, model)
    return Issue(code, location, sentence)


def _expected(detail: ErrorDetails, _model: type[BaseModel]) -> str:
    wanted = detail["msg"].removeprefix("Input should be ")
    return f"found {_shown(detail['input'])}, expected {wanted}"


def _missing(detail: ErrorDetails, _model: type[BaseModel]) -> str:
    return f"the field {_shown(detail['loc'][-1])} is missing"


def _unknown_field(detail: ErrorDetails, model: type[BaseModel]) -> str:
    key = str(detail["loc"][-1])
    allowed = list(_fields_at(model, detail["loc"][:-1]))
    near = get_close_matches(key, allowed, n=1)
    hint = f"did you mean {_shown(near[0])}?" if near else f"allowed: {', '.join(allowed)}"
    return f"the field {_shown(key)} does not exist; {hint}"


def _unknown_value(detail: ErrorDetails, _model: type[BaseModel]) -> str:
    expected = str(detail.get("ctx", {}).get("expected", ""))
    allowed = re.findall(r"'([^']*)'", expected)
    near = get_close_matches(str(detail["input"]), allowed, n=1)
    hint = f"; did you mean {_shown(near[0])}?" if near else ""
    return f"found {_shown(detail['input'])}, allowed: {expected.replace(chr(39), '')}{hint}"


def _wrong_text(detail: ErrorDetails, _model: type[BaseModel]) -> str:
    pattern = detail.get("ctx", {}).get("pattern", "")
    return f"found {_shown(detail['input'])}, expected text of the form {pattern}"


def _too_many(detail: ErrorDetails, _model: type[BaseModel]) -> str:
    context = detail.get("ctx", {})
    return f"found {context.get('actual_length')} entries, at most {context.get('max_length')}"


def _too_few(_detail: ErrorDetails, _model: type[BaseModel]) -> str:
    return "found an empty list, expected at least one entry"


_SENTENCES: Mapping[str, Callable[[ErrorDetails, type[BaseModel]], str]] = MappingProxyType(
    {
        "missing": _missing,
        "extra_forbidden": _unknown_field,
        "literal_error": _unknown_value,
        "string_pattern_mismatch": _wrong_text,
        "too_long": _too_many,
        "too_short": _too_few,
    }
)


def _location(loc: tuple[int | str, ...]) -> str:
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path if path.isprintable() else ascii(path)


def _fields_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> tuple[str, ...]:
    current: type[BaseModel] = model
    for part in loc:
        if isinstance(part, int):
            continue
        field = current.model_fields.get(part)
        inner = _model_in(field) if field else None
        if inner is None:
            return ()
        current = inner
    return tuple(field.alias or name for name, field in current.model_fields.items())


def _model_in(field: FieldInfo) -> type[BaseModel] | None:
    waiting: list[Any] = [field.annotation]
    while waiting:
        candidate = waiting.pop()
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
        waiting.extend(get_args(candidate))
    return None


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
