"""A view → one page of HTML that stands alone. Pure: the same view gives the same bytes.

The page asks the network for nothing: style and scripts stand inside, and its policy allows these
by their hashes and nothing else. Text is escaped by the template; what a row tells when it is
opened travels as JSON. What no person could see in a name is shown by its number.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sidecar.report.model import CheckLine, ClipView, Fact, NleLine, ReportView
from sidecar.words import format_bytes, format_seconds, plural, printable

STYLES = ("look.css", "report.css", "plots.css", "rows.css", "details.css", "print.css")
EARLY = ("early.js",)
"""Before the first line is drawn: so the page never changes its colours in front of one's eyes."""
SCRIPTS = (
    *("elements.js", "charts.js", "pictures.js", "details.js", "rows.js"),
    *("night.js", "copy.js", "keys.js", "theme.js", "report.js"),
)
_ASSETS = files("sidecar.report") / "assets"

_IN_LINES = frozenset({"command", "messages"})
"""Fields in which the end of a line is one."""
_TABLE_LINES = (CheckLine, Fact, NleLine)
"""Travel as lists: the names of their fields would be a third of the page."""
_DETAILS = (
    *("kind", "engine", "failure", "source", "proxy", "batch", "label", "job", "worker", "checks"),
    *("facts", "nle", "command", "messages", "links", "files", "quality", "speed"),
)
_ENGINES: Mapping[str, str] = MappingProxyType({"ffmpeg": "FFmpeg", "resolve": "Resolve"})
_NOT_IN_HTML = MappingProxyType(
    {ord(c): f"\\u{ord(c):04x}" for c in ("<", ">", "&", "\u2028", "\u2029")}
)


def render_page(view: ReportView) -> str:
    """Return the whole page."""
    shown: dict[str, Any] = visible(view)
    ranks = {count.state: rank for rank, count in enumerate(view.counts)}
    for seen, clip in zip(shown["clips"], view.clips, strict=True):
        seen |= {"rank": ranks.get(clip.state, len(ranks)), "speed": _speed(clip)}
    style = style_of(map(asset, STYLES))
    early, script = script_of(map(asset, EARLY)), script_of(map(asset, SCRIPTS))
    template = _templates().get_template("report.html")
    return template.render(
        view=shown,
        words_of={clip["key"]: clip["words"] for clip in shown["clips"]},
        style=Markup(style),
        early=Markup(early),
        script=Markup(script),
        policy=_policy(styles=(style,), scripts=(early, script)),
    )


def visible(value: Any, field: str = "") -> Any:
    """Return a part of the view as dicts and lists, all that no one could see written out."""
    if isinstance(value, str):
        return value if value.isprintable() else _written_out(value, field)
    if isinstance(value, tuple):
        return [visible(each, field) for each in value]
    if not dataclasses.is_dataclass(value):
        return value
    pairs = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value))
    if isinstance(value, _TABLE_LINES):
        return [visible(each, name) for name, each in pairs]
    return {name: visible(each, name) for name, each in pairs}


def _written_out(text: str, field: str) -> str:
    if field not in _IN_LINES:
        return printable(text)
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join("\t".join(map(printable, line.split("\t"))) for line in lines)


def json_in_html(value: Any) -> Markup:
    """Return a value as JSON that no parser of HTML takes for anything else."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.translate(_NOT_IN_HTML))


def _details(clip: Mapping[str, Any]) -> Markup:
    """Return what a row tells when it is opened, without what there is not."""
    return json_in_html({name: clip[name] for name in _DETAILS if clip[name]})


def _searched(clip: Mapping[str, Any]) -> str:
    """Return what the search field looks through."""
    code = clip["failure"]["code"] if clip["failure"] else ""
    names = (clip[name] for name in ("name", "source", "job", "label", "folder", "batch"))
    return " ".join(dict.fromkeys(each for each in (*names, code) if each))


def _speed(clip: ClipView) -> str:
    if clip.size_bytes is None or not clip.seconds or not clip.media_seconds:
        return ""
    times = f"{clip.media_seconds / clip.seconds:.1f}× real time"
    return (
        f"{format_seconds(clip.media_seconds)} of media in {format_seconds(clip.seconds)}: {times}"
    )


def _percent(share: float) -> str:
    """Return a length on a plot that is 1 wide; what lies outside is drawn at its edge."""
    return f"{max(0.0, min(1.0, share)) * 100:.3f}".rstrip("0").rstrip(".") + "%"


def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("sidecar.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "bytes": format_bytes,
        "seconds": format_seconds,
        "percent": _percent,
        "details": _details,
        "searched": _searched,
        "engine": lambda name: _ENGINES.get(name, name),
        "plural": plural,
    }
    return templates


def _policy(*, styles: Iterable[str], scripts: Iterable[str]) -> str:
    """Return what the page may do: show itself, and pictures that it holds."""
    return "; ".join(
        (
            "default-src 'none'",
            "img-src data:",
            f"style-src {' '.join(map(hash_source, styles))}",
            f"script-src {' '.join(map(hash_source, scripts))}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def hash_source(text: str) -> str:
    """Return how a policy allows exactly this style or script."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def style_of(texts: Iterable[str]) -> str:
    """Return styles as one."""
    return "\n" + "\n".join(texts)


def script_of(texts: Iterable[str]) -> str:
    """Return scripts as one, closed to the rest of the page."""
    whole = "\n".join(texts)
    return f'\n(() => {{\n"use strict";\n{whole}}})();\n'


def asset(name: str) -> str:
    """Return the text of a style or script of the report."""
    return (_ASSETS / name).read_text("utf-8")
