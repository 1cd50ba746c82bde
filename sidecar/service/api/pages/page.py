"""HTML of the service's pages. Pure: the same version gives the same bytes.

A page holds no data of the service. Style and script stand inside, allowed by their hashes; the
operator's page asks its own origin for `/v1/overview`, the other one asks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from proxx_engine import __version__
from sidecar.report.page import asset, hash_source, script_of, style_of
from sidecar.service.api.pages.description import described

OPERATOR_STYLES, DESCRIPTION_STYLES = ("operator.css",), ("description.css",)
SHARED_STYLES = ("look.css",)
"""Of the report, like the shared scripts: its look."""
EARLY = ("early.js",)
SHARED_SCRIPTS = ("elements.js", "copy.js", "theme.js")
SCRIPTS = ("words.js", "morph.js", "token.js", "needs.js", "sections.js", "asking.js", "page.js")
_ASSETS = files("sidecar.service.api.pages") / "assets"


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is answered."""

    body: bytes
    policy: str
    """The value of its header `Content-Security-Policy`."""


def operator_page() -> Page:
    """Return the page that shows what goes on, and what needs a person."""
    style = style_of((*map(asset, SHARED_STYLES), *map(_own, OPERATOR_STYLES)))
    early = script_of(map(asset, EARLY))
    script = script_of((*map(asset, SHARED_SCRIPTS), *map(_own, SCRIPTS)))
    shown = _templates().get_template("operator.html")
    body = shown.render(
        version=__version__, style=Markup(style), early=Markup(early), script=Markup(script)
    )
    return Page(body.encode(), _policy(style, (early, script), "connect-src 'self'"))


def description_page(openapi: dict[str, Any]) -> Page:
    """Return an OpenAPI document as people read it: each route, its bodies, a call to copy."""
    style = style_of((*map(asset, SHARED_STYLES), *map(_own, DESCRIPTION_STYLES)))
    shown = _templates().get_template("description.html")
    body = shown.render(api=described(openapi), style=Markup(style))
    return Page(body.encode(), _policy(style, ()))


def _templates() -> Environment:
    own, shared = PackageLoader("sidecar.service.api.pages"), PackageLoader("sidecar.report")
    return Environment(
        loader=ChoiceLoader([own, shared]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _policy(style: str, scripts: Iterable[str], *more: str) -> str:
    allowed = " ".join(map(hash_source, scripts))
    return "; ".join(
        (
            "default-src 'none'",
            "img-src data:",
            f"style-src {hash_source(style)}",
            *((f"script-src {allowed}",) if allowed else ()),
            *more,
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _own(name: str) -> str:
    return (_ASSETS / name).read_text("utf-8")
