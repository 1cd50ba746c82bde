"""Clients post to `proxx serve` while its parts come and go: what was answered is there, once."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import pytest

from proxx_engine import JobSpec
from sidecar.service.keys import jobspec_key
from sidecar.service.refilling import lost_ids, refill
from sidecar.service.rows import JobRow
from tests.service.faults.conftest import Servers
from tests.service.faults.scene import Process, Processes, settings_file, submitted_as
from tests.service.worker.scenes import Service, wait_for

CLIENTS = 8
AFTER_EACH = 16
"""So many more jobs are answered between two accidents."""
LONGEST_SECONDS = 30.0
"""No client waits longer for an answer, whatever is away."""
JSON = {"content-type": "application/json"}


@dataclass
class Posting:
    """Clients that post jobs of their own, each once, until they are told to end."""

    service: Service
    url: str
    token: str
    over: threading.Event = field(default_factory=threading.Event)
    answered: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By job id: status, and what was said."""
    sent: dict[str, JobSpec] = field(default_factory=dict)
    longest: float = 0.0
    defects: list[BaseException] = field(default_factory=list)

    def client(self) -> httpx.Client:
        """Return a client with the token."""
        headers = {"authorization": f"Bearer {self.token}", **JSON}
        return httpx.Client(base_url=self.url, headers=headers, timeout=2 * LONGEST_SECONDS)

    def post_all(self, first: int) -> None:
        """Post one after the other."""
        try:
            with self.client() as client:
                for number in range(first, 10**5, CLIENTS):
                    if self.over.is_set():
                        return
                    self._post(client, self.service.quick(number))
        except BaseException as error:
            self.defects.append(error)

    def _post(self, client: httpx.Client, spec: JobSpec) -> None:
        begun = time.monotonic()
        answer = client.post("/v1/jobs", content=submitted_as(spec))
        self.longest = max(self.longest, time.monotonic() - begun)
        self.sent[spec.job_id] = spec
        self.answered[spec.job_id] = answer.status_code, answer.text
        time.sleep(0.01 if answer.status_code == 201 else 0.1)

    def of_status(self, status: int) -> list[str]:
        """Return the jobs that were answered so."""
        return [job_id for job_id, said in [*self.answered.items()] if said[0] == status]

    def wait_for_more(self) -> None:
        """Wait until some more jobs were taken."""
        wanted = len(self.of_status(201)) + AFTER_EACH
        wait_for(lambda: self.defects or len(self.of_status(201)) >= wanted, seconds=60)


def accidents(servers: Servers) -> list[Callable[[], None]]:
    """Return what happens one after the other."""

    def storage_away() -> None:
        servers.s3.stop(kill=True)
        time.sleep(0.5)
        servers.s3.start()

    def table_killed() -> None:
        servers.postgres.halt(gently=False)
        time.sleep(0.5)
        servers.postgres.start()

    return [servers.postgres.restart, table_killed, servers.redis.restart, storage_away]


def address_of(process: Process) -> str:
    """Return where it listens, once it does."""
    wait_for(lambda: '"listening"' in process.told() or not process.is_alive, seconds=60)
    lines = [line for line in process.told().splitlines() if '"listening"' in line]
    assert lines, process.told()
    url: str = json.loads(lines[0])["url"]
    return url


def test_what_clients_are_answered_while_parts_come_and_go_is_true(
    frail_service: Service,
    frail: Servers,
    start_of: Callable[[Service], Processes],
    capsys: pytest.CaptureFixture[str],
) -> None:
    service = frail_service
    process = start_of(service).start("serve", settings_file(service), "--json")
    url = address_of(process)
    posting = Posting(service, url, (service.parts.settings.home / "token").read_text().strip())
    clients = [threading.Thread(target=posting.post_all, args=(n,)) for n in range(1, CLIENTS + 1)]
    for client in clients:
        client.start()
    try:
        posting.wait_for_more()
        for accident in accidents(frail):
            accident()
            posting.wait_for_more()
    finally:
        posting.over.set()
        for client in clients:
            client.join()
    assert posting.defects == [], "every request was answered"
    assert {status for status, _text in posting.answered.values()} <= {201, 503}
    taken, refused = posting.of_status(201), posting.of_status(503)
    assert posting.longest < LONGEST_SECONDS
    rows = Counter(row.job_id for row in whole_table(service))
    assert [job_id for job_id in taken if rows[job_id] != 1] == [], "answered, and there, once"
    assert set(rows) <= {*taken, *refused}, "nothing is there that nobody sent"
    for job_id in rows:
        stored = service.parts.storage.read(jobspec_key(job_id), limit=10**6)
        assert stored == submitted_as(posting.sent[job_id])
    in_line = Counter(service.parts.queue.waiting())
    assert set(in_line.values()) <= {1}
    assert {*in_line, *lost_ids(service.parts)} == set(rows), "each waits, or is shown as lost"

    # A program that sends what was refused again has each job once.
    refill(service.parts)
    with posting.client() as later:
        assert later.get("/readyz").json() == {"ready": True}
        for job_id in refused:
            again = later.post("/v1/jobs", content=submitted_as(posting.sent[job_id]))
            assert (again.status_code, again.json()) == (
                200 if job_id in rows else 201,
                {"job_id": job_id},
            )
    assert Counter(service.parts.queue.waiting()) == Counter([*taken, *refused])
    assert process.end() == 130
    assert "Traceback" not in process.told()
    assert posting.token not in process.told()
    left = sum(job_id in rows for job_id in refused)
    with capsys.disabled():
        print(
            f"\n{len(taken)} answered, {len(refused)} refused, of which {left} left a row; "
            f"the longest answer took {posting.longest:.1f} s"
        )


def whole_table(service: Service) -> list[JobRow]:
    """Return every row."""
    page = service.parts.table.page(limit=500)
    rows = [*page.rows]
    while page.after is not None:
        page = service.parts.table.page(limit=500, after=page.after)
        rows += page.rows
    return rows
