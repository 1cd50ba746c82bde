"""Bodies, heads, paths and methods of any kind, by sockets that send whatever they like."""

from __future__ import annotations

import socket

import pytest

import sidecar.service.api.guard as guard_module
from sidecar.service.api import running
from sidecar.service.parts import Parts
from tests.service.api.asking import AUTHORIZED, JSON, LIST, ask, ask_raw, code, read_answer
from tests.service.api.serving import Api, served


@pytest.mark.parametrize(
    "header",
    [
        "Content-Type: text/plain",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Type: multipart/form-data; boundary=x",
        "X-None: 1",
        "Content-Type: application/json; charset=utf-16",
        "Content-Type: application/jsonx",
        "Content-Type: application/octet-stream",
    ],
)
def test_a_body_of_another_kind_is_refused(kept: Api, header: str) -> None:
    answer = ask(
        kept, "POST /v1/jobs HTTP/1.1", AUTHORIZED, header, "Content-Length: 2", body=b"{}"
    )
    assert code(answer) == (415, "API_MEDIA_TYPE")


def test_a_compressed_body_is_refused(kept: Api) -> None:
    packed = ("Content-Encoding: gzip", "Content-Length: 2")
    answer = ask(kept, "POST /v1/jobs HTTP/1.1", AUTHORIZED, JSON, *packed, body=b"{}")
    assert code(answer) == (415, "API_MEDIA_TYPE")


def test_a_form_of_a_browser_ends_at_the_token(kept: Api) -> None:
    form = ("Content-Type: application/x-www-form-urlencoded", "Content-Length: 3")
    assert code(ask(kept, "POST /v1/jobs HTTP/1.1", *form, body=b"a=b")) == (401, "API_TOKEN")


@pytest.mark.parametrize(("path", "limit"), [("/v1/jobs", 256 * 1024), ("/v1/uploads", 512 * 1024)])
def test_a_body_over_the_limit_is_refused(kept: Api, path: str, limit: int) -> None:
    line, size = f"POST {path} HTTP/1.1", limit + 1
    told = ask(kept, line, AUTHORIZED, JSON, f"Content-Length: {size}", body=b" " * size)
    assert code(told) == (413, "API_BODY_TOO_LARGE")
    promised = ask(kept, line, AUTHORIZED, JSON, f"Content-Length: {10**15}")
    assert code(promised) == (413, "API_BODY_TOO_LARGE")
    chunk = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
    chunks = chunk * (limit // 0x8000 + 2) + b"0\r\n\r\n"
    chunked = ask(kept, line, AUTHORIZED, JSON, "Transfer-Encoding: chunked", body=chunks)
    assert code(chunked) == (413, "API_BODY_TOO_LARGE")


def test_a_body_that_no_path_reads_changes_nothing(kept: Api) -> None:
    for body, length in ((b"{}", 2), (b"x", 10**15)):
        answer = ask(kept, LIST, AUTHORIZED, f"Content-Length: {length}", body=body)
        assert answer[0] == 200
        assert answer[1]["connection"] == "close"


def test_every_method_of_a_path_is_told(kept: Api) -> None:
    for path, methods in (("/v1/jobs", "GET, POST"), ("/v1/uploads", "POST")):
        answer = ask(kept, f"PUT {path} HTTP/1.1", AUTHORIZED)
        assert code(answer) == (405, "API_METHOD")
        assert answer[1]["allow"] == methods


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "2, 3", "0x10", "²"])
def test_a_length_that_is_none_is_refused(kept: Api, length: str) -> None:
    told = f"Content-Length: {length}".encode().decode("latin-1")
    answer = ask(kept, "POST /v1/jobs HTTP/1.1", AUTHORIZED, JSON, told, body=b"{}")
    assert code(answer) == (400, "API_BAD_REQUEST")


def test_two_ways_to_say_the_length_are_not_read_as_two_requests(kept: Api) -> None:
    both = ("Content-Length: 4", "Transfer-Encoding: chunked")
    hidden = b"0\r\n\r\nGET /v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n"
    heard = ask_raw(kept, "POST /v1/jobs HTTP/1.1", AUTHORIZED, JSON, *both, body=hidden)
    assert heard.count(b"HTTP/1.1 ") == 1


