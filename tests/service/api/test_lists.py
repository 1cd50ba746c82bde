"""Jobs in pages, in the order in which they were submitted."""

from __future__ import annotations

import uuid

import pytest

from sidecar.service.keys import jobspec_key
from sidecar.service.rows import NewJob
from tests.service.api.serving import (
    Api,
    end_job,
    id_of,
    jobspec,
    told,
)


def test_pages_of_jobs_stay_in_order_while_jobs_are_added(api: Api) -> None:
    ids = [str(uuid.uuid4()) for _ in range(250)]
    for job_id in ids:
        api.parts.table.submit(NewJob(job_id, jobspec_key(job_id)))
    seen: list[str] = []
    after: str | None = None
    turns = 0
    while turns == 0 or after is not None:
        query = {"limit": "40"} | ({"after": after} if after else {})
        body = api.client.get("/v1/jobs", params=query).json()
        assert set(body) == {"jobs", "after"}
        assert all(
            set(job) == {"job_id", "status", "created_at", "updated_at"} for job in body["jobs"]
        )
        seen += [job["job_id"] for job in body["jobs"]]
        after, turns = body["after"], turns + 1
        if turns < 4:
            ids.append(str(uuid.uuid4()))
            api.parts.table.submit(NewJob(ids[-1], jobspec_key(ids[-1])))
    assert seen == ids


def test_jobs_are_listed_by_status(api: Api) -> None:
    specs = [jobspec() for _ in range(3)]
    for spec in specs:
        api.submit(spec)
    end_job(api.parts, id_of(specs[1]))
    for status, expected in (("completed", specs[1:2]), ("pending", specs[::2]), ("failed", [])):
        body = api.client.get("/v1/jobs", params={"status": status}).json()
        assert [job["job_id"] for job in body["jobs"]] == list(map(id_of, expected))


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "501"},
        {"limit": "x"},
        {"status": "lost"},
        {"after": "nonsense"},
        {"after": "9" * 400},
        {"limit": "1e1"},
        {"after": "\x00"},
        {"after": "' OR 1=1 --"},
    ],
)
def test_a_list_that_cannot_be_is_refused(kept: Api, query: dict[str, str]) -> None:
    assert told(kept.client.get("/v1/jobs", params=query)) == (422, "API_BAD_PARAMETER")
