"""What stands before every request, known path or not: who asks, from where, with how much.

Browsers are the danger of a server on a desk: any page can send requests to it. So it must be
called by one of its own names (a name that an attacker points here is none), no page of another
site may ask, and without the token nothing is told; there are no cookies, so no browser sends it
unasked.
"""

from __future__ import annotations

import asyncio
import hmac
import time
import traceback
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sidecar.service.api.answers import JsonAnswer
from sidecar.service.api.errors import ApiError
from sidecar.service.api.requests_told import RequestLog, job_in

JSON, BYTES = "application/json", "application/octet-stream"
POLICY = "default-src 'none'; frame-ancestors 'none'"
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "cache-control": "no-store",
        "content-security-policy": POLICY,
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
)
"""On every answer that does not say otherwise."""
_ONCE = ("host", "authorization", "content-type", "content-length", "origin", "sec-fetch-site")
"""Headers of which a second one could say the contrary."""
_LINGER_BYTES, _LINGER_SECONDS = 8 * 1024 * 1024, 1.0
"""So much of a refused body is still taken, or its sender would not hear why."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Which bodies a path takes."""

    bytes: int
    kinds: tuple[str, ...] = (JSON,)
    seconds: float = 30.0


@dataclass(frozen=True)
class Rules:
    """What the guard lets pass."""

    token: str
    hosts: frozenset[str]
    """`Host` values, in lower case, with the port where it is not the scheme's own."""
    intakes: Mapping[str, Intake]
    """By path, of POST; the body of any other request is never read."""
    open_paths: frozenset[str] = frozenset()
    """What is told without the token: nothing of any job."""
    pages: frozenset[str] = frozenset()
    """Open paths whose answer is HTML."""
    most_at_once: int = 64
    idle_seconds: float = 20.0
    """So long a body may send nothing."""


