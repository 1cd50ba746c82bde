"""What stands before every request, asked by sockets that send whatever they like."""

from __future__ import annotations

import json
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import sidecar.service.api.guard as guard_module
from sidecar.service.api import running
from sidecar.service.api.app import hosts_of
from sidecar.service.parts import Parts
from sidecar.service.settings import ApiSettings
from tests.service.api.serving import TOKEN, Api, hear, jobspec, served, settings_in

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


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "0.0.0.0:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.0.0.1:{port}.evil.example",
        "127.0.0.1.evil.example:{port}",
        "[::]:{port}",
        "2130706433:{port}",
        "localhost.:{port}",
        "user@127.0.0.1:{port}",
    ],
)
def test_a_name_that_is_not_ours_is_refused(kept: Api, host: str) -> None:
    named = host.format(port=kept.port)
    assert code(ask(kept, LIST, AUTHORIZED, host=named)) == (421, "API_HOST")


def test_each_of_our_names_is_taken(kept: Api) -> None:
    for name in ("127.0.0.1", "localhost", "LocalHost", "[::1]"):
        assert ask(kept, LIST, AUTHORIZED, host=f"{name}:{kept.port}")[0] == 200


def test_no_name_and_two_names_are_refused(kept: Api) -> None:
    assert code(ask(kept, LIST, AUTHORIZED, host=None)) == (400, "API_BAD_REQUEST")
    twice = ask(kept, LIST, AUTHORIZED, f"Host: {kept.host}")
    assert code(twice) == (400, "API_BAD_REQUEST")
    assert code(ask(kept, "GET /v1/jobs HTTP/1.0", AUTHORIZED, host=None)) == (
        400,
        "API_BAD_REQUEST",
    )


def test_http_1_0_with_a_name_is_answered(kept: Api) -> None:
    assert ask(kept, "GET /v1/jobs HTTP/1.0", AUTHORIZED)[0] == 200


def test_names_of_the_settings_are_taken_as_they_stand(tmp_path: Path) -> None:
    plain = settings_in(tmp_path)
    every = replace(plain, api=ApiSettings(listen="0.0.0.0:80", names=("Proxx.local",)))
    named = hosts_of(every, 80)
    assert named == {"proxx.local", "127.0.0.1:80", "localhost:80", "[::1]:80"}
    other = replace(plain, api=ApiSettings(listen="10.0.0.7:8025"))
    assert hosts_of(other, 8025) == {"10.0.0.7:8025"}


@pytest.mark.parametrize(
    "header",
    [
        "Origin: https://evil.example",
        "Origin: null",
        "Origin: http://127.0.0.1:1",
        "Origin: http://localhost",
        "Origin: file://",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site: whatever",
    ],
)
def test_a_page_of_another_site_is_refused(kept: Api, header: str) -> None:
    for path in ("/v1/jobs", "/healthz", "/nowhere", "/"):
        assert code(ask(kept, f"GET {path} HTTP/1.1", AUTHORIZED, header)) == (403, "API_ORIGIN")


def test_our_own_page_may_ask(kept: Api) -> None:
    own = (f"Origin: http://{kept.host}", "Sec-Fetch-Site: same-origin")
    assert ask(kept, LIST, AUTHORIZED, *own)[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (f"Authorization: Bearer {TOKEN[:-1]}",),
        (f"Authorization: Bearer {TOKEN}x",),
        ("Authorization: Bearer ",),
        ("Authorization: Bearer",),
        (f"Authorization: Basic {TOKEN}",),
        (f"Authorization: {TOKEN}",),
        (f"Cookie: token={TOKEN}",),
        (f"X-Token: {TOKEN}",),
        (f"Authorization: Bearer {TOKEN.upper()}",),
        ("Authorization: Bearer \xff\xfe",),
    ],
)
def test_without_the_token_nothing_is_told(kept: Api, headers: tuple[str, ...]) -> None:
    for line in (
        LIST,
        "GET /readyz HTTP/1.1",
        "GET /openapi.json HTTP/1.1",
        "GET /x HTTP/1.1",
        f"GET /v1/jobs?token={TOKEN} HTTP/1.1",
        "OPTIONS /v1/jobs HTTP/1.1",
    ):
        answer = ask(kept, line, *headers)
        assert code(answer) == (401, "API_TOKEN")
        assert answer[1]["www-authenticate"].startswith("Bearer")


def test_two_tokens_are_none(kept: Api) -> None:
    assert code(ask(kept, LIST, AUTHORIZED, AUTHORIZED)) == (400, "API_BAD_REQUEST")


def test_health_needs_no_token_and_tells_nothing(kept: Api) -> None:
    assert ask(kept, "GET /healthz HTTP/1.1")[2] == {"ok": True}


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


