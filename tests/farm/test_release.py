"""`proxx release` of a bundle's job: a person's word about a worker elsewhere, never about one that
lives, as far as it can be seen; what stands counts, and nothing is run.
"""

from __future__ import annotations

import json
import shutil

import pytest

from proxx_engine import (
    identify_worker,
    place_of_job,
)
from sidecar.farm.releasing import find_held, release
from tests.farm.release_scenes import (
    ELSEWHERE,
    WHY,
    begin,
    bundle,
    die_after_publishing,
    let_go,
    one_task,
    patient,
    short_waits,
)
from tests.farm.task_scenes import WINDOWS, Bundle
from tests.sidecar.calling import Proxx

__all__ = ["bundle", "patient", "short_waits"]


def test_a_job_of_a_host_that_is_gone_ends_as_released_with_the_reason(bundle: Bundle) -> None:
    begin(bundle, **ELSEWHERE)
    said = let_go(bundle)
    assert said.code == 0, said.err
    result = bundle.result(1)
    assert result.status == "FAILED"
    assert result.failure is not None
    assert result.failure.code == "CLAIM_RELEASED"
    assert any(WHY in issue.sentence for issue in result.issues)
    assert not place_of_job(bundle.job(1)).lock.exists()
    assert not list(bundle.job(1).parent.glob("*.settling"))
    assert bundle.proxies() == {}


def test_what_stands_as_it_was_noted_counts(bundle: Bundle) -> None:
    die_after_publishing(bundle, **ELSEWHERE)
    before = bundle.proxies()
    said = let_go(bundle)
    assert said.code == 0, said.err
    assert bundle.result(1).status == "COMPLETED"
    assert bundle.proxies() == before
    assert len(list((bundle.here / "out").glob("*.result.json"))) == 1


def test_where_the_jobs_name_another_system_the_map_is_used(proxx: Proxx) -> None:
    bundle = one_task(proxx, WINDOWS)
    die_after_publishing(bundle, **ELSEWHERE)
    refused = let_go(bundle)
    assert refused.code == 3
    assert "STORAGE_OUTPUT_MISSING" in refused.err
    assert let_go(bundle, "--path-map", f"{WINDOWS}={bundle.here}").code == 0
    assert bundle.result(1).status == "COMPLETED"


def test_a_bundles_own_values_say_what_roots_are_called_here(proxx: Proxx) -> None:
    bundle = one_task(proxx, WINDOWS)
    die_after_publishing(bundle, **ELSEWHERE)
    values = {"parameterValues": [{"name": "Root1", "value": str(bundle.here)}]}
    (bundle.jobs.parent / "parameter_values.json").write_text(json.dumps(values))
    assert let_go(bundle).code == 0
    assert bundle.result(1).status == "COMPLETED"


def test_the_task_is_not_run_again_by_the_farm(bundle: Bundle) -> None:
    begin(bundle, **ELSEWHERE)
    held = bundle.task(1)
    assert held.code == 1
    assert "CLAIM_LOCKED" in held.out + held.err
    assert let_go(bundle).code == 0
    again = bundle.task(1)
    assert again.code == 1
    assert "CLAIM_RELEASED" in again.out
    assert bundle.proxies() == {}
    assert "CLAIM_RELEASED" in bundle.proxx("farm", "collect", bundle.jobs.parent).out


def test_a_folder_stands_for_the_one_job_in_it(bundle: Bundle) -> None:
    begin(bundle, **ELSEWHERE)
    assert bundle.proxx("release", bundle.job(1).parent, "--reason", WHY).code == 0
    assert bundle.result(1).status == "FAILED"


@pytest.mark.parametrize("named", ["jobs", "jobs/000009", "jobs/000001"])
def test_what_is_no_job_of_a_bundle_is_told_by_its_name(bundle: Bundle, named: str) -> None:
    place = bundle.job(1).parents[2]
    shutil.copy(bundle.job(1), bundle.job(1).with_name("again.job.json"))
    said = bundle.proxx("release", place / named, "--reason", WHY)
    assert said.code == 2
    assert f"{place / named} is no job and no folder of one" in said.err
    assert "--folder" in said.err


def test_a_job_that_lies_in_no_bundle_is_released_alike(bundle: Bundle) -> None:
    begin(bundle, **ELSEWHERE)
    alone = bundle.job(1).parent.rename(bundle.here / "jobs of a night")
    (job_file,) = alone.glob("*.job.json")
    assert bundle.proxx("release", job_file, "--reason", WHY).code == 0
    assert place_of_job(job_file).result.exists()


def test_a_job_that_nobody_began_has_nothing_to_release(bundle: Bundle) -> None:
    said = let_go(bundle)
    assert said.code == 2
    assert "begun by nobody" in said.err
    assert [path.name for path in bundle.job(1).parent.iterdir()] == [bundle.job(1).name]


def test_a_job_that_has_its_result_has_nothing_to_release(bundle: Bundle) -> None:
    assert bundle.task(1).code == 0
    before = place_of_job(bundle.job(1)).result.read_bytes()
    said = let_go(bundle)
    assert said.code == 2
    assert "nothing to release" in said.err
    assert place_of_job(bundle.job(1)).result.read_bytes() == before


def test_while_the_place_of_the_proxies_is_away_nothing_is_said(bundle: Bundle) -> None:
    die_after_publishing(bundle, **ELSEWHERE)
    away = (bundle.here / "out").rename(bundle.here / "away")
    assert let_go(bundle).code == 3
    assert not place_of_job(bundle.job(1)).result.exists()
    away.rename(bundle.here / "out")
    assert let_go(bundle).code == 0
    assert bundle.result(1).status == "COMPLETED"


def test_of_two_persons_one_writes_the_result(bundle: Bundle) -> None:
    begin(bundle, **ELSEWHERE)
    worker = identify_worker("here")
    one, other = find_held(bundle.job(1), ()), find_held(bundle.job(1), ())
    assert release(one, "first", worker=worker, path_maps=()) is not None
    written = place_of_job(bundle.job(1)).result.read_bytes()
    assert release(other, "second", worker=worker, path_maps=()) is None
    assert place_of_job(bundle.job(1)).result.read_bytes() == written


def test_a_program_reads_the_result(bundle: Bundle) -> None:
    begin(bundle, **ELSEWHERE)
    told = bundle.proxx.json("release", bundle.job(1), "--reason", WHY)
    assert told["result"]["status"] == "FAILED"
    assert told["job_id"] == told["result"]["job_id"]
