"""Whatever is away, and whenever: nothing is lost, and nothing half told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from proxx_engine import PlaceError
from sidecar.service.keys import jobspec_key, result_key
from sidecar.service.parts import Parts
from sidecar.service.rows import Ending
from sidecar.service.submitting import NotEntered, submit_jobspec
from tests.service.api.serving import (
    BY,
    end_job,
    id_of,
    jobspec,
    left,
    rows,
    served,
    told,
)


class Away:
    """A part of which one call is away; `after` lets it be done first, and only its answer lost."""

    def __init__(self, part: Any, call: str, error: PlaceError, *, after: bool = False) -> None:
        self._given = (part, call, error, after)

    def __getattr__(self, name: str) -> Any:
        part, call, error, after = self._given
        whole = getattr(part, name)
        if name != call:
            return whole

        def broken(*given: Any, **more: Any) -> Any:
            if after:
                whole(*given, **more)
            raise error

        return broken


QUEUE, TABLE, OBJECTS = "STORAGE_QUEUE_AWAY", "STORAGE_TABLE_AWAY", "STORAGE_OBJECTS_AWAY"


@pytest.mark.parametrize(
    ("part", "call", "code", "after", "there"),
    [
        ("queue", "look", QUEUE, False, "nothing"),
        ("storage", "put_new", OBJECTS, False, "nothing"),
        ("storage", "put_new", OBJECTS, True, "the JobSpec"),
        ("table", "submit", TABLE, False, "the JobSpec"),
        ("table", "submit", TABLE, True, "the row"),
        ("queue", "push", QUEUE, False, "the row"),
        ("queue", "push", QUEUE, True, "the entry"),
    ],
)
def test_whatever_is_away_at_any_step_nothing_is_lost_and_nothing_half_told(
    parts: Parts, part: str, call: str, code: str, after: bool, there: str
) -> None:
    spec = jobspec()
    job_id = id_of(spec)
    broken: Any = Away(getattr(parts, part), call, PlaceError(code, "gone for a walk"), after=after)
    with served(replace(parts, **{part: broken})) as api:
        answer = api.submit(spec)
    assert told(answer) == (503, code)
    stored = parts.storage.size_of(jobspec_key(job_id)) is not None
    assert stored is (there != "nothing")
    has_row, has_entry = there in ("the row", "the entry"), there == "the entry"
    assert left(parts) == ([job_id] * has_row, (job_id,) * has_entry)
    if call == "push":
        assert job_id in answer.json()["error"]["message"]
        assert answer.json()["error"]["issues"][0]["path"] == f"/v1/jobs/{job_id}"
    # All is well again: the same JobSpec is the same job, and waits where it was not yet a row.
    with served(parts) as api:
        again = api.submit(spec)
    assert again.json() == {"job_id": job_id}
    assert again.status_code == (200 if has_row else 201)
    assert rows(parts) == [job_id]
    assert parts.queue.waiting() == (() if there == "the row" else (job_id,))


def test_a_queue_that_took_no_id_is_told_with_the_job(parts: Parts) -> None:
    broken: Any = Away(parts.queue, "push", PlaceError(QUEUE, "x"))
    spec = jobspec()
    with pytest.raises(NotEntered) as raised:
        submit_jobspec(replace(parts, queue=broken), spec)
    assert raised.value.job_id == id_of(spec)
    assert "proxx queue refill" in raised.value.detail


@pytest.mark.parametrize(
    ("part", "code", "named"),
    [
        ("queue", QUEUE, "queue"),
        ("table", TABLE, "table"),
        ("storage", OBJECTS, "storage"),
        ("table", "STORAGE_TABLE_OLD", "table"),
    ],
)
def test_readiness_says_which_part_is_away(parts: Parts, part: str, code: str, named: str) -> None:
    broken: Any = Away(getattr(parts, part), "look", PlaceError(code, "gone for a walk"))
    with served(replace(parts, **{part: broken})) as api:
        answer = api.client.get("/readyz")
        assert api.client.get("/healthz").status_code == 200
    assert told(answer) == (503, code)
    (issue,) = answer.json()["error"]["issues"]
    assert (issue["path"], issue["code"], issue["sentence"]) == (named, code, "gone for a walk")


def test_readiness_says_all_that_is_away(parts: Parts) -> None:
    broken: dict[str, Any] = {
        part: Away(getattr(parts, part), "look", PlaceError(code, "x"))
        for part, code in (("queue", QUEUE), ("table", TABLE), ("storage", OBJECTS))
    }
    with served(replace(parts, **broken)) as api:
        issues = api.client.get("/readyz").json()["error"]["issues"]
    assert {each["path"] for each in issues} == {"queue", "table", "storage"}
    with served(parts) as api:
        assert api.client.get("/readyz").json() == {"ready": True}


def test_a_part_that_is_away_is_told_at_every_path_that_needs_it(parts: Parts) -> None:
    spec = jobspec()
    submit_jobspec(parts, spec)
    end_job(parts, id_of(spec))
    job = f"/v1/jobs/{id_of(spec)}"
    gone: Callable[..., Any] = lambda call, of, code: Away(of, call, PlaceError(code, "x"))  # noqa: E731
    with served(replace(parts, table=gone("row", parts.table, TABLE))) as api:
        for path in (job, f"{job}/results", f"{job}/result", f"{job}/jobspec", f"{job}/history"):
            assert told(api.client.get(path)) == (503, TABLE)
    with served(replace(parts, storage=gone("read", parts.storage, OBJECTS))) as api:
        assert api.client.get(job).status_code == 200
        for path in (f"{job}/results", f"{job}/result", f"{job}/jobspec"):
            assert told(api.client.get(path)) == (503, OBJECTS)


def test_a_stored_result_that_is_none_is_told_as_such(parts: Parts) -> None:
    spec = jobspec()
    submit_jobspec(parts, spec)
    assert parts.table.claim(id_of(spec), BY)
    parts.storage.put_new(result_key(id_of(spec)), b"{}")
    ending = Ending("completed", result_key(id_of(spec)), None)
    assert parts.table.settle(id_of(spec), ending, by=BY, of=BY)
    with served(parts) as api:
        answer = api.client.get(f"/v1/jobs/{id_of(spec)}/results")
        assert told(answer) == (503, "STORAGE_OBJECT_CHANGED")
        assert api.client.get(f"/v1/jobs/{id_of(spec)}/result").content == b"{}"
