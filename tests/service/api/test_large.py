"""Many large JobSpecs and results at once do not take all memory: so many are read, others told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from sidecar.service.api import large
from sidecar.service.parts import Parts
from sidecar.service.submitting import submit_jobspec
from tests.service.api.serving import Api, end_job, id_of, jobspec, served, told


class Gate:
    """A table that takes rows when the test says so."""

    def __init__(self, table: Any) -> None:
        self.entered = threading.Semaphore(0)
        self.go_on = threading.Event()
        self._table = table

    def submit(self, new: Any) -> bool:
        self.entered.release()
        assert self.go_on.wait(20)
        is_new: bool = self._table.submit(new)
        return is_new

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)


@pytest.fixture
def gated(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Api, Gate]]:
    monkeypatch.setattr(large, "LARGE_BYTES", 16 * 1024)
    gate: Any = Gate(parts.table)
    with served(replace(parts, table=gate)) as api:
        yield api, gate
        gate.go_on.set()


def spaced(spec: bytes) -> bytes:
    return spec + b" " * 16 * 1024


def test_of_large_jobspecs_few_are_read_at_once_however_they_come(gated: tuple[Api, Gate]) -> None:
    api, gate = gated
    first, second, third = (spaced(jobspec()) for _ in range(3))
    upload = api.client.post(
        "/v1/uploads", content=second, headers={"content-type": "application/json"}
    )
    with ThreadPoolExecutor(3) as pool:
        going = [
            pool.submit(api.submit, first),
            pool.submit(api.submit, upload.json()),
        ]
        assert all(gate.entered.acquire(timeout=10) for _ in going)
        assert told(api.submit(third)) == (503, "API_BUSY")
        assert told(api.submit(upload.json())) == (503, "API_BUSY")
        small = pool.submit(api.submit, jobspec())
        assert gate.entered.acquire(timeout=10)
        gate.go_on.set()
        assert [each.result().status_code for each in (*going, small)] == [201, 201, 201]
    assert api.submit(third).status_code == 201


def test_a_large_result_is_told_where_nobody_else_reads_large_ones(gated: tuple[Api, Gate]) -> None:
    api, gate = gated
    gate.go_on.set()
    spec = jobspec()
    submit_jobspec(api.parts, spec)
    end_job(api.parts, id_of(spec))
    gate.go_on.clear()
    path = f"/v1/jobs/{id_of(spec)}/results"
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        going = [pool.submit(api.submit, spaced(jobspec())) for _ in range(2)]
        assert all(gate.entered.acquire(timeout=10) for _ in going)
        assert api.client.get(path).status_code == 200
        patch.setattr(large, "LARGE_BYTES", 1024)
        assert told(api.client.get(path)) == (503, "API_BUSY")
        gate.go_on.set()
        assert [each.result().status_code for each in going] == [201, 201]
        assert api.client.get(path).status_code == 200
