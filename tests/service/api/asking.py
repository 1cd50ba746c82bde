"""Requests as they are written, by sockets."""

from __future__ import annotations

import json
from typing import Any

from tests.service.api.serving import TOKEN, Api

AUTHORIZED = f"Authorization: Bearer {TOKEN}"
JSON = "Content-Type: application/json"


def ask(api: Api, line: str, *headers: str, body: bytes = b"", host: str | None = "") -> Any:
    """Send one request as it is written; return status, headers and the body as JSON."""
    named = [] if host is None else [f"Host: {host or api.host}"]
    head = "\r\n".join([line, *named, *headers, "Connection: close", "", ""])
    return read_answer(api.talk(head.encode("latin-1") + body))


def read_answer(heard: bytes) -> Any:
    head, _, body = heard.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(first.split(" ")[1]), headers, json.loads(body) if body else None


def code(answer: Any) -> tuple[int, str]:
    status, _headers, body = answer
    return status, body["error"]["code"]


LIST = "GET /v1/jobs HTTP/1.1"


def ask_raw(api: Api, line: str, *headers: str, body: bytes = b"") -> bytes:
    head = "\r\n".join([line, f"Host: {api.host}", *headers, "Connection: close", "", ""])
    return api.talk(head.encode("latin-1") + body)
