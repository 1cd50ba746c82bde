"""One JobSpec through `proxx run`, a watch folder and the service: the same bytes, the same result.

The service is tried as it is for development, and on Redis, PostgreSQL and S3.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from proxx_engine import (
    CreatedJob,
    CreationRequest,
    JobExecutionResult,
    JobSpec,
    Tools,
    create_jobs,
    encode_json,
    find_profile,
    write_job,
)
from sidecar.folders.layout import make_watch_folder
from sidecar.folders.stopping import StopLevel
from sidecar.folders.submitting import submit_all
from sidecar.service.keys import result_key
from sidecar.service.parts import Parts, open_parts
from sidecar.service.settings import S3Settings, ServiceSettings, development
from sidecar.service.submitting import submit_jobspec
from sidecar.service.worker.options import WorkOptions, WorkTeller
from sidecar.service.worker.running import run_workers
from tests.end_to_end.results_compared import differences
from tests.faults.damage import cut, make_source
from tests.faults.scenes import proxx
from tests.service.servers.postgres import PostgresServer
from tests.service.servers.seaweed import SeaweedServer
from tests.support import CREATED_BY, MakeClip

STATUSES = ("COMPLETED", "FAILED", "PARTIAL")
Door = Callable[[list[JobSpec], Path], None]


class GoOn:
    """A person who asks for nothing."""

    level = StopLevel.GO_ON


@pytest.fixture(scope="module")
def specs(
    make_clip: MakeClip, tools: Tools, tmp_path_factory: pytest.TempPathFactory
) -> list[JobSpec]:
    """Three jobs: one that completes, one that fails, one whose second clip fails."""
    place = tmp_path_factory.mktemp("doors")
    (place / "out").mkdir()
    whole = place / "a.mov"
    shutil.copyfile(make_source("ProRes", make_clip), whole)
    bad = cut(make_source("AVI", make_clip), place, keep=0.6).rename(place / "b.avi")
    asked = [((whole,), "h264"), ((bad,), "h264"), ((whole, bad), "prores_proxy")]
    made = []
    for sources, profile in asked:
        request = CreationRequest(
            sources,
            place / "out",
            find_profile(profile),
            CREATED_BY,
            clips_per_job=2,
            naming_template="{source_name}_{codec}_{job_id}",
        )
        (job,) = create_jobs(request, prober=tools.prober).jobs
        made.append(job.spec)
    return made


def run_as_named(specs: list[JobSpec], place: Path) -> None:
    place.mkdir()
    for spec in specs:
        write_job(CreatedJob(spec, "ffmpeg"), place)
    assert proxx("run", place).returncode == 1


def watch(specs: list[JobSpec], place: Path) -> None:
    place.mkdir()
    folder = make_watch_folder(place)
    submit_all([(CreatedJob(spec, "ffmpeg"), folder) for spec in specs])
    assert proxx("watch", place, "--once").returncode == 1


def serve(settings: ServiceSettings, specs: list[JobSpec]) -> None:
    """Submit the jobs, work until none waits, and hold the rows to the results."""
    settings.home.mkdir(exist_ok=True)
    with open_parts(settings) as parts:
        parts.table.prepare()
        for spec in specs:
            assert submit_jobspec(parts, encode_json(spec)).job_id == spec.job_id
        done = run_workers(parts, WorkOptions(once=True), wish=GoOn(), teller=WorkTeller())
        assert (done.tally.completed, done.tally.failed, done.defects) == (1, 2, ())
        for spec in specs:
            hold_row(parts, spec)


def hold_row(parts: Parts, spec: JobSpec) -> None:
    """Let the row say what the result says, and the storage hold the result's very bytes."""
    row = parts.table.row(spec.job_id)
    assert row is not None
    beside = result_of(spec)
    assert row.output_path == result_key(spec.job_id)
    assert parts.storage.read(row.output_path, limit=10**7) == beside.read_bytes()
    result = JobExecutionResult.model_validate_json(beside.read_bytes())
    assert row.status == ("completed" if result.status == "COMPLETED" else "failed")
    if row.status == "completed":
        assert row.error_message is None
        return
    failures = [clip.failure for clip in result.clips if clip.failure is not None]
    assert row.error_message == f"{failures[0].code}: {failures[0].sentence}"


def result_of(spec: JobSpec) -> Path:
    (result,) = Path(spec.output.directory).glob(f"*.{spec.job_id[:8]}.result.json")
    return result


def collect(specs: list[JobSpec]) -> dict[str, tuple[dict[str, bytes], JobExecutionResult]]:
    """Return each job's result, and all proxies by name under the first; and clear them away."""
    out = Path(specs[0].output.directory)
    proxies = {each.name: each.read_bytes() for each in out.iterdir() if each.suffix == ".mov"}
    assert [name for name in os.listdir(out) if name.startswith(".")] == []
    found = {
        spec.job_id: (
            proxies,
            JobExecutionResult.model_validate_json(result_of(spec).read_bytes()),
        )
        for spec in specs
    }
    shutil.rmtree(out)
    out.mkdir()
    return found


@pytest.fixture
def doors(
    tmp_path: Path,
    redis_url: str,
    postgres_server: PostgresServer,
    s3_server: SeaweedServer,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, Door]:
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    s3_server.make_bucket("three-doors")

    def small(specs: list[JobSpec], place: Path) -> None:
        (place / "storage").mkdir(parents=True)
        serve(development(place, roots_of(specs)), specs)

    def large(specs: list[JobSpec], place: Path) -> None:
        settings = ServiceSettings(
            table=postgres_server.url_of(postgres_server.new_database()),
            queue=redis_url,
            storage="s3://three-doors/night",
            home=place,
            roots=roots_of(specs),
            s3=S3Settings(endpoint=s3_server.endpoint, region=s3_server.region, allow_http=True),
        )
        serve(settings, specs)

    return {
        "proxx run": run_as_named,
        "a watch folder": watch,
        "the service for development": small,
        "the service on real servers": large,
    }


def roots_of(specs: list[JobSpec]) -> tuple[str, ...]:
    sources = {str(Path(clip.source.path).parent) for spec in specs for clip in spec.clips}
    return (*sorted(sources), str(Path(specs[0].output.directory).parent))


def test_every_door_gives_the_same_bytes_and_the_same_result(
    specs: list[JobSpec], doors: dict[str, Door], tmp_path: Path
) -> None:
    first = None
    for number, (name, door) in enumerate(doors.items()):
        door(specs, tmp_path / f"place{number}")
        made = collect(specs)
        assert [made[spec.job_id][1].status for spec in specs] == list(STATUSES), name
        first = first or made
        for job_id, (proxies, result) in made.items():
            assert proxies == first[job_id][0], name
            assert differences(first[job_id][1], result) == [], name
