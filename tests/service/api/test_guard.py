"""Who may ask: under which name, from which page, with which token."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sidecar.service.api.app import hosts_of
from sidecar.service.settings import ApiSettings
from tests.service.api.asking import AUTHORIZED, LIST, ask, code
from tests.service.api.serving import TOKEN, Api, settings_in


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


def test_a_page_that_says_twice_where_it_is_from_is_refused(kept: Api) -> None:
    twice = ("Sec-Fetch-Site: none", "Sec-Fetch-Site: cross-site")
    for said in (twice, twice[::-1]):
        answer = ask(kept, "GET /healthz HTTP/1.1", *said)
        assert code(answer) == (400, "API_BAD_REQUEST")


def test_health_needs_no_token_and_tells_nothing(kept: Api) -> None:
    assert ask(kept, "GET /healthz HTTP/1.1")[2] == {"ok": True}


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
