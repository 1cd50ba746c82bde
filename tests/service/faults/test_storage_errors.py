"""A real S3 server that fails while a result is put: kept in hand, then stored, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from proxx_engine import Tools
from sidecar.service.parts import open_parts
from tests.service.faults.bad_way import Harm, Way, bad_way_to
from tests.service.faults.scene import Counted, s3_settings
from tests.service.faults.truth import untruths
from tests.service.servers.seaweed import SeaweedServer
from tests.service.worker.scenes import Service, wait_for
from tests.support import make_job


@pytest.fixture
def way(s3_server: SeaweedServer) -> Iterator[Way]:
    """A way that does no harm yet."""
    with bad_way_to(s3_server.port) as opened:
        yield opened


@pytest.fixture
def astray(real_service: Service, s3_server: SeaweedServer, way: Way) -> Iterator[Service]:
    """The service whose storage is reached by that way."""
    s3 = s3_settings(s3_server, way.endpoint)
    with open_parts(replace(real_service.parts.settings, s3=s3)) as parts:
        yield Service(parts, real_service.folder)


@pytest.mark.parametrize("harm", get_args(Harm))
def test_a_result_whose_put_goes_wrong_is_kept_in_hand_and_stored_once(
    harm: Harm,
    astray: Service,
    way: Way,
    counted: Counted,
    place_clip: Callable[[Service], Path],
    tools: Tools,
) -> None:
    way.harm = harm
    job_id = astray.submit(make_job(place_clip(astray), astray.out, tools))
    after = astray.submit(astray.quick(2))
    with astray.running(ffmpeg=counted.ffmpeg):
        wait_for(lambda: way.met >= 2)
        assert "STORAGE_OBJECTS_AWAY" in astray.heard.said("blocked")[0]
        # An answer alone may be lost: then the next look finds it stored, and all is well.
        if "after" not in harm:
            assert astray.row(job_id).status == "running"
            assert astray.parts.queue.waiting() == (after,), "it takes nothing else meanwhile"
        way.harm = None
        wait_for(lambda: astray.row(after).status == "failed")
    assert astray.row(job_id).status == "completed"
    assert list(untruths(astray, [job_id, after])) == []
    made = [
        said for said in way.done if said[0] == "PUT" and said[1].endswith(f"{job_id}.result.json")
    ]
    assert [status for _method, _path, status in made].count(200) == 1, "created once"
    assert len(counted.begun()) == 1
    assert len(astray.heard.said("blocked")) == 1, "told once"
    assert astray.heard.said("lost") == []