def test_a_body_that_ends_early_is_no_request(kept: Api) -> None:
    head = f"POST /v1/jobs HTTP/1.1\r\nHost: {kept.host}\r\n{AUTHORIZED}\r\n{JSON}\r\n"
    before = len(kept.lines)
    with socket.create_connection(("127.0.0.1", kept.port)) as line:
        line.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
    assert kept.told(before + 1)[-1]["status"] == 400


def test_a_slow_body_is_not_waited_for(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = guard_module.Rules
    monkeypatch.setattr(
        "sidecar.service.api.app.Rules", lambda **given: rules(**given, idle_seconds=0.3)
    )
    with served(parts) as api:
        for path in ("/v1/jobs", "/v1/uploads"):
            slow = ask(
                api, f"POST {path} HTTP/1.1", AUTHORIZED, JSON, "Content-Length: 9", body=b"{"
            )
            assert code(slow) == (408, "API_BODY_SLOW")
        assert list(api.parts.settings.home.glob(".upload-*")) == []


def test_a_head_that_never_ends_is_not_waited_for(
    kept: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "HEAD_SECONDS", 0.3)
    assert kept.talk(b"GET /v1/jobs HTTP/1.1\r\nHos") == b""
    assert kept.talk(b"") == b""


@pytest.mark.parametrize(
    "path",
    [
        "/v1/jobs/..%2f..%2fetc%2fpasswd",
        "/v1/jobs/%2e%2e/%2e%2e",
        "/v1/jobs/../../etc/passwd",
        "/v1//jobs",
        "/v1/jobs/",
        "//v1/jobs",
        "/v1/jobs/%00",
        "/V1/jobs",
        "/v1/jobs/x/../..",
        "/docs/",
        "/static/../x",
        "/.git/config",
        "/v1/jobs%2f",
        "http://evil.example/v1/jobs",
    ],
)
def test_a_path_with_tricks_leads_nowhere(kept: Api, path: str) -> None:
    status, _headers, body = ask(kept, f"GET {path} HTTP/1.1", AUTHORIZED)
    assert (status, body["error"]["code"][:4]) == (404, "API_")


@pytest.mark.parametrize(
    "trash",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/x.y\r\n\r\n",
        b"\x00" * 64 + b"\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_what_is_no_http_is_told_so(kept: Api, trash: bytes) -> None:
    answer = read_answer(kept.talk(trash))
    assert code(answer) == (400, "API_BAD_REQUEST")
    assert answer[1]["cache-control"] == "no-store"


def test_a_head_without_end_is_refused(kept: Api) -> None:
    long = b"GET / HTTP/1.1\r\nX: " + b"a" * (running.MOST_HEAD_BYTES + 1000)
    assert code(read_answer(kept.talk(long))) == (400, "API_BAD_REQUEST")


def test_requests_in_a_row_are_each_looked_at(kept: Api) -> None:
    good = f"GET /v1/jobs HTTP/1.1\r\nHost: {kept.host}\r\n{AUTHORIZED}\r\n\r\n"
    bad = f"GET /v1/jobs HTTP/1.1\r\nHost: {kept.host}\r\n\r\n"
    last = f"GET /healthz HTTP/1.1\r\nHost: {kept.host}\r\nConnection: close\r\n\r\n"
    heard = kept.talk((good + bad + last).encode())
    assert [part[:3] for part in heard.split(b"HTTP/1.1 ")[1:]] == [b"200", b"401", b"200"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POST", "FOO"])
def test_another_method_is_told_which_there_are(kept: Api, method: str) -> None:
    answer = ask(kept, f"{method} /readyz HTTP/1.1", AUTHORIZED)
    assert code(answer) == (405, "API_METHOD")
    assert answer[1]["allow"] == "GET"
    assert not any(name.startswith("access-control") for name in answer[1])


def test_head_is_answered_without_a_body(kept: Api) -> None:
    heard = ask_raw(kept, "HEAD /healthz HTTP/1.1", AUTHORIZED)
    assert heard.startswith(b"HTTP/1.1 405 ")
    assert heard.endswith(b"\r\n\r\n")
