"""The application: paths over the parts, one form of errors, the guard before all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match, Route

from proxx_engine import Issue, ProxxError
from sidecar.service.api.answers import JsonAnswer
from sidecar.service.api.described import describe, errors
from sidecar.service.api.errors import ApiError, told_as
from sidecar.service.api.guard import BYTES, JSON, Guard, Intake, Rules
from sidecar.service.api.large import Large
from sidecar.service.api.requests_told import RequestLog
from sidecar.service.api.routes import jobs, service
from sidecar.service.labels import Labels
from sidecar.service.parts import Parts
from sidecar.service.settings import ServiceSettings

HEALTH, PAGE, DESCRIPTION, OPENAPI = "/healthz", "/", "/docs", "/openapi.json"
_UPLOAD_SECONDS = 1800.0
_BY_STATUS: Mapping[int, str] = {404: "API_NOT_FOUND", 405: "API_METHOD"}
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def make_app(
    parts: Parts,
    *,
    token: str,
    port: Callable[[], int],
    log: RequestLog | None = None,
    most_at_once: int = 64,
) -> Guard:
    """Return the ASGI application. `port` is asked when there is a request: 0 in the settings lets
    the system choose one.
    """
    app = _application(parts)
    api = parts.settings.api
    pages = frozenset({PAGE, DESCRIPTION}) if api.page else frozenset()
    intakes = {
        "/v1/jobs": Intake(api.max_body_bytes),
        "/v1/uploads": Intake(api.max_upload_bytes, (JSON, BYTES), _UPLOAD_SECONDS),
    }

    def rules() -> Rules:
        return Rules(
            token=token,
            hosts=hosts_of(parts.settings, port()),
            intakes=intakes,
            open_paths=pages | {HEALTH},
            pages=pages,
            most_at_once=most_at_once,
        )

    return Guard(app, rules, log)


def hosts_of(settings: ServiceSettings, port: int) -> frozenset[str]:
    """Return what the server is called in requests: its names, and where it listens.

    An address that stands for all addresses (0.0.0.0) is nobody's name.
    """
    host = settings.address[0]
    own = [host] if host not in ("0.0.0.0", "::") else list(_LOOPBACK)
    if host in _LOOPBACK:
        own = list(_LOOPBACK)
    named = [f"[{each}]:{port}" if ":" in each else f"{each}:{port}" for each in own]
    return frozenset(name.lower() for name in (*settings.api.names, *named))


def _application(parts: Parts) -> FastAPI:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.parts = parts
    app.state.large = Large()
    app.state.labels = Labels(parts.storage)
    app.include_router(jobs)
    app.include_router(service)
    for kind in (ApiError, ProxxError, HTTPException, RequestValidationError, ClientDisconnect):
        app.add_exception_handler(kind, _answer)
    app.add_exception_handler(Exception, _answer)
    _describe(app, with_pages=parts.settings.api.page)
    return app


def _describe(app: FastAPI, *, with_pages: bool) -> None:
    kept: dict[str, Any] = {}

    def document() -> dict[str, Any]:
        if not kept:
            kept.update(describe(app, without_token=frozenset({HEALTH})))
        return kept

    @app.get(
        OPENAPI,
        tags=["service"],
        responses=errors("description") | {200: {"description": "This document."}},
    )
    def read_description() -> Response:
        """Fetch this document."""
        return JsonAnswer(document())

    if not with_pages:
        return

    @app.get(PAGE, include_in_schema=False)
    def show_operator_page() -> Response:
        from sidecar.service.api.pages import operator_page

        page = operator_page()
        return HTMLResponse(page.body, headers={"content-security-policy": page.policy})

    @app.get(DESCRIPTION, include_in_schema=False)
    def show_description(request: Request) -> Response:
        from sidecar.service.api.pages import description_page

        # The guard knows the name. No call to copy sends the token past a proxy with TLS.
        scheme = "http" if request.url.hostname in _LOOPBACK else "https"
        server = {"url": f"{scheme}://{request.url.netloc}"}
        page = description_page(document() | {"servers": [server]})
        return HTMLResponse(page.body, headers={"content-security-policy": page.policy})


async def _answer(request: Request, error: Exception) -> Response:
    told = _told(error)
    if told.code == "API_METHOD":
        told.headers = {"allow": ", ".join(sorted(_methods(request)))}
    body = told.body(request.scope["state"]["request_id"])
    return JsonAnswer(body, status_code=told.status, headers=told.headers)


def _methods(request: Request) -> set[str]:
    """Return every method that the path takes, of all its routes."""
    every = (*jobs.routes, *service.routes, *request.app.routes)
    routes = (route for route in every if isinstance(route, Route))
    here = (each for each in routes if each.matches(request.scope)[0] is not Match.NONE)
    return {method for route in here for method in route.methods or ()}


def _told(error: Exception) -> ApiError:
    match error:
        case HTTPException():
            code = _BY_STATUS.get(error.status_code, "API_BAD_REQUEST")
            return ApiError(code)
        case RequestValidationError():
            found = error.errors()
            if any(each["loc"][0] == "path" for each in found):
                return ApiError("API_NO_JOB")
            issues = [
                Issue("API_BAD_PARAMETER", str(each["loc"][-1])[:200], each["msg"])
                for each in found
            ]
            return ApiError("API_BAD_PARAMETER", issues=issues)
        case ClientDisconnect():
            return ApiError("API_BODY_CUT")
        case _:
            return told_as(error)
