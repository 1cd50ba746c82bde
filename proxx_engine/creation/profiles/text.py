"""A profile as TOML: the inverse of `profiles.read_profile`, on wish with every field explained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from proxx_engine.spec.profile import ProfileSpec

_WIDTH = 100


def profile_text(profile: ProfileSpec, *, explained: bool = False) -> str:
    """Return a profile as TOML. What is None is left out: there, TOML has no word for it."""
    import tomli_w

    values = profile.model_dump(mode="json")
    if not explained:
        return tomli_w.dumps(_without_none(values))
    return "\n".join(_explain(profile, values, ())) + "\n"


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_none(inner) for inner in value]
    return value


def _explain(model: BaseModel, values: dict[str, Any], above: tuple[str, ...]) -> Iterator[str]:
    """Yield plain values first, since in TOML what follows a table's head belongs to it."""
    import tomli_w

    tables = [name for name, value in values.items() if isinstance(value, dict)]
    for name in (name for name in values if name not in tables):
        yield from _comment(type(model).model_fields[name])
        value = _without_none(values[name])
        if value is None:
            yield f"# {name}: not set"
            yield from _what_it_may_hold(type(model).model_fields[name], name)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            # Written out as tables of their own, they would end the table that they belong to.
            yield f"{name} = ["
            yield from (f"    {_inline(entry)}," for entry in value)
            yield "]"
        else:
            yield tomli_w.dumps({name: value}).rstrip()
    for name in tables:
        yield ""
        yield from _comment(type(model).model_fields[name])
        yield f"[{'.'.join((*above, name))}]"
        yield from _explain(getattr(model, name), values[name], (*above, name))


def _what_it_may_hold(field: FieldInfo, name: str) -> Iterator[str]:
    """Yield the fields of a table that is not there, as comments; nothing for a plain value."""
    for choice in get_args(field.annotation):
        if isinstance(choice, type) and issubclass(choice, BaseModel):
            yield f"# [{name}] may hold:"
            for inner, about in choice.model_fields.items():
                yield f"#   {inner}:"
                yield from _comment(about, "#     ")


def _inline(table: dict[str, Any]) -> str:
    import tomli_w

    pairs = (tomli_w.dumps({key: value}).rstrip() for key, value in table.items())
    return f"{{ {', '.join(pairs)} }}"


def _comment(field: FieldInfo, start: str = "# ") -> Iterator[str]:
    import textwrap

    choices = list(dict.fromkeys(_choices(field.annotation)))
    allowed = f"Allowed: {', '.join(choices)}." if len(choices) > 1 else ""
    text = " ".join(f"{field.description or ''} {allowed}".split())
    # "timecode-or-zero" is a word to be copied.
    wrapped = textwrap.wrap(text, _WIDTH - len(start), break_on_hyphens=False)
    yield from (f"{start}{line}" for line in wrapped)


def _choices(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
        return
    for inner in get_args(annotation):
        yield from _choices(inner)
