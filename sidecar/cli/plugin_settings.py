"""`proxx plugin settings` and `record`: what the settings say, and are to say, all or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Any, get_origin

from proxx_engine import Issue, RequestError
from sidecar.cli.outcome import DONE, Outcome
from sidecar.cli.paths import plain_path
from sidecar.cli.plugin_log import log_path
from sidecar.config import read_toml
from sidecar.resolve.by_files.exchange import exchange_folder
from sidecar.resolve.settings import (
    MISSING,
    PluginSettings,
    check_settings,
    read_settings,
    write_settings,
)

_WIDTH = 100


def settings(path: Path, words: Sequence[str]) -> Outcome:
    """Show the settings; KEY=VALUE edits them first, all or none. Raises: RequestError."""
    if words:
        return _told(path, _edit(path, words))
    return _told(path, read_settings(path) if path.exists() else None)


def record(path: Path, words: Sequence[str]) -> Outcome:
    """Have the next talks with Resolve recorded in a file, or none: `off`. Raises: RequestError."""
    if len(words) != 1:
        issue = Issue("SPEC_BAD_LIST", "", f"expected a FILE or off, found {len(words)} words")
        raise RequestError((issue,), subject="proxx plugin record")
    file = None if words[0] == "off" else plain_path(Path(words[0]))
    said = _edit(path, [f"record={file or ''}"])
    told = ["the next talks with Resolve are not recorded"]
    if file is not None:
        told = [
            f"the next talks with Resolve are recorded in {file}, each in a file of its own",
            "they hold names and paths of the project; `proxx plugin record off` ends it",
        ]
    return Outcome(DONE, {"record": str(file) if said.record else None}, tuple(told))


def _edit(path: Path, words: Sequence[str]) -> PluginSettings:
    value = read_toml(path) if path.exists() else {}
    issues = []
    for key, texts in _by_key(words).items():
        if key not in PluginSettings.model_fields:
            # What is no KEY=VALUE is told as it was typed; what is wrong besides, with it.
            issues.append(Issue("SPEC_UNKNOWN_FIELD", key, f"expected {_keys()}"))
        elif not _is_list(key) and len(texts) > 1:
            issues.append(Issue("SPEC_DUPLICATE_KEY", key, f"given {len(texts)} times, takes one"))
        elif texts == [""]:
            value.pop(key, None)
        else:
            value[key] = _value(key, texts)
    try:
        said = check_settings(value, subject=str(path))
    except RequestError as error:
        raise RequestError((*issues, *error.issues), subject=str(path)) from None
    if issues:
        raise RequestError(tuple(issues), subject=str(path))
    write_settings(path, said)
    return said


def _by_key(words: Sequence[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in words:
        key, _, text = word.partition("=")
        found.setdefault(key if "=" in word else word, []).append(text)
    return found


def _value(key: str, texts: list[str]) -> Any:
    """Return what a text means for a key; what is no number stays a text, which is refused."""
    if _is_list(key):
        return texts
    number = PluginSettings.model_fields[key].annotation is int and texts[0].isdecimal()
    return int(texts[0]) if number else texts[0]


def _is_list(key: str) -> bool:
    return get_origin(PluginSettings.model_fields[key].annotation) is tuple


def _keys() -> str:
    return f"KEY=VALUE with one of {', '.join(PluginSettings.model_fields)}"


def _told(path: Path, said: PluginSettings | None) -> Outcome:
    values = said.model_dump(mode="json") if said else None
    places = {"path": path, "log": log_path(), "exchange": exchange_folder(path)}
    data = {name: str(place) for name, place in places.items()} | {"settings": values}
    return Outcome(DONE, data, tuple(_lines(path, said)))


def _lines(path: Path, said: PluginSettings | None) -> Iterator[str]:
    yield f"settings  {path}"
    yield f"log       {log_path()}"
    if said is None:
        yield MISSING
    for key, field in PluginSettings.model_fields.items():
        yield ""
        yield f"{key} = {_shown(said, key)}"
        yield from wrap(
            " ".join((field.description or "").split()),
            _WIDTH,
            initial_indent="    ",
            subsequent_indent="    ",
        )


def _shown(said: PluginSettings | None, key: str) -> str:
    field = PluginSettings.model_fields[key]
    value = getattr(said, key) if said else field.get_default()
    if value is None or value == () or (said is None and field.is_required()):
        return "(not set)"
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return text if field.is_required() or value != field.get_default() else f"{text} (default)"