@dataclass
class _Request:
    """One request on its way through."""

    request_id: str
    rules: Rules
    scope: Scope
    receive_on: Receive
    send_on: Send
    intake: Intake
    begun: float = field(default_factory=time.monotonic)
    taken: int = 0
    whole: bool = False
    """Whether all of the body came."""
    status: int = 0

    async def receive(self) -> Message:
        """Take a part of the body. Raises: ApiError over what the path takes, or in what time."""
        if self.whole:
            return await self.receive_on()
        left = self.begun + self.intake.seconds - time.monotonic()
        try:
            async with asyncio.timeout(max(0.0, min(left, self.rules.idle_seconds))):
                message = await self.receive_on()
        except TimeoutError:
            raise ApiError("API_BODY_SLOW") from None
        if message["type"] == "http.request":
            self.taken += len(message.get("body", b""))
            self.whole = not message.get("more_body", False)
            if self.taken > self.intake.bytes:
                raise _too_large(self.intake)
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer with what every answer carries."""
        if message["type"] != "http.response.start":
            if not self.whole and not message.get("more_body", False):
                await self._linger(message)
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await self.send_on(message)
            return
        self.status = message["status"]
        headers = list(message.get("headers", ()))
        said = {name.lower() for name, _value in headers}
        always = {**HEADERS, "x-request-id": self.request_id}
        headers += [
            (name.encode(), value.encode())
            for name, value in always.items()
            if name.encode() not in said
        ]
        if not self.whole:
            headers.append((b"connection", b"close"))
        await self.send_on({**message, "headers": headers})

    async def _linger(self, last: Message) -> None:
        await self.send_on({**last, "more_body": True})
        taken = 0
        try:
            async with asyncio.timeout(_LINGER_SECONDS):
                while taken < _LINGER_BYTES:
                    message = await self.receive_on()
                    taken += len(message.get("body", b""))
                    if not message.get("more_body", False):
                        return
        except TimeoutError:
            return


class Guard:
    """The application with the guard before it."""

    def __init__(
        self, app: ASGIApp, rules: Callable[[], Rules], log: RequestLog | None = None
    ) -> None:
        """`rules` is asked for each request: which port is listened on is known late."""
        self._app = app
        self._rules = rules
        self._log = log
        self._at_once = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        if scope["type"] != "http":
            return
        rules = self._rules()
        intake = rules.intakes.get(scope["path"]) if scope["method"] == "POST" else None
        request = _Request(
            str(uuid.uuid4()), rules, scope, receive, send, intake or Intake(0, kinds=())
        )
        scope.setdefault("state", {})["request_id"] = request.request_id
        headers = _headers(scope)
        length = headers.get("content-length", ["0"])[0]
        request.whole = length == "0" and "transfer-encoding" not in headers
        self._at_once += 1
        try:
            await self._answer(request, headers)
        finally:
            self._at_once -= 1

    async def _answer(self, request: _Request, headers: dict[str, list[str]]) -> None:
        story = None
        try:
            if self._at_once > request.rules.most_at_once:
                raise ApiError("API_BUSY")
            check(request.scope, headers, request.rules, request.intake)
            await self._app(request.scope, request.receive, request.send)
        except ApiError as error:
            await _refuse(request, error)
        except Exception:
            # The application answers what it raises itself; this is what it could not.
            story = traceback.format_exc()
            if not request.status:
                await _refuse(request, ApiError("API_DEFECT"))
        finally:
            if self._log is not None:
                seconds = time.monotonic() - request.begun
                job_id = request.scope["state"].get("job_id") or job_in(request.scope["path"])
                self._log.told(
                    request.scope["method"],
                    request.scope["path"],
                    request.status,
                    seconds,
                    request_id=request.request_id,
                    job_id=job_id,
                    story=story,
                )


async def _refuse(request: _Request, error: ApiError) -> None:
    answer = JsonAnswer(
        error.body(request.request_id), status_code=error.status, headers=error.headers
    )
    await answer(request.scope, request.receive, request.send)


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1").strip())
    return found


def check(
    scope: Mapping[str, Any], headers: Mapping[str, list[str]], rules: Rules, intake: Intake
) -> None:
    """Look at all that a request says before its body. Raises: ApiError."""
    for name in _ONCE:
        if len(headers.get(name, ())) > 1:
            raise ApiError("API_BAD_REQUEST", f"more than one {name} header")
    said = {name: values[0] for name, values in headers.items()}
    _check_place(said, rules)
    path = scope["path"]
    if path not in rules.open_paths:
        _check_token(said.get("authorization"), rules.token)
    if "%" in scope.get("raw_path", b"").decode("latin-1"):
        # No path of ours needs it; what is written in two ways is read in two ways.
        raise ApiError("API_NOT_FOUND")
    if path not in rules.pages:
        _check_accept(headers.get("accept", ()))
    _check_body(said, intake)


def _check_place(said: Mapping[str, str], rules: Rules) -> None:
    host = said.get("host", "")
    if not host:
        raise ApiError("API_BAD_REQUEST", "no host header")
    if host.lower() not in rules.hosts:
        raise ApiError("API_HOST")
    ours = (f"http://{host.lower()}", f"https://{host.lower()}")
    if said.get("origin", ours[0]).lower() not in ours:
        raise ApiError("API_ORIGIN")
    if said.get("sec-fetch-site", "none").lower() not in ("none", "same-origin"):
        raise ApiError("API_ORIGIN")


def _check_token(authorization: str | None, token: str) -> None:
    scheme, _, given = (authorization or "").partition(" ")
    right = hmac.compare_digest(given.strip().encode("latin-1"), token.encode("latin-1"))
    if scheme.lower() != "bearer" or not right:
        raise ApiError("API_TOKEN", headers={"www-authenticate": 'Bearer realm="proxx"'})


def _check_accept(accepts: list[str] | tuple[()]) -> None:
    ranges = [each.split(";") for line in accepts for each in line.split(",") if each.strip()]
    for kind, *parameters in ranges:
        weight = next((p.strip()[2:] for p in parameters if p.strip().startswith("q=")), "1")
        fits = kind.strip().lower() in (JSON, "application/*", "*/*", BYTES)
        if fits and weight.strip("0.") != "":
            return
    if ranges:
        raise ApiError("API_NOT_ACCEPTABLE")


def _check_body(said: Mapping[str, str], intake: Intake) -> None:
    length = said.get("content-length", "0")
    if not length.isdecimal() or not length.isascii():
        raise ApiError("API_BAD_REQUEST", "no number as content-length")
    if not intake.kinds:
        return  # no route reads it
    if len(length) > 18 or int(length) > intake.bytes:
        raise _too_large(intake)
    kind, *parameters = (part.strip().lower() for part in said.get("content-type", "").split(";"))
    plain = all(part in ("", "charset=utf-8", 'charset="utf-8"') for part in parameters)
    if kind not in intake.kinds or not plain:
        raise ApiError("API_MEDIA_TYPE", f"expected {' or '.join(intake.kinds)}")
    if said.get("content-encoding", "identity").lower() != "identity":
        raise ApiError("API_MEDIA_TYPE", "expected it as it is, not compressed")


def _too_large(intake: Intake) -> ApiError:
    return ApiError("API_BODY_TOO_LARGE", f"at most {intake.bytes:,} bytes are taken")
