"""Media that travel through the storage: a worker fetches them before its claim, and clears up."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from proxx_engine import JobSpec, PathMap
from sidecar.service.carrying import carry_sources
from sidecar.service.keys import PROXIES, jobspec_key, measures_key, media_key
from sidecar.service.rows import NewJob
from sidecar.service.settings import MediaSettings
from tests.service.worker.faults import Shaky
from tests.service.worker.scenes import Service, here, wait_for


@pytest.fixture
def far(service: Service, good: JobSpec) -> Service:
    """A worker's host that has neither the footage nor the place of the proxies."""
    media = MediaSettings(sources=(str(service.folder / "footage"),), proxies=(str(service.out),))
    settings = replace(service.parts.settings, media=media)
    service.parts = replace(service.parts, settings=settings)
    carry_sources(good, service.parts.storage, media.sources)
    (service.folder / "footage").rename(service.folder / "kept footage")
    service.out.rename(service.folder / "kept proxies")
    return service


def proxy_key(service: Service, good: JobSpec) -> str:
    return media_key(PROXIES, str(service.out / good.clips[0].output_name))


def test_sources_are_fetched_and_proxies_carried_back_and_nothing_is_left_on_the_disk(
    far: Service, good: JobSpec
) -> None:
    job_id = far.submit(good)
    far.run()
    assert far.row(job_id).status == "completed", far.row(job_id).error_message
    (clip,) = far.result(job_id).clips
    assert far.parts.storage.size_of(proxy_key(far, good)) == clip.output_size_bytes
    assert Path(clip.output.path) == far.out / good.clips[0].output_name, "as it is written"
    assert not list(far.home(job_id).rglob("*.mov"))
    assert not far.out.exists()


def test_proxies_that_travelled_are_measured_where_nothing_of_them_lies(
    far: Service, good: JobSpec
) -> None:
    far.submit(good)
    job_id = str(uuid.uuid4())
    assert far.parts.table.submit(NewJob(job_id, jobspec_key(good.job_id), "qc", 5, 2))
    far.parts.queue.push(job_id)
    far.run()
    assert far.row(job_id).status == "completed", far.row(job_id).error_message
    assert far.parts.storage.size_of(measures_key(job_id))
    assert not list(far.home(job_id).rglob("*.mov"))


def test_another_proxy_in_the_storage_is_told_and_ours_stays(far: Service, good: JobSpec) -> None:
    far.parts.storage.put_new(proxy_key(far, good), b"somebody's")
    job_id = far.submit(good)
    far.run()
    row = far.row(job_id)
    assert (row.status, row.output_path) == ("failed", f"results/{job_id}.result.json")
    assert (row.error_message or "").startswith("OUTPUT_EXISTS: ")
    assert list(far.home(job_id).rglob("*.mov"))


def test_what_was_fetched_for_a_job_that_another_claimed_is_removed(
    far: Service, good: JobSpec
) -> None:
    shaky = Shaky(far.parts)
    job_id = far.submit(good)

    def claim_first(call: str) -> bool:
        if call == "claim":
            assert far.parts.table.claim(job_id, here(far))
        return False

    shaky.table.is_away = claim_first
    with far.running(shaky.parts) as working:
        wait_for(lambda: far.heard.said("passed by"))
        working.stop()
    assert not list(far.home(job_id).rglob("*.mov"))


def test_a_job_that_was_interrupted_after_it_published_is_carried_by_who_settles_it(
    far: Service, good: JobSpec
) -> None:
    shaky = Shaky(far.parts)
    job_id = far.submit(good)
    shaky.storage.is_away = lambda call: call == "put_file_new"
    with far.running(shaky.parts) as working:
        wait_for(lambda: far.heard.said("blocked"))
        working.stop()
    assert far.row(job_id).status == "running"
    far.wish.level = type(far.wish)().level
    far.run()
    assert far.row(job_id).status == "completed"
    assert far.parts.storage.size_of(proxy_key(far, good))
    assert not list(far.home(job_id).rglob("*.mov"))


def test_settings_that_contradict_a_job_fail_it(service: Service, good: JobSpec) -> None:
    media = MediaSettings(proxies=(str(service.folder),))
    settings = replace(service.parts.settings, media=media)
    job_id = service.submit(
        good.model_copy(
            update={"output": good.output.model_copy(update={"directory": str(service.folder)})}
        )
    )
    maps = (PathMap(written=str(service.folder), local=str(service.folder)),)
    service.run(replace(service.parts, settings=settings), path_maps=maps)
    assert (service.row(job_id).error_message or "").startswith("SPEC_BAD_PAIR: ")
