"""What people call jobs, read out of their JobSpecs: once each, a few at a look."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from proxx_engine import PlaceError
from sidecar.service import labels as module
from sidecar.service.keys import jobspec_key
from sidecar.service.labels import Labels
from sidecar.service.settings import S3Settings
from sidecar.service.storage.objects import ObjectStorage


class Counted:
    """A storage that counts what is read."""

    def __init__(self, folder: Path) -> None:
        self._storage = ObjectStorage(str(folder), S3Settings())
        self.reads = 0
        self.is_away = False

    def put(self, job: str, value: Any) -> None:
        self._storage.put_new(jobspec_key(job), json.dumps(value).encode())

    def read(self, key: str, *, limit: int) -> bytes:
        self.reads += 1
        if self.is_away:
            raise PlaceError("STORAGE_OBJECTS_AWAY", "connection refused")
        return self._storage.read(key, limit=limit)


@pytest.fixture
def storage(tmp_path: Path) -> Counted:
    return Counted(tmp_path)


def labels_in(storage: Counted) -> Labels:
    return Labels(storage)  # type: ignore[arg-type]


def look(labels: Labels, *jobs: str) -> dict[str, str]:
    return labels.of({job: job for job in jobs})


def test_a_job_is_read_once(storage: Counted) -> None:
    storage.put("one", {"label": "A001"})
    labels = labels_in(storage)
    assert [labels.of({"one": "one", "qc": "one"}) for _look in range(3)] == [
        {"one": "A001", "qc": "A001"}
    ] * 3
    assert storage.reads == 1


@pytest.mark.parametrize("value", [{}, [], 7, {"label": 7}, {"label": ""}, {"label": None}])
def test_what_tells_no_label_has_none_and_is_not_read_again(storage: Counted, value: Any) -> None:
    storage.put("one", value)
    labels = labels_in(storage)
    assert look(labels, "one", "gone") == look(labels, "one", "gone") == {}
    assert storage.reads == 2


def test_a_look_reads_only_a_few_that_are_new(storage: Counted) -> None:
    jobs = [f"job{number}" for number in range(module.MOST_READ * 2)]
    for job in jobs:
        storage.put(job, {"label": job.upper()})
    labels = labels_in(storage)
    assert len(look(labels, *jobs)) == module.MOST_READ
    assert look(labels, *jobs) == {job: job.upper() for job in jobs}


def test_a_storage_that_is_away_costs_one_question_and_is_asked_again_later(
    storage: Counted,
) -> None:
    storage.put("one", {"label": "A001"})
    storage.put("two", {"label": "A002"})
    labels = labels_in(storage)
    storage.is_away = True
    assert look(labels, "one", "two") == {}
    assert storage.reads == 1
    storage.is_away = False
    assert look(labels, "one", "two") == {"one": "A001", "two": "A002"}


def test_a_large_jobspec_and_a_long_label_cost_no_more_than_a_short_one(storage: Counted) -> None:
    storage.put("large", {"label": "A001", "more": "x" * 2_000_000})
    storage.put("long", {"label": "a" * 5_000})
    assert look(labels_in(storage), "large", "long") == {"long": "a" * 200}


def test_what_is_kept_is_bounded(storage: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 3)
    labels = labels_in(storage)
    for number in range(8):
        storage.put(f"job{number}", {"label": "A"})
        look(labels, f"job{number}")
    look(labels, "job0")
    assert storage.reads == 9
