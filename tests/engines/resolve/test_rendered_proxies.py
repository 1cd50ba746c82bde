"""Camera raw becomes a proxy that is proven and published like any other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engines.resolve.conftest import MakeStage


@pytest.mark.parametrize(
    ("profile", "resolve"),
    [
        pytest.param("prores_proxy", {}, id="ProRes in MOV"),
        pytest.param("dnxhr_lb", {}, id="DNxHR in MOV"),
        pytest.param("dnxhr_lb_mxf", {}, id="DNxHR in MXF"),
        pytest.param("prores_proxy", {"version": "19.1", "platform": "mac"}, id="19.1"),
        pytest.param("dnxhr_lb", {"version": "20.3", "locale": "de"}, id="20.3 in German"),
        pytest.param("dnxhr_lb", {"version": "21.1", "edition": "free"}, id="21.1 free"),
        pytest.param("dnxhr_lb", {"headless": True}, id="without a window"),
    ],
)
def test_a_clip_is_rendered_proven_and_published(
    make_stage: MakeStage, profile: str, resolve: dict[str, Any]
) -> None:
    stage = make_stage(resolve, profile=profile)
    result = stage.run()
    assert result.failure is None
    assert result.status == "COMPLETED"
    assert result.proven
    assert stage.changes() == []
    assert result.issues == ()
    assert stage.proxy.stat().st_size == result.clips[0].output_size_bytes
    assert stage.left() == [stage.proxy.name, "raw.1f0c2a9e.result.json"]
    assert stage.fake.log.misused() == []