def ask_raw(api: Api, line: str, *headers: str, body: bytes = b"") -> bytes:
    head = "\r\n".join([line, f"Host: {api.host}", *headers, "Connection: close", "", ""])
    return api.talk(head.encode("latin-1") + body)


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


def test_what_is_not_accepted_is_not_sent(kept: Api) -> None:
    for accept in ("text/html", "application/xml", "application/json;q=0", "image/*"):
        answer = ask(kept, LIST, AUTHORIZED, f"Accept: {accept}")
        assert code(answer) == (406, "API_NOT_ACCEPTABLE")
    for accept in ("*/*", "application/*", "text/html, */*;q=0.1", "application/json;q=0.5"):
        assert ask(kept, LIST, AUTHORIZED, f"Accept: {accept}")[0] == 200


def test_every_answer_carries_what_keeps_browsers_away(kept: Api) -> None:
    for line in (LIST, "GET /healthz HTTP/1.1", "GET /nowhere HTTP/1.1"):
        for headers in ((AUTHORIZED,), ()):
            _status, said, _body = ask(kept, line, *headers)
            assert said["cache-control"] == "no-store"
            assert said["x-content-type-options"] == "nosniff"
            assert said["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
            assert len(said["x-request-id"]) == 36
            assert "server" not in said
            assert "set-cookie" not in said


def test_a_request_id_is_ours_and_never_the_askers(kept: Api) -> None:
    ids = {ask(kept, LIST, AUTHORIZED, "X-Request-Id: mine")[1]["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    assert "mine" not in ids


def test_the_log_has_a_line_for_each_request_and_no_secret(api: Api) -> None:
    spec = jobspec()
    api.submit(spec)
    job_id = json.loads(spec)["job_id"]
    api.client.get(f"/v1/jobs/{job_id}", params={"token": TOKEN})
    ask(api, f"GET /v1/jobs/\x1b[2J{'a' * 9000} HTTP/1.1", AUTHORIZED, f"Cookie: {TOKEN}")
    ask(api, f"GET /{'b' * 9000} HTTP/1.1", f"Authorization: Bearer {TOKEN}x")
    lines = api.told(3)
    assert [(each["method"], each["status"]) for each in lines] == [
        ("POST", 201),
        ("GET", 200),
        ("GET", 401),
    ]
    assert [each.get("job_id") for each in lines] == [job_id, job_id, None]
    keys = {"time", "event", "method", "path", "status", "ms", "request_id"}
    assert all(set(each) - {"job_id"} == keys for each in lines)
    whole = "\n".join(api.lines)
    assert TOKEN not in whole
    assert whole.isascii()
    assert max(map(len, api.lines)) < 5000


def test_so_many_at_once_and_no_more(parts: Parts) -> None:
    with served(parts, most_at_once=2) as api:
        lines = [socket.create_connection(("127.0.0.1", api.port)) for _ in range(2)]
        head = f"POST /v1/jobs HTTP/1.1\r\nHost: {api.host}\r\n{AUTHORIZED}\r\n{JSON}\r\n"
        for line in lines:
            line.sendall(f"{head}Content-Length: 2\r\n\r\n{{".encode())
        until = time.monotonic() + 5
        status = 0
        while status != 503 and time.monotonic() < until:
            status, _headers, body = ask(api, "GET /healthz HTTP/1.1")
        assert body["error"]["code"] == "API_BUSY"
        for line in lines:
            line.sendall(b"}")
            line.shutdown(socket.SHUT_WR)
            hear(line)
            line.close()
        assert ask(api, "GET /healthz HTTP/1.1")[0] == 200


def test_a_defect_is_told_without_its_story_and_logged_with_it(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_more: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(type(parts.table), "page", broken)
    with served(parts) as api:
        answer = api.client.get("/v1/jobs")
        assert (answer.status_code, answer.json()["error"]["code"]) == (500, "API_DEFECT")
        assert "secret detail" not in answer.text
        line = api.told(1)[-1]
        assert "secret detail" in line["story"]
        assert line["request_id"] == answer.json()["error"]["request_id"]


def test_what_is_being_answered_when_it_stops_is_finished(parts: Parts) -> None:
    entered, go_on = threading.Event(), threading.Event()
    counts = parts.table.page

    class Slow:
        def __getattr__(self, name: str) -> Any:
            return getattr(parts.table, name)

        def page(self, **given: Any) -> Any:
            entered.set()
            assert go_on.wait(10)
            return counts(**given)

    heard: list[int] = []
    slow = replace(parts, table=Slow())  # type: ignore[arg-type]
    with served(slow) as api:
        client = api.client
        asking = threading.Thread(target=lambda: heard.append(client.get("/v1/jobs").status_code))
        asking.start()
        assert entered.wait(10)
        threading.Timer(0.5, go_on.set).start()
        time.sleep(0.1)
        asking.join(10)
    assert heard == [200]
