"""How a worker is let into Redis, and that no credential is ever told."""

from __future__ import annotations

import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from proxx_engine import PlaceError
from sidecar.service.queue import redis_place
from sidecar.service.queue.redis_queue import RedisQueue
from tests.service.queue.ids import new_id
from tests.service.servers.valkey import ValkeyServer, new_password, start_valkey

PASSWORD = new_password()


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[ValkeyServer]:
    """A server that lets only user `proxx` in."""
    server = start_valkey(tmp_path, password=PASSWORD)
    yield server
    server.stop()


def failure_of(queue: RedisQueue) -> PlaceError:
    with pytest.raises(PlaceError) as raised:
        queue.push(new_id())
    assert raised.value.code == "STORAGE_QUEUE_AWAY"
    return raised.value


def all_that_is_told(error: PlaceError) -> str:
    return "".join([*traceback.format_exception(error), repr(error), repr(error.__context__)])


def test_the_password_is_taken_from_where_redis_cli_has_it(
    guarded: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDISCLI_AUTH", PASSWORD)
    queue, job_id = RedisQueue(guarded.url), new_id()
    queue.push(job_id)
    assert queue.consumer("a").pop(0) == job_id
    assert queue.told_as == f"redis://127.0.0.1:{guarded.port}/0"
    assert PASSWORD not in repr(queue)


@pytest.mark.parametrize("password", [None, "wrong-" + PASSWORD], ids=["none", "wrong"])
def test_who_is_not_let_in_is_told_so_without_the_password(
    password: str | None, guarded: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REDISCLI_AUTH", raising=False)
    if password:
        monkeypatch.setenv("REDISCLI_AUTH", password)
    told = all_that_is_told(failure_of(RedisQueue(guarded.url)))
    assert PASSWORD not in told
    assert "127.0.0.1" in told


@pytest.mark.parametrize("place", ["the variable", "the address", "an option"])
def test_a_server_that_repeats_what_it_got_makes_no_password_known(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDISCLI_AUTH", PASSWORD if place == "the variable" else "other")
    user = f"proxx:{PASSWORD[0]}%{ord(PASSWORD[1]):x}{PASSWORD[2:]}" if "add" in place else "proxx"
    option = f"?password={PASSWORD}" if place == "an option" else ""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=repeat, args=(listener,), daemon=True).start()
        port = listener.getsockname()[1]
        queue = RedisQueue(f"redis://{user}@127.0.0.1:{port}/0{option}")
        error = failure_of(queue)
        assert "unknown command" in error.detail
        assert PASSWORD not in "".join(traceback.format_exception(error)) + repr(error)
        queue.close()


def repeat(listener: socket.socket) -> None:
    """Answer whatever comes with an error that repeats it."""
    with suppress(OSError):
        client, _ = listener.accept()
        with client:
            while got := client.recv(65536):
                words = b" ".join(word for word in got.split() if word[:1] not in b"*$")
                client.sendall(
                    b"-ERR unknown command, with args beginning with: " + words + b"\r\n"
                )


def test_an_address_that_is_none_is_refused_without_being_repeated() -> None:
    for url in (
        f"redis://proxx:{PASSWORD}/x@host:6379",
        "redis://host/0?colour=red",
        "redis://[::",
    ):
        with pytest.raises(PlaceError) as raised:
            RedisQueue(url)
        assert raised.value.code == "STORAGE_QUEUE_AWAY"
        assert PASSWORD not in "".join(traceback.format_exception(raised.value))


def test_what_is_told_of_an_address_holds_neither_user_nor_options() -> None:
    told = {
        "redis://me@queue.local:6379/3?socket_timeout=1": "redis://queue.local:6379/3",
        "rediss://me:secret@[::1]:6380": "rediss://[::1]:6380",
        "unix://me@/run/redis.sock?db=2": "unix:///run/redis.sock",
    }
    assert {url: RedisQueue(url).told_as for url in told} == told


def test_a_socket_of_this_host_is_a_way_in(redis_server: ValkeyServer, redis_url: str) -> None:
    by_socket, by_port, job_id = RedisQueue(redis_server.unix_url), RedisQueue(redis_url), new_id()
    by_socket.push(job_id)
    assert by_port.waiting() == (job_id,)
    assert by_socket.consumer("a").pop(0) == job_id


def test_a_server_without_tls_is_not_spoken_to_where_tls_was_asked_for(
    redis_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_place, "ANSWER_SECONDS", 0.3)
    failure_of(RedisQueue(f"rediss://127.0.0.1:{redis_server.port}/0"))


def test_a_server_that_is_too_old_is_refused_by_its_version() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=be_old, args=(listener,), daemon=True).start()
        queue = RedisQueue(f"redis://127.0.0.1:{listener.getsockname()[1]}/0")
        with pytest.raises(PlaceError, match=r"is Redis 6\.0\.16; 6\.2 or later is needed"):
            queue.look()
        queue.close()


def be_old(listener: socket.socket) -> None:
    """Answer as the Redis of Debian 11 would."""
    said = b"redis_version:6.0.16\r\n"
    with suppress(OSError):
        client, _ = listener.accept()
        with client:
            while got := client.recv(65536):
                for command in got.split(b"\r\n*"):
                    if b"INFO" in command and b"SETINFO" not in command:
                        client.sendall(b"$%d\r\n%s\r\n" % (len(said), said))
                    elif b"PING" in command:
                        client.sendall(b"+PONG\r\n")
                    else:
                        client.sendall(b"+OK\r\n")
