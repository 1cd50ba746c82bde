"""What the log says of requests; defects, too many at once, and the end."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from sidecar.service.api import running
from sidecar.service.parts import Parts
from tests.service.api.asking import AUTHORIZED, JSON, ask, code
from tests.service.api.serving import TOKEN, Api, hear, jobspec, served


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
        # An answer is heard a moment before its request is over.
        while ask(api, "GET /healthz HTTP/1.1")[0] != 200:
            assert time.monotonic() < until + 5


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


def test_a_connection_too_many_is_told_so_and_closed(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MOST_CONNECTIONS", 3)
    with served(parts) as api:
        lines = [socket.create_connection(("127.0.0.1", api.port)) for _ in range(3)]
        time.sleep(0.2)
        answer = ask(api, "GET /healthz HTTP/1.1")
        assert code(answer) == (503, "API_BUSY")
        assert answer[1]["connection"] == "close"
        assert answer[1]["cache-control"] == "no-store"
        for line in lines:
            line.close()
        until, status = time.monotonic() + 5, 0
        while status != 200 and time.monotonic() < until:
            status = ask(api, "GET /healthz HTTP/1.1")[0]
        assert status == 200


def test_connections_without_end_are_closed_before_they_take_all_files(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MOST_CONNECTIONS", 3)
    with served(parts) as api:
        kept = socket.create_connection(("127.0.0.1", api.port))
        lines = [socket.create_connection(("127.0.0.1", api.port)) for _ in range(12)]
        time.sleep(0.3)
        assert sum(map(is_closed, lines)) == 7
        kept.sendall(f"GET /healthz HTTP/1.1\r\nHost: {api.host}\r\n\r\n".encode())
        assert kept.recv(4096).startswith(b"HTTP/1.1 200 ")
        for line in (kept, *lines):
            line.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_where_few_files_may_be_open_connections_take_half_of_them(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda _which: (16, 16))
    with served(parts) as api:
        lines = [socket.create_connection(("127.0.0.1", api.port)) for _ in range(12)]
        time.sleep(0.3)
        assert sum(map(is_closed, lines)) == 4
        for line in lines:
            line.close()


def is_closed(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return line.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True
