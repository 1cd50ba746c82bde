"""Camera raw that Resolve rendered: the proxy alone can be looked at, and that is no fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxx_engine._engines.resolve import queue
from tests.fakes.resolve import Footage, make_resolve
from tests.qc.measured import Qc, qc_files
from tests.watch.raw_scene import RAW, RawScene


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RawScene:
    """A watch folder whose jobs a Resolve renders."""
    monkeypatch.setattr(queue, "LOOK_SECONDS", 0.02)
    (tmp_path / "kept").mkdir()
    footage = Footage(kept_in=tmp_path / "kept")
    return RawScene(make_resolve(footage=footage, real_time=True, seconds_per_job=0.3), tmp_path)


def test_of_camera_raw_the_proxy_alone_is_shown(qc: Qc, scene: RawScene, tmp_path: Path) -> None:
    scene.submit(*RAW)
    assert scene.watch().tally.proven == len(RAW)
    said = qc(tmp_path, every=False)
    assert said.code == 0, said.data
    assert len(qc_files(tmp_path)) == len(RAW)
    for job in said.data["jobs"]:
        [clip] = job["qc"]["clips"]
        assert (clip["code"], clip["measures"]) == ("QC_RENDERED", [])
        assert clip["sentence"] == "Resolve rendered it, and FFmpeg cannot read the source"
        assert clip["filmstrip"] != []
        assert all(pair["proxy"] and not pair["source"] for pair in clip["filmstrip"])
