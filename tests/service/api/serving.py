"""A service for a test: its parts below one folder, and the API over them by a real server."""

from __future__ import annotations

import json
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from proxx_engine import JobExecutionResult, encode_json, identify_process
from sidecar.service.api.app import make_app
from sidecar.service.api.guard import Guard
from sidecar.service.api.requests_told import RequestLog
from sidecar.service.api.running import open_listener, port_of, run_api
from sidecar.service.keys import result_key
from sidecar.service.parts import Parts, open_parts
from sidecar.service.rows import Claimant, Ending
from sidecar.service.settings import ApiSettings, ServiceSettings, development
from tests.golden.documents import JOBSPEC_1_0, RESULT_1_0

TOKEN = "a-token-of-a-test-0123456789-abcdefghij"
ROOT = "/footage"
BY = Claimant("w1", identify_process(), "/nowhere")


def settings_in(folder: Path, **api: Any) -> ServiceSettings:
    """Return settings whose parts all lie below one folder."""
    plain = development(folder, (ROOT,), listen="127.0.0.1:0")
    return replace(plain, api=ApiSettings(listen="127.0.0.1:0", **api))


@contextmanager
def parts_in(folder: Path, **api: Any) -> Iterator[Parts]:
    """Yield parts that are ready: SQLite, the queue in memory, a local storage."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_parts(settings_in(folder, **api)) as parts:
        parts.table.prepare()
        Path(parts.settings.storage).mkdir(exist_ok=True)
        yield parts


@dataclass
class Api:
    """An API that answers."""

    parts: Parts
    port: int
    client: httpx.Client
    lines: list[str] = field(default_factory=list)
    """What its log says."""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def submit(self, body: bytes | dict[str, Any], **query: Any) -> httpx.Response:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        return self.client.post("/v1/jobs", content=data, params=query, headers=headers)

    def told(self, count: int) -> list[dict[str, Any]]:
        """Return the log's lines, so many: a line is written when its answer was sent."""
        until = time.monotonic() + 10
        while len(self.lines) < count and time.monotonic() < until:
            time.sleep(0.01)
        return [json.loads(line) for line in self.lines]

    def talk(self, sent: bytes, *, seconds: float = 10.0) -> bytes:
        """Send bytes as they are, and return all that comes until the connection is closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as line:
            line.sendall(sent)
            return hear(line)


def hear(line: socket.socket) -> bytes:
    heard = b""
    while part := line.recv(65536):
        heard += part
    return heard


def guard_over(parts: Parts, port: Callable[[], int], **options: Any) -> Guard:
    return make_app(parts, token=TOKEN, port=port, **options)


@contextmanager
def served(parts: Parts, **options: Any) -> Iterator[Api]:
    """Yield the API over parts, by uvicorn in a thread."""
    listener = open_listener("127.0.0.1", 0)
    port, lines = port_of(listener), list[str]()
    app = guard_over(parts, lambda: port, log=RequestLog(lines.append), **options)
    stop, started = threading.Event(), threading.Event()
    thread = threading.Thread(
        target=run_api,
        args=(app, listener),
        kwargs={"stop": stop.is_set, "started": started.set},
    )
    thread.start()
    try:
        assert started.wait(20)
        base = f"http://127.0.0.1:{port}"
        headers = {"authorization": f"Bearer {TOKEN}"}
        with httpx.Client(base_url=base, headers=headers, timeout=20) as client:
            yield Api(parts, port, client, lines)
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def jobspec(**changes: Any) -> bytes:
    """Return the JobSpec of 1.0 under a new id, with other values at its top."""
    value = json.loads(JOBSPEC_1_0.read_bytes())
    return json.dumps(value | {"job_id": str(uuid.uuid4())} | changes).encode()


def id_of(spec: bytes) -> str:
    job_id: str = json.loads(spec)["job_id"]
    return job_id


def result_for(job_id: str) -> bytes:
    """Return the result of 1.0 as that of another job."""
    result = JobExecutionResult.model_validate_json(RESULT_1_0.read_bytes())
    return encode_json(result.model_copy(update={"job_id": job_id}))


def end_job(parts: Parts, job_id: str, *, status: str = "completed") -> None:
    """Claim a job and end it, as a worker does; its result is that of 1.0."""
    assert parts.table.claim(job_id, BY)
    key = result_key(job_id)
    parts.storage.put_new(key, result_for(job_id))
    message = None if status == "completed" else "ENCODE_FAILED: FFmpeg failed"
    ending = Ending(status, key, message)  # type: ignore[arg-type]
    assert parts.table.settle(job_id, ending, by=BY, of=BY)


def rows(parts: Parts) -> list[str]:
    """Return the ids of all rows, by submission."""
    return [row.job_id for row in parts.table.page(limit=500).rows]


def left(parts: Parts) -> tuple[list[str], tuple[str, ...]]:
    """Return what requests left: the rows, and the entries of the queue."""
    return rows(parts), parts.queue.waiting()


def told(answer: httpx.Response) -> tuple[int, str]:
    """Return status and code of an error."""
    return answer.status_code, answer.json()["error"]["code"]


def codes(answer: httpx.Response) -> set[str]:
    """Return the codes of all problems of an error."""
    return {issue["code"] for issue in answer.json()["error"]["issues"]}
